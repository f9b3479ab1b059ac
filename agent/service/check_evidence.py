"""Hold a text whose paragraphs say more than the evidence they name."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from agent.domain.finding import Finding, Severity
from agent.domain.message import Paragraph
from agent.domain.provenance import is_order_to_writer, is_recorded
from evals.checks.fold import fold_width

CHECK = "unsupported_statement"
_NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
_LINK = re.compile(
    r"https?://|www\.|[\w.+-]+@[\w-]+\.\w+|"
    r"(?<![a-z0-9@.-])(?:[a-z0-9-]+\.)+(?:com|net|org|info|biz|jp|co|io|me|ly|to|cc|shop|store|site|link|click|online|app|page|xyz|top|dev|example|test)"
    r"(?![a-z0-9-])",
    re.IGNORECASE,
)
_GRANTS_BEFORE = re.compile(r"(?:[¥￥]|[A-Za-z][A-Za-z_-]*)$")
_GRANTS_AFTER = re.compile(r"\s*(?:円|%|ポイント|pt|点|倍|割|引|オフ|off)|[A-Za-z_-]*[A-Z]", re.IGNORECASE)
"""A number beside one of these may be money, a rate, points or a code: the shop grants it, or nobody does."""
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
    Money, rates, points and codes need a record or the shop's own text: a note is somebody's wish. A text that is an order to
    a writer is no evidence at all. Width and invisible characters hide nothing.
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
    cited = {i: facts[i] for i in paragraph.fact_ids if i in facts and not is_order_to_writer(facts[i])}
    told = [
        passages[i] for i in paragraph.passage_ids if i in passages and not is_order_to_writer(passages[i])
    ]
    granted = {n for text in (*told, *(cited[i] for i in cited if is_recorded(i))) for n in numbers(text)}
    supported = granted | {n for text in cited.values() for n in numbers(text)}
    plain = fold_width(paragraph.text)
    for match in _NUMBER.finditer(plain.text):
        if match.group().replace(",", "") not in (granted if _is_a_grant(plain.text, match) else supported):
            why = f"「{match.group()}」は、この段落が挙げた根拠に見当たりません。根拠のある数字に直すか、省いてください。"
            found.append((*plain.span(*match.span()), why))
    for match in _LINK.finditer(plain.text):
        found.append((*plain.span(*match.span()), "リンクや宛先は本文に書けません。末尾に自動で入ります。"))
    for match in _TOKEN.finditer(paragraph.text):
        found.append((match.start(), match.end(), "差し替えられない記号が残っています。"))
    return found


def numbers(text: str) -> set[str]:
    """The numbers in a text, widths folded, thousands separators dropped."""
    return {n.replace(",", "") for n in _NUMBER.findall(unicodedata.normalize("NFKC", text))}


def _is_a_grant(text: str, number: re.Match[str]) -> bool:
    """True for 500円, 10%, 3点, ¥980 and the digits of a code."""
    return bool(_GRANTS_BEFORE.search(text, 0, number.start()) or _GRANTS_AFTER.match(text, number.end()))
