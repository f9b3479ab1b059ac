"""What a letter may say of a purchase, a policy and a trouble: only what the record holds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.chains.embedded import write_embedded
from agent.chains.material import Bought, Material, Remedy, ReviewAsk, Trouble
from agent.chains.purchase_words import purchase_words, round_span
from agent.chains.review_words import review_words
from agent.chains.trouble_words import remedies_left, trouble_words
from agent.chains.wording import Seeded, sayer
from agent.domain.occasion import Channel, Occasion
from agent.service.about_occasion import AboutOccasion
from agent.service.why_now import reason
from tests.agent.chains.test_embedded import FIRST, TODAY, material
from tests.support.drafting import chart_of

CUP = replace(FIRST, title="瑠璃釉のマグカップ", fact_id="order:0", on=date(2026, 10, 2))
TOLD = Trouble(
    "damaged",
    "2026年10月9日のアンケートで、おすすめ度は10点中2点（お客さまの言葉「箱がつぶれて届きました」）",
    "answer:1",
    date(2026, 10, 9),
    words="箱がつぶれて届きました",
)


def words_of(*bought: Bought) -> dict[str, object]:
    return purchase_words(material(bought=bought), bought[0])


def apology(trouble: Trouble, *remedies: Remedy) -> Material:
    return material(bought=(), trouble=trouble, remedies=remedies)


def test_a_purchase_is_told_by_its_day_its_basket_and_what_came_before() -> None:
    same_day = replace(CUP, on=FIRST.on)
    assert words_of(FIRST, same_day)["beside"] == "瑠璃釉のマグカップ"
    found = words_of(FIRST, CUP)
    assert (found["day"], found["beside"], found["before"]) == ("11月18日", "", "瑠璃釉のマグカップ")


def test_what_is_bought_again_or_came_long_after_is_told_without_what_came_before() -> None:
    assert words_of(replace(FIRST, again=True), CUP)["before"] == ""
    assert words_of(FIRST, replace(CUP, on=date(2025, 12, 24)))["before"] == ""


@pytest.mark.parametrize(
    ("days", "said"), [(5, ""), (15, "半月ほど"), (31, "ひと月ほど"), (62, "ふた月ほど"), (120, "")]
)
def test_a_span_is_said_in_round_words_or_not_at_all(days: int, said: str) -> None:
    assert round_span(days) == said


def test_the_customers_own_words_are_quoted_with_their_day() -> None:
    found = trouble_words(apology(TOLD), plain=False)
    assert (found["quoted"], found["heard"], found["trouble_day"]) == (
        "箱がつぶれて届きました",
        "アンケート",
        "10月9日",
    )
    assert trouble_words(apology(TOLD), plain=True)["quoted"] == ""


@pytest.mark.parametrize(
    "words",
    ["肌が荒れてしまいました", "090-1234-5678 に電話ください", "{{7*7}}でした", "ひどい。二度と買いません"],
)
def test_words_of_the_body_numbers_and_signs_are_left_to_a_person(words: str) -> None:
    assert trouble_words(apology(replace(TOLD, words=words)), plain=False)["quoted"] == ""


def test_a_delay_is_the_shops_doing_only_when_the_record_says_so() -> None:
    ours = replace(
        TOLD, kind="late", text="当店の手配もれで発送が4日遅れた", fact_id="order_note:1", words=""
    )
    assert trouble_words(apology(ours), plain=False)["ours"] is True
    assert trouble_words(apology(ours), plain=False)["late_by"] == "4日"
    unknown = replace(ours, text="発送が遅れた")
    found = trouble_words(apology(unknown), plain=False)
    assert (found["ours"], found["late_by"]) == (False, "")


def test_a_sentence_that_two_rules_share_is_said_once() -> None:
    limit = "30日以内にご連絡ください。"
    rules = (
        Remedy(f"{limit}返送の送料は当店が負担します。", "p1"),
        Remedy(f"{limit}返金でご対応します。", "p1"),
    )
    assert remedies_left(apology(TOLD, *rules)).count(limit) == 1


def test_a_rule_with_a_condition_of_its_own_is_never_put_in_other_words() -> None:
    plain = "レビューを投稿された方には、評価にかかわらず100ポイントをおつけします（当店からのお礼です）。"
    assert review_words(ReviewAsk(plain, 100, "p"))["review_points"] == "100ポイント"
    bound = plain.replace("レビューを", "お届けから30日以内にレビューを")
    found = review_words(ReviewAsk(bound, 100, "p"))
    assert (found["review_points"], found["review_says"]) == ("", bound)


def test_groups_of_words_may_stand_in_groups() -> None:
    said = {sayer(Seeded(str(n)), {}, marked=True)("slot", ["[あ[か|き]|い[く|け]]。"]) for n in range(60)}
    assert said == {"あか。", "あき。", "いく。", "いけ。"}


def test_a_letter_that_comes_weeks_late_says_so_and_one_of_the_week_does_not() -> None:
    late = trouble_words(apology(replace(TOLD, on=TODAY - timedelta(days=21))), plain=False)
    soon = trouble_words(apology(replace(TOLD, on=TODAY - timedelta(days=6))), plain=False)
    kept = trouble_words(
        apology(replace(TOLD, fact_id="delay:1", on=TODAY - timedelta(days=21))), plain=False
    )
    assert (late["late_answer"], soon["late_answer"], kept["late_answer"]) == ("answer", "", "word")


def test_a_refund_says_what_it_was_for_when_the_record_does() -> None:
    note = "2026年11月9日の『A』ほか1点のご注文の控え「1点に不良があり、その分を返金」"
    found = trouble_words(
        apology(replace(TOLD, kind="quality", text=note, fact_id="order_note:1", refunded_yen=550)),
        plain=False,
    )
    assert (found["refunded_for"], found["one_faulty"]) == ("不良", True)


def letters(trouble: Trouble, *remedies: Remedy) -> list[str]:
    """What a customer reads, on both channels, in many wordings."""
    facts = dict.fromkeys(trouble.fact_ids, trouble.text)
    return [
        letter.subject + "".join(p.text for p in letter.paragraphs)
        for channel in Channel
        for n in range(30)
        for letter in [
            write_embedded(
                replace(
                    apology(trouble, *remedies),
                    occasion=Occasion.SERVICE_RECOVERY,
                    channel=channel,
                    facts=facts,
                    variation=f"c{n}",
                )
            )
        ]
    ]


def test_a_scent_not_to_taste_is_thanked_for_and_no_fault_is_confessed() -> None:
    low = replace(TOLD, kind="low_score", words="香りが私には合いませんでした", on=TODAY - timedelta(days=2))
    about = AboutOccasion(trouble=low)
    assert "ご迷惑をおかけした" not in reason(chart_of(), Occasion.SERVICE_RECOVERY, about)
    for said in letters(replace(low, fact_ids=("answer:1",))):
        assert "ありがとうございました" in said
        assert "ご迷惑" not in said


def test_an_apology_invents_no_feelings_and_a_person_settles_what_the_policy_leaves_open() -> None:
    told = replace(TOLD, fact_ids=("answer:1",))
    for said in letters(told):
        assert "お気持ち" not in said
        assert "お手間" not in said
        assert "責任をもって" in said
        assert "お返事が遅くなりました" in said


def test_a_fault_is_answered_with_the_exchange_the_policy_allows() -> None:
    told = replace(TOLD, on=TODAY - timedelta(days=3), fact_ids=("answer:1",))
    for said in letters(told, Remedy("返送と交換の送料は当店が負担します。", "p1")):
        assert "交換をご希望でしたら、返送と交換の送料は当店が負担します。" in said
        assert "遅くなりました" not in said


def test_a_middling_score_is_thanked_for_as_its_reason_promises() -> None:
    mild = replace(
        TOLD, kind="late", words="届くまでに少し時間がかかりました", mild=True, fact_ids=("answer:1",)
    )
    assert "お礼" in reason(chart_of(), Occasion.SERVICE_RECOVERY, AboutOccasion(trouble=mild))
    for said in letters(mild):
        assert "ありがとうございました" in said
        assert "責任をもって" not in said
