"""Fold a text so that tricks of writing do not hide words, and map every place back to the text as written."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0"
    + "".join(chr(c) for c in range(0xFE00, 0xFE10))
)
"""Characters that show nothing: zero-width, direction marks, variation selectors."""

_JOINS = frozenset("\u3099\u309a\uff9e\uff9f")
"""Voicing marks that belong to the letter before them."""

_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_KEPT = re.compile("[^ \t\u3000\u00a0・･_*'`´ﾞﾟ|｜]+")
"""What a spelled text keeps: no spaces inside lines, no filler signs."""
_STEADY = re.compile("[\x00-~、-〟ぁ-ゖゝゞァ-ヺー-ヾ一-鿿]+")
"""Signs that NFKC leaves alone, unless one that `_joins` follows."""


class _Low(dict[int, str]):
    """Lower case and hiragana of each sign; a sign whose lower case is two stays."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        lowered = sign.lower()
        self[code] = low = (lowered if len(lowered) == 1 else sign).translate(_KATAKANA_TO_HIRAGANA)
        return low


_LOW = _Low()


class _Tight(dict[int, int | None]):
    """White space and hyphen-like signs go, everything else stays."""

    def __missing__(self, code: int) -> int | None:
        sign = chr(code)
        self[code] = kept = None if sign.isspace() or sign in "-‐‑‒–—―−ーｰ" else code
        return kept


_TIGHT = _Tight()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. Character i came from the original's code points [starts[i], stops[i])."""

    text: str
    starts: Sequence[int]
    stops: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The code points [from, to) of the original behind folded [start, end). An empty span stays empty."""
        if end > start:
            return self.starts[start], self.stops[end - 1]
        place = self.starts[start] if start < len(self.starts) else (self.stops[-1] if self.stops else 0)
        return place, place


def fold_width(text: str) -> Folded:
    """NFKC without invisible characters: full-width digits and letters, half-width kana, squared signs become plain."""
    if unicodedata.is_normalized("NFKC", text) and not INVISIBLE.intersection(text):
        return Folded(text, range(len(text)), range(1, len(text) + 1))
    out: list[str] = []
    starts: list[int] = []
    stops: list[int] = []
    place, length = 0, len(text)
    while place < length:
        if (run := _STEADY.match(text, place)) is not None:
            stop = run.end()
            if stop < length and _joins(text[stop]):
                stop -= 1
            if stop > place:
                out.append(text[place:stop])
                starts.extend(range(place, stop))
                stops.extend(range(place + 1, stop + 1))
                place = stop
                continue
        sign = text[place]
        stop = place + 1
        if sign in INVISIBLE:
            place = stop
            continue
        while stop < length and _joins(text[stop]):
            stop += 1
        composed = stop > place + 1 or sign > "~"
        plain = unicodedata.normalize("NFKC", text[place:stop]) if composed else sign
        out.append(plain)
        starts.extend([place] * len(plain))
        stops.extend([stop] * len(plain))
        place = stop
    return Folded("".join(out), starts, stops)


def _joins(sign: str) -> bool:
    """True for what belongs to the letter before it."""
    return sign > "~" and (sign in _JOINS or unicodedata.combining(sign) != 0)


def fold_spelling(plain: Folded) -> Folded:
    """Fold further, for word lists: no spaces inside lines, no filler signs, hiragana for katakana, lower case."""
    out: list[str] = []
    starts: list[int] = []
    stops: list[int] = []
    for run in _KEPT.finditer(plain.text):
        out.append(run.group())
        starts.extend(plain.starts[run.start() : run.end()])
        stops.extend(plain.stops[run.start() : run.end()])
    return Folded("".join(out).translate(_LOW), starts, stops)


def to_hiragana(text: str) -> str:
    """Hiragana for katakana, everything else as it is."""
    return text.translate(_KATAKANA_TO_HIRAGANA)


@lru_cache(maxsize=8192)
def spelled(text: str) -> str:
    """A text as `fold_spelling` leaves it, without places: for patterns and for the texts of a context."""
    return "".join(_KEPT.findall(fold_width(text).text)).translate(_LOW)


def squeezed(text: str) -> str:
    """NFKC, lower case, all white space and hyphen-like signs gone: to compare addresses, names of shops, numbers."""
    return _squeezed_short(text) if len(text) <= _SHORT else _squeezed(text)


_SHORT = 400
"""Code points of a text that is kept: names and lines of footers come back, bodies do not."""


def _squeezed(text: str) -> str:
    return fold_width(text).text.lower().translate(_TIGHT)


_squeezed_short = lru_cache(maxsize=4096)(_squeezed)
