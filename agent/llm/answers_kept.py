"""Answers a draft already has: composed again after a crash, it asks only for what is still missing."""

import hashlib
import json
from collections import deque
from collections.abc import Iterable

from pydantic import BaseModel

from agent.chains.model import Answer
from agent.llm.read_answer import NotReadable, read_kept
from agent.ports import ModelCallMade
from prompts.registry import RenderedPrompt


class AnswersKept:
    """What stands in the record, each answer to be taken once: a judge asked three times has three."""

    def __init__(self, calls: Iterable[ModelCallMade]) -> None:
        """calls: answered ones, oldest first."""
        self._by_request: dict[str, deque[ModelCallMade]] = {}
        for call in calls:
            self._by_request.setdefault(call.request_digest or "", deque()).append(call)

    def take(self, digest: str, schema: type[Answer]) -> Answer | None:
        """The next answer to exactly this request, None when there is none (left) that can be read."""
        waiting = self._by_request.get(digest)
        while waiting:
            try:
                return read_kept(waiting.popleft().response or "", schema)
            except NotReadable:
                continue
        return None


def request_digest(model: str, prompt: RenderedPrompt, schema: type[BaseModel]) -> str:
    """SHA-256 of what makes a request this request: model, prompt as rendered, form of the answer."""
    parts = [
        model,
        prompt.digest,
        schema.__name__,
        *(part for message in prompt.messages for part in message),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
