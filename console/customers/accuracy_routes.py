"""The track record of the predictions as a page."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from agent.clock import TOKYO
from agent.ports import Clock
from agent.ports.insight import CustomerInsight
from console.customers.accuracy_page import read_accuracy
from console.frame.access import Guard, Visitor
from console.frame.render import Pages


def add_accuracy(
    router: APIRouter, *, guard: Guard, insight: CustomerInsight, clock: Clock, pages: Pages
) -> None:
    """GET /console/accuracy."""
    visiting = Annotated[Visitor, Depends(guard)]

    @router.get("/console/accuracy", response_class=HTMLResponse)
    def accuracy(visitor: visiting) -> Response:
        today = clock.now().astimezone(TOKYO).date()
        found = read_accuracy(insight, as_of=today, language=visitor.language)
        return pages.render(
            "accuracy.html",
            visitor,
            path="/console/accuracy",
            record=found,
            nps=found.nps,
            pareto=found.pareto,
        )
