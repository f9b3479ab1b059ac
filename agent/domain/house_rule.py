"""House rules: how a shop's own staff keep changing drafts, said in plain words, with counts and a history."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent.domain.errors import PolicyRefusal
from agent.domain.label import agreement_of
from agent.domain.occasion import OCCASION_JA, Channel, Occasion

LEAST_CHANGES, LEAST_DRAFTS = 3, 2
"""A change seen less often is somebody's mood of the day."""
LEAST_SHARE = 0.3
"""Wilson's lower bound of changed/offered: 3 of 3, 4 of 5 or 6 of 10 pass, 3 of 5 does not. Editorial choice."""
LEAST_SHARE_THERE = 0.4
"""The same for a rule of one occasion or channel: who looks in many places finds something somewhere by chance."""
CHANNEL_JA = {Channel.EMAIL: "メール", Channel.LINE: "LINE"}


class RuleKind(StrEnum):
    """What editors do.

    rephrase: a phrase becomes another, in place.    reword: a sentence with the phrase becomes another sentence.
    cut: a phrase goes, the sentence stays.    drop: a sentence with the phrase goes.    closing: a last sentence is added.
    shorter: the text gets shorter.    fewer_marks: exclamation marks go.
    """

    REPHRASE = "rephrase"
    REWORD = "reword"
    CUT = "cut"
    DROP = "drop"
    CLOSING = "closing"
    SHORTER = "shorter"
    FEWER_MARKS = "fewer_marks"


class RuleState(StrEnum):
    """Where a rule stands; every step is a row of its own."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNDONE = "undone"


STATE_JA = {
    RuleState.PROPOSED: "提案",
    RuleState.ACCEPTED: "採用中",
    RuleState.REJECTED: "不採用",
    RuleState.UNDONE: "取り消し済み",
}
"""How staff read a state."""
_FOLLOWS = {
    RuleState.PROPOSED: {RuleState.PROPOSED, RuleState.ACCEPTED, RuleState.REJECTED},
    RuleState.ACCEPTED: {RuleState.UNDONE},
    RuleState.REJECTED: {RuleState.UNDONE},
    RuleState.UNDONE: {RuleState.ACCEPTED, RuleState.REJECTED},
}


@dataclass(frozen=True, slots=True)
class RuleExample:
    """One change as it was made: the sentence before and after, without people, products and figures."""

    draft_id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HouseRule:
    """A recurring change.

    before, after: phrases or sentences; for closing only `after`, for shorter `after` is a number of characters, for fewer_marks
    the marks a text may keep.    occasion, channel: where it holds, None for everywhere.    changed: times editors did so.
    offered: times they could have.    drafts: in how many texts.    editors: log-in names, sorted.
    """

    kind: RuleKind
    before: str
    after: str
    changed: int
    offered: int
    drafts: int
    editors: tuple[str, ...] = ()
    examples: tuple[RuleExample, ...] = ()
    occasion: Occasion | None = None
    channel: Channel | None = None

    @property
    def rule_id(self) -> str:
        """The same change has the same id, whenever it is found."""
        parts = [self.kind, self.before, self.after, self.occasion or "", self.channel or ""]
        return "r" + hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:8]

    @property
    def low(self) -> float:
        """Wilson's lower bound of the share that editors change."""
        return agreement_of(min(self.changed, self.offered), self.offered).low or 0.0

    @property
    def frequent(self) -> bool:
        """Often enough, in enough texts, and seldom left alone."""
        somewhere = self.occasion is not None or self.channel is not None
        least = LEAST_SHARE_THERE if somewhere else LEAST_SHARE
        enough = self.changed >= LEAST_CHANGES and self.drafts >= LEAST_DRAFTS
        return enough and round(self.low, 3) >= least

    @property
    def ja(self) -> str:
        """The rule in plain words, as staff and models read it."""
        said = _PLAIN[self.kind].format(before=self.before, after=self.after.rstrip("。"))
        return f"{self._where}{_NO_MARKS if self._never_marks else said}"

    @property
    def short(self) -> str:
        """「ご愛顧」→「いつもありがとうございます」 8/10."""
        said = _SHORT[self.kind].format(before=self.before, after=self.after.rstrip("。"))
        return f"{_NO_MARKS if self._never_marks else said} {self.changed}/{self.offered}"

    @property
    def _never_marks(self) -> bool:
        return self.kind is RuleKind.FEWER_MARKS and self.after == "0"

    @property
    def _where(self) -> str:
        places = [CHANNEL_JA[self.channel]] if self.channel else []
        places += [f"「{OCCASION_JA[self.occasion]}」"] if self.occasion else []
        return f"{'の'.join(places)}では、" if places else ""

    def holds_for(self, occasion: Occasion, channel: Channel) -> bool:
        """Whether a message of this kind follows it."""
        return self.occasion in (None, occasion) and self.channel in (None, channel)


_NO_MARKS = "「！」は使わない"
_PLAIN = {
    RuleKind.REPHRASE: "「{before}」は「{after}」と書く",
    RuleKind.REWORD: "「{before}」と書くところは「{after}」とする",
    RuleKind.CUT: "「{before}」は書かない",
    RuleKind.DROP: "「{before}」という文は書かない",
    RuleKind.CLOSING: "結びに「{after}」と添える",
    RuleKind.SHORTER: "あいさつと署名を除いて{after}字くらいまでに短くまとめる",
    RuleKind.FEWER_MARKS: "「！」は1通に{after}個までにする",
}
_SHORT = {
    RuleKind.REPHRASE: "「{before}」→「{after}」",
    RuleKind.REWORD: "「{before}」の文→「{after}」",
    RuleKind.CUT: "「{before}」→（削る）",
    RuleKind.DROP: "「{before}」の文→（削る）",
    RuleKind.CLOSING: "結びに「{after}」",
    RuleKind.SHORTER: "{after}字くらいまで",
    RuleKind.FEWER_MARKS: "「！」は{after}個まで",
}


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One row of a rule's life: what was seen of it then, and who said what."""

    rule: HouseRule
    state: RuleState
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RuleRefused:
    """A recurring change that may not become a rule. why: in Japanese."""

    rule: HouseRule
    why: str


def require_rule_step(before: RuleState, after: RuleState) -> None:
    """Raise PolicyRefusal unless a rule may go from `before` to `after`."""
    if after not in _FOLLOWS[before]:
        raise PolicyRefusal(
            f"a rule that is {before} cannot become {after}",
            ja=f"このきまりは「{STATE_JA[before]}」のため、「{STATE_JA[after]}」にはできません。"
            + ("先に取り消してください。" if RuleState.UNDONE in _FOLLOWS[before] else ""),
        )
