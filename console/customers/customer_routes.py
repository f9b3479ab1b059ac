"""Customers: find them, read a chart, leave a note, strike a fact out."""

from collections.abc import Callable
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.clock import TOKYO
from agent.domain.chart import Chart
from agent.domain.errors import OkaeriError
from agent.domain.occasion import Channel
from agent.domain.staff import Right
from agent.ports import Clock, UnitsOfWork
from agent.ports.insight import CustomerInsight, FactKeeping
from console.customers.customer_page import called, view_page
from console.customers.customers_page import ALL, PAGE, PRECIOUS, SEARCH_MOST, WRITE, read_customers
from console.customers.record_page import ConsentLine, consent_lines
from console.frame.access import Guard, Visitor
from console.frame.render import Pages
from console.frame.words import WORDS, say

LONGEST_NOTE, LONGEST_QUOTE = 5_000, 500
"""Characters of a note, as `okaeri fact add` takes them, and of the customer's own words in it."""


class ChartPage:
    """Shows one customer, with what was said and the note the person was writing when something went wrong."""

    def __init__(
        self, insight: CustomerInsight, units: UnitsOfWork, clock: Clock, pages: Pages, *, notes: bool
    ) -> None:
        """notes: facts can be written down and struck out here."""
        self._insight, self._units, self._clock, self._pages = insight, units, clock, pages
        self._notes = notes

    def show(
        self,
        visitor: Visitor,
        customer_id: str,
        *,
        said: str | None = None,
        trouble: str | None = None,
        status: int = 200,
        note: str = "",
        quote: str = "",
    ) -> Response:
        """The page. note, quote: unsaved words to keep in their fields. Raises NotFound."""
        page = self._insight.page(customer_id, as_of=self._clock.now().astimezone(TOKYO).date())
        view = view_page(page, stopped=self._stopped(page.chart), language=visitor.language)
        return self._pages.render(
            "customer.html",
            visitor,
            path=chart_path(page.chart.customer_id),
            status=status,
            view=view,
            page=page,
            chart=page.chart,
            expected=page.expectations,
            said=said,
            trouble=trouble,
            note=note,
            quote=quote,
            longest_note=LONGEST_NOTE,
            longest_quote=LONGEST_QUOTE,
            may_write=self._notes and visitor.member.may(Right.WRITE),
            consents=self._consents(page.chart.customer_id),
        )

    def _consents(self, customer_id: str) -> tuple[ConsentLine, ...]:
        with self._units(read_only=True) as unit:
            return consent_lines(unit.consents.entries(customer_id))

    def _stopped(self, chart: Chart) -> dict[Channel, str | None]:
        with self._units(read_only=True) as unit:
            return {
                channel: unit.consents.suppressed(channel, address)
                for channel, address in ((Channel.EMAIL, chart.email), (Channel.LINE, chart.line_user_id))
                if address
            }


def add_customers(
    router: APIRouter,
    *,
    guard: Guard,
    insight: CustomerInsight,
    units: UnitsOfWork,
    clock: Clock,
    pages: Pages,
    notes: bool,
) -> None:
    """GET /console/customers and GET /console/customers/{customer_id}."""
    visiting = Annotated[Visitor, Depends(guard)]
    page = ChartPage(insight, units, clock, pages, notes=notes)

    @router.get("/console/customers", response_class=HTMLResponse)
    def customers(
        visitor: visiting,
        tab: Annotated[str, Query(max_length=40)] = WRITE,
        q: Annotated[str, Query(max_length=200)] = "",
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    ) -> Response:
        today = clock.now().astimezone(TOKYO).date()
        found = read_customers(insight, tab=tab, text=q, offset=offset, as_of=today)
        place = f"q={quote(found.text)}" if found.text else f"tab={found.tab}"
        return pages.render(
            "customers.html",
            visitor,
            path=f"/console/customers?{place}",
            found=found,
            tabs=(WRITE, PRECIOUS, ALL),
            page_size=PAGE,
            search_most=SEARCH_MOST,
            called=partial(called, language=visitor.language),
        )

    @router.get("/console/customers/{customer_id}", response_class=HTMLResponse)
    def customer(
        visitor: visiting, customer_id: str, said: Annotated[str, Query(max_length=40)] = ""
    ) -> Response:
        key = f"said_{said}"
        return page.show(visitor, customer_id, said=say(visitor.language, key) if key in WORDS else None)


def add_notes(
    router: APIRouter,
    *,
    guard: Guard,
    insight: CustomerInsight,
    keeping: FactKeeping,
    units: UnitsOfWork,
    clock: Clock,
    pages: Pages,
) -> None:
    """POST /console/customers/{customer_id}/notes, facts/strike and facts/restore."""
    visiting = Annotated[Visitor, Depends(guard)]
    page = ChartPage(insight, units, clock, pages, notes=True)

    def keep(
        visitor: Visitor,
        customer_id: str,
        verb: str,
        act: Callable[[], object],
        *,
        note: str = "",
        quote: str = "",
    ) -> Response:
        try:
            act()
        except OkaeriError as error:
            return page.show(visitor, customer_id, trouble=error.ja, status=422, note=note, quote=quote)
        return RedirectResponse(f"{chart_path(customer_id)}?said={verb}#facts", 303)

    @router.post("/console/customers/{customer_id}/notes", response_class=HTMLResponse)
    def add(
        visitor: visiting,
        customer_id: str,
        text: Annotated[str, Form(max_length=4 * LONGEST_NOTE)] = "",
        quote: Annotated[str, Form(max_length=4 * LONGEST_QUOTE)] = "",
    ) -> Response:
        words = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        said = " ".join(quote.split())
        if not words:
            trouble = say(visitor.language, "note_empty")
            return page.show(visitor, customer_id, trouble=trouble, status=422, quote=said)
        act = partial(keeping.add, customer_id, words, by=visitor.member.name, quote=said or None)
        return keep(visitor, customer_id, "note", act, note=words, quote=said)

    @router.post("/console/customers/{customer_id}/facts/strike", response_class=HTMLResponse)
    def strike(
        visitor: visiting,
        customer_id: str,
        fact_id: Annotated[str, Form(max_length=200)] = "",
        reason: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:
        why = " ".join(reason.split()) or None
        act = partial(keeping.strike, fact_id, by=visitor.member.name, reason=why)
        return keep(visitor, customer_id, "strike", act)

    @router.post("/console/customers/{customer_id}/facts/restore", response_class=HTMLResponse)
    def restore(
        visitor: visiting, customer_id: str, fact_id: Annotated[str, Form(max_length=200)] = ""
    ) -> Response:
        act = partial(keeping.restore, fact_id, by=visitor.member.name)
        return keep(visitor, customer_id, "restore", act)


def chart_path(customer_id: str) -> str:
    """The address of a chart."""
    return f"/console/customers/{quote(customer_id, safe='')}"
