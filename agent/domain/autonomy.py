"""When an occasion may send by itself: earned by clean approvals, switched on by an owner, lost by itself.

The numbers are editorial choices, written down so that a shop can argue with them: 50 clean approvals are about two weeks of
a small shop. Wilson's lower bound at the bar of .90 asks for 35 of 35, 52 of 53, 67 of 69: a slip costs 16 to 18 more.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agent.domain.label import Agreement, Label, agreement, newest_first
from agent.domain.occasion import Occasion
from agent.domain.occasion_brief import BRIEFS

NEEDED = 50
"""Clean approvals among the last `WINDOW` labels."""
WINDOW = 100
BAR = 0.90
"""Wilson's lower bound of the agreement of gate and people must reach this to earn; the upper bound falling below it is drift."""
DRIFT_DAYS = 7
DRIFT_LEAST = 10
"""With fewer labels in those days nothing is said about drift."""
SAMPLE = 0.05
"""Share of drafts still shown to a person while an occasion sends by itself."""
NEVER_ALONE = frozenset(occasion for occasion, brief in BRIEFS.items() if brief.by_people_only)
"""Occasions that always need a person."""
ACTOR = "okaeri:auto"
"""Who signs an approval that no person gave."""
DEMANDED = frozenset({"cli", "console", "demo"})
"""Triggers behind which a person stands, who will look at the draft they asked for."""


class Standing(StrEnum):
    """Where an occasion stands."""

    NEVER = "never"
    LEARNING = "learning"
    EARNED = "earned"
    ON = "on"
    LOST = "lost"
    STOPPED = "stopped"


STANDING_JA = {
    Standing.NEVER: "いつも人が確認",
    Standing.LEARNING: "実績を集めています",
    Standing.EARNED: "自動にできます",
    Standing.ON: "自動で送信中",
    Standing.LOST: "自動を取り消しました",
    Standing.STOPPED: "停止中",
}
"""How staff read a standing."""


@dataclass(frozen=True, slots=True)
class Switch:
    """The newest word on an occasion (None: on all of them, the kill switch). on: sends by itself, or for all: not stopped.

    lost: switched off by the program itself.
    """

    occasion: Occasion | None
    on: bool
    lost: bool
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Autonomy:
    """One occasion's standing and what it rests on. why: a Japanese sentence for staff.

    clean: clean approvals counted, of `NEEDED`.    agreed: over the labels counted.    week: over the last `DRIFT_DAYS` days.
    lost_because: set when the standing must change to LOST now; the caller writes it down.
    """

    occasion: Occasion
    standing: Standing
    clean: int
    agreed: Agreement
    week: Agreement
    why: str
    lost_because: str | None = None


def standing_of(
    occasion: Occasion,
    labels: Iterable[Label],
    *,
    switch: Switch | None,
    stopped: Switch | None,
    now: datetime,
) -> Autonomy:
    """Judge one occasion by its own labels.

    switch: the newest word on this occasion, None when there was none.    stopped: the kill switch's newest word.
    After a loss only later labels count.
    """
    since = switch.at if switch and switch.lost else None
    own = [
        label
        for label in newest_first(labels)
        if label.occasion is occasion and (since is None or label.decided_at > since)
    ]
    counted = own[:WINDOW]
    clean = sum(label.clean for label in counted)
    agreed = agreement(counted)
    recent = [label for label in own if now - timedelta(days=DRIFT_DAYS) < label.decided_at <= now]
    week = agreement(recent)

    def found(standing: Standing, why: str, lost_because: str | None = None) -> Autonomy:
        return Autonomy(occasion, standing, clean, agreed, week, why, lost_because)

    if occasion in NEVER_ALONE:
        return found(Standing.NEVER, "この用件は、いつも人が確認してから送ります。")
    is_on = switch is not None and switch.on
    if is_on and switch is not None:
        lost = _lost(own, week, since=switch.at)
        if lost:
            return found(Standing.LOST, lost, lost_because=lost)
    if stopped is not None and not stopped.on:
        return found(
            Standing.STOPPED, f"すべての自動送信を止めています（{stopped.by}: {stopped.why or '理由なし'}）。"
        )
    if is_on:
        return found(
            Standing.ON, f"検査で何も見つからない下書きだけを送ります。{SAMPLE:.0%}は人が確認します。"
        )
    earned = clean >= NEEDED and agreed.low is not None and agreed.low >= BAR
    if earned:
        return found(Standing.EARNED, "実績がそろいました。オーナーが自動にできます。")
    if switch is not None and switch.lost:
        return found(Standing.LOST, f"{switch.why} もう一度実績を集めています（{clean}／{NEEDED}件）。")
    return found(Standing.LEARNING, _still_missing(clean, agreed))


def may_go_alone(autonomy: Autonomy, *, trigger: str, spotless: bool) -> bool:
    """Whether a waiting draft may be approved without a person, unless it `is_sampled`.

    trigger: what noticed its occasion.    spotless: recommended to send, and nothing found that asks for a look.
    """
    return autonomy.standing is Standing.ON and trigger not in DEMANDED and spotless


def is_sampled(draft_id: str) -> bool:
    """Whether this draft is one of the `SAMPLE` shown to a person: by its id, so that every worker says the same."""
    number = int.from_bytes(hashlib.blake2b(draft_id.encode(), digest_size=8).digest(), "big")
    return number / 2**64 < SAMPLE


def _lost(own: Sequence[Label], week: Agreement, *, since: datetime) -> str | None:
    grave = [label for label in own if label.grave and label.decided_at > since]
    if grave:
        what = "事実が違う" if grave[0].reason == "facts" else "表現が心配"
        return f"検査を通った下書きが「{what}」として却下されたため、自動送信を取り消しました。"
    if week.of >= DRIFT_LEAST and week.high is not None and week.high < BAR:
        return (
            f"この{DRIFT_DAYS}日間、人と検査の一致が{week.agreed}／{week.of}件まで下がったため、"
            "自動送信を取り消しました。"
        )
    return None


def _still_missing(clean: int, agreed: Agreement) -> str:
    if clean < NEEDED:
        return f"そのまま承認された下書きが{NEEDED}件になるまで、あと{NEEDED - clean}件です。"
    low = f"{agreed.low:.0%}" if agreed.low is not None else "—"
    return f"人と検査の一致が、控えめに見て{BAR:.0%}に届いていません（いま{low}）。"
