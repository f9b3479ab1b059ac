"""The embedded writer: true to its facts, different from its neighbours, right for the occasion."""

from dataclasses import replace
from datetime import date

import pytest

from agent.chains.embedded import write_embedded
from agent.chains.letter import Letter
from agent.chains.material import Bought, Material, Remembered, Suggestion
from agent.domain.errors import CallerMistake
from agent.domain.message import Passage
from agent.domain.occasion import DRAFTABLE, Channel, Occasion

TODAY = date(2026, 11, 21)
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
@pytest.mark.parametrize("occasion", sorted(DRAFTABLE))
def test_every_letter_names_the_product_and_where_that_is_known_from(
    occasion: Occasion, channel: Channel
) -> None:
    for n in range(20):
        letter = write_embedded(material(occasion=occasion, channel=channel, orders=4, variation=f"c{n}"))
        [paragraph, *_] = [p for p in letter.paragraphs if "「さっぱり化粧水」" in p.text]
        assert "order:1" in paragraph.fact_ids
        assert bool(letter.subject) is (channel is Channel.EMAIL)


@pytest.mark.parametrize("occasion", sorted(DRAFTABLE))
def test_lengths_suit_the_channel(occasion: Occasion) -> None:
    for n in range(40):
        mail = write_embedded(material(occasion=occasion, orders=3, variation=f"c{n}"))
        line = write_embedded(material(occasion=occasion, orders=3, variation=f"c{n}", channel=Channel.LINE))
        assert 130 <= len(text(mail)) <= 400
        assert 60 <= len(text(line)) <= 220
        assert len(mail.subject) <= 50


def test_a_first_time_buyer_is_never_thanked_for_always() -> None:
    for n in range(60):
        for occasion in DRAFTABLE:
            said = text(write_embedded(material(occasion=occasion, variation=f"c{n}")))
            assert "いつも" not in said.replace("いつもありがとう", "いつも") or occasion is Occasion.VIP
            assert "愛顧" not in said


@pytest.mark.parametrize("occasion", sorted(DRAFTABLE))
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
        assert "昨年3月のはじめ" in said


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
    assert len(letter.paragraphs) >= 3
    assert all(p.text for p in letter.paragraphs)


def test_of_one_order_the_product_with_advice_is_chosen() -> None:
    vase = replace(FIRST, title="一輪挿し", passages=())
    assert "「さっぱり化粧水」" in text(write_embedded(material(bought=(vase, FIRST))))


def test_a_title_with_template_syntax_or_line_breaks_stays_a_title() -> None:
    odd = replace(FIRST, title="茶\nparagraph| | {{ 7*7 }} {orders}", passages=())
    said = text(write_embedded(material(bought=(odd,))))
    assert "49" not in said
    assert "{{ 7*7 }}" in said


def test_without_a_purchase_there_is_nothing_to_write() -> None:
    with pytest.raises(CallerMistake):
        write_embedded(material(bought=()))
