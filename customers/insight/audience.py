"""Who belongs to a segment, a rank or a named group: `agent.ports.campaigns.Audience` on the shop's own records."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from agent.domain.chart import SEGMENT_JA, Segment
from agent.domain.errors import CallerMistake
from agent.ports.purchases import PurchaseHistory
from customers.charting.chart import CustomerCharts
from customers.charting.ranks import RANK_CODES
from customers.scoring.shop_fit import ShopFit, ShopFits, lines_frame
from customers.scoring.shop_purchases import read_purchases
from customers.scoring.standings import Standings
from customers.taste.coded_lines import code_lines
from customers.taste.columns import taste_columns

EVERYBODY: Final = "all"


class ShopAudience:
    """Segments from the standings, ranks from the charts, groups from the fit of the day."""

    def __init__(
        self,
        *,
        charts: CustomerCharts,
        standings: Standings,
        fits: ShopFits,
        purchases: PurchaseHistory,
        named: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """named: what groups are called on screens, by id, where that differs from the fit's own names."""
        self._charts, self._standings, self._fits, self._purchases = charts, standings, fits, purchases
        self._named = named

    def require(self, names: Sequence[str], *, as_of: date) -> tuple[str, ...]:
        """Codes for codes or Japanese names. Raises CallerMistake naming what there is."""
        plain = {EVERYBODY: EVERYBODY, "全員": EVERYBODY}
        for segment in Segment:
            plain |= {segment.value: segment.value, SEGMENT_JA[segment]: segment.value}
        for code in RANK_CODES:
            plain |= {code: code, self._charts.rank_names[code]: code}
        groups: dict[str, str] = {}
        if any(name not in plain for name in names):  # groups need a fit, which takes a while
            groups = self._groups(as_of)
        unknown = [name for name in names if name not in plain and name not in groups]
        if unknown or not names:
            known = [*(f"{s.value}（{SEGMENT_JA[s]}）" for s in Segment)]
            known += [f"{code}（{self._charts.rank_names[code]}）" for code in RANK_CODES]
            known += [f"{code}（{name}）" for name, code in groups.items() if name != code]
            raise CallerMistake(
                f"unknown segments: {', '.join(unknown)}",
                ja=f"「{'、'.join(unknown)}」という対象はありません。次からコンマ区切りで選んでください: "
                + "、".join(dict.fromkeys(known)),
            )
        return tuple(dict.fromkeys(plain.get(name) or groups[name] for name in names))

    def of(self, codes: Sequence[str], *, as_of: date) -> Iterator[str]:
        """Customer ids, each once: whoever is in any of them, whom the shop would miss most first.

        Everything is read, and a fit kept, before this returns: the caller may iterate inside a transaction.
        """
        frame = self._standings.at(as_of + timedelta(days=1))
        if not len(frame):
            return iter(())
        if EVERYBODY in codes:
            wanted = frame
        else:
            found = [frame.filter(pl.col("segment").is_in(list(codes)))["customer_id"]]
            if ranks := set(codes) & set(RANK_CODES):
                found.append(self._of_rank(ranks, as_of))
            if groups := [code for code in codes if code.startswith("g") and code[1:].isdigit()]:
                found.append(self._of_groups(groups, as_of))
            chosen = pl.concat(found).unique()
            wanted = frame.filter(pl.col("customer_id").is_in(chosen.implode()))
        order = wanted.sort("precious", "customer_id", descending=[True, False], nulls_last=True)
        return iter(order["customer_id"])

    def _groups(self, as_of: date) -> dict[str, str]:
        """Id by id and by name; the name on the screen goes before the fit's own."""
        model = self._fit(as_of).groups
        if model is None:
            return {}
        ids = {group_id: group_id for group_id in model.ids}
        own = dict(zip(model.names, model.ids, strict=True))
        own |= {phrase.text: i for phrase, i in zip(model.phrases, model.ids, strict=False)}
        shown = {name: group_id for group_id, name in self._named().items() if group_id in ids}
        return ids | own | shown

    def _of_rank(self, ranks: set[str], as_of: date) -> pl.Series:
        ids = (chart.customer_id for chart in self._charts.charts(as_of=as_of) if chart.rank.name in ranks)
        return pl.Series("customer_id", list(ids), dtype=pl.String)

    def _of_groups(self, group_ids: Sequence[str], as_of: date) -> pl.Series:
        members = members_of(self._fit(as_of), self._purchases, before=as_of + timedelta(days=1))
        return members.filter(pl.col("group_id").is_in(list(group_ids)))["customer_id"]

    def _fit(self, as_of: date) -> ShopFit:
        return self._fits.at(as_of + timedelta(days=1))


def members_of(fit: ShopFit, purchases: PurchaseHistory, *, before: date) -> pl.DataFrame:
    """Everybody with a group, from what came strictly before a day: customer_id, group_id."""
    empty = pl.DataFrame(schema={"customer_id": pl.String, "group_id": pl.String})
    if fit.groups is None:
        return empty
    bought = read_purchases(purchases, before=before)
    lines = code_lines(lines_frame(bought), before=before)
    if not len(lines.customers):
        return empty
    place = pl.Series(fit.groups.assign(lines, taste_columns(lines, fit.taste)))
    ids = bought.ids.gather(lines.customers.cast(pl.UInt32)).cast(pl.String)
    held = place >= 0
    return pl.DataFrame(
        {
            "customer_id": ids.filter(held),
            "group_id": pl.Series(fit.groups.ids).gather(place.filter(held).cast(pl.UInt32)),
        }
    )
