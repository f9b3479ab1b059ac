"""How would a shopkeeper speak of a group, and on which facts does that rest?

「コーヒーをまとめて選ぶ方々」: what they buy more than others, and the clearest of how they buy. No fact, no word.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.domain.customer_group import GroupFact, GroupPhrase
from customers.groups.embedding import TRAITS
from customers.groups.names import CLEAR

SEASONS = (("春", (3, 4, 5)), ("夏", (6, 7, 8)), ("秋", (9, 10, 11)), ("冬", (12, 1, 2)))
SEASON_OVER, SEASON_SHARE = 1.3, 0.25
"""A season is told when a quarter of the group has it, 1.3 times the shop's share."""

AGAIN = 0.5
"""Share of a group that bought its first item twice from which it is said to come back for it."""

TOLD = {
    ("bulk", True): ("一度に選ぶ品の数がお店全体より多い", "{}をまとめて選ぶ方々"),
    ("bulk", False): ("一度に選ぶ品の数がお店全体より少ない", "{}を少しずつ選ぶ方々"),
    ("sale", True): ("セールのときのお買い物がお店全体より多い", "セールのときに{}を選ぶ方々"),
    ("novelty", True): ("新しい品を選ぶことがお店全体より多い", "新しい{}を選ぶ方々"),
    ("novelty", False): ("いつもの品を選ぶことがお店全体より多い", "いつもの{}を選ぶ方々"),
    ("price", True): ("同じ種類のなかで高めの品を選ぶことが多い", "高めの{}を選ぶ方々"),
    ("price", False): ("同じ種類のなかで手ごろな品を選ぶことが多い", "手ごろな{}を選ぶ方々"),
}
"""Trait and whether it lies above the shop's, to the fact and the phrase. Buying at full price is nothing to be told for."""


@dataclass(frozen=True, slots=True)
class Leanings:
    """How a group differs from its shop. items: what it buys more than others, best first, as it is called.

    again: share of its people who bought the first item twice.    gaps: trait (bulk, sale, novelty, price) to standard deviations
    off the shop's mean.    seasons: (name, share of its people, share in the shop).
    """

    items: tuple[str, ...]
    again: float
    gaps: dict[str, float]
    seasons: tuple[tuple[str, float, float], ...] = ()


def leanings(
    label: NDArray[np.int64],
    group: int,
    *,
    items: tuple[str, ...],
    times: NDArray[np.float64],
    traits: NDArray[np.float64],
    band: NDArray[np.int64],
    season: NDArray[np.int64],
) -> Leanings:
    """Read a group off its people. All arrays have the shape (people,), traits (people, traits); label -1 for no group.

    times: how often each person bought the group's first item.    band: price band from 0, -1 unknown.    season: bit m - 1 for month m.
    """
    own, everyone = label == group, label >= 0
    price = np.where(band >= 0, band, np.nan).astype(np.float64)
    columns = {**{name: traits[:, at] for at, name in enumerate(TRAITS)}, "price": price}
    seasons = []
    for name, months in SEASONS:
        has = (season & sum(1 << (month - 1) for month in months)) > 0
        seasons.append((name, _mean(has[own]), _mean(has[everyone])))
    gaps = {name: _gap(column, own, everyone) for name, column in columns.items()}
    return Leanings(items, _mean(times[own] >= 2), gaps, tuple(seasons))


def phrase_group(
    group_id: str, found: Leanings, *, taken: Collection[str] = (), former: str | None = None
) -> tuple[GroupPhrase, tuple[GroupFact, ...]]:
    """The phrase and every fact found, weightiest first.

    taken: phrases of other groups, not given again.    former: yesterday's phrase, kept while it is still true.
    """

    def fact(name: str, text: str) -> GroupFact:
        return GroupFact(f"group:{group_id}:{name}", text)

    names = "".join(f"『{item}』" for item in found.items)
    bought = fact("bought", f"お店全体より多く選ぶのは{names}" if names else "特に多く選ぶ品はなく、いろいろ")
    facts, ways = [bought], list[tuple[str, str]]()
    for name, text, phrase in _clear(found.gaps):
        facts.append(fact(name, text))
        ways.append((facts[-1].fact_id, phrase))
    for season, share, usual in found.seasons:
        if share >= SEASON_SHARE and share >= SEASON_OVER * usual:
            facts.append(fact("season", f"{season}のお買い物がお店全体より多い"))
            ways.append((facts[-1].fact_id, f"{season}に{{}}を選ぶ方々"))
            break
    if found.items and found.again >= AGAIN:
        facts.append(fact("again", f"半数以上の方が『{found.items[0]}』をくり返し選んでいる"))
        ways.append((facts[-1].fact_id, "{}をくり返し選ぶ方々"))
    ways.append((bought.fact_id, "{}を多く選ぶ方々" if found.items else "{}を選ぶ方々"))
    choices = [
        GroupPhrase(way.format(head), tuple(dict.fromkeys((bought.fact_id, fact_id))))
        for head in _heads(found.items)
        for fact_id, way in ways
    ]
    free = [choice for choice in choices if choice.text not in taken]
    kept = [choice for choice in free if choice.text == former]
    return (kept or free or [_numbered(choices[0], taken)])[0], tuple(facts)


def phrase_groups(
    ids: Sequence[str], found: Callable[[int], Leanings], *, former: dict[str, str]
) -> tuple[tuple[GroupPhrase, ...], tuple[tuple[GroupFact, ...], ...]]:
    """Phrases of all groups, all different. found: leanings of the group at a place.    former: yesterday's, by id."""
    phrases: list[GroupPhrase] = []
    facts: list[tuple[GroupFact, ...]] = []
    for at, group_id in enumerate(ids):
        kept = {former[other] for other in ids[at + 1 :] if other in former}
        taken = {phrase.text for phrase in phrases} | (kept - {former.get(group_id)})
        phrase, told = phrase_group(group_id, found(at), taken=taken, former=former.get(group_id))
        phrases.append(phrase)
        facts.append(told)
    return tuple(phrases), tuple(facts)


def _clear(gaps: dict[str, float]) -> list[tuple[str, str, str]]:
    """Trait, fact and phrase of what is clear enough to be told, clearest first."""
    clear = [(name, gap) for name, gap in gaps.items() if abs(gap) >= CLEAR and (name, gap > 0) in TOLD]
    clear.sort(key=lambda one: -abs(one[1]))
    return [(name, *TOLD[name, gap > 0]) for name, gap in clear]


def _heads(items: Sequence[str]) -> list[str]:
    """What is bought, from the shortest that says enough."""
    if not items:
        return ["いろいろな品"]
    return ["と".join(items[:many]) for many in range(1, len(items) + 1)]


def _numbered(phrase: GroupPhrase, taken: Collection[str]) -> GroupPhrase:
    numbers = (f"{phrase.text}（{n}）" for n in range(2, 99))
    return GroupPhrase(next(text for text in numbers if text not in taken), phrase.fact_ids)


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if values.size else 0.0


def _gap(column: NDArray[np.float64], own: NDArray[np.bool_], everyone: NDArray[np.bool_]) -> float:
    """Standard deviations between the group's mean and the shop's; 0 where nothing is known or nobody differs."""
    known = np.isfinite(column)
    usual, mine = column[known & everyone], column[known & own]
    spread = float(usual.std()) if usual.size else 0.0
    return float((mine.mean() - usual.mean()) / spread) if mine.size and spread > 1e-9 else 0.0
