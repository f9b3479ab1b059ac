"""Some messages need two people: who has approved this exact text so far, and is it enough?"""

from agent.domain.decision import Verb
from agent.domain.draft import DraftState
from agent.ports import UnitOfWork
from agent.service.recheck import Refusal

FIRST_APPROVAL = "お一人目の承認"
"""The step's word for it; any later step (an edit, a taken-back approval, a new finding) makes it void."""


def first_approver(unit: UnitOfWork, draft_id: str, *, digest: str) -> str | None:
    """Who gave the first of two approvals of exactly this text; None when nobody did, or something happened since."""
    steps = unit.drafts.steps(draft_id)
    if not steps or steps[-1].why != FIRST_APPROVAL or steps[-1].after is not DraftState.WAITING:
        return None
    by = steps[-1].by
    given = (d for d in unit.drafts.decisions(draft_id) if d.verb is Verb.APPROVE and d.by == by)
    return by if any(decision.digest == digest for decision in given) else None


def same_person(by: str) -> Refusal:
    """The first approver cannot be the second."""
    reason = (
        f"{FIRST_APPROVAL}（{by}さん）は記録済みです。この用件は、別の方がもう一度承認すると送信されます。"
        "お一人で運営されているお店では、設定（OKAERI_TWO_PEOPLE）で変えられます。"
    )
    return Refusal("second_person", reason, DraftState.WAITING)


def no_person() -> Refusal:
    """The program is nobody of the two."""
    return Refusal(
        "two_people", "この用件は、お二人の承認が必要です。自動では送信しません。", DraftState.WAITING
    )
