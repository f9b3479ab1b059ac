"""What changed between two texts, sentence by sentence."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]|[^。！？!?\n]+")


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch that stayed, went or came."""

    kind: Literal["same", "gone", "new"]
    text: str


def changes(before: str, after: str) -> list[Change]:
    """The way from one text to the other. Without the gone stretches it reads `after`; without the new ones, `before`."""
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    found: list[Change] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Change("same", "".join(old[a:b])))
            continue
        if a < b:
            found.append(Change("gone", "".join(old[a:b])))
        if c < d:
            found.append(Change("new", "".join(new[c:d])))
    return found
