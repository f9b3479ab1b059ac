"""What in a text looks like somebody's mail address, telephone, postal address, order or card number, or LINE id, however typed?"""

import re
from collections.abc import Sequence
from functools import lru_cache

_SEP = r"[\-‐－ー .・()]{0,3}"
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
_VARIANTS = str.maketrans(
    "髙﨑邊邉齋齊斎澤濱廣嶋嶌櫻國惠眞德曻槇栁塚瀨", "高崎辺辺斉斉斉沢浜広島島桜国恵真徳昇槙柳塚瀬"
)
_FOLD: dict[int, str | int] = {**_WIDE, **_DASHES, 0x3000: " ", 0xA0: " ", **_VARIANTS}
_PLAIN_FORM = {chr(code): form if isinstance(form, str) else chr(form) for code, form in _FOLD.items()}
_TO_FOLD = re.compile(f"[{''.join(map(re.escape, _PLAIN_FORM))}]")
_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_TOKENS = re.compile(r"⟦[^⟧]*⟧")

_MAIL = re.compile(
    r"[A-Za-z0-9._%+\-]+\s?(?:@|[(\[]\s?at\s?[)\]]|アットマーク)\s?[A-Za-z0-9\-]+(?:\s?\.\s?[A-Za-z0-9\-]+)+",
    re.I,
)
_LINE = re.compile(
    r"(?<![A-Za-z0-9])U[0-9a-fA-F]{32}(?![A-Za-z0-9])"
    r"|LINE\s*の?\s*(?:ID|アイディー?)\s*(?:[:はが]|は「)?\s*@?[A-Za-z0-9._\-]{3,}",
    re.I,
)
_CARD = re.compile(
    rf"(?<!\d)(?:\d{{4}}{_SEP}){{3}}\d{{1,7}}(?!\d)|(?<!\d)3\d{{3}}{_SEP}\d{{6}}{_SEP}\d{{5}}(?!\d)"
)
_ORDER = re.compile(
    r"(?:ご?(?:注文|受注|オーダー)(?:番号|ID|No\.?)|order\s*(?:no\.?|id|#))(?:[\s:はが]|No\.?)*[#A-Za-z0-9\-_〇零一二三四五六七八九]{3,}"
    r"|(?<![A-Za-z0-9&])#\d{3,}",
    re.I,
)
_PHONE = re.compile(
    rf"(?<![\d\-])(?:\+81{_SEP}\d{{1,4}}|\(?0\d{{1,4}}){_SEP}\d{{1,4}}{_SEP}\d{{3,4}}(?![\d\-])"
    r"|(?<![\d\-])0(?:[ ]?\d){9,10}(?![\d\-])"
)
_POSTAL = re.compile(r"〒\s*\d{3}\s?-?\s?\d{4}|(?<![\d\-])\d{3}-\d{4}(?![\d\-])")
_KANJI_TOWN = r"[一-龥ぁ-んァ-ヶー々]"
_ADDRESS = re.compile(
    r"(?:北海道|東京都|京都府|大阪府|[一-龥]{2,3}県)[一-龥ぁ-んァ-ヶー々ヶケ0-9]{1,24}?[市区町村郡][^\s、。「」『』]{0,30}"
    rf"|{_KANJI_TOWN}{{1,10}}[0-9一二三四五六七八九十]+丁目[0-9一二三四五六七八九十\-番地号の]*"
    rf"|[一-龥]{{1,6}}[市区町村]{_KANJI_TOWN}{{1,12}}[0-9]{{1,4}}(?:-|番地?の?|の)[0-9]{{1,4}}(?:(?:-|番地?|号|の)[0-9]{{1,5}}){{0,2}}号?[^\s、。「」『』]{{0,20}}"
    rf"|[一-龥]{{1,6}}[市区町村]{_KANJI_TOWN}{{1,12}}[一二三四五六七八九十〇]{{1,4}}(?:番地?|の)[一二三四五六七八九十〇]{{1,4}}[号の一二三四五六七八九十〇]*"
)
_LEAST_DIGITS = 9
"""Of a telephone number: the shortest in Japan has ten, nine after +81."""

_DIGIT = re.compile(r"\d")
_IN_PLACES = re.compile("[市区町村郡丁]")
_PATTERNS = (
    (_MAIL, "⟦MAIL⟧", re.compile(r"@|at\s?[)\]]|アットマーク", re.I)),
    (_LINE, "⟦LINE⟧", re.compile(r"LINE|U[0-9a-f]{32}", re.I)),
    (_CARD, "⟦NUMBER⟧", _DIGIT),
    (_ORDER, "⟦ORDER⟧", re.compile(r"注文|受注|オーダー|order|#", re.I)),
    (_PHONE, "⟦PHONE⟧", _DIGIT),
    (_ADDRESS, "⟦ADDRESS⟧", _IN_PLACES),
    (_POSTAL, "⟦ADDRESS⟧", _DIGIT),
)
"""What is looked for, its token, and what a text must hold for a look to be worth its time."""
_KANJI = ((_CARD, "⟦NUMBER⟧"), (_PHONE, "⟦PHONE⟧"), (_POSTAL, "⟦ADDRESS⟧"))
_KANJI_RUN = re.compile(r"[〇零一二三四五六七八九](?:[-ー ]?[〇零一二三四五六七八九]){6}")


def fold(text: str) -> str:
    """A text of the same length, letter by letter in its plainest form: half width, one dash, common shapes of names."""
    return _TO_FOLD.sub(lambda sign: _PLAIN_FORM[sign.group()], text)


def hide(text: str) -> str:
    """A text with tokens where something personal stood."""
    return _hidden_short(text) if len(text) <= _SHORT else _hidden(text)


def kinds(text: str) -> Sequence[str]:
    """Tokens of everything personal that stands in a text."""
    return _kinds_short(text) if len(text) <= _SHORT else _kinds(text)


_SHORT = 1_000
"""Code points of a text whose answer is kept: the shop's passages and rules stand in every request."""


def _hidden(text: str) -> str:
    folded = fold(text)
    for pattern, token, hint in _PATTERNS:
        if hint.search(folded) and (spans := _spans(folded, pattern)):
            text = _with_token(text, spans, token)
            folded = fold(text)
    if _KANJI_RUN.search(folded):
        for pattern, token in _KANJI:
            text = _replaced(text, fold(text).translate(_KANJI_DIGITS), pattern, token)
    return text


def _kinds(text: str) -> Sequence[str]:
    folded = fold(text)
    found = [token for pattern, token, hint in _PATTERNS if hint.search(folded) and _spans(folded, pattern)]
    if _KANJI_RUN.search(folded):
        spoken = folded.translate(_KANJI_DIGITS)
        found += [token for pattern, token in _KANJI if _spans(spoken, pattern)]
    return tuple(found)


_hidden_short = lru_cache(maxsize=4096)(_hidden)
_kinds_short = lru_cache(maxsize=4096)(_kinds)


def replace_folded(text: str, word: str, token: str) -> str:
    """A token for a word wherever it stands, in whatever width or shape; never inside another token. word: folded."""
    folded = fold(text)
    if word not in folded:
        return text
    tokens = [match.span() for match in _TOKENS.finditer(text)]
    spans = [
        match.span()
        for match in re.finditer(re.escape(word), folded)
        if not any(start < match.end() and match.start() < end for start, end in tokens)
    ]
    return _with_token(text, spans, token)


def _replaced(text: str, folded: str, pattern: re.Pattern[str], token: str) -> str:
    return _with_token(text, _spans(folded, pattern), token)


def _spans(folded: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    found = [match.span() for match in pattern.finditer(folded)]
    if pattern is _PHONE:
        return [s for s in found if sum(sign.isdigit() for sign in folded[s[0] : s[1]]) >= _LEAST_DIGITS]
    return found


def _with_token(text: str, spans: list[tuple[int, int]], token: str) -> str:
    for start, end in reversed(spans):
        text = text[:start] + token + text[end:]
    return text
