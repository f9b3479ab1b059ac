"""Is every row of the NG lexicon found in every disguise, and nothing harmless with it?"""

import re
from datetime import date
from pathlib import Path

import pytest

from agent.domain.finding import Finding, Severity
from agent.domain.message import Addressee, MessageContext, ProductFacts, ShopIdentity, WrittenMessage
from agent.domain.occasion import Channel, Occasion
from evals.checks.gate import run_checks
from evals.checks.ng_lexicon import Row, find_rows, lexicon
from evals.checks.reading import read

SHOP = ShopIdentity(
    "試し屋",
    "試し屋",
    "東京都千代田区1-1",
    "a@tameshi.example",
    "https://tameshi.example/u",
    "tameshi.example",
)
PRODUCT = {
    "C": ProductFacts("1", "しっとり化粧水", 1000, 50),
    "Q": ProductFacts("2", "薬用 美容液（医薬部外品）", 1000, 50),
    "F": ProductFacts("3", "毎日の青汁サプリ", 1000, 50),
    "A": ProductFacts("4", "綿のハンカチ", 1000, 50),
}


def context(letter: str) -> MessageContext:
    return MessageContext(
        "c",
        SHOP,
        Addressee("1", "中村", "花子"),
        (PRODUCT[letter],),
        (),
        None,
        Occasion.FOLLOW_UP,
        Channel.LINE,
        date(2026, 6, 1),
    )


def expressions() -> list[tuple[int, str, str]]:
    """Row number, class letter and one expression with its gaps filled."""
    path = Path("evals/checks/lexicon/ng_expressions.tsv")
    found = []
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        number, _, scope, words, _, _ = line.split("\t")
        letter = scope.split(";")[0].split()[0].split(",")[0]
        found += [(int(number), letter, re.sub("〜|〇+", "3", word)) for word in words.split("／")]
    return found


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def spaced(text: str) -> str:
    return " ".join(text)


def zero_width(text: str) -> str:
    return "\u200b".join(text)


def swapped_kana(text: str) -> str:
    swap = {**{c: c + 0x60 for c in range(0x3041, 0x3097)}, **{c: c - 0x60 for c in range(0x30A1, 0x30F7)}}
    return text.translate(swap)


def flagged(letter: str, body: str) -> list[Finding]:
    return list(
        run_checks(context(letter), WrittenMessage("d", "c", None, f"この品は{body}とのこと。")).findings
    )


@pytest.mark.parametrize(
    "disguise", [str, full_width, spaced, zero_width, swapped_kana], ids=lambda f: f.__name__
)
def test_every_expression_of_every_row_is_flagged_in_disguise(disguise: object) -> None:
    assert callable(disguise)
    assert [flagged(letter, "よい") for letter in PRODUCT] == [[], [], [], []]
    missed = [(n, w) for n, letter, w in expressions() if not flagged(letter, disguise(w))]
    assert missed == []


def rewrites() -> list[Row]:
    return list({row.number: row for row in lexicon()}.values())


@pytest.mark.parametrize("row", rewrites(), ids=lambda row: f"row{row.number}")
def test_no_suggested_rewrite_hits_a_blocking_row(row: Row) -> None:
    for letter in row.severities:
        reading = read(context(letter), WrittenMessage("d", "c", None, row.rewrite))
        hits = [f for check in {r.check for r in lexicon()} for f in find_rows(reading, check)]
        assert [f.quote for f in hits if f.severity is Severity.BLOCK] == []


def test_at_most_two_per_cent_of_harmless_sentences_are_flagged() -> None:
    path = Path(__file__).parent / "data" / "harmless_sentences.txt"
    sentences = path.read_text(encoding="utf-8").splitlines()
    law = {"yakkihou_claim", "keihyouhou_claim", "stealth_review_incentive"}
    hit = [
        (s, f.quote)
        for s in sentences
        for letter in ("C", "F", "A")
        for f in run_checks(context(letter), WrittenMessage("d", "c", None, s)).findings
        if f.check in law
    ]
    assert len(sentences) >= 200
    assert len({s for s, _ in hit}) <= 0.02 * len(sentences), hit
