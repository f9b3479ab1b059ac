"""Edits from a file: texts as an editor was offered them and as they were approved, one JSON object a line."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.domain.errors import CallerMistake
from agent.domain.occasion import Channel, Occasion
from agent.service.reviewed_text import ReviewedText, masked


class EditLine(BaseModel):
    """One text. offered, approved: without greeting and footer.    names: of people in it.    products: titles.

    facts: what was known of products and customer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    draft_id: str
    by: str
    occasion: Occasion
    channel: Channel
    offered: str
    approved: str
    names: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


def read_edits(path: Path) -> list[ReviewedText]:
    """The texts of a file, masked. Raises CallerMistake that names the first line that cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CallerMistake(f"{path}: {error}", ja=f"{path} をUTF-8のファイルとして読めません。") from error
    return [_read(line, path, number) for number, line in enumerate(lines, start=1) if line.strip()]


def _read(line: str, path: Path, number: int) -> ReviewedText:
    try:
        edit = EditLine.model_validate(_object(line))
    except (ValueError, ValidationError) as error:
        names = (
            [".".join(map(str, e["loc"])) for e in error.errors()]
            if isinstance(error, ValidationError)
            else []
        )
        where = f"（{'、'.join(names)}）" if names else ""
        raise CallerMistake(
            f"{path}:{number}: {error}", ja=f"{path} の{number}行目を手直しの記録として読めません{where}。"
        ) from error
    text = ReviewedText(
        edit.draft_id,
        edit.by,
        edit.occasion,
        edit.channel,
        edit.offered,
        edit.approved,
        edit.products,
        edit.facts,
    )
    return masked(text, names=edit.names)


def _object(line: str) -> Any:
    return json.loads(line)
