"""What a kind of file looks like: which header names carry which meaning."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass


def header_key(name: str) -> str:
    """A header's name for comparing: NFKC, no blanks, casefolded."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).strip("\ufeff'\"").casefold()


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of export.

    platform: shopify, eccube or generic.    kind: customers, orders, products or events.    title: how staff call it.
    columns: our name → the header names that carry it, best first.    required: without these the file is refused.
    marks: our names of which one must be there for the file to be of this kind at all.
    telling: header names that no other kind of file has; a file with one of them is never a plain list.
    """

    platform: str
    kind: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    marks: tuple[str, ...]
    telling: tuple[str, ...] = ()

    def found(self, headers: list[str]) -> dict[str, int]:
        """Our name → position, for the headers of this file. The first of two equal headers counts."""
        positions: dict[str, int] = {}
        for position, header in enumerate(headers):
            positions.setdefault(header_key(header), position)
        chosen: dict[str, int] = {}
        for ours, names in self.columns.items():
            for name in names:
                place = positions.get(header_key(name))
                if place is not None and place not in chosen.values():
                    chosen[ours] = place
                    break
        return chosen

    def label(self, ours: str) -> str:
        """How the shop's file usually calls a column."""
        return self.columns[ours][0]
