"""Whatever others wrote stays text."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.draft import Draft, DraftState, DraftVersion
from agent.domain.finding import Finding, Severity
from agent.domain.message import Addressee, Paragraph, Passage
from tests.support.console_desk import ConsoleDesk

CORPUS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "'-alert(1)-'",
    "{{ 7 * 7 }}{% raw %}",
    "<!--<style>*{display:none}</style>",
    "\u202e\u2066<iframe srcdoc='<script>alert(1)</script>'>",
)


def poisoned(draft: Draft, text: str) -> Draft:
    """The same draft with the text wherever others may have written."""
    context, old = draft.context, draft.version
    assert context is not None
    assert old is not None
    version = DraftVersion(
        1,
        f"model:{text}",
        text,
        text,
        (Paragraph(text, ("f1", text), ("p1", text)),),
        {"f1": text},
        (Passage("p1", text, None, text, text),),
        {},
        None,
        old.created_at,
    )
    finding = Finding(text, Severity.BLOCK, "body", (0, 5), text, text, text)
    return replace(
        draft,
        draft_id="d2",
        recipient=text,
        why=text,
        fallback=text,
        reward={"value": text, "code": text},
        context=replace(context, customer=Addressee("c1", text, text)),
        version=version,
        findings=(finding,),
        state=DraftState.HELD,
    )


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_text_is_shown_and_does_nothing(engine: Engine, clock: FixedClock, text: str) -> None:
    desk = ConsoleDesk(engine, clock)
    desk.customer(family_name=text, given_name=text)
    desk.rows.note("c1", text)
    desk.draft()
    with desk.units() as unit:
        unit.drafts.add(poisoned(desk.read("d1"), text), by=text, trigger=text)
        unit.commit()
    browser = desk.browser("mori")
    for path in ("/console/drafts?tab=held", "/console/drafts/d2", "/console/drafts/d2?lang=en"):
        page = browser.get(path)
        assert page.status_code == 200
        parsed = BeautifulSoup(page.text, "html.parser")
        scripts = parsed.find_all("script")
        assert all(
            str(script.get("src")).startswith("/console/static/") and not script.string for script in scripts
        )
        assert not parsed.find_all(["object", "embed", "style", "base"])
        for frame in parsed.find_all("iframe"):
            assert str(frame["src"]).startswith("/console/drafts/d2/preview/")
            assert frame.get("sandbox") in ("", [])  # nothing is allowed in there
        for element in parsed.find_all(True):
            assert not [name for name in element.attrs if name.startswith("on") or name == "style"]
            assert not str(element.get("href", "")).strip().lower().startswith(("javascript:", "data:"))
    assert (
        "49"
        not in BeautifulSoup(browser.get("/console/drafts/d2").text, "html.parser").find_all("h1")[0].text
    )
