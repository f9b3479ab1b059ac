"""A letter leads to one page of the shop, or nowhere; LINE offers answers where a question is asked."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.delivery import OutgoingMessage
from agent.domain.draft import Draft, DraftState
from agent.domain.message import Passage, ProductFacts
from agent.domain.occasion import Channel, Occasion
from agent.llm.scripted import ScriptedModel
from channels.email_message import build_email
from channels.letter_html import letter_html
from channels.line_message import push_body
from tests.support.drafting import RETURNS, HandCatalogue, HandCharts, HandRetriever, Shop, chart_of

PAGE, REVIEWS = "https://koharudo.example/products/tea", "https://koharudo.example/reviews"
TEA = ProductFacts(
    "T1", "川根の煎茶 100g", 1200, 5, ("カテゴリ：お茶", "香りの高い煎茶です。"), PAGE, REVIEWS
)
OTHER = replace(TEA, id="T2", title="茎ほうじ茶 30包", url="https://koharudo.example/products/kuki")
OF_OTHER = Passage("pT2", "product:T2", "T2", OTHER.title, f"{OTHER.title}（お茶）\n香ばしい味わいです。")
DAYS = {
    Occasion.WIN_BACK: (date(2025, 3, 1),),
    Occasion.REPLENISHMENT: (date(2026, 8, 15), date(2026, 9, 18), date(2026, 10, 20)),
    Occasion.REVIEW_REQUEST: (date(2026, 10, 31),),
    Occasion.FOLLOW_UP: (date(2026, 11, 8),),
    Occasion.THANK_YOU: (date(2026, 11, 18),),
}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 21, 1, tzinfo=UTC))


async def letter(
    engine: Engine,
    clock: FixedClock,
    occasion: Occasion,
    channel: Channel,
    *products: ProductFacts,
    model: ScriptedModel | None = None,
) -> Draft:
    charts = HandCharts(chart_of(bought=tuple((TEA, day) for day in DAYS[occasion])))
    catalogue = HandCatalogue(*(products or (TEA, OTHER)))
    shop = Shop(engine, clock, charts, HandRetriever((OF_OTHER, RETURNS)), catalogue)
    draft = await shop.composer(model)(customer="c1", occasion=occasion, channel=channel)
    assert draft.state is DraftState.WAITING, draft.findings
    return draft


def outgoing(draft: Draft) -> OutgoingMessage:
    assert draft.version
    assert draft.context
    return OutgoingMessage(
        "o1",
        draft.channel,
        "hanako@mail.example" if draft.channel is Channel.EMAIL else "U" + "0" * 32,
        draft.version.subject,
        draft.version.body,
        "<o1@koharudo.example>",
        "6f1e7a3c-0000-4000-8000-000000000001",
        draft.context.shop.unsubscribe_url,
        "こはる堂",
        "shop@koharudo.example",
        draft.version.preheader,
        draft.version.layout,
        None,
        draft.context.shop.site_domain,
    )


@pytest.mark.parametrize(
    ("occasion", "label", "url"),
    [
        (Occasion.WIN_BACK, "商品を見る", OTHER.url),
        (Occasion.REPLENISHMENT, "商品を見る", PAGE),
        (Occasion.REVIEW_REQUEST, "レビューを書く", REVIEWS),
    ],
)
async def test_one_button_in_html_plain_text_and_flex(
    engine: Engine, clock: FixedClock, occasion: Occasion, label: str, url: str
) -> None:
    mail = outgoing(await letter(engine, clock, occasion, Channel.EMAIL))
    assert f"\n\n{label}\n{url}\n\n" in mail.body
    assert f'href="{url}"' in letter_html(mail)
    plain = build_email(mail, now=clock.now()).get_body(("plain",))
    assert plain is not None
    assert url in plain.get_content()
    talk = outgoing(await letter(engine, clock, occasion, Channel.LINE))
    pressed = str(push_body(talk))
    assert "'type': 'button'" in pressed
    assert f"'label': '{label}'" in pressed
    assert f"'uri': '{url}'" in pressed


@pytest.mark.parametrize("occasion", [Occasion.THANK_YOU, Occasion.FOLLOW_UP])
@pytest.mark.parametrize("channel", list(Channel))
async def test_thanks_and_care_lead_nowhere(
    engine: Engine, clock: FixedClock, occasion: Occasion, channel: Channel
) -> None:
    draft = await letter(engine, clock, occasion, channel)
    assert draft.version
    assert "koharudo.example/products" not in draft.version.body


async def test_without_a_known_page_there_is_no_button(engine: Engine, clock: FixedClock) -> None:
    unknown = tuple(replace(product, url=None, review_url=None) for product in (TEA, OTHER))
    for occasion in (Occasion.WIN_BACK, Occasion.REPLENISHMENT, Occasion.REVIEW_REQUEST):
        draft = await letter(engine, clock, occasion, Channel.LINE, *unknown)
        assert draft.version
        assert push_body(outgoing(draft))["messages"][0]["type"] == "text"  # type: ignore[index]
        assert draft.version.body.count("https://") == 1


async def test_without_a_place_for_reviews_the_button_shows_the_product(
    engine: Engine, clock: FixedClock
) -> None:
    draft = await letter(engine, clock, Occasion.REVIEW_REQUEST, Channel.EMAIL, replace(TEA, review_url=None))
    assert draft.version
    assert f"商品を見る\n{PAGE}" in draft.version.body


async def test_a_suggestion_the_writer_left_out_has_no_button(engine: Engine, clock: FixedClock) -> None:
    said = (
        "ご無沙汰しております。以前は「川根の煎茶」をお選びいただき、ありがとうございました。"
        "こうしたご案内がご不要でしたら、末尾のページからいつでも止められます。"
    )
    plan: dict[str, object] = {
        "angle": "ごあいさつ",
        "fact_ids": ["F1", "F2"],
        "passage_ids": [],
        "useful": "",
        "request": "",
        "avoid": [],
    }
    written: dict[str, object] = {
        "subject": "こはる堂よりごあいさつ",
        "paragraphs": [{"text": said, "fact_ids": ["F1", "F2"], "passage_ids": []}],
    }
    model = ScriptedModel({"plan": [plan], "write": [written], "revise": [written, written]})
    draft = await letter(engine, clock, Occasion.WIN_BACK, Channel.EMAIL, model=model)
    assert draft.version
    assert draft.version.author.startswith("model:")
    assert "商品を見る" not in draft.version.body


async def test_a_follow_up_on_line_offers_two_answers_and_mail_none(
    engine: Engine, clock: FixedClock
) -> None:
    talk = outgoing(await letter(engine, clock, Occasion.FOLLOW_UP, Channel.LINE))
    items = push_body(talk)["messages"][0]["quickReply"]["items"]  # type: ignore[index]
    assert [item["action"]["text"] for item in items] == ["よかったです", "聞きたいことがあります"]
    mail = await letter(engine, clock, Occasion.FOLLOW_UP, Channel.EMAIL)
    assert mail.version
    assert "聞きたいことがあります" not in mail.version.body
    asked = outgoing(await letter(engine, clock, Occasion.REVIEW_REQUEST, Channel.LINE))
    assert "quickReply" not in str(push_body(asked))
