"""Does training give the same weights for the same data, and do the shipped ones fit the code?"""

import re
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from evals.checks.second.criteria import NAMES
from evals.checks.second.weights import FILE, WeightsDoNotFit, load, shipped
from evals.suite.second_tier_examples import Example, bank_examples, message_examples, shipped_messages
from evals.suite.train_second_tier import train
from retrieval.embed import HashedEncoder


@pytest.fixture(scope="module")
def some() -> list[Example]:
    return list(message_examples(shipped_messages()[::30]))


def test_the_same_data_gives_the_same_file(some: list[Example], tmp_path: Path) -> None:
    for name in ("one.npz", "two.npz"):
        weights, _ = train(some, (), HashedEncoder())
        weights.save(tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert load((tmp_path / "one.npz").read_bytes()).digest == weights.digest


def test_other_data_gives_another_digest(some: list[Example]) -> None:
    digests = {train(part, (), HashedEncoder())[0].digest for part in (some, some[:-40])}
    assert len(digests) == 2


def test_the_shipped_weights_fit_the_code_and_are_small() -> None:
    content = (files("evals.checks.second") / FILE).read_bytes()
    assert len(content) < 3_000_000
    assert shipped().checks == NAMES
    assert re.fullmatch(r"[0-9a-f]{64}", shipped().digest)
    assert np.isfinite(shipped().first).all()
    assert np.isfinite(shipped().block).sum() >= 5


def test_weights_for_other_features_are_refused(some: list[Example], tmp_path: Path) -> None:
    weights, _ = train(some, (), HashedEncoder())
    strange = weights.__class__(**{**vars(weights), "features": "another reading of sentences"})
    strange.save(tmp_path / "strange.npz")
    with pytest.raises(WeightsDoNotFit):
        load((tmp_path / "strange.npz").read_bytes())


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    (tmp_path / "some.jsonl").write_text(
        '{"text": "塗るたびに若い頃の頬に近づきます。", "check": "yakkihou_claim", "class": "cosmetic"}\n'
        '{"text": "産地は阿蘇です。", "check": null}\n'
        '{"text": "産地は阿蘇です。", "check": null, "facts": ["熊本県阿蘇の米"]}\n',
        encoding="utf-8",
    )
    return tmp_path


def test_a_harmless_line_without_facts_says_nothing_about_inventions(bank: Path) -> None:
    contexts = [m.context for m in shipped_messages()]
    guilty, loose, backed = bank_examples(contexts, folder=bank)
    invented = NAMES.index("invented_product_attribute")
    assert guilty.labels[NAMES.index("yakkihou_claim")] == 1
    assert (loose.labels[invented], backed.labels[invented]) == (-1, 0)
