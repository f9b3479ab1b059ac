"""Say the shop's own words instead of ours, in our sentences only: never in names or in what is copied word for word."""

import re
from collections.abc import Callable, Sequence

from agent.chains.letter_inputs import shown_sentences
from agent.chains.material import Material


def in_our_words(material: Material, copied: Sequence[str | Sequence[str]]) -> Callable[[str], str]:
    """A function that applies the shop's preferred words to a text.

    copied: texts that must stay as they are, single or as several sentences; policy sentences and the words on a suggested
    product are left alone too, and whatever stands in 「」.
    """
    if not material.voice.say_instead:
        return lambda text: text
    kept = [text for one in copied for text in ([one] if isinstance(one, str) else [*one, "".join(one)])]
    kept += [remedy.text for remedy in material.remedies]
    kept += [material.review.says] if material.review else []
    kept += shown_sentences(material.suggestion) if material.suggestion else []
    whole = sorted({" ".join(text.split()) for text in kept if text}, key=len, reverse=True)
    still = re.compile("|".join([*map(re.escape, whole), r"「[^」]*」"]))
    words = sorted(material.voice.say_instead, key=lambda pair: -len(pair[0]))
    said = dict(words)
    ours = re.compile("|".join(re.escape(word) for word, _ in words if word))

    def own(text: str) -> str:
        parts, at = [], 0
        for match in still.finditer(text):
            parts += [ours.sub(lambda m: said[m[0]], text[at : match.start()]), match[0]]
            at = match.end()
        return "".join([*parts, ours.sub(lambda m: said[m[0]], text[at:])])

    return own
