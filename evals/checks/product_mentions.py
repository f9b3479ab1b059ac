"""Find where a draft names the shop's products."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from evals.checks.fold import spelled
from evals.checks.knowledge import KnownProduct
from evals.checks.reading import FieldText, Reading


@dataclass(frozen=True, slots=True)
class ProductMention:
    """A product named at [start, end) of the plain text."""

    product: KnownProduct
    start: int
    end: int


def product_mentions(reading: Reading, text: FieldText) -> list[ProductMention]:
    """All mentions in a field, in order; of two products whose names overlap the longer name wins."""
    found: list[ProductMention] = []
    for product in reading.known.products:
        for start, end in _places(text, product):
            found.append(ProductMention(product, start, end))
    found.sort(key=lambda mention: (mention.start, mention.start - mention.end))
    kept: list[ProductMention] = []
    for mention in found:
        if kept and mention.start < kept[-1].end:
            continue
        kept.append(mention)
    return kept


_RUNS_ON = re.compile(r"[ァ-ヴー][ァ-ヴー]")
"""チューブレス does not name チューブ."""


def _places(text: FieldText, product: KnownProduct) -> Iterator[tuple[int, int]]:
    spelling = text.spelling
    for name in dict.fromkeys((spelled(product.title), *product.cores, *product.nicknames)):
        place = spelling.text.find(name) if name else -1
        while place >= 0:
            start, end = _in_plain(text, place, place + len(name))
            if not _RUNS_ON.match(text.plain.text, end - 1):
                yield start, end
            place = spelling.text.find(name, place + 1)
    if product.variant and product.variant in spelling.text:
        # A colour alone (藍は売り切れ) is a product only where a clause begins with it.
        alone = rf"(?:^|(?<=[。、\n「は]))({re.escape(product.variant)})(?=[はもが」])"
        for match in re.finditer(alone, spelling.text):
            yield _in_plain(text, *match.span(1))


def _in_plain(text: FieldText, start: int, end: int) -> tuple[int, int]:
    """Places of the plain text behind places of the spelled text."""
    starts = text.plain.starts
    return (
        bisect_left(starts, text.spelling.starts[start]),
        bisect_left(starts, text.spelling.starts[end - 1]) + 1,
    )
