"""Which of our words the caller typed."""

from enum import StrEnum
from typing import TypeVar

from agent.domain.errors import CallerMistake

Word = TypeVar("Word", bound=StrEnum)


def one_of(words: type[Word], typed: str, *, name: str, unknown: str, also: tuple[str, ...] = ()) -> Word:
    """The member of `words` spelled so. Raises CallerMistake that lists them.

    name: what the word is, in English.    unknown: a Japanese sentence without its 。 that says there is no such word.
    also: words that the caller accepts besides.
    """
    try:
        return words(typed)
    except ValueError as error:
        known = "、".join((*also, *words))
        raise CallerMistake(f"no {name} {typed!r}", ja=f"{unknown}。次から選んでください: {known}") from error
