"""What is this customer about to run out of, and when?"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from statistics import median

from agent.chains.material import Refill
from agent.chains.product_kind import USED_UP, product_kind
from agent.chains.spoken_name import is_a_product
from agent.domain.chart import Chart, PurchasedLine
from agent.domain.message import ProductFacts
from agent.domain.product_class import infer_product_class
from agent.domain.stock import in_stock
from agent.ports import Catalogue
from agent.service.remember import fact_of
from agent.service.suggest import categories_of

GAP_FACT, SINCE_FACT = "summary:refill_gap", "summary:refill_since"
EARLY_DAYS = 7
"""So many days before the end a word is welcome; earlier it is a push. Editorial choice."""
SHORTEST, LONGEST = 7, 200
"""Days a rhythm may have: what lasts less is a meal, what lasts longer nobody waits for."""
GAPS_READ = 5
"""The newest gaps of a customer: habits change."""
STEADY = 3.0
"""The longest of those gaps over the shortest, from three gaps on; beyond it there is no rhythm to speak of."""

_REFILL = re.compile(r"詰め?替え?|つめかえ|レフィル|リフィル|替え?芯|refill", re.I)
_TRIAL = re.compile(r"お試し|おためし|トライアル|はじめて|ミニ|サンプル")
"""Bought once to get to know it; nobody runs out of a trial."""
_LASTS = re.compile(r"(?:約|およそ)?\s*(\d{1,3})\s*(日|週間|[かヶケカ]月)分")
_DAYS = {"日": 1, "週間": 7}


def find_refill(chart: Chart, catalogue: Catalogue, facts: dict[str, str], *, today: date) -> Refill | None:
    """The consumable that is due, else the one due next; None when nothing says how long anything lasts.

    facts: the message's facts so far; those that the refill rests on are added.
    """
    found = [one for one in _candidates(chart, catalogue, today) if one[0].days_since >= 0]
    if not found:
        return None
    refill, line, gap = min(found, key=lambda one: (not _is_due(one[0]), -one[0].times, abs(one[0].due_in)))
    bought = fact_of(line, facts)
    named = [bought, SINCE_FACT]
    facts[SINCE_FACT] = f"『{refill.title}』の前回のご注文から{refill.days_since}日"
    if refill.own_rhythm:
        facts[GAP_FACT] = f"『{refill.title}』のご注文の間隔はおよそ{gap}日"
        named.append(GAP_FACT)
    return Refill(
        title=refill.title,
        times=refill.times,
        last_on=refill.last_on,
        days_since=refill.days_since,
        lasts_days=refill.lasts_days,
        own_rhythm=refill.own_rhythm,
        due_in=refill.due_in,
        available=refill.available,
        fact_ids=tuple(named),
        passage_id=refill.passage_id,
    )


def is_refill(line: PurchasedLine) -> bool:
    """Bought to refill what is at home."""
    return bool(_REFILL.search(f"{line.title} {line.variant or ''}"))


def says_how_long(text: str) -> bool:
    """Whether a text says how long one piece lasts (約2か月分)."""
    return bool(_LASTS.search(text))


def stated_days(texts: Iterable[str]) -> int:
    """How many days one piece lasts as its text says (約2か月分, 70日分); 0 when it says nothing or several things."""
    stated = {
        int(number) * _DAYS.get(unit, 30) for text in texts for number, unit in _LASTS.findall(text) if number
    }
    return stated.pop() if len(stated) == 1 else 0


def is_over(refill: Refill) -> bool:
    """So long past its end that the customer has found another way: half as long again as it lasts."""
    return refill.due_in < -max(EARLY_DAYS, refill.lasts_days // 2)


def _is_due(refill: Refill) -> bool:
    return refill.due_in <= EARLY_DAYS and not is_over(refill)


def _candidates(
    chart: Chart, catalogue: Catalogue, today: date
) -> Iterator[tuple[Refill, PurchasedLine, int]]:
    """Every consumable with a known pace, the line that bought it last, and the gap in days its fact states."""
    lines: dict[str, list[PurchasedLine]] = defaultdict(list)
    for line in chart.purchases:
        if line.quantity > 0 and is_a_product(line.title):
            lines[line.title].append(line)
    for title, bought in lines.items():
        newest = max(bought, key=lambda line: line.ordered_on)
        product = catalogue.product_for_line(sku=newest.sku, title=title)
        if not _is_used_up(newest, product):
            continue
        days = sorted({line.ordered_on for line in bought})
        own = _own_pace(days, bought)
        lasts = own[0] if own else stated_days(product.facts if product else ()) * newest.quantity
        if own is None and _TRIAL.search(title):
            continue
        if not SHORTEST <= lasts <= LONGEST:
            continue
        since = (today - newest.ordered_on).days
        yield (
            Refill(
                title=product.title if product else title,
                times=len({line.order_id for line in bought}),
                last_on=newest.ordered_on,
                days_since=since,
                lasts_days=lasts,
                own_rhythm=own is not None,
                due_in=lasts - since,
                available=in_stock(product),
                fact_ids=(),
            ),
            newest,
            own[1] if own else 0,
        )


def _is_used_up(line: PurchasedLine, product: ProductFacts | None) -> bool:
    kind_of_law = infer_product_class(line.title, product.facts if product else ())
    category = next(iter(categories_of(product)), "")
    kind = product_kind(line.title, product_class=kind_of_law, category=category)
    if kind == "alcohol":  # nobody is reminded to drink up
        return False
    return kind in USED_UP or is_refill(line)


def _own_pace(days: list[date], bought: Iterable[PurchasedLine]) -> tuple[int, int] | None:
    """How long the last purchase lasts by this customer's own pace, and the usual gap; None below two purchases."""
    gaps = [(later - earlier).days for earlier, later in pairwise(days)][-GAPS_READ:]
    if not gaps or (len(gaps) >= 3 and max(gaps) > STEADY * min(gaps)):
        return None
    pieces: dict[date, int] = defaultdict(int)
    for line in bought:
        pieces[line.ordered_on] += line.quantity
    per_piece = median(gap / pieces[day] for gap, day in zip(gaps, days[-len(gaps) - 1 :], strict=False))
    return round(per_piece * pieces[days[-1]]), round(median(gaps))
