"""Turn what speaking with a server can raise into our errors: who has to act, and when to try again."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from agent.chains.model import AnswerUnusable, ModelDown, ModelMisconfigured
from agent.domain.errors import OkaeriError
from agent.llm.wire import WireRefused

_TOO_LONG = ("context_length", "context length", "maximum context", "too many tokens", "context window")


class TryAgain(ModelDown):
    """A passing fault. after: seconds the server asks us to wait, None when it does not say.

    maybe_charged: the request may have been worked on although no answer came.
    """

    def __init__(
        self, message: str, *, ja: str, after: float | None = None, maybe_charged: bool = False
    ) -> None:
        super().__init__(message, ja=ja)
        self.after, self.maybe_charged = after, maybe_charged


class NotSupported(AnswerUnusable):
    """The server refuses this way of asking; another may work."""


def translate(error: Exception) -> OkaeriError:
    """Our error for anything a model call can raise. Never returns the provider's own words to staff."""
    if isinstance(error, OkaeriError):
        return error
    if isinstance(error, WireRefused):
        return _status(error)
    if isinstance(error, TimeoutError):
        return TryAgain(
            "the model did not answer in time",
            ja="AIモデルから時間内に返事がありませんでした。",
            maybe_charged=not isinstance(error, aiohttp.ConnectionTimeoutError),
        )
    if isinstance(error, (aiohttp.ClientError, OSError)):
        return TryAgain(
            f"the connection to the model failed or broke off: {_short(error)}",
            ja="AIモデルにつながらないか、返事が途中で切れました。",
            maybe_charged=not isinstance(error, aiohttp.ClientConnectorError),
        )
    return NotSupported(
        f"the answer cannot be read: {_short(error)}", ja="AIモデルの返事を読み取れませんでした。"
    )


def _status(error: WireRefused) -> OkaeriError:
    code = error.status
    if code in (400, 413, 422) and any(words in error.text.casefold() for words in _TOO_LONG):
        return ModelMisconfigured(
            "the request is too long for the model", ja="AIモデルが一度に読める長さを超えました。"
        )
    if code in (401, 403):
        return ModelMisconfigured(
            f"the model refuses our key: {_short(error)}",
            ja="AIモデルの鍵が受け付けられませんでした。OKAERI_CHAT_API_KEY を確認してください。",
        )
    if code == 404:
        return ModelMisconfigured(
            f"no such model or address: {_short(error)}",
            ja="AIモデルが見つかりません。OKAERI_CHAT_MODEL と OKAERI_CHAT_BASE_URL を確認してください。",
        )
    if code in (400, 422, 501):
        return NotSupported(
            f"the model refuses the request: {_short(error)}",
            ja="AIモデルがこの形の依頼を受け付けませんでした。",
        )
    if code in (408, 409, 425, 429) or code >= 500:
        busy = "混み合っています" if code == 429 else f"不調です（{code}）"
        return TryAgain(
            f"the model answers {code}", ja=f"AIモデルが{busy}。", after=retry_after(error.headers)
        )
    return ModelMisconfigured(
        f"the model answers {code}: {_short(error)}",
        ja=f"AIモデルに断られました（{code}）。設定を確認してください。",
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from `retry-after-ms` or `Retry-After` (seconds or an HTTP date); None when absent or unreadable."""
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(float(milliseconds) / 1000, 0.0)
        said = headers.get("retry-after")
        if said is None:
            return None
        if said.strip().replace(".", "", 1).isdigit():
            return float(said)
        return max((parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
