"""Compare what a draft says of a customer's tastes, words and purchases with the facts, word group by word group."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from agent.domain.finding import Finding, Severity
from agent.domain.occasion import Occasion
from evals.checks.content_words import all_words
from evals.checks.fold import spelled
from evals.checks.product_mentions import product_mentions
from evals.checks.reading import FieldText, Reading

_SAID = re.compile(
    r"とのこと|と(?:おっしゃ|仰|うかが|伺|お聞き|お話)|お聞か|お寄せ|ご感想|ご相談|お問い?合わ?せ|アンケート|お話(?:し|くださ|を)|教えて(?:ください|いただ)|お書き(?:くださ|いただ|添え)|ご質問|お声|備考(?:欄)?に|と(?:ござい|あり)まし"
)
_LIKES = re.compile(
    r"お好き|お好み|お気に入り|お気に召|ご愛用|お選び(?:いただ(?:い|き)|くださ(?:い|っ|り)|になっ)|いつも(?:お|ご|[^。、]{1,12}(?:お届け|ご用意|お送り|お選び|お求め|ご注文))|(?:お|ご)?愛用|がお似合い|派(?:の|で|と)|贈(?:り物|られ|って)|ご趣味|楽しんで(?:いらっしゃ|おられ)|飼って|と暮らし|お住まい|心地は|の(?:調子|減り)は"
)
_BOUGHT = re.compile(
    r"(?:ご購入|お求め|ご注文|お買い(?:上げ|求め)|お選び|お迎え)(?:に)?(?:いただ(?:い|き)|くださ(?:い|っ|り)|なさ)[^。]{0,6}(?:た|て|まし|、|ありが)"
)
_REPORTED = re.compile(r"とのこと|と(?:おっしゃ|仰|うかが|伺|お聞き|お話)")
_LOOSE = frozenset({"verdict", "channel", "when", "ask", "size", "side"})
_ONLY_REPORTED = frozenset({"when"})
"""Groups of small words: they contradict only where the customer's own words are retold."""
_ADVICE = re.compile(
    r"おすすめ|いかがでしょう|お試し|ご一緒に|合わせ(?:て|やす|る)|新作|新商品|入荷|発売|届きまし|ください|でしたら|なら(?:、|ば)|場合|かもしれ|予定|ご用意|ときは|時は|方には|もし"
)
_CONGRATULATES = re.compile(r"お祝い|おめでとう|お慶び|お喜び申し|祝福")
_APOLOGY = re.compile(r"申し訳|お詫び|おわび|ご迷惑|ご不便|不具合|お困り")
_FOR_SOMEBODY = re.compile(
    r"(?:お|ご)?[一-鿿]{1,2}(?:様|さま|さん|の方)?(?:への?|の)(?:ご|お)?(?:贈り?物|贈りもの|手みやげ|手土産|プレゼント|お祝い|結納|結婚|入学|卒業|就職|定年|退職|還暦|古希|喜寿|米寿|[一-鿿]{1,3}祝い)"
)
"""A person and what is for that person: お母様の還暦祝い, 上司の方への手みやげ."""
_BROKEN = re.compile("傷|キズ|割れ|欠け|汚れ|破れ|ほつれ|ゆが|漏れ|外れ|不良")
_SPEAKS = re.compile(f"{_SAID.pattern}|{_LIKES.pattern}|{_BOUGHT.pattern}")
_CLAUSE = re.compile(r"[^、。!?\n]+[、。!?\n]?")


@cache
def sibling_groups() -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    """The groups of lexicon/siblings.tsv: name, then members, each with its spellings."""
    lines = (files("evals.checks.lexicon") / "siblings.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return tuple((row[0], tuple(tuple(member.split("|")) for member in row[1:])) for row in rows)


def find_statements(reading: Reading, check: str) -> Iterator[Finding]:
    """A word of a group told of the customer, where the facts have another word of that group and not this one."""
    facts = reading.known.customer
    if not facts:
        return
    for text, start, sentence in reading.sentences():
        for gift in _FOR_SOMEBODY.finditer(sentence):
            if _ADVICE.search(sentence) or re.match(
                r"にも|や|、|など|に(?:ぴったり|よく|選ば)", sentence[gift.end() :]
            ):
                continue
            yield from _strangers(reading, text, start + gift.start(), gift.group(), check, "kin")
        apologises = reading.occasion is Occasion.SERVICE_RECOVERY and _APOLOGY.search(sentence)
        if not (
            apologises
            or any(pattern.search(sentence) for pattern in (_SAID, _LIKES, _BOUGHT, _CONGRATULATES))
        ):
            continue
        for begin, clause in _clauses(sentence):
            if _ADVICE.search(clause) and not (_SAID.search(clause) or _BOUGHT.search(clause)):
                continue
            only = (
                "trouble"
                if apologises
                else "event"
                if not _SPEAKS.search(clause) and _CONGRATULATES.search(sentence)
                else ""
            )
            yield from _strangers(reading, text, start + begin, clause, check, only)


def _clauses(sentence: str) -> Iterator[tuple[int, str]]:
    """The parts of a sentence that tell of the customer: up to the last telling word, the rest is our own advice."""
    tellers = (_SAID, _LIKES, _BOUGHT, _CONGRATULATES, _APOLOGY)
    last = max((m.end() for p in tellers for m in p.finditer(sentence)), default=0)
    for match in _CLAUSE.finditer(sentence):
        if match.start() < last:
            yield match.start(), match.group()


def _strangers(
    reading: Reading, text: FieldText, start: int, clause: str, check: str, only: str
) -> Iterator[Finding]:
    """Words of a clause that exclude what the facts say. only: the one group that matters, or empty for all but trouble."""
    facts, titles = reading.known.customer, "\n".join(p.title for p in reading.known.products)
    named = [
        mention
        for mention in product_mentions(reading, text)
        if any(spelled(core) in spelled(facts) for core in (mention.product.title, *mention.product.cores))
    ]
    for name, members in sibling_groups():
        if name != only and (only or name == "trouble") and not (only == "trouble" and name == "side"):
            continue
        said = [(word, member) for member in members for word in member if word in clause]
        if not said:
            continue
        told = _TITLE.sub("", facts) if name in _ONLY_REPORTED else facts
        known = [member for member in members if any(_colour_or_word(word) in told for word in member)]
        if name in _ONLY_REPORTED and not _REPORTED.search(clause):
            continue
        if name == "side" and not (_REPORTED.search(clause) or _BROKEN.search(clause)):
            continue
        if not known and not (_REPORTED.search(clause) and name not in _LOOSE):
            continue
        for word, member in said:
            place = clause.find(word)
            if not _begins_word(clause, place):
                continue
            if member in known or _is_inside_longer(clause, place, word, members, facts):
                continue
            if any(m.start < start + place < m.end for m in named):
                continue  # ゆずの石けんの香り is the scent of a product so named
            if name not in _LOOSE and word in titles and _title_is_fact(reading, word):
                continue
            is_sure = (
                name not in _LOOSE or name in ("size", "side") or (name in _ONLY_REPORTED and len(known) == 1)
            )
            severity = Severity.BLOCK if is_sure else Severity.REVIEW
            why = f"お客さまの記録（{'・'.join(m[0] for m in known) or '該当なし'}）と合いません。記録を確かめて直してください。"
            yield text.find(check, start + place, start + place + len(word), why, severity)


def _colour_or_word(word: str) -> str:
    """からし色 is told by a title that says からし; 桃色 is not told by 桃."""
    return word.removesuffix("色") if len(word) > 2 else word


_TITLE = re.compile(r"[「『][^」』\n]{2,30}[」』](?=\s*(?:を|と[「『]|各|[\d一二三四五六七八九十]))")
"""「霧ノ朝 化粧水」1本: the name of goods tells nothing of when they are used."""


def _begins_word(clause: str, place: int) -> bool:
    """False for しみ in 楽しみ: kana and kanji run on inside a word, only a boundary of words begins a new one."""
    starts = {word.start for word in all_words(clause)}
    return place in starts or not starts


def _is_inside_longer(
    clause: str, place: int, word: str, members: tuple[tuple[str, ...], ...], facts: str
) -> bool:
    """True when the word is only part of a longer known one (茶 in 抹茶, 塩 in 塩麹) or of a compound the facts have."""
    around = clause[max(0, place - 1) : place + len(word) + 1]
    if len(word) == 1 and re.search(r"[一-鿿]{2}", around):
        return True
    longer = (other for member in members for other in member if word in other and other != word)
    return any(other in clause for other in longer) or (len(around) > len(word) + 1 and around in facts)


def _title_is_fact(reading: Reading, word: str) -> bool:
    """True when a product with that word in its name is one the facts name."""
    bought = spelled(reading.known.customer)
    without = "\n".join(spelled(p.title) for p in reading.known.products if word not in p.title)
    return any(
        word in p.title and any(core in bought and core not in without for core in p.cores)
        for p in reading.known.products
    )


_LIKED = re.compile(
    r"(?P<what>[一-鿿々ァ-ヴーA-Za-z]{1,12})(?:の(?:香り|味|色))?(?:が|を|は)(?:一番|とても|大変)?(?:お好き|お好み|ご愛用|お気に入り|お好きと|好みと)(?!の|な(?:方|お客|人|場合)|でしたら|なら|に合)"
)
_BOUGHT_THING = re.compile(
    r"(?P<what>[一-鿿々ァ-ヴーA-Za-z]{3,16})を(?:\d+\w{1,2})?、?(?:お求め|ご購入|ご注文|お買い上げ|お買い求め|お迎え)(?:に)?(?:いただ(?:い|き)|くださ|な(?:って|った))"
)
_ANYTHING = re.compile(r"商品|製品|品物|作品|一品|各種|セット|多数|以上|複数|新作|新品|定番|季節|贈")


def find_unknown_nouns(reading: Reading, check: str) -> Iterator[Finding]:
    """A thing told as liked or bought of which the context has not even two letters."""
    facts, known = spelled(reading.known.customer), reading.known.spelling
    if not facts:
        return
    for text in reading.fields:
        for pattern, source, why in (
            (_LIKED, facts, "お客さまのお好みの記録にない言葉です。記録を確かめて直してください。"),
            (_BOUGHT_THING, known, "ご購入の記録にない商品です。記録を確かめて直してください。"),
        ):
            for match in pattern.finditer(text.said):
                name = spelled(match["what"])
                pieces = [name[at : at + 2] for at in range(max(1, len(name) - 1))]
                if _ANYTHING.search(match["what"]) or any(piece in source for piece in pieces):
                    continue
                yield text.find(check, *match.span("what"), why)


_CALLED = re.compile(r"(?P<name>[ァ-ヴー]{2,8}|[ぁ-ん]{2,4}|[一-鿿]{1,3})(?:ちゃん|くん)")
_ANY_PET = re.compile(
    r"^(?:皆|みな|お客|わん|ワン|にゃん|ニャン|ねこ|ネコ|猫|犬|いぬ|赤|お子|うさ|ことり|おじい|おばあ|おじ|おば|にい|ねえ|お兄|お姉|坊|嬢|お嬢|孫)"
)


def find_called_names(reading: Reading, check: str) -> Iterator[Finding]:
    """コタロウちゃん where the facts give a pet or a child another name."""
    facts = reading.known.customer
    shop = reading.context.shop
    if not re.search(r"名前|ちゃん|くん|[愛飼][犬猫いっ]|[長次三][男女]|息子|娘|子ども|お子", facts):
        return
    for text in reading.fields:
        for match in _CALLED.finditer(text.said):
            name = match["name"]
            known = any(
                name[at:] in reading.known.everything or name[at:] in f"{shop.name}{shop.sender_name}"
                for at in range(max(1, len(name) - 1))
            )
            if not _ANY_PET.match(name) and not known:
                why = "お客さまの記録にないお名前です。記録を確かめて直してください。"
                yield text.find(check, *match.span(), why)
