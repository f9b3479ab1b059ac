"""The learned numbers of the second tier: how they are kept, and whether they fit the code that reads them."""

import hashlib
import io
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.checks.second.criteria import NAMES
from evals.checks.second.surroundings import Surroundings
from evals.checks.second.wording import worded

FILE = "weights.npz"
"""Beside this module; made by `python -m evals.suite.train_second_tier`."""

_PROBES = (
    "シミが薄くなったと評判です。",
    "3日ほどでお手元に届きます!",
    "拝見いたしましたところ、御礼申し上げます",
    "Hello 商品 100g",
)
Numbers = NDArray[np.float32]


class WeightsDoNotFit(ValueError):
    """The shipped weights were made for other checks or other features: train again."""


@dataclass(frozen=True)
class Weights:
    """checks: names of the columns, length k.    digest: SHA-256 of what was learned from.    features: `features_digest()` then.

    first: (buckets, k), with first_bias (k,): logits from wording.    meaning: (encoder's size, k), with meaning_bias (k,):
    logits from the encoder's vector.    share: (1,), part of the wording's logit in the second one.
    doubt: (k,), first logit from which a sentence is encoded.    review, block: (k,), second logits from which the
    second tier speaks, and blocks; infinite where it never does.
    """

    checks: tuple[str, ...]
    digest: str
    features: str
    first: Numbers
    first_bias: Numbers
    share: Numbers
    meaning: Numbers
    meaning_bias: Numbers
    doubt: Numbers
    review: Numbers
    block: Numbers

    def save(self, file: Path) -> None:
        """Write them, byte for byte the same for the same numbers; matrices in half precision."""
        arrays: dict[str, NDArray[np.generic]] = {}
        for name in (field.name for field in fields(self)):
            value = getattr(self, name)
            if isinstance(value, np.ndarray):
                arrays[name] = value.astype(np.float16) if value.ndim == 2 else value.astype(np.float32)
            else:
                arrays[name] = np.asarray(value)
        with file.open("wb") as opened:
            np.savez_compressed(opened, allow_pickle=False, **arrays)


def halved(matrix: Numbers) -> Numbers:
    """A matrix as it will be after `save` and `load`, so that thresholds are chosen on the numbers that ship."""
    return matrix.astype(np.float16).astype(np.float32)


def load(content: bytes) -> Weights:
    """Read weights. Raises WeightsDoNotFit when they were made for other checks or features."""
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        checks = tuple(str(name) for name in kept["checks"])
        if checks != NAMES or str(kept["features"]) != features_digest():
            raise WeightsDoNotFit(FILE)
        numbers = {
            field.name: kept[field.name].astype(np.float32)
            for field in fields(Weights)
            if field.name not in ("checks", "digest", "features")
        }
        return Weights(checks=checks, digest=str(kept["digest"]), features=str(kept["features"]), **numbers)


@cache
def shipped() -> Weights:
    """The weights in this package. Raises WeightsDoNotFit."""
    return load((files("evals.checks.second") / FILE).read_bytes())


@cache
def features_digest() -> str:
    """A fingerprint of how sentences become features: changes whenever a probe sentence is read differently."""
    around = Surroundings("3日 商品", ("occasion:win_back",), ("kind:eaten",), ())
    mixed = hashlib.sha256()
    for probe in _PROBES:
        read = worded(probe, around)
        mixed.update(read.text.encode())
        mixed.update(read.places.astype("<i8").tobytes())
        mixed.update(np.round(read.values.astype(np.float64), 5).astype("<f8").tobytes())
    return mixed.hexdigest()
