"""Spellings that mean the same compare equal."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from retrieval.tokens import fold, pairs, sku_candidates, words


@pytest.mark.parametrize("spelling", ["シャンプー", "ｼｬﾝﾌﾟｰ", "しゃんぷー"])
def test_width_and_kana_fold_to_one_spelling(spelling: str) -> None:
    assert fold(spelling) == "しゃんぷー"


def test_synonyms_share_a_group() -> None:
    groups = [{t for t in words(word) if t.startswith("syn:")} for word in ("化粧水", "ローション")]
    assert groups[0] & groups[1]


def test_particles_and_light_verbs_are_no_words() -> None:
    assert [w for w in words("これは化粧水でしたか、ありますか。") if not w.startswith("syn:")] == ["化粧水"]


def test_pairs_do_not_cross_punctuation() -> None:
    assert pairs("水、油 水") == []
    assert pairs("化粧水") == ["化粧", "粧水"]


@pytest.mark.parametrize("query", ["AB-12", "ab-12はありますか", "ＡＢ－１２の在庫"])
def test_a_sku_is_seen_in_any_width_and_case(query: str) -> None:
    assert "ab-12" in list(sku_candidates(query))


def test_threads_may_tokenise_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = set(map(tuple, pool.map(words, ["しっとりした化粧水を探しています"] * 200)))
    assert len(answers) == 1
