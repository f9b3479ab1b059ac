"""Identifiers are hidden however a text writes them, letter case and width of i included."""

from dataclasses import replace

import pytest

from agent.service.pseudonyms import Pseudonyms
from tests.support.drafting import chart_of

CHART = replace(chart_of(), email="Iiko.Sasaki@mail.invalid", customer_id="CIKI-77")


@pytest.mark.parametrize("written", ["CIKI-77", "ciki-77", "cıkı-77", "cİki-77", "C\u0131\u212ai-77"])
def test_a_customer_id_is_hidden_in_any_case(written: str) -> None:
    assert Pseudonyms(CHART, addressed="").mask(f"番号は{written}です。") == "番号は⟦NUMBER⟧です。"


@pytest.mark.parametrize("written", ["iiko.sasaki@MAIL.invalid", "IIKO.SASAKI@mail.invalid"])
def test_an_address_is_hidden_in_any_case(written: str) -> None:
    assert Pseudonyms(CHART, addressed="").mask(f"連絡は{written}へ") == "連絡は⟦MAIL⟧へ"


def test_a_longer_word_that_holds_the_id_is_left_alone() -> None:
    assert Pseudonyms(CHART, addressed="").mask("XCIKI-770") == "XCIKI-770"
