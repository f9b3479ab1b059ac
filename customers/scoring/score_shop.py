"""`okaeri score` without a file: the shop's own customers, their expected values kept for the ranks."""

import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from agent.domain.errors import CallerMistake
from agent.ports import ExpectedValues
from customers.scoring.past import Progress, silent
from customers.scoring.score_file import WRITTEN, failed_notes, report_of, with_reasons, writable, write
from customers.scoring.shop_fit import ShopFits
from customers.scoring.standings import Standings


class ScoreShop:
    """What a nightly run does: fit for the coming day, read everybody, keep what ranks need."""

    def __init__(self, *, fits: ShopFits, standings: Standings, expected: ExpectedValues) -> None:
        self._fits, self._standings, self._expected = fits, standings, expected

    def run(
        self, *, cut: date, horizon_days: int | None, out: Path | None, progress: Progress = silent
    ) -> dict[str, Any]:
        """The report of `score_file`, without rows read. Raises CallerMistake for a horizon: the shop's own is used."""
        started = time.perf_counter()
        if horizon_days is not None:
            raise CallerMistake(
                "the shop's own horizon follows its rhythm",
                ja="お店の記録では、期間はお店の購入間隔から決まります。--horizon-days は --orders と一緒に使ってください。",
            )
        writable(out)
        models = self._fits.at(cut, progress=progress).orders
        frame = self._standings.at(cut, progress=progress)
        known = frame.drop_nulls("ltv_yen") if models.hidden("ltv") is None else frame.clear()
        pairs = zip(known["customer_id"].to_list(), known["ltv_yen"].to_list(), strict=True)
        kept = self._expected.replace(pairs, as_of=cut - timedelta(days=1))
        if len(frame):
            write(with_reasons(frame, models).select(WRITTEN), out)
        return {
            **report_of(frame, models, cut=cut),
            "expected_values": kept,
            "notes": [*models.notes, *dict.fromkeys(models.missing.values()), *failed_notes(models)],
            "out": str(out) if out and len(frame) else None,
            "seconds": round(time.perf_counter() - started, 2),
        }
