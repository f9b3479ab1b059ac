"""What does one cell mean: a moment, an amount, a yes or no, a name?"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from agent.clock import TOKYO

MOST_YEN = 100_000_000
"""No single amount of a small shop is larger; above it a cell is a slip (issue: absurd amounts are refused)."""

MOST_PIECES = 100_000
"""Pieces in one order line beyond which the cell is a slip."""

FIRST_YEAR, LAST_YEAR = 1980, 2100
"""Years between which an order or a registration is believed; birthdays may be older."""

_ERAS = {"R": 2018, "令和": 2018, "H": 1988, "平成": 1988, "S": 1925, "昭和": 1925}
_TIME = r"(?:[T\s]*(\d{1,2})[::時](\d{1,2})(?:[::分](\d{1,2})(?:\.\d+)?秒?)?分?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?"
_DAY = re.compile(rf"(\d{{4}})(?:[/.-]|年)(\d{{1,2}})(?:[/.-]|月)(\d{{1,2}})日?{_TIME}", re.I)
_ERA_DAY = re.compile(
    rf"(R|H|S|令和|平成|昭和)\.?\s*(\d{{1,2}}|元)(?:[/.-]|年)(\d{{1,2}})(?:[/.-]|月)(\d{{1,2}})日?{_TIME}",
    re.I,
)
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_WEEKDAY = re.compile(r"[((][月火水木金土日](?:曜日?)?[))]")
_AMOUNT = re.compile(r"[+-]?\d+(?:\.\d+)?")
_YES = frozenset(
    {
        "yes", "y", "true", "t", "1", "on", "ok", "可", "〇", "○", "◯", "◎", "はい", "希望する", "希望", "希望あり", "許可",
        "許可する", "同意", "同意する", "同意済", "同意済み", "受信", "受信する", "受け取る", "受取る", "受取", "配信可", "配信希望",
        "配信する", "配信", "あり", "有", "有り", "購読", "購読中", "購読する", "する", "送る", "登録", "登録済", "登録済み", "承諾",
        "承認", "可能", "レ", "✓", "✔", "☑", "済",
    }
)  # fmt: skip
_NO = frozenset(
    {
        "no", "n", "false", "f", "0", "off", "ng", "不可", "×", "✕", "✖", "╳", "x", "☓", "いいえ", "希望しない", "希望なし",
        "不希望", "拒否", "拒否する", "不要", "いらない", "受け取らない", "受取らない", "受信しない", "受信拒否", "配信不可",
        "配信しない", "配信拒否", "配信停止", "停止", "なし", "無", "無し", "しない", "送らない", "解除", "解除済", "解除済み",
        "未登録", "退会", "不同意", "同意しない", "不許可", "許可しない", "購読しない", "登録しない", "不承諾", "お断り", "不可能",
        "未同意", "非購読", "未購読", "否", "否認", "☐",
    }
)  # fmt: skip
_FORMULA = re.compile(r"[=+@-]")
_TITLES = re.compile(r"\s*(?:様|さま|殿)$")


class Unreadable(ValueError):
    """A cell that cannot be what its column says. `str()` is the reason in Japanese."""


def plain(cell: str) -> str:
    """A cell without what exports wrap around it: blanks, a leading apostrophe, Excel's ="..." for text."""
    text = cell.strip().strip("\u3000\ufeff")
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1]
    return text[1:].strip() if text.startswith("'") else text


def folded(text: str) -> str:
    """NFKC, trimmed, casefolded: for comparing, never for showing."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


@lru_cache(maxsize=50_000)
def read_moment(cell: str, *, first_year: int = FIRST_YEAR) -> tuple[datetime, bool]:
    """The moment a cell states, as UTC, and whether it states a time of day. Without an offset it is Asia/Tokyo.

    Five shapes: 2026/1/5, 2026-01-05, 2026年1月5日, R8.1.5 (and 令和8年1月5日), Excel's serial day; each may carry a time.
    Raises Unreadable.
    """
    text = _WEEKDAY.sub(" ", unicodedata.normalize("NFKC", plain(cell))).strip()
    if match := _SERIAL.fullmatch(text):
        return _from_serial(float(text), cell), bool(match.group(2))
    if match := _DAY.fullmatch(text):
        year = int(match.group(1))
    elif match := _ERA_DAY.fullmatch(text):
        count = 1 if match.group(2) == "元" else int(match.group(2))
        year = _ERAS[match.group(1).upper()] + count
    else:
        raise Unreadable("日付として読めません。2026/1/5 や 2026-01-05 の形にしてください。")
    month, day, hour, minute, second, zone = match.groups()[-6:]
    try:
        stated = datetime(
            year, int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=TOKYO
        )
    except ValueError as error:
        raise Unreadable("暦にない日付・時刻です。正しい日付に直してください。") from error
    if not first_year <= year <= LAST_YEAR:
        raise Unreadable("年が範囲外です。西暦4桁の正しい年に直してください。")
    return _in_utc(stated, zone), hour is not None


def _in_utc(stated: datetime, zone: str | None) -> datetime:
    if not zone:
        return stated.astimezone(UTC)
    if zone.upper() in {"Z", "UTC"}:
        return stated.replace(tzinfo=UTC)
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return stated.replace(tzinfo=UTC) - timedelta(minutes=minutes if zone[0] == "+" else -minutes)


def _from_serial(days: float, cell: str) -> datetime:
    if not 29_221 <= days < 73_051:  # 1980-01-01 to 2099-12-31
        raise Unreadable("日付として読めません（Excel の日付の範囲外です）。2026/1/5 の形にしてください。")
    moment = datetime(1899, 12, 30, tzinfo=TOKYO) + timedelta(days=int(days))
    return (moment + timedelta(seconds=round((days - int(days)) * 86_400))).astimezone(UTC)


def read_day(cell: str) -> date:
    """A birthday or another day without a time. Raises Unreadable."""
    return read_moment(cell, first_year=1900)[0].astimezone(TOKYO).date()


@lru_cache(maxsize=50_000)
def read_decimal(cell: str) -> float:
    """A number as a shop writes it: 3,980円, ¥3,980, ￥３，９８０, 3980.00, ▲500. Raises Unreadable."""
    text = unicodedata.normalize("NFKC", plain(cell)).replace(" ", "")
    text = text.translate(str.maketrans("", "", ",、¥\\円")).removeprefix("JPY").removesuffix("JPY")
    text = text.removesuffix("(税込)").removesuffix("税込").removesuffix("-") if text[:1] != "-" else text
    text = re.sub(r"^[▲△−－]", "-", text)
    if not _AMOUNT.fullmatch(text):
        raise Unreadable("金額として読めません。3980 や 3,980円 の形にしてください。")
    return float(text)


def read_yen(cell: str) -> int:
    """An amount in whole yen between 0 and 100 million. Raises Unreadable."""
    return whole_yen(read_decimal(cell))


def whole_yen(amount: float) -> int:
    """The amount in yen. Raises Unreadable for what no shop charges: negative, fractions of a yen, above 100 million."""
    if amount < 0:
        raise Unreadable("金額がマイナスです。正しい金額に直してください。")
    if amount > MOST_YEN:
        raise Unreadable("金額が1億円を超えています。桁を確かめてください。")
    if amount != int(amount):
        raise Unreadable("円に小数があります。整数の金額に直してください。")
    return int(amount)


def read_count(cell: str) -> int:
    """A number of pieces: 0 to 100,000; 個, 点, 本 and the like may follow. Raises Unreadable."""
    text = re.sub(r"[^\d.)-]+$", "", unicodedata.normalize("NFKC", plain(cell)).replace(",", "").strip())
    if not _AMOUNT.fullmatch(text) or float(text) != int(float(text)):
        raise Unreadable("個数として読めません。1 や 2 のような整数にしてください。")
    return whole_count(float(text))


def whole_count(count: float) -> int:
    """Pieces as an integer. Raises Unreadable for a negative, broken or absurd number."""
    if count < 0 or count != int(count):
        raise Unreadable("個数がマイナスか小数です。正しい個数に直してください。")
    if count > MOST_PIECES:
        raise Unreadable("個数が多すぎます。桁を確かめてください。")
    return int(count)


@lru_cache(maxsize=10_000)
def read_yes_no(cell: str) -> bool | None:
    """Yes, no, or None for an empty cell. Raises Unreadable for anything else: it counts as unknown, and is told."""
    text = folded(plain(cell))
    if text in {"", "-", "―", "ー", "不明", "未確認", "未設定", "null", "?"}:
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Unreadable("可・不可として読めません（不明として扱いました）。「可」か「不可」にしてください。")


def looks_like_formula(cell: str) -> bool:
    """Whether a spreadsheet would run this text (cells beginning with = + - @) rather than show it."""
    return bool(_FORMULA.match(cell)) and not _AMOUNT.fullmatch(cell.replace(",", "").strip())


@lru_cache(maxsize=50_000)
def read_name(cell: str) -> tuple[str | None, bool]:
    """A name as written, without 様, and whether it is damaged (lossy export, formula, control characters)."""
    text = _TITLES.sub("", plain(cell)).strip()
    if not text:
        return None, False
    damaged = any(c in text for c in "?？\ufffd") or looks_like_formula(text)
    return text, damaged or any(unicodedata.category(c) in {"Cc", "Co", "Cn"} for c in text)


def split_name(full: str) -> tuple[str, str | None]:
    """姓 and 名 of a Japanese full name; without a blank between them the whole stays together as the first."""
    family, _, given = re.sub(r"[\s\u3000]+", " ", full).partition(" ")
    return family, given or None
