"""Hold a text whose paragraphs say more than the evidence they name: the evidence lock on a finished text.

Values that code filled in stand in the evidence by construction; whatever was written out is compared with it here. An equal
value passes (a letter is no worse for it), anything else is a finding.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from agent.domain.finding import Finding, Severity
from agent.domain.message import Paragraph
from agent.domain.provenance import is_order_to_writer, is_recorded
from agent.domain.reward import REWARD_FACT
from agent.service.literals import (
    Span,
    amounts,
    dates_in,
    past_words,
    same_amount,
    unknown_codes,
    unknown_names,
    with_unit,
)
from evals.checks.fold import fold_width

CHECK = "unsupported_statement"
ORDERS_FACT = "summary:orders"
"""How many orders there were: shown with every letter, so that a paragraph need not name it to say 二度目."""
_NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
_LINK = re.compile(
    r"https?://|www\.|[\w.+-]+@[\w-]+\.\w+|"
    r"(?<![a-z0-9@.-])(?:[a-z0-9-]+\.)+(?:com|net|org|info|biz|jp|co|io|me|ly|to|cc|shop|store|site|link|click|online|app|page|xyz|top|dev|example|test)"
    r"(?![a-z0-9-])",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\d-])0\d{1,4}[- ]\d{1,4}[- ]\d{3,4}(?![\d-])|(?<!\d)0\d{9,10}(?!\d)")
_ORDERING = re.compile(r"^(?:目)?の?[^。、]{0,6}(?:注文|買い|選び|求め|購入|来店)")
"""After a count: what is counted are orders, and of those the record alone knows."""
_GRANTS_BEFORE = re.compile(r"(?:[¥￥]|[A-Za-z][A-Za-z_-]*)$")
_GRANTS_AFTER = re.compile(r"\s*(?:円|%|ポイント|pt|点|倍|割|引|オフ|off)|[A-Za-z_-]*[A-Z]", re.IGNORECASE)
"""A number beside one of these may be money, a rate, points or a code: the shop grants it, or nobody does."""
_TOKEN = re.compile(r"⟦[^⟧]*⟧?|⟧")

_Problem = tuple[Span, Severity, str]


@dataclass(frozen=True, slots=True)
class Dated:
    """When things happened. days: fact id to the day it speaks of.    today: the business date."""

    today: date
    days: Mapping[str, date] = field(default_factory=dict)


def check_evidence(
    body: str,
    paragraphs: Sequence[Paragraph],
    *,
    facts: Mapping[str, str],
    passages: Mapping[str, str],
    subject: str = "",
    dated: Dated | None = None,
) -> list[Finding]:
    """Findings on a written middle inside its final text, and on its subject.

    facts, passages: id to text, everything the writer was offered.    A paragraph must not name evidence that was not offered;
    every amount in it must stand in the evidence it names, with its unit; quoted names and codes in something that was offered;
    words for a past day (with `dated`) must fit the day of a fact. Links and left-over tokens are never the writer's to write.
    Money, rates, points and codes need a record or the shop's own text: a note is somebody's wish. A text that is an order to
    a writer is no evidence at all. Width and invisible characters hide nothing. The subject rests on what any paragraph names.
    """
    findings: list[Finding] = []
    start = 0
    for paragraph in paragraphs:
        at = body.find(paragraph.text, start)
        offset = max(at, 0)
        start = offset + len(paragraph.text) if at >= 0 else start
        findings += [
            Finding(CHECK, severity, "body", (offset + a, offset + b), paragraph.text[a:b], why)
            for (a, b), severity, why in _problems(paragraph, facts, passages, dated)
        ]
    if subject:
        whole = Paragraph(
            subject,
            tuple(i for p in paragraphs for i in p.fact_ids if i in facts),
            tuple(i for p in paragraphs for i in p.passage_ids if i in passages),
        )
        findings += [
            Finding(CHECK, severity, "subject", (a, b), subject[a:b], why)
            for (a, b), severity, why in _problems(whole, facts, passages, dated)
        ]
    return findings


def _problems(
    paragraph: Paragraph, facts: Mapping[str, str], passages: Mapping[str, str], dated: Dated | None
) -> list[_Problem]:
    unknown = [i for i in paragraph.fact_ids if i not in facts]
    unknown += [i for i in paragraph.passage_ids if i not in passages]
    found: list[_Problem] = []
    text = paragraph.text
    if unknown:
        why = f"資料にない根拠（{'、'.join(unknown)}）が挙げられています。根拠を確かめてください。"
        found.append(((0, len(text)), Severity.BLOCK, why))
    offered = {i: t for i, t in {**facts, **passages}.items() if not is_order_to_writer(t)}
    cited = {i: facts[i] for i in (*paragraph.fact_ids, ORDERS_FACT) if i in facts and i in offered}
    told = [passages[i] for i in paragraph.passage_ids if i in passages and i in offered]
    found += _amounts(text, cited, told)
    found += _names(text, offered)
    if dated:
        found += _days(text, cited, offered, told, dated)
    plain = fold_width(text)
    for match in _LINK.finditer(plain.text):
        why = "リンクや宛先は本文に書けません。末尾に自動で入ります。"
        found.append((plain.span(*match.span()), Severity.BLOCK, why))
    for match in _PHONE.finditer(plain.text):
        found.append(
            (
                plain.span(*match.span()),
                Severity.BLOCK,
                "電話番号は本文に書けません。連絡先は末尾に入ります。",
            )
        )
    for match in _TOKEN.finditer(text):
        found.append((match.span(), Severity.BLOCK, "差し替えられない記号が残っています。"))
    return found


def _amounts(text: str, cited: Mapping[str, str], told: Sequence[str]) -> list[_Problem]:
    granted = [a for t in (*told, *(cited[i] for i in cited if is_recorded(i))) for _, a in amounts(t)]
    supported = granted + [a for t in cited.values() for _, a in amounts(t)]
    several = sum(t.count("『") for t in cited.values())
    found: list[_Problem] = []
    for (a, b), amount in amounts(text):
        if amount == (str(several), "things"):  # 二点, counted from the products named
            continue
        plain = unicodedata.normalize("NFKC", text[:a]), unicodedata.normalize("NFKC", text[b:])
        grant = bool(_GRANTS_BEFORE.search(plain[0]) or _GRANTS_AFTER.match(plain[1]))
        grant = grant or (amount[1] == "times" and bool(_ORDERING.match(plain[1][1:])))
        if not same_amount(amount, granted if grant else supported):
            a, b = with_unit(text, (a, b))
            why = f"「{text[a:b]}」は、この段落が挙げた根拠に見当たりません。根拠のある数字に直すか、省いてください。"
            found.append(((a, b), Severity.BLOCK, why))
    return found


def _names(text: str, offered: Mapping[str, str]) -> list[_Problem]:
    found: list[_Problem] = []
    if "「" in text or "『" in text:
        for span, name, sold in unknown_names(text, offered.values()):
            why = f"「{name}」という名前は、記録にも資料にもありません。確かめるか、省いてください。"
            found.append((span, Severity.BLOCK if sold else Severity.REVIEW, why))
    granted = [t for i, t in offered.items() if i == REWARD_FACT or i.startswith("policy")]
    for span in unknown_codes(text, offered.values(), granted=granted):
        found.append((span, Severity.BLOCK, "記録にない符号です。クーポンなどの番号は書けません。"))
    return found


def _days(
    text: str, cited: Mapping[str, str], offered: Mapping[str, str], told: Sequence[str], dated: Dated
) -> list[_Problem]:
    found: list[_Problem] = []
    words = [(span, said, meant) for span, said, meant in past_words(text, today=dated.today)]
    if not words:
        return found
    named = [dated.days[i] for i in cited if i in dated.days] + dates_in(list(cited.values()))
    others = [dated.days[i] for i in offered if i in dated.days] + dates_in(list(offered.values()))
    for span, said, meant in words:
        if any(map(meant, named)) or any(said in t for t in (*cited.values(), *told)):
            continue
        if any(map(meant, others)):
            continue
        severity = Severity.BLOCK if named else Severity.REVIEW
        why = f"「{said}」に当たる日の記録がありません。確かめるか、省いてください。"
        found.append((span, severity, why))
    return found


def numbers(text: str) -> set[str]:
    """The numbers in a text, widths folded, thousands separators dropped."""
    return {n.replace(",", "") for n in _NUMBER.findall(unicodedata.normalize("NFKC", text))}
