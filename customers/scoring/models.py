"""Everything fitted on one shop: orders, worth, next order, with their back-tests, as one document to keep?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter

from agent.domain.prediction import Backtest
from customers.ordering.model import OrderingModel
from customers.ordering.next_order import NextOrderModel
from customers.worth.ltv import Ltv

VERSION: Final = 1
BACKTESTS: Final = TypeAdapter(tuple[Backtest, ...])
"""Back-tests to plain values and back."""


@dataclass(frozen=True, slots=True)
class ShopModels:
    """cut: the day they were fitted for.    horizon_days: of `ordering`.    missing: why a None is None, Japanese, keyed by field.

    notes: Japanese sentences on what limits them.    backtests: of all of them, chosen candidates and others.
    """

    cut: date
    horizon_days: int
    ordering: OrderingModel | None
    next_order: NextOrderModel | None
    ltv: Ltv | None
    missing: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    backtests: tuple[Backtest, ...] = ()

    def hidden(self, name: str) -> str | None:
        """Why staff must not see a prediction although it was fitted: its back-test failed. None: they may.

        The next order's day rests on the chance of an order within the horizon and is hidden with it.
        """
        tasks = {"churn": ("order_within",), "next_order": ("next_order", "order_within"), "ltv": ("ltv",)}[
            name
        ]
        failed = [
            each
            for task in tasks
            for each in self.backtests
            if each.task == task and each.chosen and not each.passed
        ]
        return failed[0].verdict if failed else None

    def to_json(self) -> str:
        """The document `from_json` reads."""
        return json.dumps(
            {
                "version": VERSION,
                "cut": self.cut.isoformat(),
                "horizon_days": self.horizon_days,
                "ordering": self.ordering.to_json() if self.ordering else None,
                "next_order": self.next_order.to_json() if self.next_order else None,
                "ltv": self.ltv.to_json() if self.ltv else None,
                "missing": dict(self.missing),
                "notes": list(self.notes),
                "backtests": BACKTESTS.dump_python(self.backtests, mode="json"),
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, document: str) -> "ShopModels":
        """Raises ValueError, KeyError or TypeError for anything but a document of this version."""
        read: dict[str, Any] = json.loads(document)
        if read["version"] != VERSION:
            raise ValueError(f"shop models of version {read['version']}, not {VERSION}")
        backtests = BACKTESTS.validate_python(read["backtests"], strict=False)

        return cls(
            cut=date.fromisoformat(read["cut"]),
            horizon_days=int(read["horizon_days"]),
            ordering=OrderingModel.from_json(read["ordering"]) if read["ordering"] else None,
            next_order=NextOrderModel.from_json(read["next_order"]) if read["next_order"] else None,
            ltv=Ltv.from_json(read["ltv"]) if read["ltv"] else None,
            missing=read["missing"],
            notes=tuple(read["notes"]),
            backtests=backtests,
        )
