"""Which customers does a list show: worth a word now, to cherish, by segment, or found by a search?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from agent.domain.chart import Segment
from agent.domain.customer_page import CustomerLine, Precious, Priority
from agent.ports.insight import CustomerInsight
from console.frame.words import Language

PAGE = 30
"""Rows on a page."""
SEARCH_MOST = 30
"""Customers a search shows; more letters find better than more pages."""
WRITE, PRECIOUS, ALL = "write", "precious", "all"


@dataclass(frozen=True, slots=True)
class CustomerList:
    """One page of a list. tab: write, precious, all or a segment's code; text: what was searched, empty without a search.

    unknown: the Japanese reason why the list is empty, None when there is none to give.    more: there is a next page.
    """

    tab: str
    text: str
    counts: Mapping[Segment, int]
    total: int
    priorities: tuple[Priority, ...]
    precious: tuple[Precious, ...]
    lines: tuple[CustomerLine, ...]
    offset: int
    more: bool
    unknown: str | None

    def why(self, row: Priority, language: Language) -> tuple[str, ...]:
        """The reasons of a row: its signals in English on an English page."""
        if language == "ja" or row.churn is None:
            return row.why
        told = [signal.text_en for signal in row.churn.signals if signal.code != "others"]
        return (*(f"{text}." for text in told), row.why[-1]) if told and row.why else row.why

    @property
    def empty(self) -> bool:
        """True when there is no row to show."""
        return not (self.priorities or self.precious or self.lines)


def read_customers(
    insight: CustomerInsight, *, tab: str, text: str, offset: int, as_of: date
) -> CustomerList:
    """One page. A search comes before the tab; an unknown tab shows whom to write to; beyond the end shows nothing."""
    counts = {segment: n for segment, n in insight.segments(as_of=as_of).items() if n > 0}
    text = " ".join(text.split())
    priorities: list[Priority] = []
    precious: list[Precious] = []
    lines: list[CustomerLine] = []
    asked: str | None = None
    if text:
        tab, offset = "", 0
        lines = insight.search(text, as_of=as_of, limit=SEARCH_MOST + 1)
    elif tab in {ALL, *Segment}:
        segment = Segment(tab) if tab != ALL else None
        lines = insight.in_segment(segment, as_of=as_of, limit=PAGE + 1, offset=offset)
    elif tab == PRECIOUS:
        asked, precious = "precious", insight.precious(as_of=as_of)
    else:
        tab, asked = WRITE, "priorities"
        priorities = insight.priorities(as_of=as_of, limit=PAGE + 1, offset=offset)
    most = SEARCH_MOST if text else PAGE
    more = len(lines) > most or len(priorities) > PAGE
    reason = insight.unknown(as_of=as_of).get(asked) if asked and not (priorities or precious) else None
    return CustomerList(
        tab=tab,
        text=text,
        counts=counts,
        total=sum(counts.values()),
        priorities=tuple(priorities[:PAGE]),
        precious=tuple(precious),
        lines=tuple(lines[:most]),
        offset=offset,
        more=more,
        unknown=reason,
    )
