"""A customer said no: record it, and stop everything that was on its way to them, at once."""

from agent.domain.draft import Draft, DraftState
from agent.domain.occasion import Channel
from agent.ports import UnitOfWork

STOPPABLE = frozenset({DraftState.HELD, DraftState.WAITING, DraftState.APPROVED})


def refuse_contact(
    unit: UnitOfWork, customer_id: str, channel: Channel | None, *, source: str, by: str, why: str
) -> list[str]:
    """Record the refusal (channel None: every channel, for ever) and suppress the customer's unfinished drafts.

    A message a worker already holds cannot be stopped; the next one can. Returns the ids of suppressed drafts. The caller
    commits. Raises NotFound for an unknown customer.
    """
    unit.consents.refuse(customer_id, channel, source=source)
    unfinished = unit.drafts.unfinished(customer_id, channel)
    stopped = [draft.draft_id for draft in unfinished if _stop(unit, draft.draft_id, by=by, why=why)]
    unit.audit.record(
        actor=by,
        action="consent_refused",
        object_kind="customer",
        object_id=customer_id,
        detail={
            "channel": channel.value if channel else "all",
            "source": source,
            "suppressed": list(stopped),
        },
    )
    return stopped


def _stop(unit: UnitOfWork, draft_id: str, *, by: str, why: str) -> bool:
    draft: Draft = unit.drafts.get(draft_id, lock=True)
    leaving = draft.state is DraftState.SCHEDULED
    if not (draft.state in STOPPABLE or (leaving and unit.outbox.cancel(draft_id, reason=why))):
        return False
    unit.drafts.move(draft_id, DraftState.SUPPRESSED, by=by, why=why)
    return True
