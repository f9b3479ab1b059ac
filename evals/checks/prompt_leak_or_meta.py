"""Find what a model says about its work: preambles, instructions, settings, ratings, logs, alternatives side by side."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.ng_lexicon import find_rows
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "prompt_leak_or_meta"


_HOW_TO = re.compile(r"と(?:添え|お?書き|書い|ご?記入|ご?記載|して|ご?入力)")


def find(reading: Reading) -> Iterator[Finding]:
    """One finding a place. What the shop's own product is called is no leak."""
    yield from find_rows(reading, CHECK)
    titles = "\n".join(product.title.lower() for product in reading.known.products)

    def is_leak(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        """The shop's own title, or how a customer is to head a mail (件名：修理の件、と添えて), is no leak."""
        if "件名" in match.group() and _HOW_TO.search(text.sentence_at(match.end())):
            return False
        return match.group().strip().lower() not in titles

    yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK), accept=is_leak)
