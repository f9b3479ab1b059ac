"""Are widths, numbers and dates read as people write them, and mapped back to where they stood?"""

from datetime import date

import pytest

from evals.checks.dates import dates
from evals.checks.fold import fold_spelling, fold_width, spelled
from evals.checks.numerals import number
from evals.checks.quantities import quantities

TODAY = date(2026, 6, 3)


def test_a_folded_place_maps_back_to_the_original() -> None:
    original = "シ\u200bﾐ が"
    folded = fold_spelling(fold_width(original))
    assert folded.text == "しみが"
    assert original[slice(*folded.span(1, 2))] == "ﾐ"


def test_half_width_voiced_kana_is_one_letter_with_both_signs_in_its_span() -> None:
    original = "ｸﾞﾗﾑ"
    folded = fold_width(original)
    assert folded.text == "グラム"
    assert original[slice(*folded.span(0, 1))] == "ｸﾞ"


@pytest.mark.parametrize(
    "written", ["シミが消え", "ｼﾐが消え", "し み が 消 え", "シ\u200bミが消え", "しみが消え"]
)
def test_spellings_of_one_word_fold_to_one(written: str) -> None:
    assert spelled(written) == "しみが消え"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,620", 1620),
        ("3万5千", 35000),
        ("二千五百", 2500),
        ("二〇二六", 2026),
        ("十二", 12),
        ("1.5", 1.5),
        ("1万2,000", 12000),
    ],
)
def test_numbers_are_read(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("¥4,400", "yen", 4400),
        ("三百円引き", "yen", 300),
        ("3割引", "percent", 30),
        ("２回目", "ordinal", 2),
        ("2週間ほど", "days", 14),
        ("半年ぶり", "months", 6),
        ("1年半ぶり", "years", 1.5),
        ("100ポイント", "point", 100),
    ],
)
def test_quantities_are_read(text: str, kind: str, value: float) -> None:
    (found,) = quantities(fold_width(text).text)
    assert (found.kind, found.value) == (kind, value)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026年4月3日", date(2026, 4, 3), date(2026, 4, 3)),
        ("令和8年4月3日", date(2026, 4, 3), date(2026, 4, 3)),
        ("R8.4.3", date(2026, 4, 3), date(2026, 4, 3)),
        ("2026-04-03", date(2026, 4, 3), date(2026, 4, 3)),
        ("明日", date(2026, 6, 4), date(2026, 6, 4)),
        ("来週の金曜日", date(2026, 6, 12), date(2026, 6, 12)),
        ("先月", date(2026, 5, 1), date(2026, 5, 31)),
        ("7月上旬", date(2026, 7, 1), date(2026, 7, 10)),
        ("昨年5月", date(2025, 5, 1), date(2025, 5, 31)),
    ],
)
def test_dates_are_resolved_against_today(text: str, first: date, last: date) -> None:
    (found,) = dates(text, TODAY)
    assert (found.first, found.last) == (first, last)


def test_a_day_that_no_calendar_has_is_told() -> None:
    (found,) = dates("2月30日", TODAY)
    assert not found.is_valid
