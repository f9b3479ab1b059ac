"""Which groups does a shop have, and does everyone stay in theirs from night to night?"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from agent.domain.customer_group import GroupFact, GroupPhrase
from agent.domain.prediction import BehaviourGroup
from customers.groups.baskets import BUYERS_NEEDED, Items, baskets, choose_items
from customers.groups.clusters import FEWEST, Clusters, find_clusters, labels, moved_clusters, silhouette_of
from customers.groups.embedding import LINES_NEEDED, Embedding, learn_embedding, nearest, points, traits_of
from customers.groups.names import STILL, group_names, item_scores, top_items, trait_gaps
from customers.groups.phrases import Leanings, leanings, phrase_groups
from customers.taste.coded_lines import CodedLines, lines_of
from customers.taste.columns import TasteColumns

CUSTOMERS_NEEDED = 100
"""Customers with at least two lines before groups are looked for: four groups of 25 is the least one would act on."""

FITTED_ON = 20_000
"""Customers the groups are found in; everyone is then given the nearest."""

SEED = 7

WORSE = 0.03
"""Silhouette that freshly found groups must be better by before the former ones, moved with their people, are given up."""

SAME_PEOPLE = 0.5
"""Share of people (of both groups together) from which a new group is a former one."""

UNKNOWN_SHARE = 0.1
"""Share of lines on unknown items from which the former reading of baskets is too old."""


@dataclass(frozen=True, slots=True)
class GroupModel:
    """Groups of one shop. ids, names, shares, tops: one a group; shares: of the customers it was found in; tops: what set it apart
    when it was named.

    next_id: number of the next group that is really new.    clusters: where they lie and how well they hold.
    phrases, facts: what each is called aloud and what sets it apart; empty in documents older than they are.
    """

    embedding: Embedding
    clusters: Clusters
    ids: tuple[str, ...]
    names: tuple[str, ...]
    shares: tuple[float, ...]
    tops: tuple[tuple[str, ...], ...]
    next_id: int
    phrases: tuple[GroupPhrase, ...] = ()
    facts: tuple[tuple[GroupFact, ...], ...] = ()

    def assign(self, lines: CodedLines, taste: TasteColumns) -> NDArray[np.int64]:
        """Each customer's group as its place in `ids`, -1 without one (see NO_GROUP). Shape (customers,), order of lines.customers."""
        found = nearest(lines, traits_of(taste), self.embedding, self.clusters.centroids)
        return np.where(taste.lines < LINES_NEEDED, -1, found)

    def group(self, at: int) -> BehaviourGroup | None:
        """The group at a place of `ids`; None for -1."""
        if at < 0:
            return None
        phrase, facts = (self.phrases[at], self.facts[at]) if self.phrases else (None, ())
        return BehaviourGroup(self.ids[at], self.names[at], self.shares[at], phrase, facts)

    def as_bytes(self) -> bytes:
        """One npz document without pickles; `group_model_from` reads it back."""
        e, c = self.embedding, self.clusters
        words = {
            "kind": e.items.kind, "items": e.items.names, "ids": self.ids, "names": self.names, "shares": self.shares,
            "tops": self.tops, "next_id": self.next_id, "silhouette": c.silhouette, "agreement": c.agreement,
            "phrases": [(phrase.text, phrase.fact_ids) for phrase in self.phrases],
            "facts": [[(fact.fact_id, fact.text) for fact in told] for told in self.facts],
        }  # fmt: skip
        out = io.BytesIO()
        np.savez_compressed(
            out,
            words=np.frombuffer(json.dumps(words, ensure_ascii=False).encode(), dtype=np.uint8),
            idf=e.idf,
            basis=e.basis,
            trait_mean=e.trait_mean,
            trait_scale=e.trait_scale,
            centroids=c.centroids,
        )
        return out.getvalue()


NO_GROUP = f"お買い物が{LINES_NEEDED}点に満たないか、商品の記録がないため、まだどのグループとも言えません。"


def group_model_from(document: bytes) -> GroupModel:
    """Read a stored document back."""
    with np.load(io.BytesIO(document), allow_pickle=False) as stored:
        words = json.loads(stored["words"].tobytes().decode())
        embedding = Embedding(
            Items(words["kind"], tuple(words["items"])),
            *(stored[name] for name in ("idf", "basis", "trait_mean", "trait_scale")),
        )
        clusters = Clusters(stored["centroids"], words["silhouette"], words["agreement"])
    return GroupModel(
        embedding=embedding,
        clusters=clusters,
        ids=tuple(words["ids"]),
        names=tuple(words["names"]),
        shares=tuple(words["shares"]),
        tops=tuple(tuple(top) for top in words["tops"]),
        next_id=words["next_id"],
        phrases=tuple(GroupPhrase(text, tuple(ids)) for text, ids in words.get("phrases", [])),
        facts=tuple(tuple(GroupFact(*fact) for fact in told) for told in words.get("facts", [])),
    )


def fit_groups(
    lines: CodedLines,
    taste: TasteColumns,
    *,
    former: GroupModel | None = None,
    titles: Mapping[str, str] | None = None,
) -> GroupModel | str:
    """Find the shop's groups, or say in Japanese why there are none.

    former: yesterday's groups; they are kept, moved with their people, until fresh ones are clearly better, and a fresh one of the
    same people keeps its id and name.    titles: what SKUs are called, for shops without categories.
    """
    people = _sample(lines, taste)
    if people.size < CUSTOMERS_NEEDED:
        return (
            f"2点以上お買い物をされたお客さまが{people.size}人のため、グループ分けはまだできません"
            f"（{CUSTOMERS_NEEDED}人から）。"
        )
    some = lines_of(lines, people)
    if len(choose_items(some).names) < FEWEST:
        return "何を買われたかの記録がないため、グループ分けはできません。"
    traits = traits_of(taste)[people]
    fresh = _fresh(some, traits)
    moved = _moved(some, traits, former) if former else None
    if moved and (fresh is None or moved[1].silhouette >= fresh[1].silhouette - WORSE):
        found = _named(some, traits, *moved, former=former, same=True, titles=titles)
    elif fresh is None:
        return "お買い物の傾向にはっきりしたまとまりが見つからないため、グループ分けはしていません。"
    else:
        found = _named(some, traits, *fresh, former=former, same=False, titles=titles)
    known = former.phrases if former else ()
    before = {i: phrase.text for i, phrase in zip(former.ids, known, strict=False)} if former else {}
    return _phrased(found, some, traits, taste, people, titles=titles or {}, before=before)


def _phrased(
    model: GroupModel,
    lines: CodedLines,
    traits: NDArray[np.float64],
    taste: TasteColumns,
    people: NDArray[np.int64],
    *,
    titles: Mapping[str, str],
    before: dict[str, str],
) -> GroupModel:
    """The groups with what they are called aloud. people: places in `taste` of the customers of `lines`."""
    label = nearest(lines, traits, model.embedding, model.clusters.centroids)
    rows = baskets(lines, model.embedding.items)
    column = {name: at for at, name in enumerate(model.embedding.items.names)}

    def found(at: int) -> Leanings:
        tops = [name for name in model.tops[at] if name in column]
        times = np.zeros(rows.shape[0])
        if tops:
            times = np.expm1(rows[:, [column[tops[0]]]].toarray().ravel()).round()
        return leanings(
            label, at, items=tuple(titles.get(name, name) for name in tops),
            times=times, traits=traits, band=taste.band[people], season=taste.season[people],
        )  # fmt: skip

    phrases, facts = phrase_groups(model.ids, found, former=before)
    return replace(model, phrases=phrases, facts=facts)


def _sample(lines: CodedLines, taste: TasteColumns) -> NDArray[np.int64]:
    """Places of the customers groups are found in: by a hash of the id, so that tomorrow's sample is today's and a few more."""
    able = np.flatnonzero(taste.lines >= LINES_NEEDED)
    lot = lines.customers.gather(able).hash(seed=SEED).to_numpy()
    return np.asarray(able[np.argsort(lot, kind="stable")[:FITTED_ON]])


def _fresh(lines: CodedLines, traits: NDArray[np.float64]) -> tuple[Embedding, Clusters] | None:
    items = choose_items(lines)
    rows = baskets(lines, items)
    embedding = learn_embedding(rows, traits, items, seed=SEED)
    at = points(rows, traits, embedding)
    clusters = find_clusters(at[np.diff(rows.indptr) > 0], seed=SEED)
    return (embedding, clusters) if clusters else None


def _moved(
    lines: CodedLines, traits: NDArray[np.float64], former: GroupModel
) -> tuple[Embedding, Clusters] | None:
    """Yesterday's groups among today's people; None when today's goods are no longer those."""
    known, today = former.embedding.items, choose_items(lines)
    if known.kind != today.kind:
        return None
    rows, everything = baskets(lines, known), baskets(lines, today)
    if rows.nnz < (1 - UNKNOWN_SHARE) * everything.nnz:
        return None
    at = points(rows, traits, former.embedding)[np.diff(rows.indptr) > 0]
    if len(at) < BUYERS_NEEDED * len(former.ids):
        return None
    centroids = moved_clusters(at, former.clusters.centroids)
    clusters = Clusters(centroids, silhouette_of(at, centroids), former.clusters.agreement)
    return former.embedding, clusters


def _named(
    lines: CodedLines,
    traits: NDArray[np.float64],
    embedding: Embedding,
    clusters: Clusters,
    *,
    former: GroupModel | None,
    same: bool,
    titles: Mapping[str, str] | None,
) -> GroupModel:
    rows = baskets(lines, embedding.items)
    held = np.diff(rows.indptr) > 0
    rows, traits, everyone = rows[held], traits[held], traits
    groups = len(clusters.centroids)
    label = labels(points(rows, traits, embedding), clusters.centroids)
    if not same:  # largest first, so that a first run numbers them the same way each time
        order = np.argsort(-np.bincount(label, minlength=groups), kind="stable")
        clusters = Clusters(clusters.centroids[order], clusters.silhouette, clusters.agreement)
        label = np.argsort(order)[label]
    scores = item_scores(rows, label, groups)
    if former is None:
        match: dict[int, int] = {}
    elif same:
        match = {group: group for group in range(groups)}
    else:
        before = nearest(lines, everyone, former.embedding, former.clusters.centroids)[held]
        match = _matched(before, label, len(former.ids), groups)
    # a name stays as long as it is true: while what it was made from still sets the group apart
    still = item_scores(rows, label, groups, over=STILL)
    column = {name: at for at, name in enumerate(embedding.items.names)}
    kept = {
        group: former.names[was]
        for group, was in match.items()
        if former and all(name in column and still[group][column[name]] > 0 for name in former.tops[was][:1])
    }
    tops = tuple(
        former.tops[match[group]] if former and group in kept else top_items(score, embedding.items.names)
        for group, score in enumerate(scores)
    )
    next_id = former.next_id if former else 1
    ids: list[str] = []
    for group in range(groups):
        if former and group in match:
            ids.append(former.ids[match[group]])
        else:
            ids.append(f"g{next_id}")
            next_id += 1
    gaps = trait_gaps(traits, label, groups)
    names = group_names(scores, gaps, embedding.items.names, titles=titles, kept=kept)
    shares = tuple((np.bincount(label, minlength=groups) / max(1, label.size)).tolist())
    return GroupModel(embedding, clusters, tuple(ids), names, shares, tops, next_id)


def _matched(before: NDArray[np.int64], now: NDArray[np.int64], former: int, groups: int) -> dict[int, int]:
    """Which former group each new one is, by the people they share (Hungarian assignment of the Jaccard similarity)."""
    both = np.zeros((groups, former))
    held = before >= 0
    np.add.at(both, (now[held], before[held]), 1)
    union = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    alike = np.divide(both, union, out=np.zeros_like(both), where=union > 0)
    pairs = zip(*linear_sum_assignment(-alike), strict=True)
    return {int(new): int(old) for new, old in pairs if alike[new, old] >= SAME_PEOPLE}
