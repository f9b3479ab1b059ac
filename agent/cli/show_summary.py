"""The paragraph on a customer, as `okaeri chart --summary` shows it."""

from collections.abc import Mapping

from rich.markup import escape

from agent.cli.output import people, say
from agent.domain.customer_summary import CustomerSummary

NOTHING_TO_TELL = "ご注文やメモの記録がまだないため、紹介文はありません。"
BY_CODE = "記録から、決まった文の形で組み立てました。"


def summary_document(told: CustomerSummary, reasons: Mapping[str, str]) -> dict[str, object]:
    """What the chart's document gains. reasons: the document's own, to which how the paragraph came about is added."""
    return {
        "summary": [{"text": one.text, "fact_ids": list(one.fact_ids)} for one in told.sentences],
        "reasons": {**reasons, "summary": how_told(told)},
    }


def how_told(told: CustomerSummary) -> str:
    """Who worded the paragraph, in Japanese, and why not the model that was asked."""
    if not told.sentences:
        return NOTHING_TO_TELL
    if told.author.startswith("model:"):
        return f"AIモデル「{told.author.removeprefix('model:')}」が書き、文ごとに根拠と照らし合わせました。"
    return f"{told.why}{BY_CODE}" if told.why else BY_CODE


def show_summary(told: CustomerSummary) -> None:
    """Print the paragraph and how it came about."""
    if told.sentences:
        say(told.text)
    people.print(f"[dim]{escape(how_told(told))}[/dim]", highlight=False)
