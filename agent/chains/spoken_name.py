"""What would a shopkeeper call this product aloud? An order line's title without its decoration, still true."""

import re
import unicodedata

LONGEST_NAME = 24
"""Width of a name inside a sentence, in full-width characters; Latin letters count half."""
MOST_LETTERS = 26
"""Characters of a name in Latin letters, so that it fits into a subject too."""

_BRACKETS = re.compile(
    r"【[^】]*】|\[[^\]]*\]|［[^］]*］|＜[^＞]*＞|<[^>]*>|《[^》]*》|≪[^≫]*≫|〔[^〕]*〕|[■★◆●☆◇□♪♡❤✨◎※]"
)
_ROUND = re.compile(r"[（(][^（()）]*[）)]")
_SALES = re.compile(
    r"送料無料|送料込み?|送料別|メール便(?:可|対応|送料無料)?|ネコポス(?:可|対応)?|ゆうパケット(?:可"
    r"|対応)?|あす楽(?:対応)?|即納|即日発送"
    r"|ポイント\d+倍|\d+\s*[%％]\s*OFF|最安値?(?:に?挑戦)?|楽天\S*\d位|ランキング\S*位|数量限定|期間限定"
    r"|訳あり|お買い得|大特価|特価|SALE|セール"
    r"|正規品|公式(?:ショップ|ストア|限定)?|のし(?:対応|便|可)|熨斗(?:対応|便|可)|ギフト(?:対応|便|包装可"
    r"|ラッピング可)|ラッピング(?:可|無料)|贈答用|新品|あす着",
    re.I,
)
_SHOP = re.compile(
    r"^[^\s|｜/／:：]{1,16}(?:公式|本店|商店|ストア|ショップ|オンライン|楽天市場店|店)\s*[|｜/／:：\-– 　]\s*"
)
_UNIT = (
    r"(?:k?g|mg|m[lL]|[lL]|cc|c?m|mm|キロ|グラム|リットル|ミリ|センチ|袋|包|個|枚|本|足|組"
    r"|粒|缶|箱|束|杯|杯分|回分|錠|玉|号|巻|点|人前|合用?|色|パック|セット|食)"
)
_AMOUNT = re.compile(
    rf"^(?:約|各|全)?[\d.,]+(?:[〜~\-–][\d.,]+)?{_UNIT}(?:[×xX*][\d.,]+{_UNIT}?)*(?:組|入り?|箱|セット|用|セット入り|分)*$",
    re.I,
)
_SPEC = re.compile(
    r"^(?:SPF\d+\+*|PA\++|[SMLX]{1,3}|\d{0,2}[SMLX]L?|F|フリーサイズ|レディース|メンズ|キッズ|ユニセックス|男女兼用|\d+号|[a-z]{0,3}-?\d[\w\-]*|No\.?\d+)$",
    re.I,
)
_FITS = re.compile(r"(?:対応|便|日本製|国産|蓋付き?|ふた付き?|税込)$")
_DASHED = re.compile(r"\s[-–—]\s(?P<tail>[^-–—]{1,24})$")
_FEE = re.compile(
    r"^(?:送料|配送料|(?:代引き?|決済|振込)?手数料|代引き?|(?:ギフト|のし|熨斗|プレゼント)?(?:包装"
    r"|ラッピング|袋)(?:代|料|希望|無料)?"
    r"|のし|熨斗|クーポン|値引き?|割引|ポイント(?:利用|値引き?)?|調整(?:額|金)?|(?:ショップ|手提げ?|紙)袋"
    r"|レジ袋|メッセージカード|サンプル|おまけ|試供品"
    r"|shipping|discount|gift\s?wrap(?:ping)?|handling|tip)(?:\s|$|[（(【:：代料])",
    re.I,
)
_LETTER = re.compile(r"[ぁ-んァ-ヴ一-鿿々A-Za-z]")


def spoken_name(title: str) -> str:
    """A product's name as one would say it: no brackets, sales words, shop prefix, amount, size or variant at the end.

    Words are only left out, never changed or added, apart from 「」 which become 『』 so that the name can stand in 「」.
    """
    plain = _bare(title) or _one_line(title)
    plain = _without(_SHOP, plain)
    plain = _one_line(_SALES.sub(" ", plain)) or plain
    dashed = _DASHED.search(plain)
    if dashed and ("/" in dashed["tail"] or _width(dashed["tail"]) <= 6):
        plain = plain[: dashed.start()].rstrip()
    plain = _without(_ROUND, plain)
    first, *rest = re.split(r"[ 　]+", plain)
    words = [first, *(word for word in rest if not _AMOUNT.match(word) and not _FITS.search(word))]
    while len(words) > 1 and (_SPEC.match(words[-1]) or words[-1] in "/／|｜-–—"):
        words.pop()
    kept = _attached_amount(" ".join(words))
    return _short(kept).translate(str.maketrans("「」", "『』"))


def is_a_product(title: str) -> bool:
    """False for a line that is no product (送料, ラッピング, クーポン) or has no letter to say."""
    bare = _bare(title)
    return bool(_LETTER.search(bare)) and not _FEE.match(bare)


def _bare(title: str) -> str:
    """The title without bracketed remarks; when that is all there is, the remarks without sales words; perhaps empty."""
    outside = _one_line(_BRACKETS.sub(" ", title))
    return outside or _one_line(
        _SALES.sub(" ", re.sub(r"[【】\[\]［］＜＞<>《》≪≫〔〕■★◆●☆◇□♪♡❤✨◎※]", " ", title))
    )


def _without(pattern: re.Pattern[str], name: str) -> str:
    """The name without a part, unless hardly anything would be left."""
    rest = _one_line(pattern.sub(" ", name))
    return rest if len(_LETTER.findall(rest)) >= 2 else name


def _attached_amount(name: str) -> str:
    """A tail such as 150ml written without a space; only with a unit that cannot end a word."""
    cut = re.sub(r"(?<=[ぁ-んァ-ヴ一-鿿ー])\d[\d.,]*(?:kg|g|m[lL]|cm|mm)(?:[×x]\d+\S{0,2})?$", "", name)
    return cut if len(cut) >= 3 else name


def _short(name: str) -> str:
    """A name that is still long, cut at a natural break; the first word or words, never inside one."""
    if _fits(name):
        return name
    words = re.split(r"[ 　/／|｜]+", name)
    kept = words[0]
    for word in words[1:]:
        if not _fits(f"{kept} {word}"):
            break
        kept = f"{kept} {word}"
    return kept if len(_LETTER.findall(kept)) >= 3 else name


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" 　-–—/／|｜・,、:：")


def _fits(name: str) -> bool:
    return _width(name) <= LONGEST_NAME and len(name) <= MOST_LETTERS


def _width(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)
