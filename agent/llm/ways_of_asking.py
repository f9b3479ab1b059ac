"""Three ways to ask for a typed answer: json_schema, a forced function call, or JSON in plain text."""

import json
from functools import cache
from typing import Any

from pydantic import BaseModel

from agent.llm.abilities import Method
from agent.llm.chat_client import Messages
from prompts.registry import RenderedPrompt


def asking(method: Method, schema: type[BaseModel], prompt: RenderedPrompt, *, warm: bool) -> dict[str, Any]:
    """The fields of a request that ask in one way. warm: send the prompt's temperature (some models refuse any)."""
    fields: dict[str, Any] = {}
    if warm and "temperature" in prompt.settings:
        fields["temperature"] = prompt.settings["temperature"]
    if limit := prompt.settings.get("max_tokens"):
        fields["max_tokens"] = int(limit)
    if method == "json_schema":
        wanted = {"name": schema.__name__, "strict": True, "schema": strict_schema(schema)}
        fields["response_format"] = {"type": "json_schema", "json_schema": wanted}
    if method == "function_calling":
        tool = {
            "name": schema.__name__,
            "description": "答えをこの形で返す",
            "parameters": strict_schema(schema),
        }
        fields["tools"] = [{"type": "function", "function": tool}]
        fields["tool_choice"] = {"type": "function", "function": {"name": schema.__name__}}
    return fields


def with_form(messages: Messages, schema: type[BaseModel]) -> Messages:
    """The messages with the schema spelled out, for a model that only knows text."""
    form = json.dumps(strict_schema(schema), ensure_ascii=False)
    words = f"答えは、次の JSON Schema に合う JSON だけを返してください。前置きや説明、囲み記号は付けません。\n{form}"
    *before, (role, text) = messages
    return (*before, (role, f"{text}\n\n{words}"))


@cache
def strict_schema(schema: type[BaseModel]) -> dict[str, object]:
    """The JSON schema of an answer without references (small servers do not follow them), titles, defaults and our docstrings."""
    raw = schema.model_json_schema()
    definitions = raw.pop("$defs", {})

    def plain(node: object) -> object:
        if isinstance(node, dict):
            if "$ref" in node:
                return plain(definitions[str(node["$ref"]).rsplit("/", 1)[1]])
            unsaid = {"title", "default"} | ({"description"} if node.get("type") == "object" else set())
            return {k: plain(v) for k, v in node.items() if k not in unsaid}
        return [plain(item) for item in node] if isinstance(node, list) else node

    made = plain(raw)
    return made if isinstance(made, dict) else {}
