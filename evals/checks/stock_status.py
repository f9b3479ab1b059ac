"""Read what the shop says of a product's stock: a number, or words such as 残り3点 or 12月上旬入荷予定."""

import re
from dataclasses import dataclass
from datetime import date

from evals.checks.dates import Dated, dates
from evals.checks.quantities import quantities


@dataclass(frozen=True, slots=True)
class StockStatus:
    """count: pieces left, None when unknown; available: True, False, or None when unknown; arrivals: days it may come in."""

    count: int | None
    available: bool | None
    arrivals: tuple[Dated, ...]
    text: str


_NONE_LEFT = re.compile(
    r"売り?切れ|完売|品切れ|欠品|在庫(?:なし|切れ|無し|ゼロ|はありません|がありません)|SOLD\s*OUT|販売終了|入荷待ち|入荷予定|再入荷|予約|取り?寄せ|受注",
    re.I,
)
_SOME_LEFT = re.compile(
    r"在庫(?:あり|有り?|ございます|がございます|十分|豊富|潤沢|多数)|残り|販売中|即納|わずか|僅か|〇|○|◎"
)


def stock_status(stock: int | str | None, today: date) -> StockStatus:
    """Understand a stock entry. None or an unreadable text leaves everything unknown."""
    if stock is None:
        return StockStatus(None, None, (), "")
    if isinstance(stock, int):
        return StockStatus(stock, stock > 0, (), "")
    text = stock.strip()
    if text.isdigit():
        return StockStatus(int(text), int(text) > 0, (), text)
    counts = [int(found.value) for found in quantities(text) if found.kind == "count"]
    digits = re.search(r"(?:残り|在庫|あと|数)[^\d]{0,4}(\d+)", text)
    count = counts[0] if counts else int(digits[1]) if digits else None
    available: bool | None = None
    if _NONE_LEFT.search(text):
        available = False
    elif _SOME_LEFT.search(text) or count:
        available = True
    if "発売" in text and any(dated.first > today for dated in dates(text, today)):
        available = False
    if count == 0:
        available = False
    return StockStatus(count, available, dates(text, today), text)
