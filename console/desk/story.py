"""What happened between a customer and the shop, newest first, in a line each: enough to decide, the chart has the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from agent.clock import TOKYO
from agent.domain.chart import Chart
from agent.domain.customer_page import EntryKind
from agent.domain.draft import Draft
from agent.domain.experience import Experience, OrderStory
from agent.domain.provenance import is_recorded
from console.frame.words import Language, say

OPEN_ENTRIES, MOST_ENTRIES = 5, 20
"""Entries that are open at once, and those one press away with them."""
SHOWN_TITLES = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. head: what, in the page's language.    text: more of it, in Japanese, perhaps empty.
    draft_id: of a message that can be opened.    troubled: something to be careful about."""

    kind: EntryKind
    on: date
    head: str
    text: str = ""
    draft_id: str | None = None
    troubled: bool = False


def story_of(
    chart: Chart, *, told: Sequence[Draft], experience: Experience | None, language: Language
) -> tuple[Entry, ...]:
    """Orders, answers, reviews, notes and our own messages, at most MOST_ENTRIES.

    told: messages scheduled or sent.    experience: of the last months; older orders come from the chart.
    """
    orders = experience.orders if experience else ()
    entries = [_order(order, language) for order in orders]
    entries += _older_orders(chart, {order.order_id for order in orders}, language)
    entries += [_message(draft, language) for draft in told]
    if experience:
        entries += _voices(experience, language)
    entries += [
        Entry(EntryKind.NOTE, fact.at.astimezone(TOKYO).date(), say(language, "entry_note"), fact.text)
        for fact in chart.facts
        if fact.at is not None and not is_recorded(fact.id)
    ]
    return tuple(sorted(entries, key=lambda entry: entry.on, reverse=True)[:MOST_ENTRIES])


def _order(order: OrderStory, language: Language) -> Entry:
    head = say(language, "story_cancelled" if order.cancelled else "story_order")
    if order.shipped_on:
        shipped = f"{order.shipped_on.month}/{order.shipped_on.day}"
        head += f" · {say(language, 'story_shipped', on=shipped)}"
    if order.refunded_yen > 0:
        head += f" · {say(language, 'story_refunded', yen=f'{order.refunded_yen:,}')}"
    kind = EntryKind.RETURN if order.refunded_yen > 0 or order.cancelled else EntryKind.ORDER
    return Entry(
        kind, order.ordered_on, head, _titles(order.titles, language), troubled=kind is EntryKind.RETURN
    )


def _older_orders(chart: Chart, known: set[str], language: Language) -> Iterator[Entry]:
    bought: dict[str, tuple[date, list[str]]] = {}
    for line in chart.purchases:
        if line.order_id not in known:
            bought.setdefault(line.order_id, (line.ordered_on, []))[1].append(line.title)
    for on, titles in bought.values():
        yield Entry(EntryKind.ORDER, on, say(language, "story_order"), _titles(titles, language))


def _message(draft: Draft, language: Language) -> Entry:
    occasion = say(language, f"occasion_{draft.occasion.value}")
    head = say(language, "story_message", occasion=occasion)
    head += f" · {say(language, f'state_{draft.state.value}')}"
    on = draft.created_at.astimezone(TOKYO).date()
    subject = (draft.version.subject or "") if draft.version else ""
    return Entry(EntryKind.MESSAGE, on, head, subject, draft_id=draft.draft_id)


def _voices(experience: Experience, language: Language) -> Iterator[Entry]:
    for answer in experience.answers:
        head = say(language, "story_answer", n=answer.score)
        yield Entry(EntryKind.EVENT, answer.on, head, answer.words, troubled=answer.score < 7)
    for review in experience.reviews:
        starred = review.stars is not None
        head = (
            say(language, "story_review", n=review.stars) if starred else say(language, "story_review_words")
        )
        low = review.stars is not None and review.stars <= 2
        yield Entry(EntryKind.EVENT, review.on, head, review.words, troubled=low)


def _titles(titles: Sequence[str], language: Language) -> str:
    named = "、".join(dict.fromkeys(titles[:SHOWN_TITLES]))
    others = len(titles) - SHOWN_TITLES
    return f"{named} {say(language, 'story_others', n=others)}" if others > 0 else named
