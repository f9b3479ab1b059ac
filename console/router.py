"""The review desk as routes: log in, the queue, one draft, the six answers."""

from fastapi import APIRouter

from agent.ports import Charts, Clock, UnitsOfWork
from agent.service.decide_draft import DecideDraft
from agent.service.staff import Staff
from console.access import Guard
from console.desk_routes import add_answers, add_reading
from console.door_routes import add_door
from console.render import Pages


def console_router(
    *,
    units: UnitsOfWork,
    charts: Charts,
    decisions: DecideDraft,
    staff: Staff,
    clock: Clock,
    public_url: str | None = None,
    shop_name: str | None = None,
) -> APIRouter:
    """Every page of the console under /console. Mount `console.render.STATIC` at /console/static beside it, and give
    `console.errors.error_page` to whoever answers errors."""
    router = APIRouter(tags=["console"])
    guard, pages = Guard(staff, public_url=public_url), Pages(shop_name=shop_name)
    add_door(router, guard=guard, staff=staff, pages=pages)
    add_reading(router, guard=guard, units=units, charts=charts, clock=clock, pages=pages)
    add_answers(
        router, guard=guard, units=units, charts=charts, decisions=decisions, clock=clock, pages=pages
    )
    return router
