"""A customer's record: consent with its evidence, and every word a model was shown."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from agent.clock import TOKYO
from agent.ports import Charts, Clock, UnitsOfWork
from console.customers.customer_page import chart_name
from console.customers.record_page import read_record
from console.frame.access import Guard, Visitor
from console.frame.render import Pages


def add_records(
    router: APIRouter, *, guard: Guard, charts: Charts, units: UnitsOfWork, clock: Clock, pages: Pages
) -> None:
    """GET /console/customers/{customer_id}/record."""
    visiting = Annotated[Visitor, Depends(guard)]

    @router.get("/console/customers/{customer_id}/record", response_class=HTMLResponse)
    def record(visitor: visiting, customer_id: str) -> Response:
        chart = charts.chart(customer_id, as_of=clock.now().astimezone(TOKYO).date())
        with units(read_only=True) as unit:
            found = read_record(unit, chart.customer_id)
        place = f"/console/customers/{quote(chart.customer_id, safe='')}"
        return pages.render(
            "record.html",
            visitor,
            path=f"{place}/record",
            place=place,
            name=chart_name(chart, language=visitor.language),
            record=found,
        )
