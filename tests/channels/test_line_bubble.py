"""A LINE message is text, or a bubble when there is something to keep or to press; LINE's limits hold before it leaves."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from agent.domain.delivery import Outcome
from agent.domain.errors import PolicyRefusal
from agent.domain.layout import TALK, Layout, Picture
from agent.domain.occasion import Channel
from channels.line_message import push_body
from channels.line_parts import utf16_units
from channels.line_push import LinePushChannel
from tests.channels.test_smtp import MESSAGE
from tests.support.line_server import line_server

SIGNATURE = f"花の店 店長\nご案内がご不要なときは、こちらから停止できます。\n{MESSAGE.unsubscribe_url}"
PLAIN = f"松井さま、今年の新茶が入りました🍵\n\n香りのよいお茶です。\n\n{SIGNATURE}"
COUPON = "500円引きのクーポンです。コードは HANA-7K2P です（12月31日まで）。"
BUTTON = "新茶を見る\nhttps://shop.hana.example/cha"
RICH = f"松井さま、今年の新茶が入りました🍵\n\n{COUPON}\n\n{BUTTON}\n\n{SIGNATURE}"
TALK_MESSAGE = replace(
    MESSAGE,
    channel=Channel.LINE,
    recipient="U" + "1" * 32,
    subject=None,
    body=RICH,
    layout=Layout(TALK),
    coupon="HANA-7K2P",
    site_domain="hana.example",
)


def only(body: str, **more: Any) -> dict[str, Any]:
    document: dict[str, Any] = push_body(replace(TALK_MESSAGE, body=body, **more))
    (message,) = document["messages"]
    return dict(message)


def said(part: Any) -> str:
    """All words of a bubble in the order they are read."""
    if isinstance(part, list):
        return "".join(map(said, part))
    if part["type"] in ("text", "span"):
        return str(part.get("text") or said(part["contents"]))
    if part["type"] == "button":
        return str(part["action"]["label"])
    return "".join(said(part[name]) for name in ("body", "footer", "contents") if name in part)


def links(part: Any) -> list[str]:
    if isinstance(part, list):
        return [link for one in part for link in links(one)]
    if isinstance(part, dict):
        own = [part["uri"]] if part.get("type") == "uri" else []
        return own + [link for value in part.values() for link in links(value)]
    return []


def test_without_anything_to_keep_or_press_it_is_a_text() -> None:
    assert only(PLAIN) == {"type": "text", "text": PLAIN}


def test_a_coupon_or_a_button_makes_a_bubble_of_the_same_words() -> None:
    flex = only(RICH)
    assert flex["type"] == "flex"
    addresses = (MESSAGE.unsubscribe_url, "https://shop.hana.example/cha")
    expected = RICH
    for address in addresses:
        expected = expected.replace(address, "")
    assert "".join(said(flex["contents"]).split()) == "".join(expected.split())
    assert sorted(links(flex)) == sorted(addresses)


def test_the_code_stands_out_and_goes_when_an_editor_takes_it_out() -> None:
    assert '"HANA-7K2P"' in str(only(RICH)).replace("'", '"')
    assert only(PLAIN, coupon="HANA-7K2P")["type"] == "text"


def test_the_alternative_text_is_the_letter_without_its_signature() -> None:
    assert only(RICH)["altText"] == f"松井さま、今年の新茶が入りました🍵 {COUPON} 新茶を見る"
    long = only(f"{'🍵お茶の話です。' * 80}\n\n{COUPON}\n\n{SIGNATURE}")["altText"]
    assert utf16_units(long) <= 400
    assert long.endswith("。")
    assert utf16_units(only(f"{'🍵' * 300}\n\n{COUPON}")["altText"]) <= 400


def test_a_button_to_elsewhere_stays_words() -> None:
    body = RICH.replace("https://shop.hana.example/cha", "https://evil.example/cha")
    assert links(only(body)) == [MESSAGE.unsubscribe_url]
    assert "https://evil.example/cha" in said(only(body)["contents"])


def test_quick_replies_follow_a_text_and_a_bubble() -> None:
    layout = Layout(TALK, quick_replies=("相談したい", "だいじょうぶです"))
    for body in (PLAIN, RICH):
        items = only(body, layout=layout)["quickReply"]["items"]
        assert [item["action"]["text"] for item in items] == ["相談したい", "だいじょうぶです"]


@pytest.mark.parametrize(
    ("body", "more"),
    [
        (f"{'あ' * 2001}\n\n{COUPON}", {}),
        (RICH, {"recipient": ""}),
        (PLAIN, {"layout": Layout(TALK, quick_replies=("あ",) * 14)}),
        (PLAIN, {"layout": Layout(TALK, quick_replies=("あ" * 21,))}),
        (PLAIN, {"layout": Layout(TALK, quick_replies=(" ",))}),
        (PLAIN, {"layout": Layout("line/v9")}),
        (PLAIN, {"layout": Layout(TALK, picture=Picture("https://evil.example/a.png", "絵"))}),
        (f"{COUPON}\n\nこわれた\ud800文字", {}),
        ("\n\n".join(["あ"] * 400) + f"\n\n{COUPON}", {}),
    ],
)
def test_what_line_would_refuse_is_refused_here(body: str, more: dict[str, Any]) -> None:
    with pytest.raises(PolicyRefusal):
        only(body, **more)


def test_a_bubble_arrives_at_line() -> None:
    with line_server() as line:
        result = asyncio.run(LinePushChannel(token="t", base_url=line.url).send(TALK_MESSAGE))
        assert result.outcome is Outcome.DELIVERED
        assert line.accepted == {TALK_MESSAGE.retry_key: push_body(TALK_MESSAGE)}
