"""Read a Markdown policy as sections, each with the path of headings above it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.html_text import plain_lines, table_lines

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"^(=+|-{3,})\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_RULE = re.compile(r"^\s*([-*_])(\s*\1){2,}\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"(\*\*|__|~~|`)")


@dataclass(frozen=True, slots=True)
class Section:
    """Text under one heading. path: the headings from the top, outermost first; lines: plain text, tables as rows."""

    path: tuple[str, ...]
    lines: tuple[str, ...]


def sections(text: str) -> list[Section]:
    """The sections of a Markdown or plain text, in order; empty ones left out."""
    found: list[Section] = []
    path: dict[int, str] = {}
    block: list[str] = []

    def close() -> None:
        lines = _plain(block)
        if lines:
            found.append(Section(tuple(path[level] for level in sorted(path)), tuple(lines)))
        block.clear()

    fenced = False
    for line in text.splitlines():
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _HEADING.match(line)
        underline = None if fenced or not block else _UNDERLINE.match(line)
        if heading:
            close()
            _enter(path, len(heading[1]), heading[2])
        elif underline and block[-1].strip() and "|" not in block[-1]:
            title = block.pop()
            close()
            _enter(path, 1 if underline[1][0] == "=" else 2, title)
        else:
            block.append(line)
    close()
    return found


def first_heading(text: str) -> str | None:
    """The outermost first heading, or None."""
    return next((section.path[0] for section in sections(text) if section.path), None)


def _enter(path: dict[int, str], level: int, title: str) -> None:
    for deeper in [other for other in path if other >= level]:
        del path[deeper]
    path[level] = _unmarked(title)


def _unmarked(line: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\1", line)).strip()


def _plain(block: Iterable[str]) -> list[str]:
    lines: list[str] = []
    table: list[list[str]] = []
    head = False
    for raw in [*block, ""]:
        if raw.count("|") >= 2 or (table and "|" in raw):
            if _TABLE_RULE.match(raw):
                head = len(table) == 1
            else:
                table.append([_unmarked(cell) for cell in raw.strip().strip("|").split("|")])
            continue
        if table:
            lines += table_lines(table, head=head)
            table, head = [], False
        if not (_FENCE.match(raw) or _RULE.match(raw)):
            marked = _ITEM.match(raw)
            body = _unmarked(raw[marked.end() :] if marked else raw.lstrip("> "))
            lines += [f"・{line}" if marked else line for line in plain_lines(body)]
    return lines
