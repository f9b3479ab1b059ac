"""The console as routes: log in, the queue and its drafts, customers, the track record of the predictions."""

from collections.abc import Sequence

from fastapi import APIRouter

from agent.ports import Charts, Clock, Experiences, UnitsOfWork
from agent.ports.insight import CustomerInsight, FactKeeping
from agent.ports.status import StatusBook
from agent.service.ask_variant import AskVariant
from agent.service.audit_trail import AuditTrail
from agent.service.bulk_approve import BulkApprove
from agent.service.decide_draft import DecideDraft
from agent.service.earned_autonomy import EarnedAutonomy
from agent.service.house_rules import HouseRules
from agent.service.mend_outbox import MendOutbox
from agent.service.redraft import Redraft
from agent.service.share_work import ShareWork
from agent.service.staff import Staff
from agent.service.take_version import TakeVersion
from agent.service.tell_settings import SettingsGroup
from console.audit.audit_routes import add_audit
from console.customers.accuracy_routes import add_accuracy
from console.customers.customer_routes import add_customers, add_notes
from console.customers.record_routes import add_records
from console.desk.bulk_routes import add_bulk
from console.desk.desk_page import DeskPage
from console.desk.desk_routes import add_answers, add_reading
from console.desk.edit_routes import add_edits
from console.desk.preview_routes import add_previews
from console.desk.queue_routes import add_queue
from console.desk.redraft_routes import add_redraft
from console.desk.rewrite_routes import add_rewrites
from console.frame.access import Guard
from console.frame.door_routes import add_door
from console.frame.render import Pages
from console.learning.autonomy_routes import add_autonomy
from console.learning.rules_routes import add_rules
from console.people.notice_routes import add_notices
from console.people.people_routes import add_people
from console.people.users_routes import add_users
from console.settings.settings_routes import add_settings
from console.status.status_routes import add_status
from console.today.today_page import Limits
from console.today.today_routes import add_today


def console_router(
    *,
    units: UnitsOfWork,
    charts: Charts,
    decisions: DecideDraft,
    staff: Staff,
    clock: Clock,
    public_url: str | None = None,
    shop_name: str | None = None,
    insight: CustomerInsight | None = None,
    keeping: FactKeeping | None = None,
    autonomy: EarnedAutonomy | None = None,
    rules: HouseRules | None = None,
    experiences: Experiences | None = None,
    take_version: TakeVersion | None = None,
    ask_variant: AskVariant | None = None,
    limits: Limits | None = None,
    bulk: BulkApprove | None = None,
    work: ShareWork | None = None,
    trail: AuditTrail | None = None,
    redraft: Redraft | None = None,
    status: StatusBook | None = None,
    mend: MendOutbox | None = None,
    told_settings: Sequence[SettingsGroup] = (),
) -> APIRouter:
    """Every page of the console under /console. Mount `console.frame.render.STATIC` at /console/static beside it, and give
    `console.frame.errors.error_page` to whoever answers errors. Without insight there are no pages of customers; without keeping,
    nobody can leave a note; without autonomy nothing is said about sending without a person, without rules nothing of what edits teach;
    without experiences the light says nothing of troubles, without ask_variant nobody is offered a second text."""
    router = APIRouter(tags=["console"])
    guard, pages = (
        Guard(staff, public_url=public_url),
        Pages(
            shop_name=shop_name,
            has_customers=insight is not None,
            has_people=work is not None,
            has_autonomy=autonomy is not None,
            has_rules=rules is not None,
            has_audit=trail is not None,
            has_redraft=redraft is not None,
            has_status=status is not None,
            has_settings=bool(told_settings),
        ),
    )
    add_door(router, guard=guard, staff=staff, pages=pages)
    page = DeskPage(units, charts, clock, pages, experiences=experiences, more_texts=ask_variant is not None)
    add_today(
        router,
        guard=guard,
        units=units,
        charts=charts,
        clock=clock,
        limits=limits or Limits(),
        pages=pages,
    )
    add_queue(router, guard=guard, units=units, clock=clock, pages=pages)
    if bulk is not None:
        add_bulk(router, guard=guard, units=units, bulk=bulk, clock=clock, pages=pages)
    add_notices(router, guard=guard, units=units, clock=clock, pages=pages)
    if work is not None:
        add_people(router, guard=guard, units=units, work=work, pages=pages)
        add_users(router, guard=guard, staff=staff, pages=pages)
    add_reading(router, guard=guard, page=page)
    add_answers(router, guard=guard, units=units, decisions=decisions, page=page)
    add_edits(router, guard=guard, decisions=decisions, page=page, pages=pages)
    add_rewrites(
        router,
        guard=guard,
        units=units,
        decisions=decisions,
        take_version=take_version,
        ask_variant=ask_variant,
        clock=clock,
        page=page,
        pages=pages,
    )
    if redraft is not None:
        add_redraft(router, guard=guard, redraft=redraft, page=page)
    add_previews(router, guard=guard, decisions=decisions, clock=clock, pages=pages)
    if insight is not None:
        add_customers(
            router,
            guard=guard,
            insight=insight,
            units=units,
            clock=clock,
            pages=pages,
            notes=keeping is not None,
        )
        add_records(router, guard=guard, charts=charts, units=units, clock=clock, pages=pages)
        add_accuracy(router, guard=guard, insight=insight, clock=clock, pages=pages)
        if keeping is not None:
            add_notes(
                router, guard=guard, insight=insight, keeping=keeping, units=units, clock=clock, pages=pages
            )
    if autonomy is not None:
        add_autonomy(router, guard=guard, autonomy=autonomy, clock=clock, pages=pages)
    if rules is not None:
        add_rules(router, guard=guard, rules=rules, pages=pages)
    if trail is not None:
        add_audit(router, guard=guard, units=units, trail=trail, clock=clock, pages=pages)
    if status is not None:
        add_status(
            router,
            guard=guard,
            book=status,
            mend=mend,
            clock=clock,
            cap_yen=limits.daily_yen_cap if limits else None,
            pages=pages,
        )
    if told_settings:
        add_settings(router, guard=guard, told=told_settings, pages=pages)
    return router
