"""House rules as a manager handles them: propose from edits, try, accept, reject, undo."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.clock import TOKYO
from agent.domain.draft import DraftState, DraftVersion
from agent.domain.errors import NotFound, PolicyRefusal
from agent.domain.house_rule import (
    HouseRule,
    RuleRefused,
    RuleState,
    RuleStep,
    require_rule_step,
)
from agent.domain.message import MessageContext, WrittenMessage
from agent.domain.staff import ROLE_JA, Right
from agent.ports import Clock, ReadGuide, UnitOfWork, UnitsOfWork
from agent.service.learn_rules import learn_rules
from agent.service.refuse_rules import Gate, conflict, gate_objection, sort_out
from agent.service.reviewed_text import ReviewedText, reviewed
from agent.service.rule_effect import RuleEffect, TrialText, rule_effect

MOST_TRIALS = 200
"""Own drafts a rule is tried on."""
_AUDIT = {
    RuleState.ACCEPTED: "accepted_rule",
    RuleState.REJECTED: "rejected_rule",
    RuleState.UNDONE: "undid_rule",
}


@dataclass(frozen=True, slots=True)
class Learned:
    """What a look at the edits brought. looked: texts read.    edited: those somebody changed.    found: rules that may stand.

    new: ids of those nobody had been told of.    refused: recurring changes that may not become rules.
    """

    looked: int
    edited: int
    found: tuple[HouseRule, ...]
    new: tuple[str, ...]
    refused: tuple[RuleRefused, ...]


class HouseRules:
    """The rules of one shop. A rule is used in drafts only while it is accepted."""

    def __init__(self, *, units: UnitsOfWork, clock: Clock, gate: Gate, guide: ReadGuide) -> None:
        self._units, self._clock, self._gate, self._guide = units, clock, gate, guide

    def standing(self) -> list[RuleStep]:
        """Every rule with its newest step, in the order they were first proposed."""
        with self._units(read_only=True) as work:
            return list(work.voice.rules().values())

    def history(self, rule_id: str) -> list[RuleStep]:
        """Every step of one rule, oldest first. Raises NotFound."""
        with self._units(read_only=True) as work:
            steps = list(work.voice.rule_history(rule_id))
        if not steps:
            raise _no_rule(rule_id)
        return steps

    def propose(self, *, by: str, texts: Sequence[ReviewedText] | None = None) -> Learned:
        """Look at what people approved, and store what keeps being changed as proposals.

        texts: edits from elsewhere instead of the shop's own. What was accepted, rejected or undone is not proposed again; a
        proposal nobody answered gets its new counts as a new row.
        """
        if texts is None:
            with self._units(read_only=True) as work:
                texts = [reviewed(looked) for looked in work.voice.looked_at()]
        guide = self._guide()
        with self._units() as work:
            work.voice.lock()
            known = work.voice.rules()
            accepted = [step.rule for step in known.values() if step.state is RuleState.ACCEPTED]
            found, refused = sort_out(
                learn_rules(texts),
                accepted=accepted,
                guide=guide,
                gate=self._gate,
                today=self._clock.now().astimezone(TOKYO).date(),
                where={text.draft_id: (text.occasion, text.channel) for text in texts},
            )
            new = [rule.rule_id for rule in found if rule.rule_id not in known]
            for rule in found:
                before = known.get(rule.rule_id)
                fresh = before is not None and before.state is RuleState.PROPOSED and before.rule != rule
                if before is None or fresh:
                    why = f"手直し{rule.changed}回（{rule.drafts}通）から"
                    work.voice.add_step(RuleStep(rule, RuleState.PROPOSED, by, why, self._clock.now()))
            work.commit()
        return Learned(len(texts), sum(t.edited for t in texts), found, tuple(new), refused)

    def decide(self, rule_id: str, state: RuleState, *, by: str, why: str = "") -> RuleStep:
        """Accept, reject or undo. Raises NotFound, PolicyRefusal (no right, wrong moment, against gate or another rule)."""
        with self._units() as work:
            _require_decider(work, by)
            work.voice.lock()
            known = work.voice.rules()
            step = known.get(rule_id)
            if step is None:
                raise _no_rule(rule_id)
            require_rule_step(step.state, state)
            if state is RuleState.ACCEPTED:
                accepted = [s.rule for s in known.values() if s.state is RuleState.ACCEPTED]
                today = self._clock.now().astimezone(TOKYO).date()
                problem = conflict(step.rule, accepted) or gate_objection(step.rule, self._gate, today=today)
                if problem:
                    raise PolicyRefusal(f"rule {rule_id} cannot be accepted", ja=f"採用できません。{problem}")
            taken = RuleStep(step.rule, state, by, why, self._clock.now())
            work.voice.add_step(taken)
            work.audit.record(
                actor=by,
                action=_AUDIT[state],
                object_kind="house_rule",
                object_id=rule_id,
                detail={"rule": step.rule.ja, "why": why},
            )
            work.commit()
        return taken

    def effect(self, rule_id: str, texts: Sequence[TrialText] = ()) -> RuleEffect:
        """What a rule would change in texts; without any, in the shop's own undecided drafts. Raises NotFound."""
        with self._units(read_only=True) as work:
            step = work.voice.rules().get(rule_id)
        if step is None:
            raise _no_rule(rule_id)
        return rule_effect(step.rule, texts or self.own_trials(), gate=self._gate)

    def own_trials(self) -> list[TrialText]:
        """The shop's undecided drafts."""
        states = (DraftState.WAITING, DraftState.HELD)
        with self._units(read_only=True) as work:
            drafts = work.drafts.listed(states, limit=MOST_TRIALS)
        return [
            _trial_of(draft.draft_id, draft.context, draft.version)
            for draft in drafts
            if draft.context and draft.version
        ]


def _trial_of(draft_id: str, context: MessageContext, version: DraftVersion) -> TrialText:
    message = WrittenMessage(draft_id, context.context_id, version.subject, version.body, version.preheader)
    return TrialText(draft_id, context, message)


def _require_decider(work: UnitOfWork, by: str) -> None:
    """Raises NotFound for an unknown person, PolicyRefusal for one who may not decide."""
    found = work.staff.find(by)
    if found is None:
        raise NotFound(f"no user {by!r}", ja=f"「{by}」という名前の利用者は登録されていません。")
    member = found[0]
    if not member.may(Right.DECIDE):
        raise PolicyRefusal(
            f"{by} may not decide on rules",
            ja=f"{ROLE_JA[member.role]}の方は、きまりを決められません。オーナーか承認者にお願いしてください。",
        )


def _no_rule(rule_id: str) -> NotFound:
    return NotFound(
        f"no rule {rule_id}",
        ja=f"きまり「{rule_id}」はありません。okaeri rules list で番号をご確認ください。",
    )
