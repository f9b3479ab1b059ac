"""How a shop speaks: its own guide, the rules it accepted, and letters of its own that were approved."""

import hashlib
from collections.abc import Iterable
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
    say_instead: word to the word the shop prefers, for writers that cannot read a guide; an empty second one means the first is
    left out.    version: digest of guide and rules.
    """

    guide: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    letters: tuple[ApprovedLetter, ...] = ()
    say_instead: tuple[tuple[str, str], ...] = ()
    version: str = ""


NO_VOICE = Voice()


@dataclass(frozen=True, slots=True)
class GuideLine:
    """One line of the shop's guide. months: when it is true, empty for always."""

    text: str
    months: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopGuide:
    """A shop's `voice.md`, read.

    who, tone, words, address, season: lines of the sections 私たち, 口調, 使う言葉, 呼び方, 季節.    avoid: lines of 避ける言葉
    without a substitute.    say_instead: its 「A → B」 lines.    digest: SHA-256 of the file's text, empty without a file.
    """

    who: tuple[GuideLine, ...] = ()
    tone: tuple[GuideLine, ...] = ()
    words: tuple[GuideLine, ...] = ()
    avoid: tuple[GuideLine, ...] = ()
    address: tuple[GuideLine, ...] = ()
    season: tuple[GuideLine, ...] = ()
    say_instead: tuple[tuple[str, str], ...] = ()
    digest: str = ""


NO_GUIDE = ShopGuide()


def voice_version(guide: ShopGuide, rules: Iterable[str]) -> str:
    """The digest a draft keeps: of the guide and of the accepted rules' ids, in any order; empty for neither."""
    ids = sorted(rules)
    if not guide.digest and not ids:
        return ""
    return hashlib.sha256("\n".join([guide.digest, *ids]).encode()).hexdigest()[:16]
