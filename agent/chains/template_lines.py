"""Read what a message template rendered: a subject, a preheader, and paragraphs with what they rest on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.chains.wording import BRACKET, END, MARK, OPEN
from agent.domain.errors import CallerMistake
from agent.domain.message import Paragraph

LONGEST_SUBJECT = 45
"""Characters; the channel's own limit is 50 (check too_long_for_channel)."""
Evidence = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""What a template calls a piece of evidence, to its fact ids and passage ids."""
_HEADS = ("subject| ", "short| ", "preheader| ", "reward|")
_FILLED = re.compile(rf"{MARK}(\w+){END}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a rendered template. kind: subject, short, preheader, paragraph or reward (the place for what is granted).

    keys: names of evidence, given in the line or marked behind a value.
    """

    kind: str
    keys: tuple[str, ...]
    text: str


def read_lines(rendered: str) -> list[Line]:
    """`subject| text`, `short| text`, `preheader| text`, `reward|` and `paragraph| evidence keys | text`, one a line.

    Raises CallerMistake for a line of another kind.
    """
    found: list[Line] = []
    for line in rendered.splitlines():
        if line.startswith(_HEADS):
            kind, _, text = line.partition("|")
            found.append(Line(kind, tuple(_FILLED.findall(text)), _own(text)))
        elif line.startswith("paragraph| "):
            keys, _, said = line.removeprefix("paragraph|").partition("|")
            filled = _FILLED.findall(said)
            found.append(Line("paragraph", (*keys.split(), *filled), _own(said)))
        elif line.strip():
            raise CallerMistake(f"a message template rendered a stray line: {line[:40]!r}")
    return found


def subject_of(lines: list[Line]) -> str:
    """The subject, or the template's short one when a product's name makes it too long to read in a list of mails."""
    heads = {line.kind: line.text for line in lines}
    subject = heads.get("subject", "")
    return heads.get("short", subject) if len(subject) > LONGEST_SUBJECT else subject


def paragraph_of(line: Line, evidence: Evidence) -> Paragraph:
    """A paragraph with the ids behind its keys; a key without evidence of its own (a greeting, a season) adds none."""
    behind = [evidence[key] for key in line.keys if key in evidence]
    facts = tuple(dict.fromkeys(i for found, _ in behind for i in found if i))
    passages = tuple(dict.fromkeys(i for _, found in behind for i in found if i))
    return Paragraph(line.text, facts, passages)


def _own(text: str) -> str:
    return _FILLED.sub("", text).replace(OPEN, "{").replace(BRACKET, "[").strip()
