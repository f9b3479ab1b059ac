"""What a writer is told of the shop's voice for one message: guide, accepted rules, and letters like this one."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.chains.material import Material
from agent.domain.house_rule import HouseRule, RuleKind, RuleState
from agent.domain.occasion import Occasion
from agent.domain.voice import ApprovedLetter, ShopGuide, Voice, voice_version
from agent.ports import LookedAt, ReadGuide, UnitsOfWork
from agent.ports.encoding import SentenceEncoder
from agent.service.confidences import without_confidences
from agent.service.reviewed_text import mask, middle_of, shown
from agent.service.voice_guide import guide_lines

MOST_LETTERS, MOST_RULES = 2, 10
"""In one prompt: more letters would be copied from, more rules are forgotten by small models."""
SHORTEST_LETTER = 40
"""Characters: a shorter text shows no voice."""
MOST_VECTORS = 4_000
"""Remembered texts' vectors, each 512 numbers."""
SAME_CHANNEL, SAME_SEGMENT = 0.2, 0.1
"""What a letter for the same channel or segment gains over the likeness of two texts, which goes from -1 to 1."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """An approved letter, masked, with what it is compared by."""

    draft_id: str
    customer_id: str
    channel: str
    segment: str
    edited: bool
    about: str
    letter: ApprovedLetter


NO_EXAMPLES = frozenset({Occasion.SERVICE_RECOVERY})
"""Occasions whose letters are about one person's trouble from end to end: nobody else's apology is an example."""


class SpeakAsShop:
    """Reads guide and rules anew for every message; letters are read again after `keep_seconds` of real time."""

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        guide: ReadGuide,
        encoder: SentenceEncoder | None = None,
        keep_seconds: float = 60.0,
        real_now: Callable[[], float] = time.monotonic,
    ) -> None:
        """encoder: compares letters by meaning; None takes the newest."""
        self._units, self._guide, self._encoder = units, guide, encoder
        self._keep, self._now = keep_seconds, real_now
        self._letters: dict[Occasion, tuple[float, list[_Kept]]] = {}
        self._vectors: dict[str, list[float]] = {}

    def __call__(self, material: Material, *, customer_id: str, letters: bool) -> Voice:
        """The voice for one message. letters: look for examples (a model reads them, the embedded writer cannot).

        Raises OperatorMustFix when the guide cannot be understood.
        """
        guide = self._guide()
        with self._units(read_only=True) as work:
            steps = work.voice.rules()
        accepted = [step.rule for step in steps.values() if step.state is RuleState.ACCEPTED]
        holding = [rule for rule in accepted if rule.holds_for(material.occasion, material.channel)]
        surest = sorted(holding, key=lambda rule: (-rule.low, rule.ja))[:MOST_RULES]
        return Voice(
            guide=guide_lines(guide, today=material.today),
            rules=tuple(rule.ja for rule in surest),
            letters=self._like(material, customer_id) if letters else (),
            say_instead=_say_instead(guide, surest),
            version=voice_version(guide, (rule.rule_id for rule in surest)),
        )

    def _like(self, material: Material, customer_id: str) -> tuple[ApprovedLetter, ...]:
        """The shop's letters for the same occasion: untouched by editors first, then the likest. Never this customer's."""
        if material.occasion in NO_EXAMPLES:
            return ()
        pool = [kept for kept in self._approved(material.occasion) if kept.customer_id != customer_id]
        if untouched := [kept for kept in pool if not kept.edited]:
            pool = untouched if len(untouched) >= MOST_LETTERS else pool
        likeness = self._likeness(_about(material), pool)

        def fit(kept: _Kept) -> tuple[bool, float]:
            near = likeness.get(kept.draft_id, 0.0)
            near += SAME_CHANNEL * (kept.channel == material.channel.value)
            return kept.edited, -(near + SAME_SEGMENT * (kept.segment == material.segment))

        chosen: list[ApprovedLetter] = []
        for kept in sorted(pool, key=fit):
            if len(chosen) < MOST_LETTERS and kept.letter not in chosen:
                chosen.append(kept.letter)
        return tuple(chosen)

    def _approved(self, occasion: Occasion) -> list[_Kept]:
        now = self._now()
        read = self._letters.get(occasion)
        if read is None or now - read[0] >= self._keep:
            with self._units(read_only=True) as work:
                found = [_kept(looked) for looked in work.voice.approved(occasion)]
            letters = [kept for kept in found if len(kept.letter.middle) >= SHORTEST_LETTER]
            read = self._letters[occasion] = (now, letters)
        return read[1]

    def _likeness(self, about: str, pool: Sequence[_Kept]) -> dict[str, float]:
        """Cosine of meaning by draft id; empty without an encoder."""
        if self._encoder is None or len(pool) <= 1:
            return {}
        texts = [about, *(kept.about for kept in pool)]
        if len(self._vectors) > MOST_VECTORS:
            self._vectors.clear()
        missing = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if missing:
            self._vectors.update(zip(missing, self._encoder.embed_documents(missing), strict=True))
        wanted = self._vectors[about]
        return {
            kept.draft_id: sum(a * b for a, b in zip(self._vectors[kept.about], wanted, strict=True))
            for kept in pool
        }


def _about(material: Material) -> str:
    """What a letter would be about: catalogue words only, nothing of the customer."""
    bought = (word for each in material.bought for word in (each.title, each.category))
    shown_too = [material.suggestion.title] if material.suggestion else []
    return "　".join(dict.fromkeys(filter(None, [*bought, *shown_too])))


def _kept(looked: LookedAt) -> _Kept:
    context = looked.context
    titles = [product.title for product in context.products]
    names = [context.customer.family_name, context.customer.given_name]
    if context.offer and context.offer.code:
        names.append(context.offer.code)
    hide = [name for name in names if name.strip()]

    def masked(text: str) -> str:
        return shown(mask(text, names=hide, titles=titles))

    return _Kept(
        draft_id=looked.draft_id,
        customer_id=context.customer.customer_id,
        channel=looked.channel.value,
        segment=context.customer.segment or "",
        edited=looked.editor is not None,
        about="　".join(titles),
        letter=ApprovedLetter(
            looked.occasion.value,
            masked(looked.approved.subject or ""),
            masked(without_confidences(middle_of(looked.approved, context), context)),
        ),
    )


def _say_instead(guide: ShopGuide, rules: Sequence[HouseRule]) -> tuple[tuple[str, str], ...]:
    """Replacements that need no reading, longest first, each word once; the guide, written by hand, before what was learned."""
    pairs = dict(guide.say_instead)
    for rule in rules:
        if rule.kind in (RuleKind.REPHRASE, RuleKind.CUT):
            pairs.setdefault(rule.before, rule.after)
        elif rule.kind is RuleKind.FEWER_MARKS and rule.after == "0":
            pairs |= {"！": "。", "!": "。"}
    pairs |= {after: after for before, after in pairs.items() if before in after}  # said already: not twice
    return tuple(sorted(pairs.items(), key=lambda pair: -len(pair[0])))
