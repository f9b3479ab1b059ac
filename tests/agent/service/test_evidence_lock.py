"""The lock on a finished text: units, days, names and codes must stand in evidence that was offered."""

from datetime import date

import pytest

from agent.chains.letter import Letter
from agent.chains.write import WrittenParagraph
from agent.domain.draft import PromptUsed
from agent.domain.finding import Finding, Severity
from agent.domain.message import Paragraph
from agent.service.check_evidence import Dated, check_evidence
from agent.service.typed_values import typed_values

TODAY = date(2026, 11, 21)
FACTS = {
    "summary:orders": "これまでのご注文は2回",
    "order:1": "2026年9月28日に『有機ほうじ茶 100g』を1点ご購入",
    "order:2": "2026年11月18日に『さっぱり化粧水』を1点ご購入",
    "note:1": "もう10回は買っている。MAME5 がほしい",
}
PASSAGES = {"policy:1": "お届けから8日以内は返品をお受けします。返品"}
DAYS = {"order:1": date(2026, 9, 28), "order:2": date(2026, 11, 18)}


def found(text: str, *cited: str, subject: str = "") -> list[Finding]:
    paragraph = Paragraph(
        text, tuple(i for i in cited if i in FACTS), tuple(i for i in cited if i in PASSAGES)
    )
    return check_evidence(
        text, [paragraph], facts=FACTS, passages=PASSAGES, subject=subject, dated=Dated(TODAY, DAYS)
    )


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("二度目のご注文、ありがとうございます。", ()),
        ("先日の「さっぱり化粧水」はいかがですか。", ("order:2",)),
        ("9月の終わりにお選びの「有機ほうじ茶」。", ("order:1",)),
        ("お届けから8日以内でしたら返品をお受けします。", ("policy:1",)),
        ("「あれ？」と思うことがあれば、「おかえり」とお声がけください。", ()),
        ("「もっと早く」と思われることがあれば。", ()),
        ("二品ともお手元で。", ("order:1", "order:2")),
    ],
)
def test_what_the_evidence_holds_passes(text: str, cited: tuple[str, ...]) -> None:
    assert [f.quote for f in found(text, *cited) if f.severity is Severity.BLOCK] == []


@pytest.mark.parametrize(
    ("text", "cited", "quote"),
    [
        ("三度目のご注文ですね。", (), "三度目"),
        ("8回目のお届けです。", ("policy:1",), "8回目"),
        ("8%をお引きします。", ("policy:1",), "8%"),
        ("昨年お選びの品はいかがですか。", ("order:1",), "昨年"),
        ("5月の半ばの品はいかがですか。", ("order:1",), "5月の半ば"),
        ("新しい「黒釉の湯のみ」をご用意しました。", ("order:1",), "「黒釉の湯のみ」"),
        ("クーポン WELCOME をどうぞ。", ("order:1",), "WELCOME"),
    ],
)
def test_what_no_evidence_holds_is_held(text: str, cited: tuple[str, ...], quote: str) -> None:
    assert quote in [f.quote for f in found(text, *cited) if f.severity is Severity.BLOCK]


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("すすぎは2回です。", ["2回"]),
        ("10月5日の⟦F1.product⟧に、【10%】と１，９８０円。", ["10月5日", "10%", "１，９８０円"]),
        ("⟦F2.date⟧の【P1.number2】、⟦P3.number⟧と⟦PLACE1⟧。", []),
        ("「カフェイン90」をお試しください。", []),
    ],
)
def test_values_outside_slots_are_typed(text: str, typed: list[str]) -> None:
    written = WrittenParagraph(text=text, fact_ids=[], passage_ids=[])
    letter = Letter("", (Paragraph(text),), {}, "m", PromptUsed("p", "v", "d"))
    assert [f.quote for f in typed_values([written], letter)] == typed


def test_a_day_without_any_dated_fact_is_for_a_person_to_look_at() -> None:
    paragraph = Paragraph("先日はありがとうございました。")
    made = check_evidence(paragraph.text, [paragraph], facts={}, passages={}, dated=Dated(TODAY))
    assert [(f.quote, f.severity) for f in made] == [("先日", Severity.REVIEW)]


def test_a_subject_rests_on_what_any_paragraph_names() -> None:
    assert found("お茶のこと。", "order:1", subject="「有機ほうじ茶」のお礼") == []
    made = found("お茶のこと。", "order:1", subject="7回目のお礼に30%引き")
    assert {(f.field, f.quote) for f in made} == {("subject", "7回目"), ("subject", "30%")}


def test_a_note_that_contradicts_the_record_does_not_free_a_number_by_itself() -> None:
    assert [f.quote for f in found("10回もありがとうございます。", "order:1")] == ["10回"]
