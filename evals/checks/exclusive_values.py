"""Does a draft give a product another value on an axis of which a thing has one: 合成ゴム for 天然ゴム, ゼラチン for 寒天?"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from agent.domain.finding import Finding
from evals.checks.denied_properties import told_of_one_product
from evals.checks.reading import FieldText, Reading

_WHY = "商品の記録（{known}）と違う内容です。記録に合わせて直してください。"
_COMPARED = re.compile(
    r"お好き|お好み|苦手|合わせ|比べ|より|ほか|別の|違(?:い|って)|ではな|ではあり|でなく|以外|もござい|もあり"
)
_MOST_MATERIALS = "チタン ステンレス アルミ 真鍮 銅 鉄 銀 アセテート ナイロン プラスチック 木 竹 革 綿 麻 絹"
_CLOTHS = "ウール シルク カシミヤ リネン コットン ポリエステル レーヨン アクリル"
_MATERIALS = (*_MOST_MATERIALS.split(), *_CLOTHS.split())
_ANY = "|".join(_MATERIALS)
_ALL_OF = re.compile(
    rf"(?:総|オール)(?P<what>{_ANY})(?!点|額)|(?:すべて|全て|まるごと|全体が)(?P<whole>{_ANY})(?:で|の|製)"
)


def find_other_values(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """Only where the product's own facts have exactly one value of the axis, and the draft's value stands in none of them."""
    for start, end, product in told_of_one_product(reading, text):
        said, facts = text.said[start:end], "\n".join(product.texts)
        if _COMPARED.search(said):
            continue
        for axis in _axes():
            own = [value for value in axis if any(word in facts for word in value)]
            if len(own) != 1:
                continue
            for word in (word for value in axis if value is not own[0] for word in value):
                place = said.find(word)
                if place < 0 or _inside(said, place, word, own[0]) or word in reading.known.customer:
                    continue
                why = _WHY.format(known=next(w for w in own[0] if w in facts))
                yield text.find(check, start + place, start + place + len(word), why)
        for match in _ALL_OF.finditer(said):
            what = match["what"] or match["whole"]
            others = [name for name in _MATERIALS if name != what and name in facts and len(name) > 1]
            if others and not re.search(rf"(?:総|オール){what}|{what}\s*100%", facts):
                yield text.find(
                    check,
                    start + match.start(),
                    start + match.end(),
                    _WHY.format(known=f"{what}のほかに{others[0]}"),
                )


def _inside(said: str, place: int, word: str, own: tuple[str, ...]) -> bool:
    """True when the word found is a part of the product's own longer word (中煎り in 中深煎り has none)."""
    return any(
        longer != word and word in longer and said.find(longer, max(0, place - len(longer))) >= 0
        for longer in own
    )


@cache
def _axes() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Lines of lexicon/exclusive_values.tsv: values, tab-separated, spellings of one with |."""
    text = (files("evals.checks.lexicon") / "exclusive_values.tsv").read_text(encoding="utf-8")
    return tuple(
        tuple(tuple(value.split("|")) for value in line.split("\t"))
        for line in text.splitlines()
        if line and not line.startswith("#")
    )
