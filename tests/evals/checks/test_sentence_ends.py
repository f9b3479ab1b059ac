"""Is the end of a sentence read as polite, plain, friendly or an order?"""

import pytest

from evals.checks.sentence_ends import Ending, ending_of


@pytest.mark.parametrize(
    ("sentence", "ending"),
    [
        ("お元気でお過ごしでしょうか。", Ending.POLITE),
        ("ご自愛くださいね🐕", Ending.POLITE),
        ("よろしければご覧くださいませ。", Ending.POLITE),
        ("使ったあとは水ですすぐだけ。", Ending.POLITE),
        ("心を込めて。", Ending.POLITE),
        ("どうぞお気をつけて", Ending.POLITE),
        ("お帰りなさい。", Ending.POLITE),
        ("新茶のお知らせ", Ending.POLITE),
        ("急須を揺らさずに待つ。", Ending.PLAIN),
        ("送料は無料だ。", Ending.PLAIN),
        ("元気にしてる？", Ending.PLAIN),
        ("届いたよ", Ending.FRIENDLY),
        ("またお店に来てね♪", Ending.FRIENDLY),
        ("そろそろ無くなるころかな。", Ending.FRIENDLY),
        ("よかったら見てみて。", Ending.FRIENDLY),
        ("これいいじゃん", Ending.FRIENDLY),
        ("早く返事をくれ", Ending.ORDER),
        ("しっかり読みなさい。", Ending.ORDER),
        ("連絡しろ。", Ending.ORDER),
    ],
)
def test_an_ending_is_told_from_its_last_morphemes(sentence: str, ending: Ending) -> None:
    assert ending_of(sentence) is ending
