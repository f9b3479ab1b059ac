"""Greeting, footer and signature are code's."""

from agent.domain.layout import LETTER, TALK, Button
from agent.domain.message import Addressee, Paragraph, ShopIdentity
from agent.domain.occasion import Channel
from agent.service.assemble_message import assemble_message, greeting, preheader_of
from agent.service.check_evidence import check_evidence, numbers
from tests.support.drafting import sender

ISHIDA = Addressee("c1", "石田", "花子")
TEXT = (Paragraph("ありがとうございました。"), Paragraph("お返事には及びません。"))


def assembled(channel: Channel, *, greetable: bool = True, shop: ShopIdentity | None = None) -> str:
    return assemble_message(
        draft_id="d",
        channel=channel,
        shop=shop or sender(unsubscribe_url="https://koharudo.example/u/T"),
        customer=ISHIDA,
        greetable=greetable,
        subject=" 件名 ",
        paragraphs=TEXT,
    ).body


def test_a_mail_reads_greeting_text_and_the_four_things_the_law_asks_for() -> None:
    assert assembled(Channel.EMAIL) == (
        "石田さま\n\nありがとうございました。\n\nお返事には及びません。\n\n--------------------\nこはる堂 佐伯\n"
        "住所: 東京都台東区谷中1-2-3\nお問い合わせ: 03-1234-5678\n"
        "このようなご案内がご不要なときは、次のページからいつでも配信を停止できます。\nhttps://koharudo.example/u/T\n"
    )


def test_a_line_message_begins_with_the_name_and_ends_with_a_way_to_stop() -> None:
    body = assembled(Channel.LINE)
    assert body.startswith("石田さま、ありがとうございました。")
    assert body.endswith(
        "こはる堂 佐伯\nご案内がご不要なときは、こちらから停止できます。\nhttps://koharudo.example/u/T"
    )


def test_nobody_is_addressed_by_a_damaged_name() -> None:
    assert assembled(Channel.LINE, greetable=False).startswith("ありがとうございました。")
    assert greeting(Addressee("c", "", "")) == ""
    assert greeting(Addressee("c", "", "花子")) == "花子さま"
    assert greeting(Addressee("c", "石田", "花子", honorific="さん")) == "石田さん"


def test_what_is_not_configured_leaves_no_label_behind() -> None:
    body = assembled(Channel.EMAIL, shop=ShopIdentity("", "", "", "", "https://x.example/u/T", ""))
    assert "住所" not in body
    assert "お問い合わせ" not in body


def test_each_number_must_stand_in_the_evidence_its_own_paragraph_names() -> None:
    body = "これまで１４回、昨年9月に「茶 100g」を。"
    paragraph = Paragraph(body, ("f1", "f2"), ())
    facts = {"f1": "これまでのご注文は14回", "f2": "2025年9月28日に『茶 100g』を1点", "f3": "7回"}
    assert not check_evidence(body, [paragraph], facts=facts, passages={})
    alone = Paragraph(body, ("f1",), ())
    found = check_evidence(body, [alone], facts=facts, passages={})
    assert [f.quote for f in found] == ["9月", "100g"]
    assert numbers("１，９８０円と3.5") == {"1980", "3.5"}


def test_a_finding_points_into_the_assembled_text_also_when_a_paragraph_repeats() -> None:
    body = "石田さま\n\n5点。\n\n5点。"
    found = check_evidence(body, [Paragraph("5点。"), Paragraph("5点。")], facts={}, passages={})
    assert [f.span for f in found] == [(6, 8), (11, 13)]
    assert all(body[f.span[0] : f.span[1]] == f.quote for f in found)


def test_the_preheader_is_the_writers_or_the_first_sentence_where_it_is_short() -> None:
    assert preheader_of("お礼を申し上げます。続きです。") == "お礼を申し上げます。"
    assert preheader_of("あ" * 41 + "。") is None
    assert preheader_of("二行に\nわたる文です。") == "二行に わたる文です。"
    assert preheader_of(" ") is None


def test_a_button_is_a_paragraph_of_its_own_before_the_footer() -> None:
    button = Button("新茶を見る", "https://koharudo.example/cha")
    for channel, layout, shown in (
        (Channel.EMAIL, LETTER, "ありがとうございました。"),
        (Channel.LINE, TALK, None),
    ):
        message = assemble_message(
            draft_id="d",
            channel=channel,
            shop=sender(unsubscribe_url="https://koharudo.example/u/T"),
            customer=ISHIDA,
            greetable=True,
            subject="件名",
            paragraphs=TEXT,
            button=button,
            quick_replies=("はい",),
        )
        assert "\n\n新茶を見る\nhttps://koharudo.example/cha\n\n" in message.body
        assert message.layout is not None
        assert (message.layout.name, message.preheader) == (layout, shown)
        assert message.layout.quick_replies == (("はい",) if channel is Channel.LINE else ())
