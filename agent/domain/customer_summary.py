"""One paragraph on a customer, each of its sentences with the facts of the chart it rests on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """One Japanese sentence for staff. fact_ids: ids of `Chart.facts`, never empty."""

    text: str
    fact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerSummary:
    """sentences: in reading order, empty when the chart states nothing to tell.

    author: `code` or `model:NAME`.    why: Japanese, why a model was asked and its words are not shown; None otherwise.
    """

    sentences: tuple[SummarySentence, ...]
    author: str = "code"
    why: str | None = None

    @property
    def text(self) -> str:
        """The paragraph."""
        return "".join(sentence.text for sentence in self.sentences)
