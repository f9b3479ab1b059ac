"""What stands first in a letter, and what it may say of the season."""

from dataclasses import replace

import pytest

from agent.chains.embedded import write_embedded
from agent.chains.letter import Letter
from agent.chains.material import Material
from agent.chains.season_letters import letter_seasons
from agent.domain.occasion import Channel, Occasion
from tests.agent.chains.test_every_wording import cases

STILL_WELL = ("お変わり", "お元気でお過ごしでしょうか", "いかがお過ごしでしょうか")


def letters(occasion: Occasion) -> list[tuple[Material, Letter]]:
    return [
        (one, write_embedded(replace(one, variation=f"c{turn}")))
        for channel in Channel
        for one in cases(occasion, channel)
        for turn in range(4)
    ]


def said(letter: Letter) -> str:
    return "".join(paragraph.text for paragraph in letter.paragraphs)


def test_a_letter_of_thanks_starts_with_them_and_asks_nobody_new_whether_they_are_still_well() -> None:
    for material, letter in letters(Occasion.THANK_YOU):
        assert "ありがとう" in letter.paragraphs[0].text
        assert material.orders > 1 or not any(word in said(letter) for word in STILL_WELL)


def test_a_request_for_a_review_starts_with_the_purchase_and_thanks() -> None:
    for material, letter in letters(Occasion.REVIEW_REQUEST):
        assert "ありがとう" in letter.paragraphs[0].text
        assert material.bought[0].title in letter.paragraphs[0].text


def test_a_win_back_thanks_before_it_shows_anything_and_its_subject_sells_nothing() -> None:
    for material, letter in letters(Occasion.WIN_BACK):
        thanked = min(said(letter).find(word) % 10_000 for word in ("ありがとう", "お礼を"))
        shown = material.suggestion.title if material.suggestion else ""
        assert thanked < 9_999
        assert not shown or (thanked < said(letter).index(shown) and shown not in letter.subject)


@pytest.mark.parametrize(
    "occasion", [Occasion.THANK_YOU, Occasion.WIN_BACK, Occasion.VIP, Occasion.FOLLOW_UP]
)
def test_the_season_is_spoken_of_in_a_third_of_the_letters_at_most_and_never_in_the_middle(
    occasion: Occasion,
) -> None:
    written = letters(occasion)
    seasonal = 0
    for material, letter in written:
        found = [
            place
            for place, paragraph in enumerate(letter.paragraphs)
            for words in letter_seasons(material.today.month, "drink")
            if words + "。" in paragraph.text
        ]
        assert set(found) <= {0, len(letter.paragraphs) - 1}
        assert len(found) <= 1
        seasonal += bool(found)
    assert seasonal * 3 <= len(written)


def test_a_customer_of_two_orders_is_not_said_to_choose_often() -> None:
    for material, _letter in letters(Occasion.WIN_BACK):
        if material.suggestion:
            twice = replace(material, orders=2, suggestion=replace(material.suggestion, often=True))
            assert not any(
                word in said(write_embedded(twice)) for word in ("よくお選び", "たびたび", "折々に")
            )


def test_a_birthday_recalls_no_purchase_of_more_than_a_year_ago() -> None:
    for material, letter in letters(Occasion.BIRTHDAY):
        title = material.bought[0].title
        old = replace(
            material, bought=(replace(material.bought[0], on=material.today.replace(year=2025, month=2)),)
        )
        assert title not in said(write_embedded(old))
        assert not letter.subject or letter.subject.rstrip("。") != letter.preheader.rstrip("。")
