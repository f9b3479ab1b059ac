"""How a shop speaks: its own guide, the rules it accepted, and letters of its own that were approved."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApprovedLetter:
    """A letter of this shop that a person approved. middle: its paragraphs without greeting and footer, masked of people."""

    occasion: str
    subject: str
    middle: str


@dataclass(frozen=True, slots=True)
class Voice:
    """What a writer is told of the shop's voice for one message.

    guide: lines of the shop's guide that matter here (who we are, tone, words used and avoided, how people are addressed,
    season).    rules: accepted house rules in plain words.    letters: approved letters like this one, nearest first.
    say_instead: word to the word the shop prefers, for writers that cannot read a guide.    version: digest of all of it.
    """

    guide: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    letters: tuple[ApprovedLetter, ...] = ()
    say_instead: tuple[tuple[str, str], ...] = ()
    version: str = ""


NO_VOICE = Voice()
