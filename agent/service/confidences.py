"""Leave out of a letter what rests on words somebody wrote down of this customer, before others are shown it as an example."""

from agent.domain.follow_rule import SENTENCE
from agent.domain.message import MessageContext
from agent.domain.provenance import is_recorded
from agent.service.align_edits import words

_SHORTEST = 2
"""Characters of a noun that tells something."""


def without_confidences(text: str, context: MessageContext) -> str:
    """The text without sentences that share a noun with a note, an answer or a message of the customer.

    Nouns of the shop's own product texts are no secret.    text: paragraphs a line break apart, as is the answer.
    """
    notes = "".join(fact.text for fact in context.customer.facts if not is_recorded(fact.fact_id))
    if not notes:
        return text
    public = "".join([*(p.title for p in context.products), *(f for p in context.products for f in p.facts)])

    def told_in_confidence(sentence: str) -> bool:
        return any(
            word.part == "名詞"
            and len(word.text) >= _SHORTEST
            and word.text in notes
            and word.text not in public
            for word in words(sentence)
        )

    lines = [
        "".join(s.group() for s in SENTENCE.finditer(line) if not told_in_confidence(s.group()))
        for line in text.splitlines()
    ]
    return "\n".join(line for line in lines if line.strip())
