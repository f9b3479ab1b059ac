"""Which of several wordings, and which angle, does this letter take? Always the same for the same customer, occasion and history."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

MARK, END = "\ue000", "\ue001"
"""Around the name of a value just filled in; taken out again when the lines are read. Private-use characters."""
OPEN, BRACKET = "\ue002", "\ue003"
"""An opening brace and an opening bracket of outside text until the lines are read."""
_SLOT = re.compile(r"\{(\w+)\}")
_GROUP = re.compile(r"\[([^\[\]\n]*\|[^\[\]\n]*)\]")


class Wording(Protocol):
    """Picks one of several. `Seeded` is the one in use; tests walk through all."""

    def pick(self, slot: str, count: int) -> int:
        """An index below count, the same for the same slot."""
        ...


@dataclass(frozen=True, slots=True)
class Seeded:
    """Picks by a hash. seed: customer, occasion and whatever else shall change the words."""

    seed: str

    def pick(self, slot: str, count: int) -> int:
        """An index below count, the same for the same seed and slot."""
        return number(self.seed, slot) % count


def number(seed: str, slot: str) -> int:
    """A large number that only these two texts decide."""
    return int.from_bytes(hashlib.sha256(f"{seed}|{slot}".encode()).digest()[:8])


def sayer(
    wording: Wording, values: Mapping[str, object], *, marked: bool
) -> Callable[[str, Sequence[str]], str]:
    """The template's `say(slot, options)`: one wording, of each [a|b|c] in it one, with {names} filled in. Groups may nest.

    marked: follow every value with its name, so that a paragraph rests on what it names.
    """

    def say(slot: str, options: Sequence[str]) -> str:
        chosen = options[wording.pick(slot, len(options))]
        if marked:
            chosen = _grouped(chosen, slot, wording)
        return _SLOT.sub(lambda m: _plain(values[m[1]]) + (f"{MARK}{m[1]}{END}" if marked else ""), chosen)

    return say


def fresh_angle(options: Sequence[str], told: Sequence[str], wording: Wording) -> str:
    """The angle of this letter: one this customer was not written to from, else the one told longest ago.

    told: gists of earlier letters, newest first; a gist begins with its angle.
    """
    unused = [one for one in options if not any(gist.startswith(one) for gist in told)]
    if unused:
        return unused[wording.pick("angle", len(unused))]
    return max(options, key=lambda one: next(n for n, gist in enumerate(told) if gist.startswith(one)))


def _grouped(text: str, slot: str, wording: Wording) -> str:
    """The text with one part of every group, inner groups first."""
    found = 0

    def one(match: re.Match[str]) -> str:
        nonlocal found
        found += 1
        parts = match[1].split("|")
        return parts[wording.pick(f"{slot}/{found}", len(parts))]

    while _GROUP.search(text):
        text = _GROUP.sub(one, text)
    return text


def _plain(value: object) -> str:
    """Outside text cannot begin a line of its own, forge a mark or be filled in again."""
    return (
        re.sub(rf"[\n\r{MARK}{END}{OPEN}{BRACKET}]", " ", str(value)).replace("{", OPEN).replace("[", BRACKET)
    )
