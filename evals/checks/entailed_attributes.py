"""Does a fact of the product already say, in other words, what a draft says of it?"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from agent.domain.finding import Finding
from evals.checks.knowledge import KnownProduct
from evals.checks.product_mentions import product_mentions
from evals.checks.reading import FieldText, Reading

_DENIED = re.compile(r"不可|[えけれきでは](?:ません|ない)|ありません|ではない|お控え|避け|禁止|なし$")
_PIECE = re.compile(r"[。、()\n]+")
_ABSENT = re.compile(
    r"(?P<what>[一-鿿ァ-ヴーA-Za-z]{1,8}|香り)(?:は|を|も|が|の)*(?:、)?[^。、\n]{0,4}?(?:使って|使用して|入って|入れて|加えて|含んで|つけて|付けて|配合して|含まれて)(?:い|お)?(?:り)?(?:ません|ない|ず)"
)
"""砂糖は使っておりません, from 砂糖不使用."""
_ONLY = re.compile(r"(?P<what>[一-鿿ァ-ヴーA-Za-z]{1,8})(?:だけ|のみ|ばかり)(?:で|を|の)")
"""麻だけで織った, from 麻100%."""
_WITHOUT = (
    "{what}(?:は|を|も|が|類|・[^。、\\n]{{1,12}})?(?:不使用|無配合|フリー|レス|ゼロ)|無{what}|ノン{what}"
    "|{what}[^。、\\n]{{0,8}}(?:ません|ない)"
)


@cache
def _pairs() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """The rows of lexicon/entailed_attributes.tsv: what is said, what backs it."""
    text = (files("evals.checks.lexicon") / "entailed_attributes.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple((re.compile(said), re.compile(backing)) for said, backing in rows)


def is_entailed(reading: Reading, text: FieldText, finding: Finding) -> bool:
    """True when the words of a finding follow from a fact: 水をはじく from 撥水加工, 砂糖は使っていません from 砂糖不使用.

    Asked of the products the sentence names, else of those the message names, else of all. A fact that denies does not back.
    """
    start = bisect_left(text.plain.starts, finding.span[0])
    end = bisect_left(text.plain.starts, finding.span[1])
    first, last = text.sentence_span(start)
    return any(
        any(
            backing.search(piece)
            for product in _spoken_of(reading, text, first, last)
            for piece in _pieces(product)
        )
        for backing in _backings(text.said, first, last, start, end)
    )


def _backings(said: str, first: int, last: int, start: int, end: int) -> Iterator[re.Pattern[str]]:
    for pattern, backing in _pairs():
        if any(found.start() < end and start < found.end() for found in pattern.finditer(said, first, last)):
            yield backing
    for found in _ONLY.finditer(said, first, last):
        if found.start() < end and start < found.end() + 8:
            what = re.escape(found["what"])
            yield re.compile(rf"(?<![一-鿿]){what}\s*100%|100%\s*{what}|{what}(?:だけ|のみ)")
    for found in _ABSENT.finditer(said, first, last):
        if found.start() < end and start < found.end():
            what = "香料" if found["what"] == "香り" else found["what"]
            yield re.compile(_WITHOUT.format(what=re.escape(what)))


def _spoken_of(reading: Reading, text: FieldText, first: int, last: int) -> list[KnownProduct]:
    named = product_mentions(reading, text)
    near = [mention.product for mention in named if first <= mention.start < last]
    return near or [mention.product for mention in named] or list(reading.known.products)


def _pieces(product: KnownProduct) -> Iterator[str]:
    for line in product.texts:
        for piece in _PIECE.split(line):
            if piece and not _DENIED.search(piece):
                yield piece
