"""Is the message in the outbox the very text a person approved?"""

from collections.abc import Sequence

from agent.domain.decision import Decision, Verb
from agent.domain.draft import Draft, DraftState, text_digest
from agent.ports import OutboxEntry
from agent.service.recheck import Refusal

CHANGED = Refusal(
    "not_approved_text",
    "承認された文面と違うため、送信しませんでした。文面を確認して、もう一度承認してください。",
    DraftState.HELD,
)


def broken_seal(entry: OutboxEntry, draft: Draft, decisions: Sequence[Decision]) -> Refusal | None:
    """None when row, draft and approval agree on one exact text to one address; else the refusal."""
    approvals = [each for each in decisions if each.verb is Verb.APPROVE and each.version == entry.version]
    if not approvals or draft.version is None or draft.version.number != entry.version:
        return CHANGED
    message = entry.message
    same = (
        message.seal() == entry.payload_digest
        and text_digest(
            message.channel,
            message.recipient,
            message.subject,
            message.body,
            message.preheader,
            message.layout,
        )
        == approvals[-1].digest
        and draft.version.digest(channel=draft.channel, recipient=draft.recipient) == approvals[-1].digest
    )
    return None if same else CHANGED
