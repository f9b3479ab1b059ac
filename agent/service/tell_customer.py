"""What would a colleague say of this customer in one breath? Told by code, from the facts of the chart alone.

No model is asked and nothing is reckoned that a fact does not state: each sentence can be traced word by word.
"""

import re
from collections.abc import Iterator, Mapping

from agent.domain.chart import Chart, ChartFact
from agent.domain.customer_summary import CustomerSummary, SummarySentence
from agent.domain.provenance import is_order_to_writer, is_recorded
from agent.service.literals import dates_in

ORDERS, FIRST, GAP, LAST, FAVOURITES = (
    f"summary:{name}" for name in ("orders", "first_order", "average_gap", "last_order", "favourites")
)

NOTE_MOST = 60
"""Characters of a note that are quoted: the rest stands on the page."""

LONG_AWAY = 2.0
"""From twice their own interval on, the silence is worth a word."""

SAID_IN = {"note": "店頭のメモに", "chat": "チャットの記録に", "survey": "アンケートの記録に"}
_TO_AN_INTRODUCER = re.compile(
    r"</|(?:紹介|要約|説明|案内|扱|表示)[^。\n]{0,6}(?:して|せよ|しろ|すること|ください|って)|指示[はをに]"
)
"""Words in a note that want to be obeyed by whoever introduces the customer: no words about them."""
_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_QUOTES = str.maketrans("「」", "『』")


def tell_customer(chart: Chart) -> CustomerSummary:
    """The paragraph: since when and how often, the latest purchase, what they come back for, their rhythm, the newest note.

    Words that a note addresses to a writer or a machine are not quoted.
    """
    facts = {fact.id: fact for fact in chart.facts}
    told = (_opening(chart, facts), _latest(chart, facts), _favourites(facts), _rhythm(chart, facts))
    sentences = [sentence for sentence in told if sentence]
    return CustomerSummary((*sentences, *_note(chart)))


def newest_order(chart: Chart) -> ChartFact | None:
    """The fact of the latest purchase, None without one."""
    orders = [fact for fact in chart.facts if fact.id.startswith("order:") and dates_in([fact.text])]
    return max(orders, key=lambda fact: dates_in([fact.text])[0], default=None)


def written(chart: Chart) -> list[ChartFact]:
    """What somebody wrote down of them, newest first; orders to a writer are left out."""
    notes = [fact for fact in chart.facts if not is_recorded(fact.id) and not _is_order(fact.text)]
    dated = sorted((fact for fact in notes if fact.at), key=lambda fact: str(fact.at), reverse=True)
    return [*dated, *(fact for fact in notes if not fact.at)]


def _is_order(text: str) -> bool:
    return is_order_to_writer(text) or bool(_TO_AN_INTRODUCER.search(text))


def _opening(chart: Chart, facts: Mapping[str, ChartFact]) -> SummarySentence | None:
    if ORDERS not in facts or chart.orders < 1:
        return None
    who = f"{chart.family_name}さま" if chart.greetable and chart.family_name else "このお客さま"
    latest = newest_order(chart)
    if chart.orders == 1 and latest:
        return SummarySentence(f"{who}は、{_bought(latest)}、初めてお求めになりました。", (latest.id, ORDERS))
    day = _DAY.search(facts[FIRST].text) if FIRST in facts else None
    if day is None:
        return SummarySentence(f"{who}のご注文は、これまでに{chart.orders}回です。", (ORDERS,))
    text = f"{who}は、{day.group()}が初めてのご注文で、これまでに{chart.orders}回ご注文くださっています。"
    return SummarySentence(text, (FIRST, ORDERS))


def _latest(chart: Chart, facts: Mapping[str, ChartFact]) -> SummarySentence | None:
    latest = newest_order(chart)
    if chart.orders < 2 or latest is None:
        return None
    return SummarySentence(f"直近は、{_bought(latest)}お求めになりました。", (latest.id,))


def _favourites(facts: Mapping[str, ChartFact]) -> SummarySentence | None:
    if FAVOURITES not in facts:
        return None
    names = re.findall(r"『[^』]+』", facts[FAVOURITES].text)
    return SummarySentence(f"{''.join(names)}を繰り返しお求めです。", (FAVOURITES,)) if names else None


def _rhythm(chart: Chart, facts: Mapping[str, ChartFact]) -> SummarySentence | None:
    gap = chart.average_gap_days
    if GAP not in facts or LAST not in facts or not gap or chart.recency_days is None:
        return None
    usual = f"ふだんはおよそ{gap:.0f}日おきのご注文"
    if chart.recency_days > LONG_AWAY * gap:
        return SummarySentence(f"{usual}ですが、いまは間があいています。", (GAP, LAST))
    return SummarySentence(f"{usual}です。", (GAP,))


def _note(chart: Chart) -> Iterator[SummarySentence]:
    for fact in written(chart)[:1]:
        words = fact.text.strip().rstrip("。").translate(_QUOTES)
        shown = words if len(words) <= NOTE_MOST else f"{words[: NOTE_MOST - 1]}…"
        where = SAID_IN.get(fact.id.partition(":")[0], "控えに")
        yield SummarySentence(f"{where}「{shown}」とあります。", (fact.id,))


def _bought(order: ChartFact) -> str:
    """The purchase's fact without its verb: 2026年11月18日に『さっぱり化粧水』を1点."""
    return order.text.removesuffix("ご購入")
