"""How is a back-test kept beside the model it judges? As plain JSON values."""

from dataclasses import asdict
from datetime import date
from typing import Any

from agent.domain.prediction import Backtest, LiftStep, Measured, ReliabilityBin


def as_document(backtest: Backtest) -> dict[str, Any]:
    """All of it, ready for `json.dumps`."""
    return {**asdict(backtest), "cut": backtest.cut.isoformat()}


def from_document(read: dict[str, Any]) -> Backtest:
    """The same back-test again. Raises KeyError, TypeError or ValueError for anything else."""
    return Backtest(
        **{
            **read,
            "cut": date.fromisoformat(read["cut"]),
            "auc": _measured(read["auc"]),
            "brier": _measured(read["brier"]),
            "reliability": tuple(ReliabilityBin(**each) for each in read["reliability"]),
            "lift": tuple(LiftStep(**each) for each in read["lift"]),
            "figures": tuple((str(name), float(value)) for name, value in read["figures"]),
        }
    )


def _measured(read: dict[str, float] | None) -> Measured | None:
    return None if read is None else Measured(**read)
