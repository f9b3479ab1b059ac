"""Read a typed value out of what a model said, however it wrapped it."""

import json
import re
from typing import TypeVar

from langchain_core.messages import AIMessage
from pydantic import BaseModel, ValidationError

Answer = TypeVar("Answer", bound=BaseModel)
_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.S)


class NotReadable(ValueError):
    """Why an answer is not the value asked for; the words go back to the model for its one repair."""


def read_answer(message: AIMessage, schema: type[Answer]) -> Answer:
    """The value in a tool call, else in the text: bare JSON, fenced, or with prose around it. Raises NotReadable."""
    if message.response_metadata.get("finish_reason") == "length":
        raise NotReadable("返答が途中で切れています。もっと短く書いてください。")
    for call in message.tool_calls:
        return _validated(call["args"], schema)
    text = said(message)
    if not text.strip():
        raise NotReadable("返答が空です。")
    return _validated(_json_in(text), schema)


def read_kept(text: str, schema: type[Answer]) -> Answer:
    """The value in an answer as `said` wrote it down. Raises NotReadable."""
    value = _json_in(text) if text.strip() else None
    return _validated(value[0] if isinstance(value, list) and value else value, schema)


def said(message: AIMessage) -> str:
    """Everything the model wrote, as text, for the record."""
    if message.tool_calls:
        return json.dumps([call["args"] for call in message.tool_calls], ensure_ascii=False)
    broken = "".join(str(call.get("args") or "") for call in message.invalid_tool_calls)
    content = message.content if isinstance(message.content, str) else message.text
    return str(content) + broken


def _json_in(text: str) -> object:
    """The first JSON object that can be read: the whole text, a fenced block, or from a brace on."""
    for piece in (text.strip(), *(m.strip() for m in _FENCE.findall(text))):
        try:
            return json.loads(piece)
        except ValueError:
            continue
    decoder = json.JSONDecoder()
    for match in re.finditer(r"\{", text):
        try:
            return decoder.raw_decode(text, match.start())[0]
        except ValueError:
            continue
    raise NotReadable("JSON になっていません。求められた JSON だけを返してください。")


def _validated(value: object, schema: type[Answer]) -> Answer:
    try:
        return schema.model_validate(value)
    except ValidationError as error:
        where = "; ".join(
            f"{'.'.join(str(p) for p in e['loc']) or '全体'}: {e['msg']}" for e in error.errors()[:5]
        )
        raise NotReadable(f"JSON の形が違います。{where}") from error
