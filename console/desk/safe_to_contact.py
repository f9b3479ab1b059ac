"""May this person be written to now? One light made of parts, each with its own sign and words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from agent.clock import TOKYO
from agent.domain.chart import Chart
from agent.domain.draft import Draft
from agent.domain.experience import Experience
from agent.domain.occasion import Channel, Occasion
from agent.domain.occasion_brief import BRIEFS
from agent.service.advise import ANY_KIND_DAYS, TOLD_DAYS
from agent.service.fitting import shortened
from agent.service.recheck import WITHOUT_CONSENT
from agent.service.trouble import TROUBLE_DAYS, find_trouble
from console.frame.words import Language, say

Sign = Literal["ok", "care", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Light:
    """May this person be written to? Colour is never the only sign: the words say it too."""

    colour: Sign
    head: str
    why: str


@dataclass(frozen=True, slots=True)
class Part:
    """One question of the light. name: the word of the question (`part_…`)."""

    name: str
    sign: Sign
    words: str


def light_of(chart: Chart | None, channel: Channel, *, stopped: str | None, language: Language) -> Light:
    """Consent as one light: no beats unknown beats yes."""
    named = say(language, f"channel_{channel.value}")
    no, unknown = say(language, "light_no"), say(language, "light_unknown")
    if chart is None:
        return Light("unknown", unknown, say(language, "chart_missing"))
    if stopped:
        return Light("no", no, say(language, "light_suppressed", reason=stopped))
    if not chart.contactable:
        return Light("no", no, say(language, "light_withdrawn"))
    agreed = chart.consent_email if channel is Channel.EMAIL else chart.consent_line
    if agreed is None:
        return Light("unknown", unknown, say(language, "light_unknown_why", channel=named))
    if not agreed:
        return Light("no", no, say(language, "light_no_why", channel=named))
    return Light("ok", say(language, "light_ok"), say(language, "light_ok_why", channel=named))


def parts_of(
    draft: Draft,
    chart: Chart,
    *,
    stopped: str | None,
    told: Sequence[Draft],
    experience: Experience | None,
    now: datetime,
    language: Language,
) -> tuple[Part, ...]:
    """The questions behind the light, in the order they are asked.

    told: what the customer was told within TOLD_DAYS, newest first.    experience: None where orders and answers are not read.
    """
    found = [
        _consent(draft, chart, language),
        _stopped(chart, stopped, language),
        _often(draft, [one for one in told if one.draft_id != draft.draft_id], now, language),
    ]
    if experience is not None:
        today = now.astimezone(TOKYO).date()
        found += [
            _trouble(draft, chart, experience, today, language),
            *_refund(experience, today, language),
        ]
    return tuple(found)


def with_care(light: Light, parts: Sequence[Part], *, advised: bool, language: Language) -> Light:
    """The light again, no longer plainly green where a part asks for care or sending is not advised."""
    if light.colour != "ok":
        return light
    if not advised:
        return Light("care", say(language, "safe_rest"), light.why)
    worrying = next((part for part in parts if part.sign == "care"), None)
    return Light("care", say(language, "safe_care"), worrying.words) if worrying else light


def _consent(draft: Draft, chart: Chart, language: Language) -> Part:
    named = say(language, f"channel_{draft.channel.value}")
    agreed = chart.consent_email if draft.channel is Channel.EMAIL else chart.consent_line
    if draft.occasion in WITHOUT_CONSENT and agreed is not True:
        return Part("part_consent", "ok", say(language, "part_consent_apology"))
    sign: Sign = "unknown" if agreed is None else "ok" if agreed else "no"
    return Part("part_consent", sign, say(language, f"part_consent_{sign}", channel=named))


def _stopped(chart: Chart, stopped: str | None, language: Language) -> Part:
    if stopped:
        return Part("part_stopped", "no", say(language, "part_stopped_no", reason=stopped))
    if not chart.contactable:
        return Part("part_stopped", "no", say(language, "part_stopped_gone"))
    return Part("part_stopped", "ok", say(language, "part_stopped_ok"))


def _often(draft: Draft, told: Sequence[Draft], now: datetime, language: Language) -> Part:
    """As `agent.service.advise` counts: some days of rest after anything, more after the same occasion."""
    if not told:
        return Part("part_often", "ok", say(language, "part_often_none", days=TOLD_DAYS))
    for one in told:
        ago = (now - one.created_at).days
        same = one.occasion is draft.occasion and ago < BRIEFS[draft.occasion].rest.days
        if same or (ago < ANY_KIND_DAYS and draft.occasion is not Occasion.SERVICE_RECOVERY):
            words = "part_often_care" if ago > 0 else "part_often_today"
            occasion = say(language, f"occasion_{one.occasion.value}")
            blanks = {"occasion": occasion, "ago": ago} if ago > 0 else {"occasion": occasion}
            return Part("part_often", "care", say(language, words, **blanks))
    last = told[0]
    words = say(
        language,
        "part_often_ok",
        ago=(now - last.created_at).days,
        occasion=say(language, f"occasion_{last.occasion.value}"),
    )
    return Part("part_often", "ok", words)


def _trouble(draft: Draft, chart: Chart, experience: Experience, today: date, language: Language) -> Part:
    trouble = find_trouble(chart, experience, {}, today=today)
    if trouble is None:
        return Part("part_trouble", "ok", say(language, "part_trouble_ok"))
    apology = draft.occasion is Occasion.SERVICE_RECOVERY
    words = say(
        language,
        "part_trouble_apology" if apology else "part_trouble_care",
        what=shortened(trouble.text),
    )
    return Part("part_trouble", "ok" if apology else "care", words)


def _refund(experience: Experience, today: date, language: Language) -> Iterator[Part]:
    since = today - timedelta(days=TROUBLE_DAYS)
    for order in experience.orders:
        if order.refunded_yen > 0 and order.ordered_on >= since:
            on = f"{order.ordered_on.month}/{order.ordered_on.day}"
            words = say(language, "part_refund_care", on=on, yen=f"{order.refunded_yen:,}")
            yield Part("part_refund", "care", words)
            return
    yield Part("part_refund", "ok", say(language, "part_refund_ok", days=TROUBLE_DAYS))
