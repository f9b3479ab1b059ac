"""Which occasions may send by themselves, and what that rests on: one card an occasion, its weeks drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agent.clock import TOKYO
from agent.domain.autonomy import ACTOR, BAR, NEEDED, Autonomy, Standing, Switch
from agent.domain.label import Agreement, Label, Outcome, agreement
from agent.domain.occasion import Occasion
from agent.service.earned_autonomy import EarnedAutonomy
from console.customers.plots.axis import Axis
from console.frame.figures import say_share
from console.frame.words import Language, say

WEEKS = 8
"""About what a shop remembers."""
WIDTH, HEIGHT = 320, 84
SHOWN = 3
"""Disagreements named on a card; the drafts tell the rest."""


@dataclass(frozen=True, slots=True)
class WeekMark:
    """One week in the picture: middle of its column, share and interval as heights; None when nobody decided anything."""

    starts: date
    agreed: Agreement
    x: float
    y: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class OccasionView:
    """One card. filled: per cent of the progress bar.    disagreed: newest first, at most `SHOWN`."""

    found: Autonomy
    why: str
    filled: int
    weeks: tuple[WeekMark, ...]
    disagreed: tuple[Label, ...]
    may_turn_on: bool
    may_turn_off: bool

    @property
    def has_weeks(self) -> bool:
        """Whether there is anything to draw."""
        return any(week.y is not None for week in self.weeks)


@dataclass(frozen=True, slots=True)
class Turned:
    """One line of the record. what: the word's key after `autonomy_turned_`."""

    switch: Switch
    what: str
    by: str


@dataclass(frozen=True, slots=True)
class AutonomyPage:
    """The page. stopped: the kill switch's word when it is pulled.    any_on: something goes by itself.    bar: height of the line."""

    cards: tuple[OccasionView, ...]
    stopped: Switch | None
    stopped_by: str
    any_on: bool
    history: tuple[Turned, ...]
    bar: float
    needed: int = NEEDED


def read_autonomy(
    autonomy: EarnedAutonomy, *, now: datetime, owner: bool, decider: bool, language: Language
) -> AutonomyPage:
    """Everything the page shows. owner, decider: what the visitor may do."""
    labels, history = autonomy.labels(), autonomy.history()
    standings = autonomy.standings()
    order = [Standing.ON, Standing.LOST, Standing.STOPPED, Standing.EARNED, Standing.LEARNING, Standing.NEVER]
    kill = next((switch for switch in history if switch.occasion is None), None)
    newest: dict[Occasion, Switch] = {}
    for switch in history:
        if switch.occasion is not None:
            newest.setdefault(switch.occasion, switch)
    cards = [
        _card(
            found,
            [label for label in labels if label.occasion is found.occasion],
            now=now,
            is_on=found.occasion in newest and newest[found.occasion].on,
            owner=owner,
            decider=decider,
            language=language,
        )
        for found in sorted(standings, key=lambda each: order.index(each.standing))
    ]
    stopped = kill if kill is not None and not kill.on else None
    return AutonomyPage(
        cards=tuple(cards),
        stopped=stopped,
        stopped_by=_name(stopped.by, language) if stopped else "",
        any_on=any(card.may_turn_off or card.found.standing is Standing.ON for card in cards),
        history=tuple(Turned(switch, _what(switch), _name(switch.by, language)) for switch in history[:12]),
        bar=_upright().at(BAR),
    )


def _card(
    found: Autonomy,
    labels: Sequence[Label],
    *,
    now: datetime,
    is_on: bool,
    owner: bool,
    decider: bool,
    language: Language,
) -> OccasionView:
    return OccasionView(
        found=found,
        why=_why(found, language),
        filled=min(100, round(100 * found.clean / NEEDED)),
        weeks=_weeks(labels, now),
        disagreed=tuple(
            label for label in labels if label.agrees is False and label.outcome is not Outcome.AS_IS
        )[:SHOWN],
        may_turn_on=owner and found.standing is Standing.EARNED,
        may_turn_off=decider and is_on,
    )


def _weeks(labels: Sequence[Label], now: datetime) -> tuple[WeekMark, ...]:
    """The last `WEEKS` weeks, each seven days long, the newest ending today in Tokyo."""
    today = now.astimezone(TOKYO).date()
    across, up = Axis(0, WEEKS, 6, WIDTH - 6), _upright()
    marks = []
    for number in range(WEEKS):
        last = today - timedelta(days=7 * (WEEKS - 1 - number))
        first = last - timedelta(days=6)
        agreed = agreement(
            label for label in labels if first <= label.decided_at.astimezone(TOKYO).date() <= last
        )
        marks.append(
            WeekMark(
                starts=first,
                agreed=agreed,
                x=across.at(number + 0.5),
                y=None if agreed.share is None else up.at(agreed.share),
                low=None if agreed.low is None else up.at(agreed.low),
                high=None if agreed.high is None else up.at(agreed.high),
            )
        )
    return tuple(marks)


def _upright() -> Axis:
    return Axis(0.0, 1.0, HEIGHT - 6, 6)


def _why(found: Autonomy, language: Language) -> str:
    """The standing's reason. Japanese as the domain gives it; English said anew, except what the machine wrote down."""
    if language == "ja" or found.standing is Standing.LOST:
        return found.why
    if found.standing is Standing.LEARNING:
        if found.clean < NEEDED:
            return say(language, "why_learning_clean", needed=NEEDED, n=NEEDED - found.clean)
        low = say_share(language, found.agreed.low) if found.agreed.low is not None else "–"
        return say(language, "why_learning_agreement", bar=say_share(language, BAR), low=low)
    return say(language, f"why_{found.standing}")


def _what(switch: Switch) -> str:
    if switch.occasion is None:
        return "resume" if switch.on else "stop"
    if switch.lost:
        return "lost"
    return "on" if switch.on else "off"


def _name(actor: str, language: Language) -> str:
    return say(language, "autonomy_machine") if actor == ACTOR else actor
