"""Tell cheaply that a pattern cannot stand in a text: the pieces of text it needs are looked for first."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from re import _constants as opcodes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Need = frozenset[str]
"""Pieces of one to three signs of which at least one must stand in the text."""
Needs = tuple[tuple[Need, ...], ...] | None
"""Of each alternative of a pattern every need; None when some alternative needs nothing that can be told."""


@dataclass(frozen=True, slots=True)
class Sieve:
    """Many patterns by what they need. always: places of those that nothing can be told of; rows: by a piece, the place of each
    alternative that needs it, and what else it needs.
    """

    always: frozenset[int]
    keys: frozenset[str]
    rows: dict[str, tuple[tuple[int, tuple[Need, ...]], ...]]

    def left(self, pieces: frozenset[str]) -> list[int]:
        """Places, in order, of the patterns that may match a text with these pieces; none of the others can."""
        found = set(self.always)
        for key in self.keys & pieces:
            for place, others in self.rows[key]:
                if place not in found and not any(map(pieces.isdisjoint, others)):
                    found.add(place)
        return sorted(found)


def sieve_of(patterns: Iterable["re.Pattern[str]"]) -> Sieve:
    """Read what each pattern needs, once for all texts."""
    always: set[int] = set()
    rows: dict[str, list[tuple[int, tuple[Need, ...]]]] = {}
    for place, needs in enumerate(map(needs_of, patterns)):
        if needs is None:
            always.add(place)
            continue
        for first, *others in needs:
            for key in first:
                rows.setdefault(key, []).append((place, tuple(others)))
    return Sieve(frozenset(always), frozenset(rows), {key: tuple(found) for key, found in rows.items()})


_MOST = 32
"""Alternatives that are told apart; a part of a pattern with more is taken as saying nothing."""
_MOST_SIGNS = 12
"""Members of a character class that are told apart."""


@lru_cache(maxsize=16)
def pieces_of(text: str) -> frozenset[str]:
    """All pieces of one to three signs of a text, in lower case. Several checks ask in a row: the last few are kept."""
    low = text.lower().replace("i\u0307", "i")
    pairs = list(map(str.__add__, low, low[1:]))
    return frozenset(low).union(pairs, map(str.__add__, pairs, low[2:]))


def needs_of(pattern: "re.Pattern[str]") -> Needs:
    """What a pattern cannot do without; each of its alternatives has a row, its most telling need first."""
    rows = [_row(way) for way in _ways(list(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)))]
    return tuple(rows) if all(rows) else None


_Told = tuple[frozenset[str] | None, list[Need]]
"""The texts a part can match, when they are few (else None), and its needs when they are not."""
_NOTHING: frozenset[str] = frozenset({""})


def _ways(items: list[tuple[Any, Any]]) -> list[_Told]:
    """What is told of the pattern with each branch of its widest alternative."""
    branches = [(len(found), place, found) for place, item in enumerate(items) if (found := _branches(*item))]
    if not branches:
        return [_sequence(items)]
    _, place, found = max(branches, key=lambda branch: branch[0])
    before, after = [_part(*item) for item in items[:place]], [_part(*item) for item in items[place + 1 :]]
    return [_joined((*before, *(_part(*item) for item in branch), *after)) for branch in found]


def _branches(code: Any, value: Any) -> list[list[tuple[Any, Any]]]:
    if code is opcodes.SUBPATTERN and not value[1] and not value[2] and len(value[3]) == 1:
        return _branches(*value[3][0])
    return [list(branch) for branch in value[1]] if code is opcodes.BRANCH else []


def _row(told: _Told) -> tuple[Need, ...]:
    exact, needs = told
    # The most telling need first: long pieces, few of them.
    return tuple(sorted({*needs, *_need(exact)}, key=lambda need: (-min(map(len, need)), len(need))))


def _sequence(items: Iterable[tuple[Any, Any]]) -> _Told:
    return _joined(_part(code, value) for code, value in items)


def _joined(parts: Iterable[_Told]) -> _Told:
    run, needs, broken = _NOTHING, list[Need](), False
    for exact, inner in parts:
        needs += inner
        if exact is not None and len(run) * len(exact) <= _MOST:
            run = frozenset(head + tail for head in run for tail in exact)
            continue
        needs += _need(run)
        broken = True
        run = exact if exact is not None else _NOTHING
    return (None, needs + _need(run)) if broken else (run, needs)


def _part(code: Any, value: Any) -> _Told:
    read = _READERS.get(code)
    return read(value) if read else (None, [])


def _literal(value: int) -> _Told:
    signs = _spellings(chr(value))
    return (frozenset(signs) if signs else None), []


def _spellings(sign: str) -> str:
    """A sign as it may stand in a text in lower case, for patterns that ignore case; empty when there is no telling."""
    if sign.isascii():
        return {"s": "s\u017f", "i": "i\u0131"}.get(sign.lower(), sign.lower())
    return sign if sign.lower() == sign.upper() else ""


def _class(members: Sequence[tuple[Any, Any]]) -> _Told:
    signs: set[str] = set()
    for code, value in members:
        if code is opcodes.LITERAL:
            signs.add(chr(value))
        elif code is opcodes.RANGE and value[1] - value[0] < _MOST_SIGNS:
            signs.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return None, []
    if len(signs) > _MOST_SIGNS or not all(map(_spellings, signs)):
        return None, []
    return frozenset("".join(map(_spellings, signs))), []


def _branch(value: tuple[Any, Sequence[Iterable[tuple[Any, Any]]]]) -> _Told:
    told = [_sequence(branch) for branch in value[1]]
    few = frozenset[str]().union(*(exact for exact, _ in told if exact is not None))
    if all(exact is not None for exact, _ in told) and len(few) <= _MOST:
        return few, []
    either: set[str] = set()
    for exact, needs in told:
        own = needs + _need(exact)
        if not own:
            return None, []
        either |= min(own, key=len)
    return None, [frozenset(either)]


def _repeat(value: tuple[int, int, Iterable[tuple[Any, Any]]]) -> _Told:
    least, most, inside = value
    exact, needs = _sequence(inside)
    if least == 0:
        return (exact | _NOTHING, []) if most == 1 and exact is not None else (None, [])
    if least == most == 1:
        return exact, needs
    return None, needs + _need(exact)


def _ahead(value: tuple[int, Iterable[tuple[Any, Any]]]) -> _Told:
    exact, needs = _sequence(value[1])
    return _NOTHING, needs + _need(exact)


def _nothing(_: object) -> _Told:
    return _NOTHING, []


def _group(value: tuple[Any, int, int, Iterable[tuple[Any, Any]]]) -> _Told:
    return _sequence(value[3]) if not value[1] and not value[2] else (None, [])


_READERS: dict[Any, Callable[[Any], _Told]] = {
    opcodes.LITERAL: _literal,
    opcodes.IN: _class,
    opcodes.BRANCH: _branch,
    opcodes.MAX_REPEAT: _repeat,
    opcodes.MIN_REPEAT: _repeat,
    opcodes.SUBPATTERN: _group,
    opcodes.ASSERT: _ahead,
    opcodes.ASSERT_NOT: _nothing,
    opcodes.AT: _nothing,
}
"""How each part of a parsed pattern is read; any other part says nothing."""


def _need(exact: frozenset[str] | None) -> list[Need]:
    """The pieces of which one must stand, when one of these texts stands."""
    if exact is None or "" in exact:
        return []
    return [frozenset(map(_rarest, exact))]


@lru_cache(maxsize=8192)
def _rarest(text: str) -> str:
    """A piece of a text, kanji before kana, since kana stand nearly everywhere."""
    kanji = next((place for place, sign in enumerate(text) if "一" <= sign <= "鿿"), 0)
    return text[min(kanji, max(0, len(text) - 3)) :][:3]
