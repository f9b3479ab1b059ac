"""The audit log as a CSV file for a spreadsheet: UTF-8 with its mark, or CP932; no cell is ever a formula; nothing is held in memory."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Literal

from agent.clock import TOKYO
from agent.domain.audit import ACTION_JA, AuditEntry

Encoding = Literal["utf-8", "cp932"]
COLUMNS = (
    "番号",
    "日時",
    "担当",
    "操作",
    "操作コード",
    "対象の種類",
    "対象",
    "版",
    "変更前の文面のハッシュ",
    "文面のハッシュ",
    "書き手",
    "プロンプト",
    "根拠",
    "理由",
    "詳細",
    "前の行の鎖",
    "この行の鎖",
)
_LINES_AT_A_TIME = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula, or a line for two; full-width signs count on Japanese systems."""
_SAME_IN_CP932 = str.maketrans(
    {"〜": "～", "−": "－", "—": "―", "‖": "∥", "¢": "￠", "£": "￡", "¬": "￢", "¦": "￤"}
)
"""Signs that CP932 has under another code point than most texts use."""


def audit_csv(entries: Iterable[AuditEntry], *, encoding: Encoding) -> Iterator[bytes]:
    """The file, part by part. A sign CP932 lacks (𠮷, 😊) is written as its number, &#134071; — nothing is lost without a trace."""
    if encoding == "utf-8":
        yield b"\xef\xbb\xbf"
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, entry in enumerate(entries, start=1):
        writer.writerow([safe_cell(cell) for cell in _cells(entry)])
        if number % _LINES_AT_A_TIME == 0:
            yield _encoded(held, encoding)
    yield _encoded(held, encoding)


def safe_cell(text: str) -> str:
    """A cell no spreadsheet takes for a formula: an apostrophe before what would begin one. Source: OWASP, CSV Injection."""
    return "'" + text if text.lstrip(" ").startswith(_FORMULA) else text


def _cells(entry: AuditEntry) -> list[str]:
    detail = entry.detail
    return [
        str(entry.sequence),
        f"{entry.at.astimezone(TOKYO):%Y-%m-%d %H:%M:%S}",
        entry.actor,
        ACTION_JA.get(entry.action, entry.action),
        entry.action,
        entry.object_kind,
        entry.object_id,
        _said(detail.get("version")),
        _said(detail.get("digest_before")),
        _said(detail.get("digest")),
        _said(detail.get("writer")),
        _prompt(detail.get("prompt")),
        _evidence(detail.get("evidence")),
        _said(detail.get("reason") or detail.get("why")),
        json.dumps(detail, ensure_ascii=False, sort_keys=True),
        entry.previous_hash,
        entry.hash,
    ]


def _said(value: object) -> str:
    return "" if value is None else str(value)


def _prompt(value: object) -> str:
    return f"{value.get('name')} {value.get('version')}" if isinstance(value, dict) else ""


def _evidence(value: object) -> str:
    if not isinstance(value, dict):
        return ""
    return " ".join(str(one) for kind in ("facts", "passages") for one in value.get(kind) or ())


def _encoded(held: io.StringIO, encoding: Encoding) -> bytes:
    text = held.getvalue()
    held.seek(0)
    held.truncate()
    if encoding == "cp932":
        return text.translate(_SAME_IN_CP932).encode("cp932", errors="xmlcharrefreplace")
    return text.encode("utf-8", errors="replace")
