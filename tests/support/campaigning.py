"""A campaign over charts written by hand: real composer, store and model client."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Engine

from agent.chains.model import ChatModel
from agent.clock import FixedClock
from agent.domain.chart import Chart
from agent.domain.errors import CallerMistake
from agent.service.campaign import BatchRounds, DraftCampaign
from tests.support.drafting import HandCharts, Shop, chart_of


class HandAudience:
    """`agent.ports.campaigns.Audience` over charts written by hand."""

    def __init__(self, charts: HandCharts) -> None:
        self._charts = charts

    def require(self, names: Sequence[str], *, as_of: date) -> tuple[str, ...]:
        if unknown := [name for name in names if name not in ("new", "loyal")]:
            raise CallerMistake(f"unknown {unknown}", ja=f"「{unknown[0]}」という対象はありません。")
        return tuple(names)

    def of(self, codes: Sequence[str], *, as_of: date) -> Iterator[str]:
        return iter([one.customer_id for one in self._charts.known.values() if one.segment.value in codes])


def people(count: int, **changes: Any) -> list[Chart]:
    """So many customers who all bought three days ago."""
    return [chart_of(f"p{n:03d}", **changes) for n in range(count)]


def campaigning(
    engine: Engine,
    clock: FixedClock,
    charts: Sequence[Chart],
    *,
    model: Callable[[Shop], ChatModel] | None = None,
    rounds: Callable[[Shop], BatchRounds] | None = None,
    at_once: int = 4,
    **more: Any,
) -> tuple[Shop, DraftCampaign]:
    """The shop and its campaigns."""
    hand = HandCharts(*charts)
    shop = Shop(engine, clock, hand)
    composer = shop.composer(model(shop) if model else None, **more)
    batches = rounds(shop) if rounds else None
    return shop, DraftCampaign(
        units=shop.units,
        audience=HandAudience(hand),
        composer=lambda: composer,
        batches=lambda: batches,
        clock=clock,
        at_once=at_once,
    )
