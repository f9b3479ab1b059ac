"""House rules: see what editors keep changing, try a rule, accept, reject, undo."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent.domain.errors import NotFound, OkaeriError
from agent.domain.house_rule import RuleState
from agent.domain.staff import Right
from agent.service.house_rules import HouseRules
from console.frame.access import Guard, Visitor
from console.frame.render import Pages
from console.frame.words import WORDS, say

PLACE = "/console/rules"
_TO = {"accept": RuleState.ACCEPTED, "reject": RuleState.REJECTED, "undo": RuleState.UNDONE}


def add_rules(router: APIRouter, *, guard: Guard, rules: HouseRules, pages: Pages) -> None:
    """GET /console/rules (`try` names a rule to try); POST propose, and {rule_id}/accept, reject or undo."""
    visiting = Annotated[Visitor, Depends(guard)]

    def show(
        visitor: Visitor,
        *,
        said: str | None = None,
        trouble: str | None = None,
        tried: str = "",
        status: int = 200,
    ) -> Response:
        steps = rules.standing()
        known = {step.rule.rule_id for step in steps}
        return pages.render(
            "rules.html",
            visitor,
            path=PLACE,
            status=status,
            proposed=[s for s in steps if s.state is RuleState.PROPOSED],
            accepted=[s for s in steps if s.state is RuleState.ACCEPTED],
            put_aside=[s for s in steps if s.state in (RuleState.REJECTED, RuleState.UNDONE)],
            effect=rules.effect(tried) if tried in known else None,
            decider=visitor.member.may(Right.DECIDE),
            said=said,
            trouble=trouble,
        )

    def act(visitor: Visitor, place: str, do: Callable[[], object]) -> Response:
        try:
            do()
        except OkaeriError as error:
            return show(visitor, trouble=error.ja, status=404 if isinstance(error, NotFound) else 409)
        return RedirectResponse(place, 303)

    @router.get(PLACE, response_class=HTMLResponse)
    def standing(
        visitor: visiting,
        said: Annotated[str, Query(max_length=40)] = "",
        tried: Annotated[str, Query(alias="try", max_length=20)] = "",
    ) -> Response:
        key = f"said_rules_{said}"
        return show(visitor, said=say(visitor.language, key) if key in WORDS else None, tried=tried)

    @router.post(f"{PLACE}/propose")
    def propose(visitor: visiting) -> Response:
        try:
            found = rules.propose(by=visitor.member.name)
        except OkaeriError as error:
            return show(visitor, trouble=error.ja, status=409)
        told = say(
            visitor.language,
            "rules_looked",
            looked=found.looked,
            edited=found.edited,
            new=len(found.new),
        )
        return show(visitor, said=told)

    def decide(visitor: Visitor, rule_id: str, verb: str) -> Response:
        return act(
            visitor,
            f"{PLACE}?said={verb}",
            lambda: rules.decide(rule_id, _TO[verb], by=visitor.member.name),
        )

    @router.post(f"{PLACE}/{{rule_id}}/accept")
    def accept(visitor: visiting, rule_id: str) -> Response:
        return decide(visitor, rule_id, "accept")

    @router.post(f"{PLACE}/{{rule_id}}/reject")
    def reject(visitor: visiting, rule_id: str) -> Response:
        return decide(visitor, rule_id, "reject")

    @router.post(f"{PLACE}/{{rule_id}}/undo")
    def undo(visitor: visiting, rule_id: str) -> Response:
        return decide(visitor, rule_id, "undo")
