"""Are the lists right as often as they say, and better than the best sellers or what each has bought most?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agent.domain.prediction import Backtest
from customers.backtest.judge import ECE_ALLOWED, judge, testable
from customers.backtest.metrics import auc, ece, ece_by_chance
from customers.features.purchases import Small
from customers.next_products.model import NextProductsModel
from customers.next_products.past import Past
from customers.next_products.products import among, rank_within
from customers.next_products.scorer import Bools
from customers.next_products.tally import Floats, Tally, Wide, bought_within, tally
from customers.next_products.traits import of_own

JUDGED: Final = 5_000
"""People a back-test looks at, at most."""

LISTED: Final = 10
"""Products in the lists a back-test judges."""


_WORSE: Final = {
    "popular": "売れ筋を全員に並べるより当たらなかったため、表示していません",
    "own_frequency": "よく買う商品を回数の順に並べるより当たらなかったため、表示していません",
}


def judge_lists(trials: Sequence[tuple[NextProductsModel, Past, Bools]]) -> Backtest:
    """Lists of ten for people the models were not set on.

    trials: for each horizon, newest first, the model learnt from what came before it, the past it ends, and whether each person judges.
    Hidden (passed False) when too little happened to tell, when the probabilities listed are off by more than ECE_ALLOWED beyond
    chance, or when the lists hold clearly less of what was bought than the best sellers or each person's most frequent products. A
    list is not held against its own base rate: who stands in it is the prediction.
    """
    tried = [_horizon(*each) for each in trials]
    happened, listed, again, said, rate, ours, popular, habit = (
        np.concatenate([getattr(each, name) for each in tried]) for name in _Horizon.__slots__
    )
    habits = {"popular": popular, "own_frequency": habit}
    figures = [("recall_at_10", _average(ours))]
    figures += [(f"recall_at_10_{name}", _average(theirs)) for name, theirs in habits.items()]
    for name, value in (("again_auc", auc(again, said)), ("again_auc_poisson", auc(again, rate))):
        figures += [(name, value.value)] if value else []
    figures += [("again_ece", off)] if (off := ece(again, said)) is not None else []
    figures += [("horizons", len(trials))] if len(trials) > 1 else []
    newest, past, half = trials[0]
    found = judge(
        happened,
        listed,
        task="next_products",
        model="repeat_and_neighbours",
        cut=newest.cut,
        horizon_days=newest.fitted_days,
        chosen=True,
        windows=len(trials),
        figures=tuple((name, float(value)) for name, value in figures),
    )
    worse = [words for name, words in _WORSE.items() if _clearly_below(ours, habits[name])]
    passed, verdict = _verdict(happened, listed.astype(np.float64), worse)
    if passed and testable(again) and (ece(again, said) or 0.0) - ece_by_chance(said) > ECE_ALLOWED:
        passed, verdict = False, "くり返しお求めの品の確率が実際とずれることが多かったため、表示していません"
    return replace(found, people=len(_judges(past, half)), passed=passed, verdict=verdict)


@dataclass(frozen=True, slots=True)
class _Horizon:
    """What one horizon showed. happened, listed: of every product in a list, and its probability.    again, said, rate: of every pair
    bought at least twice, its probability, and its purchases a day.    ours, popular, habit: recall of each buyer, by our list and by
    the two habits.
    """

    happened: Bools
    listed: Floats
    again: Bools
    said: Floats
    rate: Floats
    ours: NDArray[np.float64]
    popular: NDArray[np.float64]
    habit: NDArray[np.float64]


def _judges(past: Past, half: Bools) -> Small:
    codes = np.flatnonzero(half & (past.seen(1).days > 0)).astype(np.int32)
    return codes[:: max(1, len(codes) // JUDGED)][:JUDGED]


def _horizon(model: NextProductsModel, past: Past, half: Bools) -> _Horizon:
    some = past.people.some(_judges(past, half))
    seen = tally(some, cut=past.cut(1))
    bought = bought_within(some, cut=past.cut(1), days=past.days)
    ranked = model.rank(seen, LISTED)
    keys = ranked.person.astype(np.int64) * seen.items + ranked.item
    twice = np.flatnonzero(seen.times >= 2)
    return _Horizon(
        happened=among(keys, bought),
        listed=ranked.probability,
        again=among(seen.keys[twice], bought),
        said=model.own.calibrated(model.own.raw(of_own(seen, model.products, twice))),
        rate=np.asarray(seen.times[twice] / seen.first[twice], np.float32),
        ours=recalls(ranked.person, keys, bought, seen.items),
        popular=recalls_of_popular(seen, bought),
        habit=recalls_of_habit(seen, bought),
    )


def _verdict(happened: Bools, said: NDArray[np.float64], worse: list[str]) -> tuple[bool, str]:
    if not testable(happened):
        return False, "実績がまだ少なく、予測が当たるかどうか確かめられません"
    if worse:
        return False, worse[0]
    if (ece(happened, said) or 0.0) - ece_by_chance(said) > ECE_ALLOWED:
        side = "高く" if said.mean() > happened.mean() else "低く"
        return False, f"確率を実際より{side}見積もることが多かったため、表示していません"
    return True, "お店の過去の実績で確かめ、確率どおりに当たっています"


def _clearly_below(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> bool:
    """Whether our recall is below theirs by more than chance explains (paired, 95 %)."""
    off = ours - theirs
    return len(off) > 1 and bool(off.mean() + 1.96 * off.std(ddof=1) / np.sqrt(len(off)) < 0)


def recalls(person: Small, keys: Wide, bought: Wide, items: int, listed: int = LISTED) -> NDArray[np.float64]:
    """Of what each person bought, the share that was in their list: hits / min(listed, bought), one value a buyer.

    person, keys: of every listed product, the key being person * items + item.    bought: keys, ascending, each once.
    """
    many = np.bincount(bought // max(items, 1)) if len(bought) else np.zeros(0, np.int64)
    hits = np.bincount(person[among(keys, bought)], minlength=len(many))[: len(many)]
    buyers = many > 0
    return np.asarray(hits[buyers] / np.minimum(many[buyers], listed), dtype=np.float64)


def recalls_of_popular(seen: Tally, bought: Wide, listed: int = LISTED) -> NDArray[np.float64]:
    """The same with one list for everybody: what most people have bought."""
    top = np.argsort(-np.bincount(seen.item, minlength=seen.items), kind="stable")[:listed].astype(np.int64)
    person = np.repeat(np.arange(seen.people, dtype=np.int32), len(top))
    keys = person.astype(np.int64) * seen.items + np.tile(top, seen.people)
    return recalls(person, keys, bought, seen.items, listed)


def recalls_of_habit(seen: Tally, bought: Wide, listed: int = LISTED) -> NDArray[np.float64]:
    """The same with what each has bought on most days; ties: what more people have."""
    sold = np.bincount(seen.item, minlength=seen.items)
    score = -(seen.times + 0.5 * sold[seen.item] / max(int(sold.max(initial=1)), 1))
    kept = rank_within(seen.person, score) < listed
    return recalls(seen.person[kept], seen.keys[kept], bought, seen.items, listed)


def _average(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else 0.0
