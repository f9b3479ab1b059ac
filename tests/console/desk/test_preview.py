"""A person sees a message as its reader will, and the preview itself does nothing."""

from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.message import Offer
from agent.domain.occasion import Channel
from channels.letter_html import letter_html
from console.desk.preview_routes import as_seen
from tests.support.console_desk import ConsoleDesk

MAIL, LINE = "/console/drafts/d1/preview/mail", "/console/drafts/d1/preview/line"
COUPON = Offer("coupon", "HANA-7K2P", "500円引き", date(2026, 12, 31), None)
WITH_CODE = "500円引きクーポンのコードは HANA-7K2P です（2026年12月31日まで）。"


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    desk = ConsoleDesk(engine, clock)
    desk.customer()
    return desk


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_mail_is_shown_from_the_bytes_that_leave(desk: ConsoleDesk, scheme: str) -> None:
    desk.draft()
    message = desk.decide.message("d1")
    assert message is not None
    answer = desk.browser("mori").get(f"{MAIL}?scheme={scheme}")
    assert answer.status_code == 200
    expected = as_seen(letter_html(message) + "\n", "dark" if scheme == "dark" else "light")
    assert answer.text.replace("\r\n", "\n") == expected
    assert ("@media all" in answer.text) is (scheme == "dark")


def test_what_is_previewed_is_what_an_approval_puts_into_the_outbox(desk: ConsoleDesk) -> None:
    desk.approved()
    shown = desk.decide.message("d1")
    with desk.units() as unit:
        (entry,) = unit.outbox.claim(owner="w", lease_seconds=9, limit=1, real_now=0)
    assert shown is not None
    assert replace(entry.message, outbox_id="") == replace(shown, outbox_id="")


@pytest.mark.parametrize(("path", "channel"), [(MAIL, Channel.EMAIL), (LINE, Channel.LINE)])
def test_a_preview_may_do_nothing_and_only_stands_in_our_frame(
    desk: ConsoleDesk, path: str, channel: Channel
) -> None:
    desk.draft(channel=channel, text="<script>alert(1)</script><img src=x onerror=alert(1)>です。")
    answer = desk.browser("mori").get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    page = BeautifulSoup(answer.text, "html.parser")
    assert not page.find_all(["script", "img", "iframe", "form"])
    assert "<script>alert(1)</script>" in page.get_text()


def test_a_line_text_and_a_bubble_with_its_coupon_are_drawn(desk: ConsoleDesk) -> None:
    desk.draft(channel=Channel.LINE)
    desk.draft("d2", channel=Channel.LINE, text=WITH_CODE, offer=COUPON)
    browser = desk.browser("mori")
    text = BeautifulSoup(browser.get(LINE).text, "html.parser")
    bubble = BeautifulSoup(browser.get("/console/drafts/d2/preview/line").text, "html.parser")
    assert text.select_one(".said") is not None
    drawn = bubble.select_one(".bubble")
    assert drawn is not None
    assert WITH_CODE in drawn.get_text()
    assert bubble.select_one(".alt") is not None


def test_the_page_of_a_draft_shows_preheader_and_previews(desk: ConsoleDesk) -> None:
    desk.draft(text="お礼を申し上げます。長い続きがあります。")
    page = BeautifulSoup(desk.browser("mori").get("/console/drafts/d1").text, "html.parser")
    assert "お礼を申し上げます。" in page.select_one(".envelope").get_text()  # type: ignore[union-attr]
    frames = page.find_all("iframe")
    assert [frame["src"] for frame in frames] == [f"{MAIL}?scheme=light", f"{MAIL}?scheme=dark"]
    assert all(frame.get("sandbox") in ("", []) and frame["title"] for frame in frames)


def test_a_person_may_change_the_preheader(desk: ConsoleDesk) -> None:
    desk.draft()
    before = desk.read().version
    assert before is not None
    desk.browser("mori").post(
        "/console/drafts/d1/edit",
        page="/console/drafts/d1",
        subject=before.subject or "",
        preheader=" お礼を\nひとこと ",
        body=before.body,
    )
    after = desk.read().version
    assert after is not None
    assert (after.preheader, after.layout, after.body) == ("お礼を ひとこと", before.layout, before.body)


def test_a_preheader_that_repeated_a_sentence_goes_with_it(desk: ConsoleDesk) -> None:
    desk.draft(text="お礼を申し上げます。長い続きがあります。")
    body = (desk.read().version or pytest.fail("no text")).body
    desk.decide.edit("d1", by="kaki", text=body.replace("申し上げます", "お伝えします"))
    version = desk.read().version
    assert version is not None
    assert version.preheader is None


@pytest.mark.parametrize("path", [MAIL, LINE, "/console/drafts/nobody/preview/mail"])
def test_what_is_not_there_is_not_shown_and_strangers_see_nothing(desk: ConsoleDesk, path: str) -> None:
    desk.draft(channel=Channel.LINE if path == MAIL else Channel.EMAIL)
    assert desk.browser("mori").get(path).status_code == 404
    assert desk.browser().get(path).status_code in (302, 303, 401)
