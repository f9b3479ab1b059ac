"""Find who a draft addresses or names: words before 様, さま, さん and bare names at a greeting."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from evals.checks.fold import INVISIBLE
from evals.checks.reading import READ_AT_MOST

HONORIFIC = (
    r"様|さま|サマ|さん|サン|殿|どの(?=[、。\s])|氏(?=[、。\sにはへ])|くん|君(?=[、。\sのにはへ])|ちゃん|先生"
)
_KANJI = r"一-鿿㐀-䶿豈-﫿々〆ヶケ\U00020000-\U0003ffff\U000e0100-\U000e01ef"
_NAME = (
    rf"[{_KANJI}]{{1,4}}ノ[{_KANJI}]{{1,3}}|[{_KANJI}]{{1,6}}(?:[ 　]?[{_KANJI}]{{1,5}}|[ 　]?[ぁ-ゖ]{{2,5}}|[ 　]?[ァ-ヴー]{{2,6}})?"
    r"|[ァ-ヴー・]{2,12}|[ぁ-ゖ]{2,6}(?:[ 　][ぁ-ゖ]{2,5})?|[A-Za-z][A-Za-z .'-]{1,24}"
)
_NAMED = re.compile(rf"(?P<name>{_NAME})[ 　]?(?P<honorific>{HONORIFIC})")

_NOBODY = re.compile(
    r"(?:お客|客|[一-鿿]者|会員|[一-鿿]員|受取人|友人|知人|本人|名義人|主人|大人|皆|みな|御|ご|お子|^子|^嬢|^嫁|^一人|^二人|^三人|^[一-鿿]人|^[何数一二三四五六七八九十百]+[名人]$|^名|^おふたり|^お一人|^お二人|^姪御?|^甥御?|^弟|^妹|^姉|^兄|^孫|^婿|^妻|^祖父|^祖母|職人さん|^ご夫婦|夫婦|夫妻|^新婦|^新郎|^主役|^贈り主|^施主|奥|旦那|お母|お父|お姉|お兄|お嬢|坊|赤|お孫|お義母|お義父|お連れ|お相手|相手|家族|ご家族|ご両親|贈られる方|(?:届け|送り|宛|取引|勤め|贈り|渡し|連絡|依頼)先|^(?:先|神|仏|王|姫|別|一|左|今|異|何|鳥|若い|各|多|有)|女王|殿|仕|模|同|多種多|種類多|有り?|様々な|いろいろ|言い|"
    r"スタッフ|店員|職人|作家|生産者|農家|漁師|蔵元|杜氏|料理人|シェフ|業者|配達|配送|ドライバー|宅配|運送|会員|ユーザー|オーナー|飼い主|店長|担当|お花屋|本屋|魚屋|八百屋|肉屋|パン屋|酒屋|茶屋|問屋|大工|看護師|医者|お医者|薬剤師|先生|美容師|"
    r"お疲れ|おつかれ|[おご]くろう|ご苦労|ごちそう|ご馳走|おかげ|お陰|お互い|お気の毒|お世話|ご愁傷|お待ちどお|お待ちどう|お粗末|たく|どなた|新成人|卒業生|受験生|母|父|親御|親|犬|猫|わん|ワン|にゃん|ニャン|ねこ|うさぎ|ウサギ|お月|お日|お地蔵|お稲荷|観音|お雛|サンタ|おじい|おばあ|おじ|おば|お隣|隣|ご近所|近所|娘|息子|むすこ|むすめ)$"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named with an honorific. name: as written; start, end: of name and honorific in the original text."""

    name: str
    honorific: str
    start: int
    end: int
    opens_line: bool
    is_call: bool


@lru_cache(maxsize=8)
def mentions(text: str) -> tuple[Mention, ...]:
    """People named with an honorific in an original text; words such as お客様 or 仕様 are nobody. Three checks ask in a row."""
    return tuple(_mentions(text))


def _mentions(text: str) -> Iterator[Mention]:
    for match in _NAMED.finditer(text, 0, READ_AT_MOST):
        name = match["name"]
        if _NOBODY.search(name) or _is_word(text, match):
            continue
        before = text[: match.start()].rsplit("\n", 1)[-1]
        after = text[match.end() : match.end() + 2]
        yield Mention(
            name,
            match["honorific"],
            match.start(),
            match.end(),
            opens_line=not before.strip(" 　【[「・＞>*~〜♪☆★"),
            is_call=bool(re.match(r"$|[、,，。！!\s　]|へ|宛", after)),
        )


_MEASURED = re.compile(r"[重軽長短高低深広厚太細暑寒甘辛苦強弱良悪速遅大小熱冷若美]$")


def _is_word(text: str, match: "re.Match[str]") -> bool:
    """様々, 様子, 様式 and the like; たくさん; 〜さんざん."""
    following = text[match.end() : match.end() + 1]
    if match["honorific"] == "さま" and following == "で" and _MEASURED.search(match["name"]):
        return True  # 重さまで: さ and まで
    if match["honorific"] == "様" and following in ("々", "子", "式", "相", "態", "似"):
        return True
    if match["honorific"] == "殿" and re.match(r"[一-鿿]", following):
        return True  # 殿町, 殿堂: part of a place or a word
    if match["honorific"] == "さん" and following in ("ざ", "ぽ", "ご", "ま"):
        return True
    return match["honorific"] == "君"


def bare(text: str) -> str:
    """A name without spaces and invisible signs; its characters stay exactly as written."""
    return "".join(sign for sign in text if not sign.isspace() and sign not in INVISIBLE)
