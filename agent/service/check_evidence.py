"""Hold a text whose paragraphs say more than the evidence they name."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from agent.domain.finding import Finding, Severity
from agent.domain.message import Paragraph

CHECK = "unsupported_statement"
_NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
_LINK = re.compile(r"https?://|www\.|[\w.+-]+@[\w-]+\.\w+", re.IGNORECASE)
_TOKEN = re.compile(r"⟦[^⟧]*⟧?|⟧")


def check_evidence(
    body: str,
    paragraphs: Sequence[Paragraph],
    *,
    facts: Mapping[str, str],
    passages: Mapping[str, str],
) -> list[Finding]:
    """Findings on a written middle inside its final text.

    facts, passages: id to text, everything the writer was offered.    A paragraph must not name evidence that was not offered;
    every number in it must stand in the evidence it names; links and left-over tokens are never the writer's to write.
    """
    findings: list[Finding] = []
    start = 0
    for paragraph in paragraphs:
        at = body.find(paragraph.text, start)
        offset = max(at, 0)
        start = offset + len(paragraph.text) if at >= 0 else start
        findings += [
            Finding(
                CHECK,
                Severity.BLOCK,
                "body",
                (offset + a, offset + b),
                paragraph.text[a:b],
                why,
            )
            for a, b, why in _problems(paragraph, facts, passages)
        ]
    return findings


def _problems(
    paragraph: Paragraph, facts: Mapping[str, str], passages: Mapping[str, str]
) -> list[tuple[int, int, str]]:
    unknown = [i for i in paragraph.fact_ids if i not in facts]
    unknown += [i for i in paragraph.passage_ids if i not in passages]
    found: list[tuple[int, int, str]] = []
    if unknown:
        why = f"資料にない根拠（{'、'.join(unknown)}）が挙げられています。根拠を確かめてください。"
        found.append((0, len(paragraph.text), why))
    cited = [facts[i] for i in paragraph.fact_ids if i in facts]
    cited += [passages[i] for i in paragraph.passage_ids if i in passages]
    supported = {n for text in cited for n in numbers(text)}
    for match in _NUMBER.finditer(_same_length_digits(paragraph.text)):
        if match.group().replace(",", "") not in supported:
            why = f"「{match.group()}」は、この段落が挙げた根拠に見当たりません。根拠のある数字に直すか、省いてください。"
            found.append((match.start(), match.end(), why))
    for match in _LINK.finditer(paragraph.text):
        found.append((match.start(), match.end(), "リンクや宛先は本文に書けません。末尾に自動で入ります。"))
    for match in _TOKEN.finditer(paragraph.text):
        found.append((match.start(), match.end(), "差し替えられない記号が残っています。"))
    return found


def numbers(text: str) -> set[str]:
    """The numbers in a text, widths folded, thousands separators dropped."""
    return {n.replace(",", "") for n in _NUMBER.findall(unicodedata.normalize("NFKC", text))}


def _same_length_digits(text: str) -> str:
    """Full-width digits, commas and points folded one by one, so that positions stay."""
    return text.translate({ord("０") + i: str(i) for i in range(10)} | {ord("，"): ",", ord("．"): "."})
