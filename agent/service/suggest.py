"""Which product of the catalogue could be shown to a silent customer: their kind of thing, in stock, not bought yet?"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from agent.chains.material import Bought, Suggestion
from agent.chains.tips import describing_sentence
from agent.domain.chart import Chart
from agent.domain.message import Passage, ProductFacts
from agent.domain.product_class import infer_product_class
from agent.domain.stock import in_stock
from agent.ports import Catalogue, Retriever

LOOKED_AT = 24
"""Passages searched for candidates of a category."""
MOST_LIKED = 2
"""Favourites asked for; the third is a liking already stretched."""
CHOICE = 4
"""Best candidates among which the customer's own variation decides, so that neighbours are not all shown the same."""

_CATEGORY = re.compile(r"^カテゴリ：(.+)$")
_VAGUE = re.compile(
    r"食品|食料|その他|雑貨|商品|新着|セール|おすすめ|ギフト|全品|一覧|カテゴリ|限定|^[\x00-\x7f]*$"
)
"""Categories nobody says aloud (those in Latin letters are a platform's), or so wide that they show no liking."""
_SEASONS: Mapping[str, tuple[int, ...]] = {
    r"春(?!巻|雨)|桜|新茶|新生活|母の日": (3, 4, 5),
    r"夏|水出し|そうめん|素麺|リネン|麻の|綿麻|冷やし|涼|水ようかん|冷茶|冷感|日やけ止め|日焼け止め|父の日|中元": (
        5,
        6,
        7,
        8,
    ),
    r"秋(?!田)|栗|新米|お月見": (9, 10, 11),
    r"冬|防寒|裏起毛|ウール|カシミヤ|歳暮|正月|おせち|クリスマス|節分|バレンタイン": (11, 12, 1, 2),
}
_FOR_A_SEASON = re.compile(r"[春夏秋冬](?:の[一-鿿ァ-ヴー]{1,6}です|向き|用|限定)")


@dataclass(frozen=True, slots=True)
class Found:
    """A suggestion and its product, for the gate."""

    suggestion: Suggestion
    product: ProductFacts


def suggest(
    chart: Chart,
    bought: tuple[Bought, ...],
    facts: Mapping[str, str],
    *,
    catalogue: Catalogue,
    retriever: Retriever,
    today: date,
    variation: str,
) -> Found | None:
    """Something of a favourite category, or of the last purchase's; None when nothing honest is there.

    Only products the catalogue says are in stock, whose own text has a sentence that describes them without a claim, and that
    are not of another season.
    """
    known = {line.title for line in chart.purchases} | {b.title for b in bought}
    for category, fact_id, often in _likings(chart, bought, facts):
        if _VAGUE.search(category):
            continue
        fitting = (
            Found(Suggestion(product.title, kind, category, fact_id, often, text, passage), product)
            for passage, product in _of_category(category, catalogue, retriever)
            if product.title not in known and in_stock(product) and in_season(product, today.month)
            for kind in (infer_product_class(product.title, product.facts),)
            if (text := describing_sentence(passage.text, product_class=kind))
        )
        if found := list(islice(fitting, CHOICE)):
            number = int.from_bytes(hashlib.sha256(f"{variation}|suggest".encode()).digest()[:8])
            return found[number % len(found)]
    return None


def categories_of(product: ProductFacts | None) -> tuple[str, ...]:
    """A product's categories as the catalogue names them: the last part of a path (A > B), each of a list (A,B)."""
    for fact in product.facts if product else ():
        if named := _CATEGORY.match(fact):
            if ">" in named[1]:
                return (named[1].rsplit(">", 1)[1].strip(),)
            return tuple(part.strip() for part in re.split(r"[,、]", named[1]) if part.strip())
    return ()


def in_season(product: ProductFacts, month: int) -> bool:
    """False for a product whose name, or the sentence that says what it is (夏の帽子です), speaks of other seasons only."""
    said = " ".join([product.title, *(m.group() for f in product.facts if (m := _FOR_A_SEASON.search(f)))])
    months = [m for pattern, m in _SEASONS.items() if re.search(pattern, said)]
    return not months or any(month in m for m in months)


def _likings(
    chart: Chart, bought: tuple[Bought, ...], facts: Mapping[str, str]
) -> Iterator[tuple[str, str, bool]]:
    if "summary:favourites" in facts:
        yield from ((name, "summary:favourites", True) for name in chart.favourite_categories[:MOST_LIKED])
    for one in bought:
        if one.category and one.category not in chart.favourite_categories:
            yield one.category, one.fact_id, False


def _of_category(
    category: str, catalogue: Catalogue, retriever: Retriever
) -> Iterator[tuple[Passage, ProductFacts]]:
    for passage in retriever.search(category, k=LOOKED_AT):
        product = catalogue.product(passage.sku) if passage.sku else None
        if product and category in categories_of(product) and product.title in passage.title + passage.text:
            yield passage, product
