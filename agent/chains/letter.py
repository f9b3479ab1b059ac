"""What every writer hands over: a subject and the middle of a message, paragraph by paragraph, with its evidence."""

from dataclasses import dataclass

from agent.domain.draft import PromptUsed
from agent.domain.message import Paragraph


@dataclass(frozen=True, slots=True)
class Letter:
    """The written middle: no greeting, no footer, no links. subject, preheader: empty for LINE.

    plan: what was decided before writing, as plain JSON.    author: `model:NAME` or `embedded`.
    preheader: at most 40 characters shown after the subject in an inbox; empty: the first sentence, where it is that short.
    steps: how the text came about (plan, write, findings, revise …), each as plain JSON, masked; empty for the embedded writer.
    """

    subject: str
    paragraphs: tuple[Paragraph, ...]
    plan: dict[str, object]
    author: str
    prompt: PromptUsed
    preheader: str = ""
    steps: tuple[dict[str, object], ...] = ()
