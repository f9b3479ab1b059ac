"""A customer follows 「配信停止」: their no counts from this moment on."""

from agent.domain.errors import NotFound
from agent.domain.opt_out import OptOut
from agent.ports import UnitsOfWork
from agent.service.refuse_contact import refuse_contact
from agent.service.unsubscribe import read_opt_out

ONE_CLICK = "one_click"


def opt_out(units: UnitsOfWork, token: str) -> OptOut:
    """Record the no behind a token and stop the address; asked twice, the answer is the same and nothing is added.

    The address stays stopped even when the customer has been erased since. Raises NotFound for a token we did not make.
    """
    asked = read_opt_out(units, token)
    with units() as unit:
        if unit.consents.suppressed(asked.channel, asked.recipient) != ONE_CLICK:
            unit.consents.suppress(asked.channel, asked.recipient, reason=ONE_CLICK)
            try:
                refuse_contact(
                    unit,
                    asked.customer_id,
                    asked.channel,
                    source=ONE_CLICK,
                    by="customer",
                    why="お客さまが配信を停止しました",
                )
            except NotFound:
                unit.audit.record(
                    actor="customer",
                    action="consent_refused",
                    object_kind="customer",
                    object_id=asked.customer_id,
                    detail={"channel": asked.channel.value, "source": ONE_CLICK, "suppressed": []},
                )
            unit.commit()
    return asked
