"""Days in spoken words: round, and never false."""

from datetime import date, timedelta

import pytest

from agent.domain.calendar_words import SEASON, adverb, span_words, when_words

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 21), "本日"),
        (date(2026, 11, 20), "昨日"),
        (date(2026, 11, 1), "先日"),
        (date(2026, 10, 31), "10月の終わり"),
        (date(2026, 9, 10), "9月のはじめ"),
        (date(2026, 9, 11), "9月の半ば"),
        (date(2026, 9, 24), "9月の下旬"),
        (date(2026, 9, 25), "9月の終わり"),
        (date(2025, 12, 26), "昨年12月の終わり"),
        (date(2024, 2, 29), "2024年の2月"),
    ],
)
def test_a_day_is_said_as_a_shopkeeper_would(day: date, said: str) -> None:
    assert when_words(day, today=TODAY) == said


def test_only_months_take_the_particle() -> None:
    assert adverb("先日") == "先日"
    assert adverb("9月の終わり") == "9月の終わりに"


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (date(2026, 10, 1), None),
        (date(2026, 9, 22), None),
        (date(2026, 9, 21), "2か月"),
        (date(2025, 11, 21), "1年"),
        (date(2025, 11, 22), "1年近く"),
        (date(2026, 1, 21), "10か月"),
        (date(2024, 12, 21), "2年近く"),
        (date(2024, 12, 22), "1年あまり"),
        (date(2024, 8, 3), "2年あまり"),
    ],
)
def test_a_span_is_round_and_never_longer_than_true(since: date, said: str | None) -> None:
    assert span_words(since, until=TODAY) == said


def test_every_month_has_its_greeting() -> None:
    assert sorted(SEASON) == list(range(1, 13))
    assert all((TODAY + timedelta(days=30 * n)).month in SEASON for n in range(12))
