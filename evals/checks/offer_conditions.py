"""Compare how many, for how much and for whom a reward is told to hold with the conditions of the offer."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.fold import fold_width
from evals.checks.quantities import quantities
from evals.checks.reading import FieldText, Reading

_WHY = "特典の条件（{terms}）と合いません。条件のとおりに直してください。"
_OF_REWARD = re.compile(
    r"割引|引[きか]|差し引|OFF|オフ|クーポン|コード|ポイント|特典|プレゼント|進呈|差し上げ|お付け|お求め|ご予約|お買い上げ|ご購入|先行|有効|対象|お使い|ご利用",
    re.IGNORECASE,
)
_EVEN = re.compile(
    r"(?:だけ|のみ|きり)?(?:の|を)?(?:ご?(?:注文|購入|予約)|お求め|お買い上げ|お買い物)?(?:から|でも|だけで|のみで|より)"
)
"""1袋だけのご注文でも, 500円から."""
_DENIED = re.compile(r"でき(?:ま?せ|な|かね)|いただけ(?:ま?せ|な)|対象外|ません|ならない|を除")
_LEAST = re.compile(r"\s*(?:\(税込\)\s*)?(?:以上|から|より)")
_DENIALS = (
    (
        re.compile(r"(?<!\d)[1一]回|一度|1度"),
        re.compile(
            r"(?:何度|何回)(?:でも|[^。、\n]{0,10}て(?:いただいて)?も)|回数(?:に|の)?(?:制限|限り|上限)(?:は|も)?(?:なし|なく|ありません|ございません)|毎回|(?:お買い物|ご注文|ご購入|お買い上げ)の(?:たび|度)"
        ),
    ),
    (
        re.compile(r"併用(?:不可|でき|は)|組み?合わせ(?:不可|でき)"),
        re.compile(
            r"(?:ほか|他)の(?:割引|クーポン|特典|セール|優待)(?:と|とも)(?:一緒に|合わせて|あわせて|重ねて|併せて)[^。、\n]{0,4}(?:お使い|ご利用|使え)"
        ),
    ),
    (
        re.compile(r"円(?:\(税込\))?以上"),
        re.compile(
            r"金額(?:を|に|は)?(?:気にせず|お気になさらず|かかわらず|関わらず|関係なく|問わず|問いません)|おいくらでも|少額でも|最低金額(?:は)?(?:なし|なく|ありません|ございません)"
        ),
    ),
    (
        re.compile(r"^(?!.*(?:全品|全商品|すべて)).*(?:対象|に限|限定|のみ)", re.DOTALL),
        re.compile(
            r"(?:お好きな(?:もの|お?品|商品)|どの(?:お?品|商品)|どれ|全品|すべての(?:お?品|商品))(?:に(?:も|でも)?|で(?:も)?|が|を)[^。、\n]{0,8}(?:お使い|ご利用|使え|適用|対象|値引|割引)"
        ),
    ),
)
"""A term of the offer, and words that talk it away."""
_OTHER_TOPIC = re.compile(r"相談|質問|お問い合わせ|返品|交換|修理|洗|対象(?:の|と)")
_PER_PERSON = re.compile(
    r"(?:お?(?:一|1)人(?:様|さま)?|お?ひとり(?:様|さま)?|各会員)[^、。\d一二三]{0,6}(?P<most>[\d一])\s*(?:点|個|本|枚|袋|箱|回|名|つ|足|冊|部|セット)"
)
_TWO_OF_THEM = re.compile(
    r"(?:お?(?:二|2|三|3)人|ご家族|お友達|ご友人|お連れ|同伴|ご夫婦|ご一緒の方)[^。\n]{0,14}(?:まで|分|も|にも|とも|それぞれ)[^。\n]{0,12}(?:お求め|ご購入|ご予約|お選び|お使い|ご利用|ご注文)(?!.{0,6}(?:ません|かね))"
)
_TWO_EACH = re.compile(
    r"(?:お?(?:一|1)人(?:様|さま)?|お?ひとり(?:様|さま)?)[^、。\n]{0,6}?(?P<many>[\d二三四五]+)\s*(?:点|個|本|枚|袋|箱|足|冊|部|セット)"
)
_KANJI = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}


def find_conditions(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """1袋だけのご注文でも where two are asked for; お二人まで where one is for each. Only where the offer has such a condition."""
    offer = reading.context.offer
    if offer is None or not offer.conditions:
        return
    terms = fold_width(offer.conditions).text
    why = _WHY.format(terms=offer.conditions)
    yield from _talked_away(text, terms, check, why)
    yield from _company(text, terms, check, why)
    least = [
        one for one in quantities(terms) if one.kind in (q.COUNT, q.YEN) and _LEAST.match(terms, one.end)
    ]
    for found in quantities(text.said) if least else ():
        limits = [one.value for one in least if one.kind == found.kind]
        if not limits or found.value >= min(limits) or not _EVEN.match(text.said, found.end):
            continue
        sentence = text.sentence_at(found.start)
        if _OF_REWARD.search(sentence) and not _DENIED.search(sentence) and "送料" not in sentence:
            yield text.find(check, found.start, found.end, why)
    per_person = _PER_PERSON.search(terms)
    if per_person is None:
        return
    most = _whole(per_person["most"])
    for match in _ANY_COUNT.finditer(text.said):
        sentence = text.sentence_at(match.start())
        if re.search(r"お取り|お選び|お求め|ご注文|ご予約|ご購入|お買い", sentence) and not _DENIED.search(
            sentence
        ):
            yield text.find(check, *match.span(), why)
    for match in _TWO_OF_THEM.finditer(text.said):
        yield text.find(check, *match.span(), why)
    for match in _TWO_EACH.finditer(text.said):
        sentence = text.sentence_at(match.start())
        many, is_limit = _whole(match["many"]), text.said.startswith("まで", match.end())
        of_reward = _OF_REWARD.search(sentence) and not _DENIED.search(sentence)
        if (is_limit and many != most) or (many > most and of_reward):
            yield text.find(check, *match.span(), why)


def _talked_away(text: FieldText, terms: str, check: str, why: str) -> Iterator[Finding]:
    """何度でも where once is meant, 金額を気にせず where a sum is asked for, お好きなものに where only some goods count."""
    for term, denial in _DENIALS:
        if not term.search(terms):
            continue
        for match in denial.finditer(text.said):
            sentence, after = text.sentence_at(match.start()), text.said[match.end() : match.end() + 12]
            spoken = _OF_REWARD.search(sentence) or "送料" in sentence
            if (
                spoken
                and not _OTHER_TOPIC.search(sentence)
                and not _DENIED.search(after.replace("かかりません", ""))
            ):
                yield text.find(check, *match.span(), why)


_ALONE = re.compile(r"(?:ご?本人|ご自身)(?:様|さま)?(?:のみ|に限|だけ)|同伴(?:は)?(?:不可|でき)")
_ONE_MORE = re.compile(r"(?:お連れ(?:様|さま)?|同伴(?:者)?|ご?友人)(?:は)?(?P<most>[1-9一二三四五])(?:名|人)")
_BRINGS = re.compile(
    r"(?:お連れ(?:様|さま|の方)?|ご家族|お友達|お友だち|ご友人|ご夫婦|ご主人|奥様)(?:の?(?:みなさま|皆さま|皆様))?(?:お?(?:一|1)人|おひとり)?(?:も|と|で|を)?[^。、\n]{0,10}(?:ご一緒|お連れ|お越し|ご参加|お誘い|招き)(?!.{0,8}(?:ません|かね|ご遠慮|お控え))"
)
_ANY_NUMBER = re.compile(
    r"(?:何名|何人|なんにん|いく(?:ら|人))(?:様|さま)?でも|人数(?:の)?(?:制限|上限)(?:は|も)?(?:なし|なく|ありません|ございません)|(?:皆さま|みなさま|皆様)(?:お揃い|おそろい)で"
)


_ANY_COUNT = re.compile(
    r"(?:何(?:点|個|本|枚|袋|箱|冊|足|缶)|いくつ)でも|お?好きなだけ|(?:数|個数|枚数|点数)(?:の)?(?:制限|上限)(?:は|も)?(?:なし|なく|ありません|ございません)"
)


def _company(text: FieldText, terms: str, check: str, why: str) -> Iterator[Finding]:
    """Others brought along where the invitation is for the customer alone; any number where it names one."""
    if _ALONE.search(terms):
        yield from (text.find(check, *match.span(), why) for match in _BRINGS.finditer(text.said))
    if _ALONE.search(terms) or _ONE_MORE.search(terms):
        yield from (text.find(check, *match.span(), why) for match in _ANY_NUMBER.finditer(text.said))


def _whole(sign: str) -> int:
    return int(sign) if sign.isdigit() else _KANJI.get(sign, 1)
