"""What may be said of a customer: true Japanese sentences, each with its record.

Fact ids are stable and begin with their kind, so that a writer can treat kinds differently: `summary:` computed from orders,
`order:` and `line:` a purchase, `consent:` and `profile:` the customer's record, and the kind of a written fact (`note:`,
`chat:`, `survey:` …), which is somebody's own words and may hold anything.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date

from agent.clock import TOKYO
from agent.domain.chart import ChartFact
from agent.domain.history import (
    ConsentRecord,
    LineRecord,
    NoteRecord,
    OrderRecord,
    OrderTally,
    PersonRecord,
)

ORDERS_TOLD = 10
"""The newest orders that become a fact each."""

LINES_TOLD = 5
"""Products named in an order's fact; the rest is counted."""

CONSENT_TEXT = {
    ("email", True): "メールでのお知らせを希望されています",
    ("email", False): "メールでのお知らせを希望されていません",
    ("line", True): "LINEでのお知らせを希望されています",
    ("line", False): "LINEでのお知らせを希望されていません",
}


def summary_facts(tally: OrderTally | None, average_gap_days: float | None) -> Iterator[ChartFact]:
    """Facts that the numbers alone give: count, first and last order, average gap."""
    if tally is None:
        return
    source = f"orders:customer={tally.customer_id}"
    yield ChartFact("summary:orders", f"これまでのご注文は{tally.orders}回", source, tally.last_at)
    first = f"初めてのご注文は{in_japanese(tally.first_on)}"
    yield ChartFact("summary:first_order", first, source, tally.first_at)
    last = f"直近のご注文は{in_japanese(tally.last_on)}"
    yield ChartFact("summary:last_order", last, source, tally.last_at)
    if average_gap_days is not None and average_gap_days >= 1:
        gap = f"ご注文の間隔は平均でおよそ{average_gap_days:.0f}日"
        yield ChartFact("summary:average_gap", gap, source, tally.last_at)


def favourite_facts(favourites: Sequence[str], orders: Sequence[OrderRecord]) -> Iterator[ChartFact]:
    """The categories bought again and again, from the orders they were read off."""
    if favourites:
        names = "".join(f"『{one_line(name)}』" for name in favourites)
        source = f"orders:{orders[-1].order_id}..{orders[0].order_id}"
        yield ChartFact("summary:favourites", f"繰り返しご購入の分類は{names}", source, orders[0].ordered_at)


def purchase_facts(orders: Sequence[OrderRecord]) -> Iterator[ChartFact]:
    """A fact for each of the newest orders; orders of several products also give one a product. orders: newest first."""
    for order in orders[:ORDERS_TOLD]:
        lines = [line for line in order.lines if line.quantity > 0 and one_line(line.title)]
        if not lines:
            continue
        day, source = in_japanese(order.ordered_on), f"orders:{order.order_id}"
        told = "、".join(_bought(line) for line in lines[:LINES_TOLD])
        more = f"ほか{left}品" if (left := len(lines) - LINES_TOLD) > 0 else ""
        yield ChartFact(f"order:{order.order_id}", f"{day}に{told}{more}ご購入", source, order.ordered_at)
        if len(lines) > 1:
            for line in lines:
                fact_id, text = f"line:{order.order_id}:{line.line_no}", f"{day}に{_bought(line)}ご購入"
                yield ChartFact(fact_id, text, f"{source}#{line.line_no}", order.ordered_at)


def written_facts(notes: Sequence[NoteRecord]) -> Iterator[ChartFact]:
    """What somebody wrote down, in their words; the source says who of the staff did, and when."""
    for note in notes:
        quote = f"（お客さまの言葉「{one_line(note.quote)}」）" if note.quote else ""
        source = note.source
        if note.author and note.at:
            day = in_japanese(note.at.astimezone(TOKYO).date())
            source = f"{note.source} {day} 店頭メモ（{note.author}）"
        yield ChartFact(f"{note.kind}:{note.fact_id}", one_line(note.text) + quote, source, note.at)


def profile_facts(person: PersonRecord, consents: Sequence[ConsentRecord]) -> Iterator[ChartFact]:
    """Birthday (never the year: it tells the age) and consent with the ledger's entry behind it. consents: newest first."""
    if person.birthday:
        text = f"お誕生日は{person.birthday.month}月{person.birthday.day}日"
        yield ChartFact("profile:birthday", text, f"customers:{person.customer_id}", None)
    for channel, state in (("email", person.consent_email), ("line", person.consent_line)):
        if state is None:
            continue
        entry = next((e for e in consents if e.channel == channel and e.state is state), None)
        source = _where(entry) if entry else f"customers:{person.customer_id}"
        yield ChartFact(
            f"consent:{channel}", CONSENT_TEXT[channel, state], source, entry.recorded_at if entry else None
        )


def in_japanese(day: date) -> str:
    """A day as people write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def product_name(title: str, variant: str | None) -> str:
    """A product as a customer knows it: its title, with the variant unless the title already says it."""
    if not variant or variant == "Default Title" or variant in title:
        return one_line(title)
    return one_line(f"{title} {variant}")


def one_line(text: str) -> str:
    """Text from outside as one line: no control or invisible formatting characters, single spaces."""
    shown = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    kept = "".join(c for c in shown if unicodedata.category(c) != "Cf" or c == "\u200d")
    return " ".join(part for part in kept.split(" ") if part)


def _bought(line: LineRecord) -> str:
    return f"『{product_name(line.title, line.variant)}』を{line.quantity}点"


def _where(entry: ConsentRecord) -> str:
    """The ledger's entry and, for an imported one, the very cell it was read from."""
    if not entry.source_file:
        return f"consents:{entry.consent_id} {entry.source}"
    cell = f"「{entry.source_column}」={entry.source_value}" if entry.source_column else ""
    return f"consents:{entry.consent_id} {entry.source_file}#{entry.source_row}{cell}"
