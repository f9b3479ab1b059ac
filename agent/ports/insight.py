"""What the console asks about customers: pages, lists, and how well the predictions did."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from agent.domain.chart import Segment
from agent.domain.customer_page import CustomerLine, CustomerPage, Pareto, Precious, Priority
from agent.domain.nps import NpsSummary
from agent.domain.prediction import Backtest
from agent.ports.facts import WrittenFact


class CustomerInsight(Protocol):
    """Customers as staff look at them. `as_of` is the last visible day in Asia/Tokyo.

    Lists are read page by page and must stay quick with a million customers: an implementation keeps the order, not the page.
    A list that cannot be made yet (nothing imported, prediction hidden) is empty and `unknown` says why.
    """

    def page(self, reference: str, *, as_of: date) -> CustomerPage:
        """One customer, by id, e-mail address, LINE id or the shop's own number. Raises NotFound."""
        ...

    def priorities(self, *, as_of: date, limit: int, offset: int = 0) -> list[Priority]:
        """Whom to write to now: highest expected gain of writing first; nobody who must not be written to."""
        ...

    def precious(self, *, as_of: date, limit: int = 5) -> list[Precious]:
        """The customers the shop would miss most."""
        ...

    def in_segment(
        self, segment: Segment | None, *, as_of: date, limit: int, offset: int = 0
    ) -> list[CustomerLine]:
        """Customers of a segment (None: everybody), latest order first."""
        ...

    def segments(self, *, as_of: date) -> Mapping[Segment, int]:
        """How many customers each segment has."""
        ...

    def search(self, text: str, *, as_of: date, limit: int) -> list[CustomerLine]:
        """Customers by name, kana, e-mail, phone, order number or id, best match first."""
        ...

    def backtests(self) -> list[Backtest]:
        """The latest back-tests on this shop's own past, chosen ones first within a task."""
        ...

    def pareto(self, *, as_of: date) -> Pareto | None:
        """Who brings most of the net revenue; None when there is none."""
        ...

    def nps(self, *, as_of: date) -> NpsSummary | None:
        """The latest answer of each customer to the recommendation question; None without any."""
        ...

    def unknown(self, *, as_of: date) -> Mapping[str, str]:
        """Japanese reasons for what is missing, keyed by method name (priorities, precious, backtests, pareto, nps)."""
        ...


class FactKeeping(Protocol):
    """Facts that staff write down, strike out and restore; `agent.service.keep_facts.KeepFacts` is the real one."""

    def add(self, customer: str, text: str, *, by: str, quote: str | None = None) -> WrittenFact:
        """Write a fact down. quote: the customer's own words. Raises NotFound, CallerMistake, PolicyRefusal."""
        ...

    def strike(self, fact: str, *, by: str, reason: str | None = None) -> WrittenFact:
        """Take a fact out: nothing uses it from now on. Raises NotFound, CallerMistake, PolicyRefusal."""
        ...

    def restore(self, fact: str, *, by: str) -> WrittenFact:
        """Let a struck fact count again. Raises NotFound, PolicyRefusal."""
        ...
