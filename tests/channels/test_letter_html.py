"""The HTML of a mail says what the approved body says, to everybody, and fetches nothing."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from hashlib import sha256

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.clock import FixedClock
from agent.domain.delivery import OutgoingMessage
from agent.domain.errors import PolicyRefusal
from agent.domain.layout import LETTER, Layout, Picture
from channels.email_message import build_email
from channels.letter_html import LAYOUTS, letter_html
from tests.channels.test_smtp import MESSAGE

FOOTER = f"""
--------------------
花の店　店長 大野
住所: 東京都千代田区神田1-2-3
お問い合わせ: info@hana.example
このようなご案内がご不要なときは、次のページからいつでも配信を停止できます。
{MESSAGE.unsubscribe_url}
"""
BODY = f"""松井さま

ご無沙汰しております。
今年の新茶が入りました。

500円引きのクーポンです。コードは HANA-7K2P です（12月31日まで）。

新茶を見る
https://shop.hana.example/cha?y=2026&a=1
{FOOTER}"""
LETTER_MESSAGE = replace(
    MESSAGE,
    body=BODY,
    subject="今年の新茶が入りました",
    preheader="今年の入荷だけお知らせします。",
    layout=Layout(LETTER),
    coupon="HANA-7K2P",
    site_domain="hana.example",
)


def read(html: str) -> BeautifulSoup:
    soup = BeautifulSoup(html, "html.parser")
    for unseen in soup.select('head, [style*="display:none"]'):
        unseen.decompose()
    return soup


def tight(text: str) -> str:
    return "".join(text.split())


def words(html: str) -> str:
    """What a reader reads, and where the links lead, in order, without spaces."""
    soup = read(html)
    for link in soup.find_all("a"):
        if link["href"] != link.get_text():
            link.append(str(link["href"]))
    return tight(soup.get_text())


def test_the_html_has_the_words_of_the_body_and_no_others() -> None:
    assert words(letter_html(LETTER_MESSAGE)) == tight(re.sub("-{10,}", "", BODY))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from("あ漢🍎 <>&\"'{}%[]()/:.\n-aZ09　`$#"), min_size=1, max_size=40),
        min_size=1,
        max_size=5,
    )
)
def test_any_text_is_read_as_it_was_written(paragraphs: list[str]) -> None:
    body = "\n\n".join(paragraphs) + "\n" + FOOTER
    shown = tight(read(letter_html(replace(LETTER_MESSAGE, body=body))).get_text())
    assert shown == tight(body.replace("-" * 20, "").replace(MESSAGE.unsubscribe_url, ""))


def test_a_customer_named_like_a_script_stays_a_name() -> None:
    name = "<script>alert(1)</script>&amp;{{7*7}}</mj-text>さま"
    html = letter_html(
        replace(LETTER_MESSAGE, body=BODY.replace("松井さま", name), subject=name, preheader=name)
    )
    assert not BeautifulSoup(html, "html.parser").find_all(["script", "iframe", "img"])
    assert name in read(html).get_text()


def test_nothing_is_fetched_and_no_link_leaves_the_shop() -> None:
    foreign = BODY.replace("https://shop.hana.example/cha?y=2026&a=1", "https://evil.example/x")
    for body in (BODY, foreign, BODY.replace("新茶を見る", "https://hana.example@evil.example/")):
        soup = BeautifulSoup(letter_html(replace(LETTER_MESSAGE, body=body)), "html.parser")
        assert not soup.find_all(["img", "link", "script", "iframe", "base", "form"])
        assert "url(" not in str(soup)
        hosts = {re.sub(r"^https://([^/]+)/.*", r"\1", str(link["href"])) for link in soup.find_all("a")}
        assert hosts <= {"hana.example", "shop.hana.example"}


def test_it_is_drawn_for_dark_screens_and_phones() -> None:
    html = letter_html(LETTER_MESSAGE)
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert 'lang="ja"' in html
    assert "width=device-width" in html


def test_the_preheader_is_there_for_the_inbox_and_hidden_in_the_letter() -> None:
    assert "今年の入荷だけお知らせします。" in letter_html(LETTER_MESSAGE)
    assert "今年の入荷だけ" not in read(letter_html(LETTER_MESSAGE)).get_text()
    assert "display:none" not in letter_html(replace(LETTER_MESSAGE, preheader=None))


def test_the_coupon_has_its_box_and_an_edit_takes_it_away() -> None:
    assert "HANA-7K2P" in read(letter_html(LETTER_MESSAGE)).select_one(".ticket").get_text()  # type: ignore[union-attr]
    without = BODY.replace("500円引きのクーポンです。コードは HANA-7K2P です（12月31日まで）。\n\n", "")
    assert not read(letter_html(replace(LETTER_MESSAGE, body=without))).select(".ticket")


def test_a_picture_is_the_shops_own_and_told_in_words() -> None:
    good = Picture("https://hana.example/cha.jpg", "新茶の茶筒")
    html = letter_html(replace(LETTER_MESSAGE, layout=Layout(LETTER, picture=good)))
    assert BeautifulSoup(html, "html.parser").find("img")["alt"] == "新茶の茶筒"  # type: ignore[index]
    for bad in (Picture("https://evil.example/p.gif", "絵"), Picture(good.url, " ")):
        with pytest.raises(PolicyRefusal):
            letter_html(replace(LETTER_MESSAGE, layout=Layout(LETTER, picture=bad)))


@pytest.mark.parametrize("name", ["letter/v0", "../email_message", "line/v1", ""])
def test_an_unknown_layout_is_refused(name: str) -> None:
    with pytest.raises(PolicyRefusal):
        letter_html(replace(LETTER_MESSAGE, layout=Layout(name)))


@pytest.mark.parametrize("sign", ["\ud800", "\x00", "\x0b", "\ufffe"])
def test_signs_that_are_no_text_are_refused(sign: str) -> None:
    with pytest.raises(PolicyRefusal):
        letter_html(replace(LETTER_MESSAGE, body=sign + BODY))


def mail_of(message: OutgoingMessage, clock: FixedClock) -> tuple[bytes, EmailMessage]:
    raw = build_email(message, now=clock.now()).as_bytes()
    parsed = message_from_bytes(raw, policy=default)
    assert isinstance(parsed, EmailMessage)
    return raw, parsed


def test_the_mail_offers_text_first_and_html_as_the_better_one(clock: FixedClock) -> None:
    raw, mail = mail_of(LETTER_MESSAGE, clock)
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n") == BODY
    assert html.get_content().replace("\r\n", "\n") == letter_html(LETTER_MESSAGE) + "\n"
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_every_attempt_makes_the_same_bytes(clock: FixedClock) -> None:
    assert mail_of(LETTER_MESSAGE, clock)[0] == mail_of(LETTER_MESSAGE, clock)[0]


def test_a_message_from_before_layouts_stays_plain(clock: FixedClock) -> None:
    assert mail_of(MESSAGE, clock)[1].get_content_type() == "text/plain"


def test_a_published_layout_is_never_edited() -> None:
    published = {"letter/v1": "3d602b418ff072b3665a32ae318a06c564fcd2a21170354bc1bfa1adc393fac5"}
    for name, digest in published.items():
        assert sha256((LAYOUTS / f"{name}.mjml.j2").read_bytes()).hexdigest() == digest
