"""What is set, for owners."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from agent.domain.occasion import Occasion
from agent.service.tell_settings import SettingsGroup, SettingTold
from console.frame.access import Guard, Visitor
from console.frame.render import Pages
from console.frame.words import WORDS, Language, say

PLACE = "/console/settings"


def add_settings(router: APIRouter, *, guard: Guard, told: Sequence[SettingsGroup], pages: Pages) -> None:
    """GET /console/settings."""
    visiting = Annotated[Visitor, Depends(guard)]

    @router.get(PLACE, response_class=HTMLResponse)
    def settings(visitor: visiting) -> Response:
        shown = [
            (group, [(one, read_value(one, visitor.language)) for one in group.settings]) for group in told
        ]
        return pages.render("settings.html", visitor, path=PLACE, groups=shown)


def read_value(one: SettingTold, language: Language) -> str | None:
    """A value as staff read it; None where only 「設定済み」 or 「未設定」 is said."""
    if one.value is None:
        return None
    key = f"set_value_{one.word}_{one.value}"
    if key in WORDS:
        return say(language, key)
    if one.word == "two_people":
        codes = [code for code in one.value.split(",") if code in {each.value for each in Occasion}]
        return "、".join(say(language, f"occasion_{code}") for code in codes) or one.value
    return one.value
