"""Push one LINE message, at most once: the retry key makes LINE itself drop a second one."""

import ssl
from typing import Any

import httpx2

from agent.domain.delivery import Outcome, OutgoingMessage, SendResult
from agent.domain.errors import PolicyRefusal
from channels.line_message import push_body

SECONDS = 30.0
MONTHLY = "monthly limit"
"""In LINE's words for a used-up quota, beside 429; the rate limit's words differ."""


class LinePushChannel:
    """`POST /v2/bot/message/push` with X-Line-Retry-Key. Timeouts and 5xx are safe to repeat with the same key for a day."""

    def __init__(
        self, *, token: str, base_url: str = "https://api.line.me", seconds: float = SECONDS
    ) -> None:
        self._token, self._url, self._seconds = token, base_url.rstrip("/") + "/v2/bot/message/push", seconds
        self._trust = (
            ssl.create_default_context()
        )  # reading the certificates anew for each push costs more than the push

    async def send(self, message: OutgoingMessage) -> SendResult:
        """Try once. Never raises for what LINE says."""
        try:
            body = push_body(message)
        except PolicyRefusal as refusal:
            return SendResult(Outcome.REFUSED, refusal.ja)
        headers = {"Authorization": f"Bearer {self._token}", "X-Line-Retry-Key": message.retry_key}
        try:
            async with httpx2.AsyncClient(
                timeout=self._seconds, trust_env=False, verify=self._trust
            ) as client:
                answer = await client.post(self._url, json=body, headers=headers)
        except httpx2.TransportError as error:
            return SendResult(Outcome.RETRY, f"LINEに接続できません：{type(error).__name__}: {error}")
        return _outcome(answer)


def _outcome(answer: httpx2.Response) -> SendResult:
    words = _words(answer)
    detail, status = f"{answer.status_code} {words}".strip()[:500], answer.status_code
    if status == 200:
        return SendResult(Outcome.DELIVERED, detail, provider_id=answer.headers.get("x-line-request-id"))
    if status == 409:  # accepted at an earlier try
        return SendResult(
            Outcome.DELIVERED, detail, provider_id=answer.headers.get("x-line-accepted-request-id")
        )
    if status == 429:
        return SendResult(Outcome.RETRY, detail, pause=MONTHLY in words.casefold())
    if status in (401, 403):
        return SendResult(Outcome.RETRY, f"LINEの設定を確認してください：{detail}", pause=True)
    if status >= 500:
        return SendResult(Outcome.RETRY, detail)
    if status == 400 and words.casefold() == "failed to send messages":  # no such user for this account
        return SendResult(Outcome.BOUNCED, detail)
    return SendResult(Outcome.REFUSED, detail)


def _words(answer: httpx2.Response) -> str:
    try:
        document: Any = answer.json()
    except ValueError:
        return answer.text[:200]
    return str(document.get("message", "")) if isinstance(document, dict) else ""
