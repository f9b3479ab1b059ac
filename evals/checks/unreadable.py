"""What is wrong with a line of an input file, which values it may have, and whose line it is."""

import json
import re
from typing import Any

from pydantic import ValidationError

from agent.domain.errors import CallerMistake
from agent.domain.finding import Finding, Severity

CHECK = "unreadable_input"
"""Name of the finding on a draft that could not be judged, because it or its context could not be read."""


class UnreadableLine(CallerMistake):
    """A line of an input file that is no context or draft. line: counted from 1; id: its own, None where it is lost too."""

    def __init__(self, source: str, line: int, why: str, ja: str, *, id: str | None = None) -> None:
        super().__init__(f"{source} line {line}: {why}", ja=f"{source} の{line}行目: {ja}")
        self.line = line
        self.id = id


def unreadable(message: str) -> Finding:
    """The finding that stands for a verdict where nothing could be judged. message: which line, what is wrong, in Japanese."""
    return Finding(CHECK, Severity.BLOCK, "body", (0, 0), "", message)


def why(wrong: ValidationError) -> str:
    """What is wrong with which field, in Japanese, with the values or the form it should have."""
    told = dict.fromkeys(_field(error) for error in wrong.errors())
    return "、".join(list(told)[:3]) + "。直してからもう一度検査してください。"


_FORMS = {
    "list_type": "[ ] で囲んだ並びにしてください",
    "model_type": "{ } で囲んだ項目の組にしてください",
    "dict_type": "{ } で囲んだ項目の組にしてください",
    "string_type": "文字列にしてください",
    "int_type": "整数にしてください",
    "int_parsing": "整数にしてください",
    "date_type": "2026-06-01 の形の日付にしてください",
    "date_parsing": "2026-06-01 の形の日付にしてください",
    "string_too_short": "空にはできません",
}
"""Pydantic's kind of error to what the field should be."""


def _field(error: Any) -> str:
    # A field that takes a number or a text is told of once, not once for each.
    where = ".".join(str(part) for part in error["loc"] if part not in ("int", "str")) or "行全体"
    if error["type"] == "missing":
        return f"{where} がありません"
    if error["type"] == "enum":
        allowed = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").replace(", ", "、")
        return f"{where} の値が決まりにありません: {_shown(error['input'])}（使える値: {allowed}）"
    return f"{where} の形が違います: {_shown(error['input'])}（{_FORMS.get(error['type'], '正しい形にしてください')}）"


def _shown(value: Any) -> str:
    """A value as the file has it, its beginning only."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except ValueError:
        text = str(value)
    return text if len(text) <= 40 else text[:40] + "…"


def salvaged_id(line: str, key: str) -> str | None:
    """The id that a broken line still shows; None when it shows none. key: `context_id` or `draft_id`."""
    found = re.search(rf'"{key}"\s*:\s*("(?:[^"\\\x00-\x1f]|\\.)+"|\d{{1,20}}(?=\s*[,}}]))', line)
    try:
        return str(json.loads(found[1])) if found else None
    except ValueError:
        return None
