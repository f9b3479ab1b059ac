"""Turn text into vectors by an OpenAI-compatible server: `POST {base}/embeddings`, in batches, tried again while it is busy."""

import time
from collections.abc import Sequence
from math import isfinite
from typing import Any

import httpx
from langchain_core.embeddings import Embeddings
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from agent.chains.model import ModelDown, ModelMisconfigured
from agent.llm.call_book import CallBook
from agent.llm.make_model import Route
from agent.ports import ModelCallMade
from agent.service.pseudonyms import mask_strangers

AT_ONCE = 64
"""Texts in one request: providers take hundreds, small servers run out of memory earlier."""
TRIES = 4
LONGEST_PAUSE = 8.0
INDEX_SECONDS, SEARCH_SECONDS = 60.0, 5.0
"""Patience for a batch of documents, and for one question while somebody waits."""
REST_SECONDS = 30.0
"""After a question went unanswered, words alone decide this long: no letter waits again and again for a dead server."""


class ServedEmbeddings(Embeddings):
    """The model of `OKAERI_EMBED_*`. Questions are masked before they leave; documents are the shop's own published texts.

    Raises ModelDown when the server does not answer, ModelMisconfigured when it refuses us or answers something else, and
    what `CallBook.hold` raises. Every request is counted in the day's spend, under `embed`.
    """

    def __init__(self, route: Route, book: CallBook) -> None:
        self._route, self._book = route, book
        self._client = httpx.Client(headers={"Authorization": f"Bearer {route.api_key}"})
        self._rests_until = 0.0

    @property
    def name(self) -> str:
        """What tells these vectors from another encoder's: model and server."""
        url = httpx.URL(self._route.base_url)
        return f"{self._route.model}@{url.netloc.decode()}"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text. A busy server is asked again, with growing pauses."""
        vectors: list[list[float]] = []
        patiently = Retrying(
            retry=retry_if_exception_type(ModelDown),
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(max=LONGEST_PAUSE),
            reraise=True,
        )
        for start in range(0, len(texts), AT_ONCE):
            vectors += patiently(self._asked, texts[start : start + AT_ONCE], INDEX_SECONDS)
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """One vector, at once or not at all."""
        if time.monotonic() < self._rests_until:
            raise _down("it did not answer a moment ago")
        try:
            return self._asked([mask_strangers(text)], SEARCH_SECONDS)[0]
        except ModelDown:
            self._rests_until = time.monotonic() + REST_SECONDS
            raise

    def _asked(self, texts: Sequence[str], seconds: float) -> list[list[float]]:
        model = self._route.model
        held = self._book.hold_now("embed", model, texts, 1)
        began, answer, error = time.monotonic(), None, None
        try:
            answer = self._sent(texts, seconds)
            return _vectors(answer, len(texts))
        except (ModelDown, ModelMisconfigured) as failed:
            error = str(failed)
            raise
        finally:
            read = (answer or {}).get("usage")
            read = read.get("prompt_tokens") if isinstance(read, dict) else None
            call = ModelCallMade(
                step="embed",
                prompt_name="embed",
                prompt_version="",
                prompt_digest="",
                model=model,
                method="embeddings",
                messages=(),
                response="" if answer is not None else None,
                error=error,
                prompt_tokens=read if isinstance(read, int) else None,
                completion_tokens=0,
                duration_ms=round((time.monotonic() - began) * 1000),
            )
            self._book.settle_now(call, held, task="embed")

    def _sent(self, texts: Sequence[str], seconds: float) -> dict[str, Any]:
        body = {"model": self._route.model, "input": list(texts), "encoding_format": "float"}
        try:
            answer = self._client.post(
                f"{self._route.base_url.rstrip('/')}/embeddings", json=body, timeout=seconds
            )
        except httpx.HTTPError as error:
            raise _down(type(error).__name__) from error
        if answer.status_code in (408, 409, 425, 429) or answer.status_code >= 500:
            raise _down(f"HTTP {answer.status_code}")
        if answer.status_code != 200:
            raise ModelMisconfigured(
                f"the embedding server answers {answer.status_code}: {answer.text[:200]}",
                ja=f"検索用のモデル「{self._route.model}」に断られました（{answer.status_code}）。"
                "OKAERI_EMBED_BASE_URL、_MODEL、_API_KEY を確認してください。",
            )
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise _unreadable()
        return found


def _vectors(answer: dict[str, Any], count: int) -> list[list[float]]:
    """The vectors in the order of the texts, all of one length."""
    try:
        rows = sorted(answer["data"], key=lambda row: row["index"])
        places = [row["index"] for row in rows]
        vectors = [[float(number) for number in row["embedding"]] for row in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable() from error
    sizes = {len(vector) for vector in vectors}
    if places != list(range(count)) or len(sizes) != 1 or 0 in sizes:
        raise _unreadable()
    if not all(isfinite(number) for vector in vectors for number in vector):
        raise _unreadable()
    return vectors


def _down(why: str) -> ModelDown:
    return ModelDown(
        f"the embedding server did not answer: {why}",
        ja="検索用のモデル（OKAERI_EMBED_BASE_URL）から返事がありません。動いているか確かめて、もう一度お試しください。",
    )


def _unreadable() -> ModelMisconfigured:
    return ModelMisconfigured(
        "the embedding server's answer cannot be read",
        ja="検索用のモデルの返事を読み取れません。OKAERI_EMBED_MODEL が埋め込み（embeddings）のモデルか確かめてください。",
    )
