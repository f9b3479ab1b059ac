"""Which channel carries a message: the dry run, unless the settings say that this recipient may really be written to."""

import unicodedata
from collections.abc import Mapping
from email.utils import parseaddr

from agent.domain.delivery import Outcome, OutgoingMessage, SendResult
from agent.domain.errors import OperatorMustFix
from agent.domain.occasion import Channel
from agent.ports import Clock, MessageChannel
from agent.settings import Settings
from channels.line_push import LinePushChannel
from channels.recording import RecordingChannel
from channels.smtp import SmtpChannel, SmtpServer


class AllowedRecipients:
    """`OKAERI_ALLOW_TO`: addresses, domains (`example.com` or `@example.com`) and LINE ids, separated by commas."""

    def __init__(self, text: str) -> None:
        self._entries = {_folded(entry).removeprefix("@") for entry in text.split(",") if entry.strip()}
        self._line_ids = {entry.strip() for entry in text.split(",")}

    def may_receive(self, channel: Channel, recipient: str) -> bool:
        """True when this recipient may get real messages in any mode. A domain means exactly it, no subdomains."""
        if channel is Channel.LINE:
            return recipient.strip() in self._line_ids - {""}
        address = _folded(recipient)
        return "@" in address and bool({address, address.rpartition("@")[2]} & self._entries)


class ChosenChannel:
    """Routes each message. real: configured channels; one that is missing pauses instead of losing anything."""

    def __init__(
        self,
        *,
        live: bool,
        allowed: AllowedRecipients,
        dry_run: MessageChannel,
        real: Mapping[Channel, MessageChannel],
    ) -> None:
        self._live, self._allowed, self._dry_run, self._real = live, allowed, dry_run, real

    async def send(self, message: OutgoingMessage) -> SendResult:
        """Send really or write a file."""
        if not self._live and not self._allowed.may_receive(message.channel, message.recipient):
            return await self._dry_run.send(message)
        carrier = self._real.get(message.channel)
        if carrier is None:
            return SendResult(Outcome.RETRY, _MISSING[message.channel], pause=True)
        return await carrier.send(message)


def choose_channel(settings: Settings, clock: Clock) -> ChosenChannel:
    """The channels these settings ask for. Raises OperatorMustFix for OKAERI_SEND=live without any real channel."""
    real: dict[Channel, MessageChannel] = {}
    if settings.smtp_host and parseaddr(settings.mail_from or "")[1]:
        password = settings.smtp_password
        server = SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=password.get_secret_value() if password else None,
            tls=settings.smtp_tls,
        )
        real[Channel.EMAIL] = SmtpChannel(server, clock=clock)
    if settings.line_channel_access_token:
        token = settings.line_channel_access_token.get_secret_value()
        real[Channel.LINE] = LinePushChannel(token=token, base_url=settings.line_api_base_url)
    live = settings.send == "live"
    if live and not real:
        raise OperatorMustFix("OKAERI_SEND=live without a channel", ja=" ".join(_MISSING.values()))
    dry_run = RecordingChannel(settings.home / "outbox", clock=clock)
    return ChosenChannel(live=live, allowed=AllowedRecipients(settings.allow_to), dry_run=dry_run, real=real)


_MISSING = {
    Channel.EMAIL: "メールを送る設定がありません。OKAERI_SMTP_HOST と OKAERI_MAIL_FROM を設定してください。",
    Channel.LINE: "LINEを送る設定がありません。OKAERI_LINE_CHANNEL_ACCESS_TOKEN を設定してください。",
}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
