"""Who is who: how addresses fold into keys, and the one id a person is known by."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

_PLAIN_ADDRESS = re.compile(r"[!-?A-~]+@[!-?A-~]+")
"""Printable ASCII with one @: nothing to fold but case."""


def email_key(address: str) -> str | None:
    """The key two spellings of one address share: NFKC, trimmed, casefolded; dots and plus stay. None when it is none."""
    if _PLAIN_ADDRESS.fullmatch(address):
        return address.lower()
    folded = unicodedata.normalize("NFKC", address).strip().casefold()
    local, at, domain = folded.rpartition("@")
    if not (at and local and domain) or "@" in local or any(c.isspace() for c in folded):
        return None
    return folded


def mailable(address: str) -> str:
    """The spelling mail is sent to: full-width signs made plain, trimmed; case stays as written."""
    return address if address.isascii() else unicodedata.normalize("NFKC", address).strip()


def line_key(line_id: str) -> str | None:
    """The key of a LINE id: NFKC and trimmed, case kept. None when empty."""
    return unicodedata.normalize("NFKC", line_id).strip() or None


def person_id(kind: str, value: str) -> str:
    """The customer id of the person whose leading identity this is; the same in every run and on every machine."""
    return "c_" + hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one row of a shop's files says about a person: a customer row, or the buyer of an order.

    key: the row's own key in the store.    origin: `record` or `order`.    at: when registered or ordered, UTC as the store
    spells it (sorts as text); birthday likewise.    external_id: Shopify customer id or EC-CUBE member number.
    email_said, line_said: column and cell where a yes or no was read.    import_id, file, row: where the row was read.
    """

    key: str
    origin: str
    platform: str
    customer_id: str
    import_id: str
    external_id: str | None
    email: str | None
    email_key: str | None
    line_user_id: str | None
    family_name: str | None
    given_name: str | None
    family_kana: str | None
    given_kana: str | None
    name_damaged: bool
    phone: str | None
    prefecture: str | None
    birthday: str | None
    accepts_email: bool | None
    accepts_line: bool | None
    email_said: tuple[str, str] | None
    line_said: tuple[str, str] | None
    withdrawn: bool
    note: str | None
    at: str | None
    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Word:
    """A yes or no that a row states: the entry it makes in the consent ledger. said: the cell as written."""

    key: str
    channel: str
    state: bool
    import_id: str
    file: str
    row: int
    column: str | None
    said: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """What staff wrote about a person. key: of the row it was read from."""

    key: str
    text: str
    import_id: str
    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Person:
    """A person after identity resolution. identities: (kind, folded value) pairs.    consent_*: None for unknown.

    birthday, registered_at: as the store spells them.
    """

    customer_id: str
    platform: str
    email: str | None
    email_key: str | None
    line_user_id: str | None
    family_name: str | None
    given_name: str | None
    family_kana: str | None
    given_kana: str | None
    name_damaged: bool
    phone: str | None
    prefecture: str | None
    birthday: str | None
    withdrawn: bool
    consent_email: bool | None
    consent_line: bool | None
    registered_at: str | None
    identities: tuple[tuple[str, str], ...]
    words: tuple[Word, ...]
    notes: tuple[Note, ...]
