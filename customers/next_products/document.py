"""How is a fitted model kept? As one npz document: arrays, and a JSON text for the rest. Nothing in it can run."""

import io
import json
import zipfile
from dataclasses import asdict
from datetime import date
from typing import Any, Final

import numpy as np

from agent.domain.prediction import Backtest, LiftStep, Measured, ReliabilityBin
from customers.next_products.model import NextProductsModel
from customers.next_products.products import Products
from customers.next_products.scorer import Scorer

FORM: Final = 1
"""Raised when the document's layout or the traits change; an older document is then refitted."""

_PRODUCTS: Final = (
    "again", "fresh", "pace", "popular", "trend", "season", "sold", "neighbours", "alike", "shelf", "supplied",
)  # fmt: skip
_SCORER: Final = ("low", "high", "scale", "shift", "linear", "square")


class ModelUnreadable(ValueError):
    """The bytes are no next-products model of this form: fit anew."""


def to_bytes(model: NextProductsModel) -> bytes:
    """The model as a document; `from_bytes` gives the same model back."""
    words = {
        "form": FORM,
        "cut": model.cut.isoformat(),
        "within_days": model.within_days,
        "fitted_days": model.fitted_days,
        "skus": model.skus,
        "titles": model.titles,
        "supply": model.supply,
        "spread": model.products.spread,
        "own": [model.own.intercept, *model.own.calibration],
        "fresh": [model.fresh.intercept, *model.fresh.calibration],
        "backtest": None if model.backtest is None else asdict(model.backtest),
        "note": model.note,
    }
    arrays: dict[str, Any] = {name: getattr(model.products, name) for name in _PRODUCTS}
    arrays |= {f"own_{name}": getattr(model.own, name) for name in _SCORER}
    arrays |= {f"fresh_{name}": getattr(model.fresh, name) for name in _SCORER}
    text = json.dumps(words, ensure_ascii=False, default=date.isoformat, allow_nan=False)
    arrays["words"] = np.frombuffer(text.encode(), np.uint8)
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def from_bytes(document: bytes) -> NextProductsModel:
    """The model of a document. Raises ModelUnreadable for anything else."""
    try:
        with np.load(io.BytesIO(document), allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        words = json.loads(arrays["words"].tobytes())
        if words["form"] != FORM:
            raise ModelUnreadable(f"a document of form {words['form']}, not {FORM}")
        return NextProductsModel(
            cut=date.fromisoformat(words["cut"]),
            within_days=words["within_days"],
            fitted_days=words["fitted_days"],
            skus=tuple(words["skus"]),
            titles=tuple(words["titles"]),
            supply=tuple((int(item), float(days)) for item, days in words["supply"]),
            products=Products(**{name: arrays[name] for name in _PRODUCTS}, spread=float(words["spread"])),
            own=_scorer("own", words, arrays),
            fresh=_scorer("fresh", words, arrays),
            backtest=None if words["backtest"] is None else _backtest(words["backtest"]),
            note=words["note"],
        )
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        if isinstance(error, ModelUnreadable):
            raise
        raise ModelUnreadable(f"no next-products model: {error}") from error


def _scorer(which: str, words: dict[str, Any], arrays: dict[str, Any]) -> Scorer:
    intercept, rising, falling, shift = (float(value) for value in words[which])
    parts = {name: arrays[f"{which}_{name}"] for name in _SCORER}
    return Scorer(intercept=intercept, calibration=(rising, falling, shift), **parts)


def _backtest(kept: dict[str, Any]) -> Backtest:
    def measured(name: str) -> Measured | None:
        return None if kept[name] is None else Measured(**kept[name])

    return Backtest(
        **kept
        | {
            "cut": date.fromisoformat(kept["cut"]),
            "auc": measured("auc"),
            "brier": measured("brier"),
            "reliability": tuple(ReliabilityBin(**each) for each in kept["reliability"]),
            "lift": tuple(LiftStep(**each) for each in kept["lift"]),
            "figures": tuple((str(name), float(value)) for name, value in kept["figures"]),
        }
    )
