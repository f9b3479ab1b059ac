"""Read customer rows (Shopify 顧客, EC-CUBE 会員, a plain list): who they are, what they agreed to, what staff noted."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from agent.domain.identity import email_key, line_key, mailable, person_id
from customers.importing.read_table import Rejected, Table
from customers.importing.values import (
    Unreadable,
    looks_like_formula,
    plain,
    read_day,
    read_moment,
    read_name,
    read_yes_no,
    split_name,
)

_WITHDRAWN = {"退会", "退会済み", "退会済"}
_WITHDRAWN_NUMBER = "3"
"""EC-CUBE 4's mtb_customer_status: 1 仮会員, 2 本会員, 3 退会."""

Record = dict[str, Any]
"""One row of `customer_records`, without shop and import."""


class CustomerReader:
    """Turns the rows of one run's customer files into records with stable keys.

    A row without a number of its own is known by its address and how often that address came in this run, so that two
    rows of one person both stay (consent: no wins). Equal rows are one.
    """

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()
        self._seen: set[tuple[str, str]] = set()

    def records(self, table: Table) -> Iterator[tuple[list[Record], list[tuple[str, int, str, str]]]]:
        """Batches of records, each with the cells worth a warning: reason, row, column, value."""
        for frame in table.batches():
            warnings: list[tuple[str, int, str, str]] = []
            read = [self._record(cells, table, warnings) for cells in frame.iter_rows(named=True)]
            yield [record for record in read if record], warnings

    def _record(
        self, cells: dict[str, Any], table: Table, warnings: list[tuple[str, int, str, str]]
    ) -> Record | None:
        row = _Row(cells, table, warnings)
        platform = table.kind.layout.platform
        external = row.text("external_id") if platform != "generic" else None
        if platform == "eccube" and external is None:
            table.rejected.append(
                Rejected(table.name, row.number, row.label("external_id"), "", "会員IDが空です。")
            )
            return None
        shown = row.text("email")
        key = email_key(shown) if shown else None
        if shown and key is None:
            row.warn("email", "メールアドレスの形ではありません（アドレスなしとして扱いました）。")
        family, given, damaged = row.name()
        line = line_key(row.text("line") or "")
        stated: Record = {
            "platform": platform,
            "external_id": external,
            "email": mailable(shown) if shown and key else None,
            "email_key": key,
            "line_user_id": line,
            "family_name": family,
            "given_name": given,
            "family_kana": row.text("family_kana"),
            "given_kana": row.text("given_kana"),
            "name_damaged": damaged,
            "phone": row.text("phone"),
            "postal_code": row.text("postal_code"),
            "prefecture": row.text("prefecture"),
            "address": " ".join(part for name in ("city", "address1", "address2") if (part := row.text(name)))
            or None,
            "birthday": row.birthday(),
            "accepts_email": row.answer("accepts_email"),
            "accepts_line": row.answer("accepts_line"),
            "withdrawn": row.text("status") in _WITHDRAWN or row.text("status_id") == _WITHDRAWN_NUMBER,
            "registered_at": row.moment("registered"),
            "note": row.text("note"),
        }
        said = {
            channel: row.said(f"accepts_{channel}")
            for channel in ("email", "line")
            if stated[f"accepts_{channel}"] is not None
        }
        seal = _seal({**stated, "said": said})
        record_key = self._key(platform, external, key, line, seal)
        if record_key is None:
            return None
        updated = row.moment("updated")
        return {
            **stated,
            "record_key": record_key,
            "content_hash": seal,
            "customer_id": person_id(*_leading(platform, external, key, line, record_key)),
            "source": {
                "file": table.name,
                "row": row.number,
                "words": said,
                "updated_at": updated.isoformat() if updated else None,
            },
        }

    def _key(
        self, platform: str, external: str | None, email: str | None, line: str | None, seal: str
    ) -> str | None:
        """The record's key in the store; None when the very same row came before in this run."""
        prefix = "list" if platform == "generic" else platform
        name = external or (f"email:{email}" if email else f"line:{line}" if line else f"row:{seal}")
        base = f"{prefix}:{name}"
        if not base.startswith(f"{prefix}:row:"):
            if (base, seal) in self._seen:
                return None
            self._seen.add((base, seal))
        self._times[base] += 1
        times = self._times[base]
        return base if times == 1 else f"{base}#{times}"


def _leading(
    platform: str, external: str | None, email: str | None, line: str | None, record_key: str
) -> tuple[str, str]:
    if email:
        return "email", email
    if line:
        return "line", line
    if external:
        return ("eccube_member" if platform == "eccube" else "shopify_customer"), external
    return "row", record_key


def _seal(stated: Record) -> str:
    text = json.dumps(stated, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class _Row:
    """One row's cells by our names, with warnings for what cannot be read."""

    def __init__(
        self, cells: dict[str, Any], table: Table, warnings: list[tuple[str, int, str, str]]
    ) -> None:
        self._cells, self._table, self._warnings = cells, table, warnings
        self.number: int = cells["_row"]

    def label(self, ours: str) -> str:
        return self._table.kind.label(ours)

    def warn(self, ours: str, reason: str) -> None:
        self._warnings.append((reason, self.number, self.label(ours), str(self._cells.get(ours, ""))[:80]))

    def text(self, ours: str) -> str | None:
        return plain(self._cells.get(ours) or "") or None

    def name(self) -> tuple[str | None, str | None, bool]:
        """姓, 名 and whether either is damaged."""
        whole = self.text("name")
        if whole and not (self.text("family") or self.text("given")):
            shown, damaged = read_name(whole)
            family, given = split_name(shown or "")
            column = "name"
        else:
            (first, first_bad), (second, second_bad) = (
                read_name(self.text("family") or ""),
                read_name(self.text("given") or ""),
            )
            family, given, damaged, column = first or "", second, first_bad or second_bad, "family"
        if looks_like_formula(given or ""):
            column = "given" if column == "family" else column
        if looks_like_formula(family) or looks_like_formula(given or ""):
            self.warn(column, "数式のように見えるセルです。文字として保存し、宛名には使いません。")
        return family or None, given, damaged

    def answer(self, ours: str) -> bool | None:
        try:
            return read_yes_no(self._cells.get(ours) or "")
        except Unreadable as fault:
            self.warn(ours, str(fault))
            return None

    def said(self, ours: str) -> list[str]:
        return [self.label(ours), str(self._cells.get(ours) or "")]

    def birthday(self) -> date | None:
        text = self.text("birthday")
        if not text:
            return None
        try:
            return read_day(text)
        except Unreadable as fault:
            self.warn("birthday", str(fault))
            return None

    def moment(self, ours: str) -> datetime | None:
        text = self.text(ours)
        if not text:
            return None
        try:
            return read_moment(text)[0]
        except Unreadable as fault:
            self.warn(ours, str(fault))
            return None
