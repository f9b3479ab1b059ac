"""Does a draft affirm of a product what its facts deny (卵を含む, told as 卵不使用), or deny what they affirm?"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from agent.domain.finding import Finding
from evals.checks.fold import spelled
from evals.checks.knowledge import KnownProduct
from evals.checks.product_mentions import product_mentions
from evals.checks.reading import FieldText, Reading

_WHY = "商品の記録と逆のことを述べています。記録に合わせて直してください。"
_NAME = r"[一-鿿々ァ-ヴーA-Za-z]{1,10}|たまご|くるみ|はちみつ|ごま"
_NAMES = rf"(?:{_NAME})(?:(?:も|や|と|・|、|および|または)(?:{_NAME}))*"
_NOT_IN = re.compile(
    rf"(?P<names>{_NAMES})(?:は|を|も|が|の入って)?(?:一切|いっさい|まったく|全く)?"
    r"(?:使わない|使わず|使って(?:い|お)?(?:ない|ません|おりません|おらず)|使いません|使用せず|使用して(?:い|お)(?:ない|りません|ません|らず)"
    r"|不使用|無添加|不含|フリー(?!ズ|ダイヤル|サイズ)|ゼロ(?!か)|抜き(?!取|出|型)|含ま(?:ない|ず|れません|れない|れて(?:い|お)(?:ない|りません|ません))"
    r"|含みません|含んで(?:い|お)(?:ない|りません|ません)|入ら(?:ない|ず)|入って(?:い|お)(?:ない|りません|ません|らず)|加え(?:ない|ず|て(?:い|お)(?:ない|りません|ません)))"
    r"|(?:無|ノン)(?P<bare>香料|着色|添加物?|アルコール|カフェイン|シリコン|オイル|糖|塩|鉱物油)(?![一-鿿])"
)
_IN = re.compile(
    rf"(?P<names>{_NAMES})(?:[^、。()\n]{{0,6}}?)(?:を|が|も)?(?:含む|含み|含んで(?!い(?:ない|ませ))|配合(?!せず|して(?:い|お)(?:ない|り?ません))|使用(?!せず|でき|して(?:い|お)(?:ない|り?ません))|を使(?:って(?!(?:い|お)(?:ない|り?ません))|い[、。]|った|う$)|入り(?!ま))"
)
"""小麦・卵・乳を含む: what a fact says is in it."""
_TOLD_IN = re.compile(
    r"(?:[のをがも]|と[^。、\n]{1,6}[のをが])?(?:[^。、\n]{0,5}?)(?:入り(?!ませ)|入った|入って(?:い|お)(?:ます|り、|りま)|含(?:む|み|んだ|んで(?:い|お)ま|まれ(?:てい|てお|ま))|使(?:った|って(?:い|お)ります|って(?:仕|作|焼|煮)|い、)|使用し(?:た|て(?:い|お)り?ます)|配合"
    r"|効い|効かせ|たっぷり|風味|香り|香る|コク|うまみ|旨み|さっぱり感|清涼感|爽快感|の味|由来|の恵み|ならでは|練り込|仕立て|加えた|を合わせた|を混ぜた|で固め|で焼き)"
)
_TURNED = re.compile(
    r"^[^。、\n]{0,12}?(?:ない|ません|[わさらまれ]ず|なし|不使用|フリー|レス|ゼロ|無添加|抜き|控え)"
)
_TALK = re.compile(r"苦手|アレルギー|気になる|避け|お好み|代わり|お持ち|合わせ(?!た)|添え|一緒に|のせて")
"""Talk about the customer's wishes, or what a product is eaten or worn with."""

_CANNOT = re.compile(
    r"(?P<what>[一-鿿々ァ-ヴーA-Za-z]{2,10}?)(?:では|には|での|への|に|は|で|も|を)?(?:の)?(?:ご?使用|利用|加熱|洗濯|お手入れ)?(?:は|が|を)?"
    r"(?:使えない|使えません|使用できない|使用できません|できない|できません|不可|対応していない|対応していません|対応しない|非対応|お使いいただけない|お使いいただけません"
    r"|かけられない|かけられません|洗えない|洗えません|入れられない|入れられません|禁止)"
)
_TOLD_CAN = re.compile(
    r"(?:[^。、\n]{0,12}?)(?:でき(?!ませ|な[いく]|ず|かね)|使え(?!ませ|な[いく]|ず)|(?:お使い|ご使用|ご利用|かけて|入れて|お入れ|洗って|お洗い|温めて|組んで)いただけ(?!ませ|な[いく]|ず)|かけられ(?!ませ|な)|洗え(?!ませ|な)|入れられ(?!ませ|な)"
    r"|対応(?!して(?:い|お)(?:ない|り?ません)|していな|外)|可能|OK|大丈夫|平気|問題(?:な|あり)|組め(?!ませ|な)|いけます|どうぞ|お任せ)"
)
_CAN = re.compile(
    r"(?P<what>手洗い|水洗い|丸洗い|洗濯機|乾燥機|食洗機|電子レンジ|レンジ|オーブン|直火|IH|冷凍|アイロン)(?:で|に|も|を|が)?(?:の)?(?:ご?使用|洗濯)?(?:も|が)?(?:洗える|使える|できる|可(?!否)|対応(?!しない)|OK|かけられる|入れられる)"
)
_TOLD_CANNOT = re.compile(
    r"(?:では|には|での|に|は|で|も)?(?:[^。、\n]{0,8}?)(?:対応して(?:い|お)(?:ない|り?ません)|使えません|使えない|できません|不可|洗えません|洗えない|かけられません|入れられません|お使いいただけません|お控え|お?避け|非対応|しないで|なさらないで)"
)
_NO_WASHING = re.compile(
    r"(?:家庭|ご?自宅|家)(?:での?|の)(?:お?洗濯|水洗い|丸?洗い)[^。、]{0,4}(?:でき(?:ない|ません)|不可|お?避け|お?控え)|^(?:洗濯|水洗い|丸洗い)(?:は|が)?(?:でき(?:ない|ません)|不可)|洗えない|洗えません"
)
_WASHES = frozenset(("洗濯機", "丸洗い", "水洗い", "手洗い"))
"""What a thing that cannot be washed does not stand."""
_NO_CARE = "返品 交換 返金 使用 利用 対応 注文 併用 変更 指定 追跡 発送 配送 保証 単体"
_TOO_GENERAL = frozenset(_NO_CARE.split())


@dataclass(frozen=True, slots=True)
class _Nature:
    """What a product's facts say of it. absent, present: spelled names; refused, stood: care and uses."""

    absent: frozenset[str]
    present: frozenset[str]
    refused: frozenset[str]
    stood: frozenset[str]


def find_denials(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """What a stretch about one product says, against that product's own facts. Other products' facts are no ground."""
    for start, end, product in told_of_one_product(reading, text):
        nature = _nature(product.texts)
        said = text.said[start:end]
        for match in _NOT_IN.finditer(said):
            denied = any(_kin(name) & nature.present for name in _split(match["names"] or match["bare"]))
            if denied and not _TALK.search(match.group()) and match.group() not in "\n".join(product.texts):
                yield text.find(check, start + match.start(), start + match.end(), _WHY)
        for name in sorted({word for absent in nature.absent for word in _kinds(absent)}):
            yield from _affirmed(text, check, start, said, name, _TOLD_IN)
        for name in sorted(nature.refused):
            yield from _affirmed(text, check, start, said, name, _TOLD_CAN)
        for name in sorted(nature.stood):
            for place in _places(said, name):
                told = _TOLD_CANNOT.match(said, place + len(name))
                if told is not None:
                    yield text.find(check, start + place, start + told.end(), _WHY)


def told_of_one_product(reading: Reading, text: FieldText) -> Iterator[tuple[int, int, KnownProduct]]:
    """[from, to) of what speaks of one product: a sentence that names one, clauses of one that names more, and sentences
    without a name after one that had it. Without any name: the shop's only product, or the only one the customer bought.
    """
    named = product_mentions(reading, text)
    last = _only_one(reading)
    for start, end in text.sentences:
        inside = [mention for mention in named if start <= mention.start < end]
        products = {mention.product.id: mention.product for mention in inside}
        if len(products) == 1:
            last = next(iter(products.values()))
        if len(products) <= 1:
            if last is not None:
                yield start, end, last
            continue
        last = None
        place = start
        for clause in re.split(r"(?<=、)", text.said[start:end]):
            here = {m.product.id: m.product for m in inside if place <= m.start < place + len(clause)}
            if len(here) == 1:
                yield place, place + len(clause), next(iter(here.values()))
            place += len(clause)


def _only_one(reading: Reading) -> KnownProduct | None:
    products = reading.known.products
    if len(products) == 1:
        return products[0]
    told = spelled(reading.known.customer)
    bought = [product for product in products if product.title and spelled(product.title) in told]
    return bought[0] if len(bought) == 1 else None


def _affirmed(
    text: FieldText, check: str, start: int, said: str, name: str, told: "re.Pattern[str]"
) -> Iterator[Finding]:
    for place in _places(said, name):
        found = told.match(said, place + len(name))
        if found is None or _TURNED.match(said[place + len(name) :]) or _TALK.search(found.group()):
            continue
        yield text.find(check, start + place, start + found.end(), _WHY)


def _places(said: str, name: str) -> Iterator[int]:
    place = said.find(name)
    while place >= 0:
        before = said[place - 1 : place]
        if not (before and re.match(r"[一-鿿ァ-ヴー]", before) and re.match(r"[一-鿿ァ-ヴー]", name)):
            yield place
        place = said.find(name, place + 1)


@lru_cache(maxsize=512)
def _nature(texts: tuple[str, ...]) -> _Nature:
    absent: set[str] = set()
    present: set[str] = set()
    refused: set[str] = set()
    stood: set[str] = set()
    for line in texts[1:]:
        for piece in re.split(r"[。、()]", line):
            for match in _NOT_IN.finditer(piece):
                absent.update(_split(match["names"] or match["bare"]))
            if not _NOT_IN.search(piece):
                for match in _IN.finditer(piece):
                    present.update(_split(match["names"]))
            if _NO_WASHING.search(piece):
                refused.update(_WASHES)
            refused.update(m["what"] for m in _CANNOT.finditer(piece) if m["what"] not in _TOO_GENERAL)
            stood.update(m["what"] for m in _CAN.finditer(piece))
    return _Nature(
        frozenset(absent - present), frozenset(present - absent), frozenset(refused), frozenset(stood)
    )


def _split(names: str) -> list[str]:
    return [name for name in re.split(r"も|や|と|・|、|および|または", names) if name]


@cache
def _families() -> tuple[tuple[str, ...], ...]:
    """Lines of lexicon/same_ingredients.txt: a thing, other words for it, then after = what is made of it."""
    text = (files("evals.checks.lexicon") / "same_ingredients.txt").read_text(encoding="utf-8")
    return tuple(tuple(line.split()) for line in text.splitlines() if line and not line.startswith("#"))


def _kinds(name: str) -> Iterable[str]:
    """The words that say that a thing is in it: of 乳 also バター."""
    for family in _families():
        same = family[: family.index("=")] if "=" in family else family
        if name in same:
            return [word for word in family if word != "="]
    return [name] if len(name) > 1 else []


def _kin(name: str) -> set[str]:
    """The words of the same thing: of たまご also 卵, of グルテン also 小麦."""
    for family in _families():
        same = family[: family.index("=")] if "=" in family else family
        if name in same:
            return set(same)
    return {name}
