"""Find, in a product's own text, a sentence worth passing on to somebody who bought it: how to use it or keep it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from agent.domain.message import Passage

TipKind = Literal["use", "keep"]

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_INVITES = re.compile(
    r"ください。$"
    r"|(?:がおすすめです|をおすすめします|もおすすめです|がコツです|が目安です|を目安に[^。]*です"
    r"|いただけます|楽しめます|長持ちします)。$"
    r"|(?:と|ば)、[^。]{2,30}(?:なります|戻ります|残ります|引き立ちます|出てきます|落ちます)。$"
    r"|(?:すと|くと|ると|うと|むと)[^、。]{2,20}(?:なります|戻ります|残ります)。$"
)
_PLAIN = re.compile(r"(?:いただけます|楽しめます)。$")
"""Says what is possible; good when nothing better is there."""
_KEEP = re.compile(
    r"保存|保管|冷暗|密閉|直射日光|高温多湿|湿気|開封|使い切|飲み切|食べ切|手洗い|押し洗い|部分洗い|洗濯|ネットに入れ"
    r"|干し|干す|乾かし|しまう|食器洗い機|柔軟剤|裏返し|分けて洗|お手入れは|霧吹き|洗ったあと"
)
_APPLY = re.compile(r"なじませ|伸ばし|洗い流|塗|煮出|ゆで|もみ洗い|蒸らし")
_USE = re.compile(
    r"使い|使用|使う|適量|手のひら|手に取|重ね|巻|羽織|着|履|敷|置|飾|焚|灯|拭|ふき|浸|温め|冷やし|混ぜ"
    r"|振|溶か|挽|泡立|流して"
    r"|召し上が|お飲み|飲む|食べ|淹れ|いれて|焼いて|煮|かけて|のせて|炊|注|落として|湯せん|お湯|熱湯|水\d"
)
_UNFIT = re.compile(
    r"問い?合わせ|電話|メール|ご注文|返品|返金|交換|在庫|価格|税込|円(?!硬貨|玉|を描|形|く)|[%％]"
    r"|クリック|https?:|www\.|レビュー|クーポン|"
    r"医師|専門医|症状|異常|炎症|湿疹|アレルギー|お子さま|乳幼児|誤飲|使用を中止|おやめください|ないでください|ご遠慮|"
    r"ご了承|ご確認|ご覧|お選びください|ギフト|贈り|プレゼント|配送|お届け|効果|改善|予防|治|必ず|絶対|最高|No\.?1|"
    r"肌(?!ざわり)が|髪が|顔が|唇が|疲れ|眠|血|(?<!全)体に|写真|画像|サイズ表|モニター|こちら|下記|上記|※"
    r"|[<>＜＞{}｛｝\[\]【】■□●◆★☆⟦⟧]|妊娠|授乳|持病|薬"
)
_TASTE = re.compile(
    r"香|味|甘|苦|酸|旨|うま|コク|やわらか|ふっくら|ふんわり|軽い|軽く|手ざわり|肌ざわり|なめらか|さらり"
    r"|しっとり|すっきり|まろやか|色|模様|形"
)
_DESCRIBES = re.compile(r"(?:です|ます|ました)。$")
_CLAIMS = re.compile(
    r"与え|防ぎ|防ぐ|保つ|保ち|整え|清浄|うるおい|潤|すこやか|ハリ|ツヤ|人気|売れ|ランキング|話題|限定"
    r"|お得|特別|選ばれ|おすすめ|お試し|ぜひ|はじめての方|いちばん|一番(?!茶)"
    r"|世界|日本一|最も|当店|私たち|弊社|向いています|お休み前|妊|赤ちゃん|お子|原材料|含みます|塩分|賞味"
    r"|消費期限|カフェイン"
    r"|温める|もとになり|保管|保存|日分|か月分|だけの|と、|ので、|すぎる|よう、|足り|使えません|できません"
    r"|しません|にくく?|合わせて(?:お使い|使う)|種類：|入り(?:です|ます)|サイズ|cm|kg|色は"
)
_OF_ANOTHER = re.compile(
    r"に(?:は|も)、?(?P<named>[^、。]{2,16})を(?:お使い|ご使用|お選び|お試し)ください。$"
)
"""毛と絹にはおしゃれ着洗いをお使いください: on another product, told to somebody who bought this one."""
_ANY_MAKE = re.compile(r"水|湯|氷|洗剤|せっけん|石けん|布|ブラシ|スポンジ|紙|油|ふた|弱火|中火|ネット|たわし")
SHORTEST, LONGEST = 12, 75
"""In characters. Shorter ones are labels (「要冷蔵です。」), longer ones a lecture in a letter of 200 to 400."""


@dataclass(frozen=True, slots=True)
class Tip:
    """A sentence copied as it stands, with the passage it came from."""

    text: str
    passage_id: str
    kind: TipKind


def find_tips(passages: Iterable[Passage]) -> list[Tip]:
    """Sentences fit for a letter, in the order they stand. Warnings, sales talk and claims are never tips.

    Sentences that advise come alone; those that only say what is possible are returned when there is no advice.
    """
    found = [
        Tip(sentence, passage.passage_id, kind)
        for passage in passages
        for sentence in sentences(passage.text)
        if (kind := tip_kind(sentence)) is not None and not _is_of_another(sentence, passage.title)
    ]
    return [tip for tip in found if not _PLAIN.search(tip.text)] or found


def _is_of_another(sentence: str, title: str) -> bool:
    """Whether a sentence sends the reader to a product that is neither this one nor a thing of every household."""
    found = _OF_ANOTHER.search(sentence)
    if found is None:
        return False
    return found["named"] not in title and not _ANY_MAKE.search(found["named"])


def describing_sentence(text: str, *, product_class: str) -> str:
    """A sentence that says what a product is like, without a claim, a warning or advice; empty when there is none.

    The first that speaks of taste, feel or looks is preferred, else the first that names the thing.
    """
    found = [
        one
        for one in sentences(text)
        if SHORTEST - 4 <= len(one) <= LONGEST
        and _DESCRIBES.search(one)
        and not (_UNFIT.search(one) or _CLAIMS.search(one) or _INVITES.search(one))
        and len(re.findall(r"\d+", one)) <= 2
        and not (product_class in ("cosmetic", "quasi_drug") and re.search(r"肌|髪|頭皮|顔|唇", one))
    ]
    return next((one for one in found if _TASTE.search(one)), found[0] if found else "")


def sentences(text: str) -> list[str]:
    """A text cut at full stops and line breaks; list marks and labels at the start of a line are dropped."""
    found = (m.group().strip() for m in _SENTENCE.finditer(text))
    return [re.sub(r"^(?:[・\-*#]+\s*|【[^】]*】|[^\s：:。、]{1,8}[：:]\s*)+", "", s) for s in found if s]


def tip_kind(sentence: str) -> TipKind | None:
    """What a sentence advises on, or None when it is no tip."""
    if not SHORTEST <= len(sentence) <= LONGEST or not sentence.endswith("。"):
        return None
    if _UNFIT.search(sentence) or not _INVITES.search(sentence):
        return None
    if _APPLY.search(sentence):
        return "use"
    if _KEEP.search(sentence):
        return "keep"
    return "use" if _USE.search(sentence) else None
