"""Turn what editors keep changing into proposed house rules, with counts and examples."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median

from agent.domain.follow_rule import SENTENCE
from agent.domain.house_rule import LEAST_CHANGES, LEAST_DRAFTS, HouseRule, RuleExample, RuleKind
from agent.domain.occasion import Channel, Occasion
from agent.service.align_edits import find_edits, runs_of
from agent.service.reviewed_text import MASKS, ReviewedText, shown
from agent.service.style_words import is_style

SHORTER_BY = 0.8
"""A text is shortened when at most this share of it is left."""
SHOWN_EXAMPLES = 3
MARKS = "！!"


@dataclass(slots=True)
class _Site:
    """One changed sentence. places: which of its changed places a candidate accounts for."""

    text: ReviewedText
    before: str
    after: str
    places: frozenset[tuple[int, int]] = frozenset()


@dataclass(slots=True)
class _Candidate:
    kind: RuleKind
    before: str
    after: str
    sites: dict[int, _Site] = field(default_factory=dict)


def learn_rules(texts: Sequence[ReviewedText]) -> tuple[HouseRule, ...]:
    """Recurring changes over all looked-at texts, the surest first.

    texts: also those nobody changed: they tell how often a phrase was left alone. Every rule has been seen at least
    LEAST_CHANGES times in LEAST_DRAFTS texts, and its lower bound reaches LEAST_SHARE.
    """
    rules = [*_word_rules(texts), *_closings(texts), *_shorter(texts), *_fewer_marks(texts)]
    return tuple(sorted(rules, key=lambda rule: (-rule.low, -rule.changed, rule.ja)))


def _word_rules(texts: Sequence[ReviewedText]) -> list[HouseRule]:
    """The best rule of all candidates, then the best of what it does not explain, and so on."""
    candidates = _candidates(texts)
    offered_in = [text.offered for text in texts]
    scored = []
    for candidate in candidates:
        times = sum(offered.count(candidate.before) for offered in offered_in)
        rule = _rule(candidate, list(candidate.sites.values()), times)
        if rule.frequent:
            scored.append((rule, candidate))
    found: list[HouseRule] = []
    explained: set[tuple[int, int]] = set()
    for rule, candidate in sorted(scored, key=lambda each: _rank(each[0])):
        left = [site for site in candidate.sites.values() if not site.places <= explained]
        if len(left) < LEAST_CHANGES or len({site.text.draft_id for site in left}) < LEAST_DRAFTS:
            continue
        found.append(rule)
        explained.update(place for site in candidate.sites.values() for place in site.places)
    return found


def _rank(rule: HouseRule) -> tuple[object, ...]:
    """Oftener, then surer; a change in place before a new sentence; then the shorter phrase."""
    in_place = rule.kind in (RuleKind.REPHRASE, RuleKind.CUT)
    whole = rule.kind in (RuleKind.DROP, RuleKind.REWORD)
    length = -len(rule.before) if whole else len(rule.before)
    return -rule.changed, -round(rule.low, 3), not in_place, length, rule.before, rule.after


def _candidates(texts: Sequence[ReviewedText]) -> list[_Candidate]:
    """Every way to say every change, seen at least LEAST_CHANGES times, each sentence counted once."""
    found: dict[Way, _Candidate] = {}
    for number, (text, before, after, ways) in enumerate(_sentences_changed(texts)):
        for way, places in ways:
            if way[1] == way[2] or not is_style(way[1], way[2], text):
                continue
            candidate = found.setdefault(way, _Candidate(*way))
            known = candidate.sites.get(number)
            held = frozenset((number, place) for place in places) | (known.places if known else frozenset())
            candidate.sites[number] = _Site(text, before, after, held)
    return [candidate for candidate in found.values() if len(candidate.sites) >= LEAST_CHANGES]


Way = tuple[RuleKind, str, str]
Ways = list[tuple[Way, tuple[int, ...]]]


def _sentences_changed(texts: Sequence[ReviewedText]) -> Iterator[tuple[ReviewedText, str, str, Ways]]:
    """Each changed sentence before and after, with every way to say the change and the places that way is about."""
    for text in texts:
        if not text.edited:
            continue
        edits = find_edits(text.offered, text.approved)
        for change in edits.phrases:
            everywhere = tuple(range(len(change.places)))
            ways: Ways = [
                (_in_place(before, after), (place,))
                for place, widths in enumerate(change.places)
                for before, after in widths
            ]
            ways += [(_in_place(before, after), everywhere) for before, after in change.over_all]
            ways += [((RuleKind.REWORD, phrase, change.after), everywhere) for phrase in change.gone]
            yield text, change.before, change.after, ways
        for before, after in edits.reworded:
            rewordings: Ways = [((RuleKind.REWORD, phrase, after), (0,)) for phrase in runs_of(before)]
            yield text, before, after, [*rewordings, *_drops(before)]
        for before in edits.dropped:
            yield text, before, "", _drops(before)


def _in_place(before: str, after: str) -> Way:
    return (RuleKind.REPHRASE if after.strip() else RuleKind.CUT), before, after


def _drops(sentence: str) -> Ways:
    phrases = dict.fromkeys([_core(sentence), *runs_of(sentence)])
    return [((RuleKind.DROP, phrase, ""), (0,)) for phrase in phrases]


def _core(sentence: str) -> str:
    return sentence.strip().rstrip("。！？!? ")


def _rule(
    candidate: _Candidate,
    sites: Sequence[_Site],
    offered: int,
    *,
    occasion: Occasion | None = None,
    channel: Channel | None = None,
) -> HouseRule:
    return HouseRule(
        kind=candidate.kind,
        before=candidate.before,
        after=candidate.after,
        changed=len(sites),
        offered=max(offered, len(sites)),
        drafts=len({site.text.draft_id for site in sites}),
        editors=tuple(sorted({site.text.by for site in sites})),
        examples=_examples(sites),
        occasion=occasion,
        channel=channel,
    )


def _examples(sites: Sequence[_Site]) -> tuple[RuleExample, ...]:
    by_draft = {site.text.draft_id: site for site in reversed(sites)}
    return tuple(
        RuleExample(draft_id, shown(site.before), shown(site.after))
        for draft_id, site in sorted(by_draft.items())[:SHOWN_EXAMPLES]
    )


Scope = tuple[Occasion | None, Channel | None]


def _scopes(texts: Iterable[ReviewedText]) -> list[tuple[Scope, list[ReviewedText]]]:
    """All texts, each channel's, each occasion's, and both together: the widest first."""
    kept = list(texts)
    scopes: list[tuple[Scope, list[ReviewedText]]] = [((None, None), kept)]
    for channel in sorted({text.channel for text in kept}):
        scopes.append(((None, channel), [t for t in kept if t.channel is channel]))
    for occasion in sorted({text.occasion for text in kept}):
        scopes.append(((occasion, None), [t for t in kept if t.occasion is occasion]))
    both = sorted(kept, key=lambda t: (t.occasion, t.channel))
    for (occasion, channel), group in groupby(both, key=lambda t: (t.occasion, t.channel)):
        scopes.append(((occasion, channel), list(group)))
    return scopes


def _closings(texts: Sequence[ReviewedText]) -> list[HouseRule]:
    """Last sentences that editors add, where the text does not say so already."""
    added: dict[str, list[_Site]] = {}
    for text in texts:
        if not text.edited:
            continue
        for sentence in find_edits(text.offered, text.approved).closing:
            if not MASKS & set(sentence) and is_style("", sentence, text):
                core = _core(sentence)
                added.setdefault(core, []).append(_Site(text, "", sentence))
    found = []
    for core, sites in added.items():
        for (occasion, channel), group in _scopes(texts):
            ids = {text.draft_id for text in group}
            here = [site for site in sites if site.text.draft_id in ids]
            room = sum(core not in text.offered for text in group)
            candidate = _Candidate(RuleKind.CLOSING, "", f"{core}。")
            rule = _rule(candidate, here, room, occasion=occasion, channel=channel)
            if rule.frequent:
                found.append(rule)
                break
    return found


def _shorter(texts: Sequence[ReviewedText]) -> list[HouseRule]:
    """Texts that lose a fifth or more of their length."""
    found: list[HouseRule] = []
    for (occasion, channel), group in _scopes(texts):
        if any(rule.channel in (None, channel) and rule.occasion in (None, occasion) for rule in found):
            continue
        cut = [t for t in group if t.edited and _length(t.approved) <= SHORTER_BY * _length(t.offered)]
        if not cut:
            continue
        target = max(20, round(median(_length(t.approved) for t in cut) / 20) * 20)
        long = [t for t in group if _length(t.offered) > target]
        sites = [_Site(t, f"{_length(t.offered)}字", f"{_length(t.approved)}字") for t in cut]
        candidate = _Candidate(RuleKind.SHORTER, "", str(target))
        rule = _rule(candidate, sites, len(long), occasion=occasion, channel=channel)
        if rule.frequent:
            found.append(rule)
    return found


def _fewer_marks(texts: Sequence[ReviewedText]) -> list[HouseRule]:
    """Texts whose exclamation marks go."""
    shouting = [t for t in texts if _marks(t.offered)]
    calmed = [t for t in shouting if t.edited and _marks(t.approved) < _marks(t.offered)]
    if not calmed:
        return []
    left = int(median(_marks(t.approved) for t in calmed))
    offered = [t for t in shouting if _marks(t.offered) > left]
    calmed = [t for t in calmed if _marks(t.approved) <= left]
    sites = [_Site(t, _marked(t.offered), _marked(t.approved) or "（なし）") for t in calmed]
    rule = _rule(_Candidate(RuleKind.FEWER_MARKS, "！", str(left)), sites, len(offered))
    return [rule] if rule.frequent else []


def _marks(text: str) -> int:
    return sum(text.count(mark) for mark in MARKS)


def _marked(text: str) -> str:
    return "".join(s.group().strip() for s in SENTENCE.finditer(text) if _marks(s.group()))[:120]


def _length(text: str) -> int:
    return len(text.replace("\n", ""))
