"""Find words that blame, mock or beg a customer who has been silent (win_back only)."""

from collections.abc import Iterator

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks.phrases import find_phrases, load_phrases
from evals.checks.reading import Reading

CHECK = "guilt_or_sarcasm_in_winback"


def find(reading: Reading) -> Iterator[Finding]:
    """Wordings; plain greetings after a long time are none of them."""
    if reading.occasion is Occasion.WIN_BACK:
        yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK))
