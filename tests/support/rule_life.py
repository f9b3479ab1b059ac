"""A shop whose staff keep changing the same words: real drafts, edits and approvals, for pictures and tests."""

from tests.support.console_desk import ConsoleDesk

CHANGES = (
    (
        "このたびはご購入いただき、ありがとうございました。",
        "このたびはお求めいただき、ありがとうございました。",
    ),
    ("日頃よりご愛顧いただき、誠にありがとうございます！", "いつもありがとうございます。"),
    ("お困りのことは、ご連絡させていただきます。", "お困りのことは、ご連絡いたします。"),
)
"""Sentence as a machine wrote it, and as an editor left it."""


def live_through_edits(desk: ConsoleDesk, *, rounds: int = 4) -> None:
    """Every change `rounds` times, each in a draft of its own, by kaki and oono in turn; and a few drafts that wait."""
    desk.customer()
    for kind, (before, after) in enumerate(CHANGES):
        for number in range(rounds):
            draft_id = f"e{kind}{number}"
            edit(desk, draft_id, before, after, by="kaki" if number % 2 else "oono")
    for kind, (before, _) in enumerate(CHANGES):
        desk.draft(f"w{kind}", text=before)


def edit(desk: ConsoleDesk, draft_id: str, before: str, after: str, *, by: str = "kaki") -> None:
    """A draft that somebody changed and mori let go."""
    desk.draft(draft_id, text=before)
    version = desk.read(draft_id).version
    assert version is not None
    desk.decide.edit(draft_id, by=by, text=version.body.replace(before, after))
    decided = desk.decide.approve(draft_id, by="mori")
    assert decided.refusal is None, decided.refusal
