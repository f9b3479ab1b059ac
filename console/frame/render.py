"""How a page is put together: templates with everything escaped, words in the visitor's language, times of Tokyo."""

from datetime import date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from agent.clock import TOKYO
from console.customers.reasons_en import in_english
from console.frame.access import LANGUAGE_COOKIE, Visitor
from console.frame.figures import say_gain, say_month, say_share, say_short_day, say_yen
from console.frame.words import Language, say

HERE = Path(__file__).parents[1]
STATIC = HERE / "static"
"""Style, script and sign of the console; served under /console/static."""
LANGUAGE_KEPT_SECONDS = 365 * 24 * 3600

_WEEKDAYS_JA = "月火水木金土日"


def _stamp() -> str:
    """Changes whenever a static file changes, so that browsers may keep the old one for as long as they like."""
    digest = sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class Pages:
    """Renders templates. shop_name: shown beside the brand, None before it is set. has_…: those pages exist."""

    def __init__(
        self,
        *,
        shop_name: str | None,
        has_customers: bool = False,
        has_people: bool = False,
        has_autonomy: bool = False,
        has_rules: bool = False,
        has_audit: bool = False,
        has_redraft: bool = False,
        has_status: bool = False,
        has_settings: bool = False,
    ) -> None:
        self._shop_name, self._stamp = shop_name, _stamp()
        self._places = [("place_today", "/console/"), ("place_queue", "/console/drafts")]
        if has_customers:
            self._places += [
                ("place_customers", "/console/customers"),
                ("place_accuracy", "/console/accuracy"),
            ]
        if has_people:
            self._places.insert(3 if has_customers else 2, ("place_people", "/console/people"))
        if has_autonomy:
            self._places.append(("place_autonomy", "/console/autonomy"))
        if has_rules:
            self._places.append(("place_rules", "/console/rules"))
        if has_audit:
            self._places.append(("place_audit", "/console/audit"))
        if has_status:
            self._places.append(("place_status", "/console/status"))
        if has_settings:
            self._places.append(("place_settings", "/console/settings"))
        self._may_redraft = has_redraft
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(
        self, template: str, visitor: Visitor, *, path: str, status: int = 200, **values: object
    ) -> HTMLResponse:
        """A page as an answer. path: where it lives, for the language switch."""
        language = visitor.language
        html = self._templates.get_template(template).render(
            language=language,
            say=partial(say, language),
            day=partial(say_day, language),
            moment=partial(say_moment, language),
            share=partial(say_share, language),
            yen=say_yen,
            gain=partial(say_gain, language),
            short_day=partial(say_short_day, language),
            month=partial(say_month, language),
            aloud=partial(say_aloud, language),
            places=[place for place in self._places if visitor.may_open(place[1])],
            may_redraft=self._may_redraft,
            has_customers=any(name == "place_customers" for name, _ in self._places),
            has_people=any(name == "place_people" for name, _ in self._places),
            session=visitor.session,
            stamp=self._stamp,
            shop_name=self._shop_name,
            other_language="en" if language == "ja" else "ja",
            path=path,
            **values,
        )
        response = HTMLResponse(html, status_code=status)
        response.headers["Content-Language"] = language
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=LANGUAGE_KEPT_SECONDS,
            path="/console",
            secure=bool(visitor.jar and visitor.jar.secure),
            httponly=True,
            samesite="lax",
        )
        return response


def say_day(language: Language, day: date) -> str:
    """A calendar day: 2026年11月21日（土） or 21 Nov 2026."""
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日（{_WEEKDAYS_JA[day.weekday()]}）"
    return f"{day.day} {day:%b} {day.year}"


def say_moment(language: Language, at: datetime) -> str:
    """A moment in Tokyo, to the minute: 11月21日 10:05 or 21 Nov 10:05."""
    local = at.astimezone(TOKYO)
    if language == "ja":
        return f"{local.month}月{local.day}日 {local:%H:%M}"
    return f"{local.day} {local:%b} {local:%H:%M}"


def say_aloud(language: Language, text: str) -> Markup:
    """A recorded Japanese sentence in the page's language; as it stands, marked as Japanese, where it has no English words."""
    if language == "ja":
        return escape(text)
    english = in_english(text)
    return escape(english) if english else Markup('<span lang="ja">{}</span>').format(text)


def say_age(language: Language, at: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return say(language, "just_now")
    if minutes < 60:
        return say(language, "minutes_ago", n=minutes)
    if minutes < 48 * 60:
        return say(language, "hours_ago", n=minutes // 60)
    return say(language, "days_ago", n=minutes // (24 * 60))


def say_expiry(language: Language, expires_at: datetime | None, now: datetime) -> str | None:
    """How long until a draft expires; None when it is more than three days away or never."""
    if expires_at is None:
        return None
    hours = (expires_at - now).total_seconds() / 3600
    if hours <= 0:
        return say(language, "expired")
    if hours < 48:
        return say(language, "expires_in_hours", n=max(1, int(hours)))
    return say(language, "expires_in_days", n=int(hours // 24)) if hours < 96 else None
