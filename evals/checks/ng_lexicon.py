"""Find the expressions of the NG lexicon, however they are spelled, where the law forbids them for this product."""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from agent.domain.finding import Finding, Severity
from agent.domain.product_class import COSMETIC, OTHER, QUASI_DRUG
from evals.checks.fold import spelled
from evals.checks.law_scope import SKIN, backed, kinds_of, title_spans
from evals.checks.reading import FieldText, Reading

_CHECK_OF_ROW = {
    **dict.fromkeys(range(55, 69), "keihyouhou_claim"),
    **dict.fromkeys((70, 71, 72, 73, 76, 80, 81, 82), "keihyouhou_claim"),
    69: "stealth_review_incentive",
    **dict.fromkeys((74, 75), "creepy_surveillance"),
    84: "placeholder_or_template_residue",
    85: "prompt_leak_or_meta",
}
"""Which check tells of which row; every other row speaks of effects on the body."""

_ONLY_REVIEW = frozenset({36, 51, 60, 74})
"""Rows that ask for evidence and are often innocent: another check blocks them when the facts say otherwise."""
_ALSO_OF_CLOTH = frozenset({1, 2, 4, 5, 6, 14, 26})
"""Stains, creases and germs of things: a claim on the body only when skin is spoken of."""


_CLOTH = re.compile(r"生地|布|干|あいろん|洗濯|霧吹き|しゃつ|服|裾|袖|はんがー|畳|たた[みむん]")
_COUNTS_DOWN = re.compile(r"[^たのだる]あと(?:わずか)?\d")


@dataclass(frozen=True, slots=True)
class Row:
    """One alternative of a lexicon row. anchor: its longest fixed part, spelled; pattern: None when that is all of it.

    severities: the letter of a product class (C, Q, F, A) and B or R, as in the lexicon.
    """

    number: int
    check: str
    severities: dict[str, str]
    anchor: str
    pattern: re.Pattern[str] | None
    category: str
    law: str
    rewrite: str

    def places(self, spelling: str) -> Iterator[tuple[int, int]]:
        """Where it stands in a spelled text that has the anchor."""
        if self.pattern is not None:
            yield from (match.span() for match in self.pattern.finditer(spelling))
            return
        place = spelling.find(self.anchor)
        while place >= 0:
            yield place, place + len(self.anchor)
            place = spelling.find(self.anchor, place + 1)


@cache
def lexicon() -> tuple[Row, ...]:
    """All alternatives of lexicon/ng_expressions.tsv."""
    rows: list[Row] = []
    lines = (files("evals.checks.lexicon") / "ng_expressions.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        number, category, scope, expressions, law, rewrite = line.split("\t")
        severities = {
            letter: part.split()[1] for part in scope.split(";") for letter in part.split()[0].split(",")
        }
        for expression in expressions.split("／"):
            anchor, pattern = _compiled(expression)
            check = _CHECK_OF_ROW.get(int(number), "yakkihou_claim")
            rows.append(Row(int(number), check, severities, anchor, pattern, category, law, rewrite))
    return tuple(rows)


@cache
def _rows_of(check: str) -> tuple[Row, ...]:
    return tuple(row for row in lexicon() if row.check == check)


def _compiled(expression: str) -> tuple[str, re.Pattern[str] | None]:
    """〜 stands for up to 12 characters, 〇 for what fills it, a dot in No.1 may be left out."""
    text = spelled(expression)
    if not re.search(r"[〜〇.]", text):
        return text, None
    pieces = [re.escape(piece).replace(r"\.", r"[.．]?") for piece in re.split(r"〜|〇+", text)]
    return max(re.split(r"[〜〇.]+", text), key=len), re.compile(r"[^\n]{0,12}?".join(pieces))


def find_rows(reading: Reading, check: str) -> Iterator[Finding]:
    """Findings of the rows that belong to a check; inside a product's own title nothing counts."""
    kinds = kinds_of(reading)
    for text in reading.fields:
        spelling, titles = text.spelling.text, title_spans(reading, text)
        for row in _rows_of(check):
            if row.anchor not in spelling:
                continue
            for start, end in row.places(spelling):
                if any(since <= start and end <= to for since, to in titles):
                    continue
                severity = _severity(row, reading, text, start, end, kinds)
                if severity is not None:
                    yield text.find(check, start, end, _message(row), severity, spelling=True)


def _message(row: Row) -> str:
    """One sentence for a clerk."""
    if row.law.startswith("品質"):
        return "差し込みや作成の途中の言葉が残っています。実際の内容に書き換えてください。"
    return f"「{row.category}」についての、広告では使えないおそれのある言い方です（{row.law}）。言い換えるか、根拠を確かめてください。"


def _severity(
    row: Row, reading: Reading, text: FieldText, start: int, end: int, kinds: Set[str]
) -> Severity | None:
    """How bad this use is; None when the row does not concern these products or the shop can back the words."""
    spelling = text.spelling.text
    of_cloth = kinds == {OTHER} or _CLOTH.search(spelling[max(0, start - 24) : end + 24])
    if row.number in _ALSO_OF_CLOTH and OTHER in kinds and of_cloth and not SKIN.search(spelling):
        return None
    # あと3時間 counts down; 塗ったあと2時間 only tells an order.
    if (
        row.number == 61
        and spelling.startswith("あと", start)
        and not _COUNTS_DOWN.match(f" {spelling}", start, end + 1)
    ):
        return None
    if row.number == 34 and QUASI_DRUG in kinds:
        return None
    asks = "R" in row.severities.values() and "B" not in row.severities.values()
    if "Q" in row.severities and kinds <= {QUASI_DRUG} and kinds:
        asks = row.severities["Q"] == "R"
    if backed(reading, row.number, spelling[start:end]):
        return None if asks or kinds & {QUASI_DRUG} or "届出" in reading.known.everything else Severity.REVIEW
    if row.number in _ONLY_REVIEW or (asks and row.severities.get("C") == "B" and COSMETIC not in kinds):
        return Severity.REVIEW
    return Severity.BLOCK
