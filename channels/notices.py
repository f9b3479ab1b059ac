"""Carry messages to staff: a plain mail, or a webhook that takes what Slack takes."""

import json
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from agent.domain.delivery import Outcome, SendResult
from agent.domain.occasion import Channel
from agent.ports import Clock
from agent.ports.notices import NoticeText
from agent.settings import Settings
from channels.choose import AllowedRecipients
from channels.smtp import SmtpChannel, SmtpServer

SECONDS = 15.0


class NoticeChannel:
    """`agent.ports.notices.NoticeCarrier`. In a dry run, what may not leave becomes a file beside the other messages."""

    def __init__(self, settings: Settings, *, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._allowed = AllowedRecipients(settings.allow_to)

    async def carry(self, text: NoticeText) -> SendResult:
        """Try once. Never raises for what the other side says."""
        if not self._may_leave(text):
            return self._record(text)
        return await (self._mail(text) if text.medium == "mail" else self._post(text))

    def _may_leave(self, text: NoticeText) -> bool:
        if self._settings.send == "live":
            return True
        if text.medium == "mail":
            return self._allowed.may_receive(Channel.EMAIL, text.to)
        host = urlsplit(self._webhook).hostname or ""
        return self._allowed.may_receive(Channel.EMAIL, f"webhook@{host}")

    @property
    def _webhook(self) -> str:
        secret = self._settings.notify_webhook_url
        return secret.get_secret_value() if secret else ""

    def _record(self, text: NoticeText) -> SendResult:
        folder = self._settings.home / "outbox" / "notices"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if text.medium == "mail":
                path, content = folder / f"{text.notice_id}.eml", self._composed(text).as_bytes()
            else:
                path, content = folder / f"{text.notice_id}.json", _payload(text)
            Path(path).write_bytes(content)
        except OSError as error:
            return SendResult(Outcome.RETRY, f"ファイルに書けません：{error.strerror}")
        return SendResult(Outcome.DELIVERED, "dry run", place=str(path))

    def _composed(self, text: NoticeText) -> EmailMessage:
        settings = self._settings
        sender = parseaddr(settings.mail_from or "")[1] or f"noreply@{settings.shop_domain or 'localhost'}"
        mail = EmailMessage()
        mail["From"] = formataddr((f"おかえり {settings.shop_name or ''}".strip(), sender))
        mail["To"] = text.to
        mail["Subject"] = text.subject
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = f"<{text.notice_id}@{sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text.body)
        return mail

    async def _mail(self, text: NoticeText) -> SendResult:
        settings, sender = self._settings, parseaddr(self._settings.mail_from or "")[1]
        if not settings.smtp_host or not sender:
            return SendResult(Outcome.RETRY, "OKAERI_SMTP_HOST と OKAERI_MAIL_FROM を設定してください。")
        password = settings.smtp_password
        server = SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=password.get_secret_value() if password else None,
            tls=settings.smtp_tls,
        )
        channel = SmtpChannel(server, clock=self._clock)
        return await channel.hand_over(self._composed(text).as_bytes(), sender=sender, recipient=text.to)

    async def _post(self, text: NoticeText) -> SendResult:
        headers = {"Content-Type": "application/json; charset=utf-8", "X-Dedupe-Key": text.notice_id}
        try:
            trust = ssl.create_default_context()
            async with httpx2.AsyncClient(timeout=SECONDS, trust_env=False, verify=trust) as client:
                answer = await client.post(self._webhook, content=_payload(text), headers=headers)
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            return SendResult(Outcome.RETRY, f"通知先に接続できません：{type(error).__name__}")
        if answer.status_code < 300:
            return SendResult(Outcome.DELIVERED, str(answer.status_code))
        if answer.status_code in (400, 404, 410):
            return SendResult(Outcome.REFUSED, f"通知先が受け付けません：{answer.status_code}")
        return SendResult(Outcome.RETRY, f"通知先の返事：{answer.status_code}")


def _payload(text: NoticeText) -> bytes:
    return json.dumps({"text": text.body.strip()}, ensure_ascii=False).encode()
