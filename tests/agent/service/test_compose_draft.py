"""ComposeDraft without a model: what is written, what is stored, and when we advise against writing."""

from datetime import date

import pytest

from agent.domain.draft import DraftState, Recommendation
from agent.domain.errors import NotFound
from agent.domain.finding import Severity
from agent.domain.occasion import Channel, Occasion
from agent.service.compose_draft import ComposeDraft
from agent.service.unsubscribe import read_opt_out
from agent.settings import Settings
from tests.support.drafting import LOTION, TEA, HandCharts, Shop, chart_of, sender


async def test_a_thank_you_is_written_without_any_key_and_waits_for_a_person(drafting_shop: Shop) -> None:
    draft = await drafting_shop.composer()(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    assert draft.state is DraftState.WAITING
    assert draft.recommendation is Recommendation.SEND
    assert draft.version is not None
    assert draft.version.author == "embedded"
    assert draft.version.body.startswith("石田さま\n\n")
    assert "「さっぱり化粧水」" in draft.version.body
    assert draft.version.prompt is not None
    assert draft.version.prompt.name == "embedded/thank_you"
    assert "order:order-90001" in draft.version.evidence_facts
    assert not [f for f in draft.findings if f.severity is Severity.BLOCK]


async def test_the_tip_of_a_letter_names_the_passage_it_was_copied_from(drafting_shop: Shop) -> None:
    draft = await drafting_shop.composer()(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.LINE)
    assert draft.version is not None
    tip = "手のひらで少し温めてから、顔全体になじませてください。"
    [paragraph] = [p for p in draft.version.paragraphs if tip in p.text]
    [passage_id] = paragraph.passage_ids
    [passage] = [p for p in draft.version.evidence_passages if p.passage_id == passage_id]
    assert tip in passage.text


async def test_a_mail_ends_with_sender_address_contact_and_a_way_to_stop(drafting_shop: Shop) -> None:
    draft = await drafting_shop.composer()(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    assert draft.version is not None
    footer = draft.version.body.split("-" * 20)[1]
    for part in ("こはる堂 佐伯", "東京都台東区谷中1-2-3", "03-1234-5678", "配信を停止"):
        assert part in footer
    assert "https://koharudo.example/u/" in footer


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize(
    ("occasion", "last"),
    [
        (Occasion.THANK_YOU, date(2026, 11, 19)),
        (Occasion.FOLLOW_UP, date(2026, 11, 8)),
        (Occasion.WIN_BACK, date(2026, 9, 2)),
        (Occasion.VIP, date(2026, 9, 2)),
    ],
)
async def test_every_occasion_passes_the_gate_on_both_channels(
    drafting_shop: Shop, occasion: Occasion, last: date, channel: Channel
) -> None:
    drafting_shop.charts = HandCharts(
        chart_of(bought=((TEA, date(2024, 8, 1)), (LOTION, date(2026, 1, 9)), (TEA, last)))
    )
    draft = await drafting_shop.composer()(customer="c1", occasion=occasion, channel=channel)
    assert draft.version is not None
    assert draft.state is DraftState.WAITING, draft.findings
    assert not draft.findings


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"contactable": False}, "退会"),
        ({"email": None}, "宛先"),
        ({"consent_email": False}, "希望されていません"),
        ({"orders": 0, "purchases": ()}, "購入の記録がない"),
        ({"notes": ("箱の破損で苦情あり",)}, "ご事情"),
    ],
)
async def test_who_must_not_be_written_to_gets_no_text_and_a_reason(
    drafting_shop: Shop, changes: dict[str, object], said: str
) -> None:
    drafting_shop.charts = HandCharts(chart_of(**changes))  # type: ignore[arg-type]
    draft = await drafting_shop.composer()(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    assert draft.recommendation is Recommendation.DO_NOT_SEND
    assert said in draft.why
    assert draft.version is None
    assert draft.state is DraftState.HELD


async def test_unknown_consent_gives_a_held_text_that_says_why(drafting_shop: Shop) -> None:
    drafting_shop.charts = HandCharts(chart_of(consent_email=None))
    draft = await drafting_shop.composer()(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    assert draft.state is DraftState.HELD
    assert draft.recommendation is Recommendation.DO_NOT_SEND
    assert "同意" in draft.why
    assert draft.version is not None


async def test_a_settled_complaint_no_longer_stops_us(drafting_shop: Shop) -> None:
    drafting_shop.charts = HandCharts(chart_of(notes=("破損の件、交換して対応済み",)))
    draft = await drafting_shop.composer()(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    assert draft.recommendation is Recommendation.SEND


@pytest.mark.parametrize(("day", "written"), [(date(2026, 11, 12), True), (date(2026, 3, 1), False)])
async def test_a_late_thank_you_is_not_advised_and_months_later_not_even_written(
    drafting_shop: Shop, day: date, written: bool
) -> None:
    drafting_shop.charts = HandCharts(chart_of(bought=((LOTION, day),)))
    draft = await drafting_shop.composer()(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    assert draft.recommendation is Recommendation.DO_NOT_SEND
    assert "遅すぎます" in draft.why
    assert (draft.version is not None) is written


async def test_a_damaged_name_is_not_used_and_nothing_takes_its_place(drafting_shop: Shop) -> None:
    drafting_shop.charts = HandCharts(chart_of(family_name="??", greetable=False))
    draft = await drafting_shop.composer()(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    assert draft.version is not None
    assert "?" not in draft.version.body.split("-" * 20)[0]
    assert "さま" not in draft.version.body


async def test_a_new_draft_replaces_the_undecided_one_of_its_kind(drafting_shop: Shop) -> None:
    compose = drafting_shop.composer()
    first = await compose(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    second = await compose(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    with drafting_shop.units(read_only=True) as work:
        assert work.drafts.get(first.draft_id).state is DraftState.SUPERSEDED
        assert work.drafts.get(second.draft_id).state is DraftState.WAITING


async def test_a_rewrite_without_a_model_is_a_second_wording_of_the_same_draft(drafting_shop: Shop) -> None:
    compose = drafting_shop.composer()
    first = await compose(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    again = await compose.rewrite(first.draft_id, instruct="もっと短く", by="hanako")
    assert again.draft_id == first.draft_id
    assert again.version is not None
    assert first.version is not None
    assert again.version.number == 2
    assert again.version.body != first.version.body
    with drafting_shop.units(read_only=True) as work:
        assert "定型文" in work.drafts.steps(first.draft_id)[-1].why


async def test_without_sender_settings_a_draft_is_held_and_names_what_is_missing(drafting_shop: Shop) -> None:
    compose = ComposeDraft(
        units=drafting_shop.units,
        charts=drafting_shop.charts,
        catalogue=drafting_shop.catalogue,
        retriever=drafting_shop.retriever,
        model=None,
        clock=drafting_shop.clock,
        sender=Settings(shop_name="こはる堂").sender,
        public_base="https://koharudo.example",
    )
    draft = await compose(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.LINE)
    assert draft.state is DraftState.HELD
    assert any("OKAERI_SHOP_ADDRESS" in f.message for f in draft.findings)


async def test_an_unknown_customer_is_refused(drafting_shop: Shop) -> None:
    with pytest.raises(NotFound):
        await drafting_shop.composer()(customer="nobody", occasion=Occasion.VIP, channel=Channel.EMAIL)


async def test_the_footer_link_names_this_customer_and_channel(drafting_shop: Shop) -> None:
    draft = await drafting_shop.composer()(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    assert draft.context is not None
    token = draft.context.shop.unsubscribe_url.rsplit("/", 1)[1]
    assert len(token) == 24
    named = read_opt_out(drafting_shop.units, token)
    assert (named.customer_id, named.channel, named.recipient) == ("c1", Channel.EMAIL, draft.recipient)
    assert sender(unsubscribe_url="x").name == "こはる堂"
