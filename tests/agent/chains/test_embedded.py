"""The embedded writer: true to its facts, different from its neighbours, right for the occasion."""

from dataclasses import replace
from datetime import date

import pytest

from agent.chains.embedded import write_embedded
from agent.chains.letter import Letter
from agent.chains.material import Bought, Material, Remembered, Suggestion
from agent.domain.errors import CallerMistake
from agent.domain.message import Passage
from agent.domain.occasion import Channel, Occasion
from agent.domain.voice import Voice

TODAY = date(2026, 11, 21)
OF_PURCHASES = (Occasion.THANK_YOU, Occasion.FOLLOW_UP, Occasion.WIN_BACK, Occasion.VIP)
"""Occasions that rest on purchases alone."""
TIP = Passage("p1", "product:L", "L", "さっぱり化粧水", "少し温めてから、顔全体になじませてください。")
FIRST = Bought("さっぱり化粧水", date(2026, 11, 18), 1, "order:1", "cosmetic", True, False, (TIP,))


def material(**changes: object) -> Material:
    made = Material(
        occasion=Occasion.THANK_YOU,
        channel=Channel.EMAIL,
        today=TODAY,
        facts={},
        passages=(TIP,),
        bought=(FIRST,),
        days={},
        orders=1,
        orders_fact="summary:orders",
        first_on=date(2024, 8, 3),
        first_fact="summary:since_first",
        segment="new",
        rank="regular",
        variation="c1",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def text(letter: Letter) -> str:
    return "".join(p.text for p in letter.paragraphs)


def test_the_same_customer_gets_the_same_words_and_neighbours_do_not() -> None:
    assert write_embedded(material()) == write_embedded(material())
    written = {text(write_embedded(material(variation=f"c{n}"))) for n in range(60)}
    assert len(written) >= 30


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("occasion", OF_PURCHASES)
def test_every_letter_names_the_product_and_where_that_is_known_from(
    occasion: Occasion, channel: Channel
) -> None:
    for n in range(20):
        letter = write_embedded(material(occasion=occasion, channel=channel, orders=4, variation=f"c{n}"))
        [paragraph, *_] = [p for p in letter.paragraphs if "「さっぱり化粧水」" in p.text]
        assert "order:1" in paragraph.fact_ids
        assert bool(letter.subject) is (channel is Channel.EMAIL)


@pytest.mark.parametrize("occasion", OF_PURCHASES)
def test_lengths_suit_the_channel(occasion: Occasion) -> None:
    for n in range(40):
        mail = write_embedded(material(occasion=occasion, orders=3, variation=f"c{n}"))
        line = write_embedded(material(occasion=occasion, orders=3, variation=f"c{n}", channel=Channel.LINE))
        assert 100 <= len(text(mail)) <= 400
        assert 48 <= len(text(line)) <= 220
        assert len(mail.subject) <= 50


def test_a_first_time_buyer_is_never_thanked_for_always() -> None:
    for n in range(60):
        for occasion in OF_PURCHASES:
            said = text(write_embedded(material(occasion=occasion, variation=f"c{n}")))
            assert "いつも" not in said.replace("いつもありがとう", "いつも") or occasion is Occasion.VIP
            assert "愛顧" not in said


@pytest.mark.parametrize("occasion", OF_PURCHASES)
def test_no_letter_sells_begs_or_counts_the_silence(occasion: Occasion) -> None:
    for n in range(60):
        letter = write_embedded(material(occasion=occasion, orders=5, variation=f"c{n}"))
        said = letter.subject + text(letter)
        for word in ("円", "割引", "クーポン", "お忘れ", "残念", "日ぶり", "か月ぶり", "今だけ", "！"):
            assert word not in said


def test_old_food_is_not_spoken_of_as_still_in_the_cupboard() -> None:
    tea = replace(
        FIRST,
        title="ほうじ茶",
        product_class="food",
        on=date(2025, 3, 1),
        passages=(replace(TIP, text="熱湯で30秒ほど蒸らしてからお召し上がりください。"),),
    )
    for n in range(30):
        said = text(write_embedded(material(occasion=Occasion.WIN_BACK, bought=(tea,), variation=f"c{n}")))
        assert "蒸らして" not in said
        assert "2025年" not in said
        assert any(day in said for day in ("昨年3月のはじめ", "昨年3月1日", "昨年の3月", "昨年の春"))


def test_what_is_sold_out_or_unknown_is_not_called_available() -> None:
    for available in (False, None):
        gone = replace(FIRST, available=available)
        for n in range(30):
            said = text(
                write_embedded(material(occasion=Occasion.WIN_BACK, bought=(gone,), variation=f"c{n}"))
            )
            assert "ご用意がございます" not in said
            assert "お取り扱い" not in said


def test_a_product_without_a_tip_still_gets_a_whole_letter() -> None:
    plain = replace(FIRST, passages=())
    letter = write_embedded(material(bought=(plain,)))
    assert len(letter.paragraphs) >= 2
    assert all(p.text for p in letter.paragraphs)


def test_of_one_order_the_product_with_advice_is_chosen() -> None:
    vase = replace(FIRST, title="一輪挿し", passages=())
    assert "「さっぱり化粧水」" in text(write_embedded(material(bought=(vase, FIRST))))


def test_advice_that_an_earlier_letter_gave_is_not_given_again() -> None:
    assert TIP.text in text(write_embedded(material(occasion=Occasion.FOLLOW_UP)))
    told = material(occasion=Occasion.FOLLOW_UP, passed_on=frozenset({TIP.text}))
    assert TIP.text not in text(write_embedded(told))


def test_a_title_with_template_syntax_or_line_breaks_stays_a_title() -> None:
    odd = replace(FIRST, title="茶\nparagraph| | {{ 7*7 }} {orders}", passages=())
    said = text(write_embedded(material(bought=(odd,))))
    assert "49" not in said
    assert "{{ 7*7 }}" in said


def test_without_a_purchase_there_is_nothing_to_write() -> None:
    with pytest.raises(CallerMistake):
        write_embedded(material(bought=()))


def test_a_letter_of_food_never_speaks_of_use_and_one_of_clothes_never_of_taste() -> None:
    cases = (
        ("深煎りブレンド 宵 200g", "food", ("使い心地", "使い勝手", "着心地", "暮らしになじ")),
        ("裏毛のスウェット", "other", ("お口に", "お味", "使い勝手", "召し上が")),
        ("手挽きのコーヒーミル", "other", ("お口に", "お味", "着心地", "召し上が")),
        ("うるおい化粧水", "cosmetic", ("お口に", "着心地", "効果", "実感", "変化")),
    )
    for title, product_class, wrong in cases:
        one = replace(FIRST, title=title, product_class=product_class, passages=())
        for occasion in OF_PURCHASES:
            for n in range(25):
                letter = write_embedded(material(occasion=occasion, bought=(one,), variation=f"c{n}"))
                said = letter.subject + text(letter)
                assert not [word for word in wrong if word in said], said


def test_a_vip_is_thanked_for_a_product_not_for_a_count_and_taught_nothing() -> None:
    loved = Remembered("深煎りブレンド 宵 200g", date(2026, 10, 1), ("order:8", "order:9"))
    for n in range(40):
        letter = write_embedded(
            material(occasion=Occasion.VIP, orders=26, staple=loved, variation=f"c{n}", rank="vip")
        )
        said = letter.subject + text(letter)
        assert "26" not in said
        assert "「深煎りブレンド 宵」" in said
        assert TIP.text not in said
        [named, *_] = [p for p in letter.paragraphs if "深煎りブレンド" in p.text]
        assert set(loved.fact_ids) <= set(named.fact_ids)


def test_who_buys_a_refill_or_the_same_again_is_not_taught_how_to_use_it() -> None:
    for known in (replace(FIRST, again=True), replace(FIRST, refill=True)):
        for n in range(20):
            letter = write_embedded(material(bought=(known,), orders=5, variation=f"c{n}"))
            assert TIP.text not in text(letter)


def test_a_suggestion_is_shown_once_with_its_evidence_and_left_out_of_a_plain_letter() -> None:
    passage = Passage("p9", "product:M", "M", "米ぬか乳液", "軽い感触の乳液です。")
    shown = Suggestion("米ぬか乳液", "cosmetic", "スキンケア", "order:1", False, passage.text, passage)
    given = material(occasion=Occasion.WIN_BACK, suggestion=shown, passages=(TIP, passage))
    letter = write_embedded(given)
    [paragraph] = [p for p in letter.paragraphs if "「米ぬか乳液」" in p.text]
    assert passage.text in paragraph.text
    assert (paragraph.fact_ids, paragraph.passage_ids) == (("order:1",), ("p9",))
    plain = write_embedded(given, plain=True)
    assert "米ぬか乳液" not in plain.subject + text(plain)


def test_a_name_that_cannot_be_shortened_leaves_the_subject_short() -> None:
    endless = replace(FIRST, title="あ" * 60, passages=())
    for occasion in OF_PURCHASES:
        for n in range(20):
            assert (
                len(write_embedded(material(occasion=occasion, bought=(endless,), variation=f"c{n}")).subject)
                <= 45
            )


def test_sentences_do_not_all_end_alike() -> None:
    for occasion in OF_PURCHASES:
        for n in range(40):
            said = text(write_embedded(material(occasion=occasion, orders=4, variation=f"c{n}")))
            ends = [sentence[-4:] for sentence in said.split("。") if sentence]
            assert not any(a == b == c for a, b, c in zip(ends, ends[1:], ends[2:], strict=False)), said


@pytest.mark.parametrize("occasion", OF_PURCHASES)
def test_the_next_letter_starts_from_another_angle_and_says_it_otherwise(occasion: Occasion) -> None:
    for n in range(20):
        first = write_embedded(material(occasion=occasion, orders=4, variation=f"c{n}"))
        told = (str(first.plan["angle"]),)
        second = write_embedded(material(occasion=occasion, orders=4, variation=f"c{n}", told=told))
        assert str(second.plan["angle"]).partition("（")[0] != told[0].partition("（")[0]
        assert text(second) != text(first)


def test_the_shops_words_replace_ours_but_never_a_name_or_a_copied_sentence() -> None:
    voice = Voice(say_instead=(("お求め", "お買い上げ"), ("お選び", "お買い上げ"), ("温めて", "あたためて")))
    named = replace(FIRST, title="お選び化粧水")
    for n in range(20):
        letter = write_embedded(material(bought=(named,), voice=voice, variation=f"c{n}"))
        said = letter.subject + letter.preheader + text(letter)
        assert "「お選び化粧水」" in text(letter)
        assert "お求め" not in said
        assert "お選び" not in said.replace("お選び化粧水", "")
        assert TIP.text in text(letter)


def test_an_apology_without_a_record_of_trouble_is_not_written() -> None:
    for occasion in (Occasion.SERVICE_RECOVERY, Occasion.BIRTHDAY, Occasion.REPLENISHMENT):
        with pytest.raises(CallerMistake):
            write_embedded(material(occasion=occasion))
