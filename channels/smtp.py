"""Send one mail over SMTP and say honestly what became of it."""

import re
import ssl
from dataclasses import dataclass
from typing import Literal

import aiosmtplib

from agent.domain.delivery import Outcome, OutgoingMessage, SendResult
from agent.domain.errors import PolicyRefusal
from agent.ports import Clock
from channels.email_message import build_email, envelope_address

COMMAND_SECONDS = 60.0
DATA_SECONDS = 600.0
"""The wait after the final dot (RFC 5321 4.5.3.2.6 says ten minutes): giving up sooner makes false unknowns."""
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail goes out."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls: Literal["none", "starttls", "tls"] = "none"


class SmtpChannel:
    """One connection a message; outcome classes after RFC 5321 and docs/adr/0007-outbox.md."""

    def __init__(
        self,
        server: SmtpServer,
        *,
        clock: Clock,
        command_seconds: float = COMMAND_SECONDS,
        data_seconds: float = DATA_SECONDS,
    ) -> None:
        self._server, self._clock = server, clock
        self._command_seconds, self._data_seconds = command_seconds, data_seconds

    async def send(self, message: OutgoingMessage) -> SendResult:
        """Try once. Never raises for what the server says."""
        try:
            mail = build_email(message, now=self._clock.now()).as_bytes()
            sender, recipient = envelope_address(message.sender_address), envelope_address(message.recipient)
        except PolicyRefusal as refusal:
            return SendResult(Outcome.REFUSED, refusal.ja)
        return await self.hand_over(mail, sender=sender, recipient=recipient)

    async def hand_over(self, mail: bytes, *, sender: str, recipient: str) -> SendResult:
        """Hand a finished mail to the server. Never raises for what the server says."""
        client = self._client(sender.rpartition("@")[2])
        try:
            return await self._exchange(client, sender, recipient, mail)
        finally:
            client.close()

    # -- inside

    def _client(self, domain: str) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            local_hostname=domain,  # the default asks DNS for this machine's name
            timeout=self._command_seconds,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
        )

    async def _exchange(
        self, client: aiosmtplib.SMTP, sender: str, recipient: str, mail: bytes
    ) -> SendResult:
        try:
            await client.connect()
            await client.mail(sender)
            await client.rcpt(recipient)
        except aiosmtplib.SMTPRecipientRefused as error:
            return classify(error.code, _words(error), at_recipient=True)
        except (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPNotSupported, ssl.SSLError) as error:
            return SendResult(
                Outcome.RETRY, f"メールサーバーの設定を確認してください：{_words(error)}", pause=True
            )
        except (
            aiosmtplib.SMTPSenderRefused
        ) as error:  # our own address: a setting, or a passing fault; never the customer
            return SendResult(Outcome.RETRY, f"{error.code} {_words(error)}", pause=error.code >= 500)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            return SendResult(Outcome.RETRY, f"メールサーバーに接続できません：{_words(error)}")
        return await self._data(client, mail)

    async def _data(self, client: aiosmtplib.SMTP, mail: bytes) -> SendResult:
        """Hand over the text. Once the final dot may be out, silence means unknown."""
        dot = _DotWatch(client)
        try:
            answer = await client.data(mail, timeout=self._data_seconds)
        except aiosmtplib.SMTPResponseException as error:
            return classify(error.code, _words(error), at_recipient=False)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            words = _words(error)
            if dot.written:
                return SendResult(
                    Outcome.UNKNOWN, f"本文を渡したあとに接続が切れ、届いたか確認できません：{words}"
                )
            return SendResult(Outcome.RETRY, f"送信の途中で接続が切れました：{words}")
        return SendResult(Outcome.DELIVERED, f"{answer.code} {answer.message}"[:500], provider_id=None)


class _DotWatch:
    """Notices when the text with its final dot is handed to the network; aiosmtplib sends DATA and text in one call."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self.written = False
        protocol = client.protocol
        if protocol is None:
            return
        write = protocol.write

        def watched(data: bytes) -> None:
            self.written = self.written or data != b"DATA\r\n"
            write(data)

        protocol.write = watched  # type: ignore[method-assign]


def classify(code: int, words: str, *, at_recipient: bool) -> SendResult:
    """What a server's refusal means. at_recipient: said in answer to RCPT TO.

    4yz and a full mailbox: try again. 5.1.x, 5.2.1 and a bare 550/551/553 to the address: bounced. 5.7.x: the channel's
    reputation or policy, so the others wait. Every other 5yz: this message, and a person looks at it.
    """
    detail = f"{code} {words}"[:500]
    found = _ENHANCED.search(words)
    status = (int(found[2]), int(found[3])) if found else None
    if code < 500:
        return SendResult(Outcome.RETRY, detail)
    if status == (2, 2) or (status is None and code == 552):
        return SendResult(Outcome.RETRY, detail)
    if status is not None and (status[0] == 1 or status == (2, 1)):
        return SendResult(Outcome.BOUNCED, detail)
    if status is not None and status[0] == 7:
        return SendResult(Outcome.REFUSED, detail, pause=True)
    if status is None and at_recipient and code in (550, 551, 553):
        return SendResult(Outcome.BOUNCED, detail)
    return SendResult(Outcome.REFUSED, detail)


def _words(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPException):
        return " ".join(str(error.message).split())
    return f"{type(error).__name__}: {error}"
