"""Find origins, ingredients, processes, certificates, functions, sizes and guarantees that no product fact holds."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files

from agent.domain.finding import Finding, Severity
from evals.checks.denied_attributes import Denial, denial_of
from evals.checks.denied_properties import find_denials
from evals.checks.entailed_attributes import is_entailed
from evals.checks.exclusive_values import find_other_values
from evals.checks.famous_places import find_famous_places
from evals.checks.fold import spelled
from evals.checks.making_claims import find_making
from evals.checks.measures import find_measures
from evals.checks.origin_claims import find_origins
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.place_names import is_named
from evals.checks.product_contradictions import find_contradictions
from evals.checks.product_mentions import product_mentions
from evals.checks.reading import MASK, FieldText, Reading
from evals.checks.season_talk import is_season_talk
from evals.checks.swapped_facts import find_swapped

CHECK = "invented_product_attribute"

_WHY = "商品の記録にない産地・成分・製法・認証・機能などです。記録にある内容に直すか、外してください。"
_PLACE = re.compile(
    r"(?P<place>[一-鿿ヶァ-ヴー]{2,10}?)(?:都|府|県|州|地方|市|町|村|島|諸島|半島|高原)?(?:産(?!地|業|後|み|ま|直|休)|原産|生まれの|育ちの|直送|から(?:直送|取り寄せ|直輸入)|製の|製で)"
)
_PLACE_IN = re.compile(
    r"(?P<place>[一-鿿ァ-ヴー]{2,8}(?:都|府|県|州|地方|市|町|村|島|高原|山麓|平野))(?:の|で|にある|から)(?:[^。、\n]{0,8})?(?:農園|農家|蔵|工房|工場|窯元|茶園|牧場|畑|職人|作ら|つくら|育て|採れ|とれた|獲れ|摘)"
)
_MADE_OF = re.compile(
    r"(?P<what>[一-鿿々ァ-ヴーA-Za-z0-9+ぁ-ん]{2,14}?)(?:を|が|も)?(?:たっぷり|贅沢に|ぜいたくに|高濃度で?|豊富に|新たに|特別に)?(?:(?:\d+(?:\.\d+)?%)?(?:配合|使用(?!感|後|前|期限|方法|量|時|いただ|中|済|上|頻度|を(?:やめ|止め|中止|控え|お控え)|して(?:いただ|みて|くだ)|の)|含有|ブレンド)(?!.{0,3}(?:して(?:いただ|みて|ください)|方法|上の|感|後|期限|量))|入りの?(?=[^口]|$)(?!ました|ます|口|やす|まし|込)|不使用|フリー(?!ズ|ダイヤル|サイズ|マーケット|ランス)|(?:を|が)?練り込|仕込み(?!ま)|製法|仕立て|加工(?!し|場|品)|処方|認証|認定|受賞|監修|特許)"
)
_GENERIC_WORDS = (
    "ご お 毎日 普段 ギフト 箱 袋 缶 個包装 化粧箱 封筒 名 手 気 "
    "目 耳 サンプル カード メッセージ お気に お 一袋 大容量 お名前 素材 原料 材料 成分 "
    "独自 こだわり 丁寧な この こちら 新しい いつも 同じ 特別な コード クーポン ポイント 会員 今回 "
    "前回 当店 梅雨 ログイン マイページ アプリ 期間 限定 箱 小分け お客様 無料 ストレス バリア シュガー "
)
_GENERIC = frozenset(spelled(word) for word in _GENERIC_WORDS.split())


@cache
def _words() -> tuple[tuple[str, tuple[str, ...], bool], ...]:
    """The attribute words of lexicon/attribute_words.txt, longest first, with the spellings that back each; last: is it a thing?"""
    lines = (files("evals.checks.lexicon") / "attribute_words.txt").read_text(encoding="utf-8").splitlines()
    rows = [
        (tuple(spelled(word) for word in line.removeprefix("~").split("|")), line.startswith("~"))
        for line in lines
        if line and not line.startswith("#")
    ]
    return tuple(sorted(((row[0], row, thing) for row, thing in rows), key=lambda row: -len(row[0])))


_MAKES_GOOD = re.compile(
    r"^(?!.*(?:何度|何年|一生|生涯|永久|永年|いつまで)).*(?:不具合|不備|破損|不良|欠品|欠け|誤り|違い)"
)
_AT_OUR_COST = re.compile(
    r"(?:不具合|不備|破損|不良|欠品|誤り|当店の都合)[^。\n]*(?:当店(?:が)?(?:で)?負担|無償|無料)|(?:当店負担|無償|無料)[^。\n]*(?:交換|お取り?替え)"
)
"""A policy by which the shop replaces what arrived faulty: no guarantee of the product."""
_AS_ADVICE = re.compile(r"[るくうすつぬむぐ]と(?:、)?$")
"""水にくぐらせると染みになりにくい tells what the customer may do, not what the thing is."""


def find(reading: Reading) -> Iterator[Finding]:
    """Words, places, what it is made of, measures, then promises of function by their wording."""
    for text in reading.fields:
        taken: list[tuple[int, int]] = []
        for finding in (
            *_attribute_words(reading, text),
            *_places(reading, text),
            *_origins(reading, text),
            *find_famous_places(reading, text, CHECK),
            *find_origins(reading, text, CHECK),
            *find_making(reading, text, CHECK),
            *_made_of(reading, text),
            *find_measures(reading, text, CHECK),
            *find_contradictions(reading, text, CHECK),
        ):
            if _is_backed(reading, text, finding) or any(
                finding.span[0] < to and since < finding.span[1] for since, to in taken
            ):
                continue
            denial = denial_of(reading, text, finding, _words())
            if denial is not Denial.AS_RECORDED:
                taken.append(finding.span)
                yield replace(finding, severity=Severity.REVIEW) if denial else finding

    def is_unknown(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        words, known = match.group(), reading.known.everything
        names = re.findall(r"[一-鿿々ァ-ヴー]{2,}", words)
        if spelled(names[0] if names else words) in _CARE:
            return False
        if _AS_ADVICE.search(text.said[text.sentence_span(match.start())[0] : match.start()]):
            return False
        if _MAKES_GOOD.search(words) and any(_AT_OUR_COST.search(line) for line in reading.known.policies):
            return False
        lengths = re.findall(r"(?:\d+|[一二三四五六七八九十百]+)(?:年|か月|ヶ月|日|時間|晩)", words)
        if lengths and all(length in known for length in lengths):
            return False
        return words not in known and not (names and all(name in known for name in names))

    for text in reading.fields:
        yield from find_denials(reading, text, CHECK)
        yield from find_other_values(reading, text, CHECK)
        yield from find_swapped(reading, text, CHECK, _words(), _is_attribute)
    for finding in find_phrases(CHECK, reading.fields, load_phrases("attribute_claims"), accept=is_unknown):
        owner = reading.text_of(finding.field)
        if owner is None or not is_entailed(reading, owner, finding):
            yield finding


def _is_backed(reading: Reading, text: FieldText, finding: Finding) -> bool:
    """What another fact already says, or what is told of the season and not of a thing."""
    if is_entailed(reading, text, finding):
        return True
    start, end = (bisect_left(text.plain.starts, place) for place in finding.span)
    return is_season_talk(reading, text, start, end)


def _attribute_words(reading: Reading, text: FieldText) -> Iterator[Finding]:
    names = (spelled(reading.context.shop.sender_name), spelled(reading.context.shop.name))
    known, spelling = "\n".join((reading.known.spelling, *names)), text.spelling.text
    for name in names:
        if name:  # A shop named 酒舗ひのき sells no cypress, but one named 蜂蜜店 may speak of honey.
            spelling = spelling.replace(name, MASK * len(name))
    for word, backing, is_thing in _words():
        place = spelling.find(word)
        if place < 0:
            continue
        is_backed = any(other in known for other in backing)
        if is_backed and word not in _CARE:
            continue
        while place >= 0:
            wrong = _is_attribute(spelling, place, word)
            if is_backed:
                wrong = wrong and not _stands(reading, text, place, backing)
            if wrong:
                told = not is_thing or _IN_THE_PRODUCT.match(spelling, place + len(word))
                severity = Severity.BLOCK if told else Severity.REVIEW
                yield text.find(CHECK, place, place + len(word), _WHY, severity, spelling=True)
            place = spelling.find(word, place + 1)


_IN_THE_PRODUCT = re.compile(
    r"(?:の)?(?:えきす|おいる|成分|香り|風味|果汁|果実|油|粉末?|葉|花|皮|枝|実|種|生地|糸|革|繊維|素材|材|仕立|仕上|塗|製|入り|配合|使用|由来|味|100|力|恵み|たっぷり|効果|粒|柄|染|織|混|焼|作り|造り|づくり|蒸|煎|挽|乾燥|熟成|だけ|のみ)"
    r"|(?:を|も|が|と[^。、\n]{1,8}(?:を|が|も))[^。、\n]{0,12}?(?:配合|使用|使っ|使い|用い|含|入っ|入れ(?:た|て(?:い|お|あ))|練り|加え(?:た|て(?:い|お))|混ぜ(?:た|て(?:い|お))|ぶれんど|溶け|漬け|仕込|溶接|削|叩|曲げ|張|貼|組|鋳|塗|織|編|香り|香る|ほのか|たっぷり|くるん|仕立)"
    r"|で[^。、\n]{0,8}(?:作|つく|造|焼|煮|炊|織|編|染|仕|燻|乾|磨|塗|漬|挽|ひい|炙|あぶ|縫|包ん|沸か|し(?:て(?:い|お)))(?!く(?:と|な|の)|いて(?!い|お)|いた[らだ]|け(?!て)|る(?:と|な|の)|れば|って(?!い|お)|たら|て(?:も|いただ|くだ|み|から))|(?:です|でござい|なの(?:で|に)|で、|であ)|加工|対応|から(?:作|つく|造|生まれ|でき|搾|と(?:っ|れ))"
)
"""What follows a thing (in hiragana) when it is told as part of a product, and not as what it is used with."""


def _stands(reading: Reading, text: FieldText, place: int, backing: tuple[str, ...]) -> bool:
    """True when a fact of the product the sentence names (else of any) says that it stands this care, and none denies it."""
    plain_place = text.plain_place(place)
    first, last = text.sentence_span(plain_place)
    named = [m.product for m in product_mentions(reading, text) if first <= m.start < last]
    lines = [
        spelled(line)
        for product in (named or reading.known.products)
        for line in product.texts
        if any(other in spelled(line) for other in backing)
    ]
    if not named:
        lines += [
            line for line in reading.known.spelling.split("\n") if any(other in line for other in backing)
        ]
    return any(not _DENIED_FACT.search(line) for line in lines)


_NOT_AN_ATTRIBUTE_AFTER = re.compile(
    r"(?:が|は|に|を)?(?:気になる|苦手|お持ちの|をお持ち|があ(?:る|り)|でしたら|の場合|の方は|がご心配|ください|ていただ|てみ|てくだ|ておい|てから|で(?:温め|あたた|加熱|洗)|に入れ|(?:を)?(?:少し|少々|ひとさじ|ひとつまみ|小さじ|大さじ|お?好みで)?(?:を)?(?:加える(?:と|方|の)|加えて(?:も|お|いた|み|くだ)|添え(?:て(?:も|お|いた|み|くだ)|る(?:と|方))|かけて(?:も|お|いた|み|くだ)|のせて|混ぜ(?:て|る)|足し(?:て|すと)|に(?:も)?合(?:い|う|わせ)|と合わせ)|のうえ|はお避け|は避け|はお控え)"
)


_CARE_WORDS = "手洗い 洗濯機 丸洗い 冷凍 電子レンジ オーブン 食洗機 保温 保冷 自然乾燥 水出し ノーアイロン IH 直火対応 折りたたみ 天日干し"
_CARE = frozenset(spelled(word) for word in _CARE_WORDS.split())
"""Words of care and keeping: advice to everybody, unless the draft says that the product stands them."""
_CAN = re.compile(
    r"(?:で|に|にも|も|の|が|は|を|対応|機能)?(?:の)?(?:お?手入れ|ご?使用|加熱|温め|洗濯|調理|保存)?(?:が|も|に|にも|は)?"
    r"(?:でき(?!ませ|な|か)|可能|可(?:です|。|、)|対応|ok|洗え|お洗い(?:いただけ|になれ)|(?:使え|お使いいただけ|かけられ|いけ|入れられ|温められ)(?!ませ|な)|(?:温め|あたため|加熱し|調理し|洗っ|かけ)て(?:いただけ|もらえ)(?!ませ|な)|大丈夫|平気|問題な|要らず|不要|機能|仕様|たいぷ|式|済み)"
)
_DENIED_FACT = re.compile(
    r"使えな|[えけれ]ません|できな|不可|避け|できません|使えません|お控え|向か(?:な|ず)|洗えな|禁止"
)
_OF_ACTIONS = frozenset(
    spelled(word) for word in ("有名", "職人", "限定生産", "認定", "受賞", "基準", "検査済み", "創業", "老舗")
)


def _is_attribute(spelling: str, place: int, word: str) -> bool:
    """False in advice (洗濯機でお洗いください, 電子レンジで温め…) and in talk about the customer's own wishes."""
    after = spelling[place + len(word) : place + len(word) + 24]
    if word in _CARE:
        return bool(_CAN.match(after))
    if word in _OF_ACTIONS and re.match(r"(?:さん)?(?:庫|が|と|も)", after):
        return False
    return not _NOT_AN_ATTRIBUTE_AFTER.match(after)


_NOT_A_PLACE = frozenset(
    ["当店", "自社", "手", "自家", "お", "特", "特別", "別", "限定", "陶磁器", "金属", "木", "布"]
)


def _places(reading: Reading, text: FieldText) -> Iterator[Finding]:
    for pattern in (_PLACE, _PLACE_IN):
        for match in pattern.finditer(text.said):
            place = match["place"]
            stem = re.sub(r"(?:都|府|県|州|地方|市|町|村|島|高原|山麓|平野)$", "", place)
            if (
                re.search(
                    r"(?:財|遺|量|生|出|月|水|倒|不動|特|土|名|農|増|減|破|流|早|国|年|共|資|物|海|畜|林|林|動|知的財)$",
                    place,
                )
                and pattern is _PLACE
                and place[-1] != "国"
            ):
                continue
            if (
                is_named(stem, reading.known.everything)
                or is_named(place, reading.context.shop.address)
                or is_named(stem, reading.context.shop.address)
            ):
                continue
            if place in _NOT_A_PLACE:
                continue
            yield text.find(CHECK, *match.span(), _WHY)


_ORIGIN = re.compile(r"(?P<place>[一-鿿]{2,5}?)(?:産)?の(?P<what>[一-鿿ァ-ヴー]{1,6})(?=[をでがはもに、。])")
_NO_PLACE_WORDS = (
    "今年 旬 秋 春 夏 冬 自慢 当店 名物 人気 上質 今季 新作 定番 毎年 季節 "
    "普段 本来 前回 今回 先日 昨年 店主 職人 最高 地元 国内"
)
_NO_PLACE = frozenset(_NO_PLACE_WORDS.split())


def _origins(reading: Reading, text: FieldText) -> Iterator[Finding]:
    """丹波の栗 where the facts have 能登の栗: the same thing from elsewhere."""
    known = {
        match["what"]: match["place"]
        for product in reading.known.products
        for fact in product.texts
        for match in _ORIGIN.finditer(fact)
    }
    for match in _ORIGIN.finditer(text.said):
        place = match["place"]
        if match["what"] not in known or place in _NO_PLACE:
            continue
        if not is_named(place, reading.known.everything):
            yield text.find(CHECK, *match.span(), _WHY)


_AFTER_A_VERB = re.compile(
    r"(?:いただいた|いただく|くださった|(?:お届け|お送り|ご?注文|ご?購入|ご紹介|ご案内)(?:し|いたし)た|求めた|買った|選んだ|こちら|例えば|たとえば|いつも|あの|この|その)"
    r"(?P<name>[一-鿿々ァ-ヴーA-Za-z0-9]+)$"
)
"""お求めいただいた明石ブレンド: the name begins after the words about it."""


def _made_of(reading: Reading, text: FieldText) -> Iterator[Finding]:
    known = reading.known.spelling
    for match in _MADE_OF.finditer(text.said):
        what = re.split(r"[のをがはもにでと、]", match["what"].rstrip("をがもは"))[-1]
        if (own := _AFTER_A_VERB.search(what)) and len(own["name"]) > 1:
            what = own["name"]
        name = spelled(what)
        if len(name) < 2 or name in known or name in _GENERIC or not re.search(r"[一-鿿ァ-ヴA-Za-z]", what):
            continue
        if (
            re.fullmatch(r"[ぁ-ん]+", what)
            or re.search(r"(?:ご|お)$", match["what"])
            or _NOT_AN_ATTRIBUTE_AFTER.match(text.said[match.end() : match.end() + 8])
        ):
            continue
        if any(name[start : start + 3] in known for start in range(len(name) - 2)) and len(name) >= 3:
            continue
        yield text.find(CHECK, match.start("what") + match["what"].rfind(what), match.end(), _WHY)
