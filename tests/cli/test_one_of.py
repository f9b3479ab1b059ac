"""Words typed at the command line are known ones, or the caller is told which there are."""

from enum import StrEnum

import pytest

from agent.cli.one_of import one_of
from agent.domain.errors import CallerMistake


class Colour(StrEnum):
    INDIGO = "indigo"
    WHITE = "white"


def test_a_known_word_is_its_member() -> None:
    assert one_of(Colour, "white", name="colour", unknown="色「white」はありません") is Colour.WHITE


def test_an_unknown_word_is_answered_with_all_that_may_be_typed() -> None:
    with pytest.raises(CallerMistake) as mistake:
        one_of(Colour, "red", name="colour", unknown="色「red」はありません", also=("all",))
    assert mistake.value.ja == "色「red」はありません。次から選んでください: all、indigo、white"
    assert str(mistake.value) == "no colour 'red'"
