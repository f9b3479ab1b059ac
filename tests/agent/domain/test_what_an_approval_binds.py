"""An approval binds everything that leaves, and an old one still holds after the product learnt new parts."""

import hashlib
import json
from dataclasses import asdict, fields, replace
from typing import Any

import pytest

from agent.domain.delivery import OutgoingMessage
from agent.domain.draft import text_digest
from agent.domain.layout import LETTER, Layout, Picture, layout_document, layout_from
from agent.domain.occasion import Channel

TEXT = (Channel.EMAIL, "a@example.com", "件名", "本文")
YOUNG = ("preheader", "layout", "coupon", "site_domain")
MESSAGE = OutgoingMessage(
    outbox_id="ob_1",
    channel=Channel.EMAIL,
    recipient="a@example.com",
    subject="件名",
    body="本文",
    message_id="<d1.1@hana.example>",
    retry_key="67146a62-7558-576a-bd92-00943c62a50a",
    unsubscribe_url="https://hana.example/u/1",
    sender_name="花の店",
    sender_address="info@hana.example",
)
DRESSED = replace(
    MESSAGE,
    preheader="ひとこと",
    layout=Layout(LETTER, Picture("https://hana.example/a.png", "絵"), ("はい",)),
    coupon="HANA",
    site_domain="hana.example",
)


def test_a_text_from_before_layouts_keeps_the_digest_it_was_approved_with() -> None:
    before = json.dumps(["email", "a@example.com", "件名", "本文"], ensure_ascii=False)
    assert text_digest(*TEXT) == hashlib.sha256(before.encode()).hexdigest()


def test_every_part_that_is_seen_changes_the_digest() -> None:
    layouts = (
        None,
        Layout("letter/v1"),
        Layout("letter/v2"),
        Layout("letter/v1", quick_replies=("はい",)),
        Layout("letter/v1", Picture("https://hana.example/a.png", "絵")),
        Layout("letter/v1", Picture("https://hana.example/a.png", "写真")),
    )
    digests = {text_digest(*TEXT, preheader, layout) for preheader in (None, "", "ひ") for layout in layouts}
    assert len(digests) == 3 * len(layouts)


def test_an_outbox_row_from_before_layouts_keeps_its_seal() -> None:
    old = {name: value for name, value in asdict(MESSAGE).items() if name not in YOUNG}
    text = json.dumps(old, ensure_ascii=False, sort_keys=True)
    assert MESSAGE.seal() == hashlib.sha256(text.encode()).hexdigest()
    assert OutgoingMessage.from_document(old) == MESSAGE


@pytest.mark.parametrize("name", [field.name for field in fields(OutgoingMessage)])
def test_the_seal_covers_every_field(name: str) -> None:
    other: Any = {"layout": Layout("letter/v2"), "channel": Channel.LINE}.get(name, "別のもの")
    assert replace(DRESSED, **{name: other}).seal() != DRESSED.seal()


def test_a_message_and_a_layout_survive_being_stored() -> None:
    stored = json.loads(json.dumps(DRESSED.document()))
    assert OutgoingMessage.from_document(stored) == DRESSED
    assert OutgoingMessage.from_document(stored).seal() == DRESSED.seal()
    layout = Layout(LETTER)
    assert layout_from(json.loads(json.dumps(layout_document(layout)))) == layout
