"""Tell each fault once, at a place a person can take in, with the record it disagrees with."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace

from agent.domain.finding import Finding, Severity
from evals.checks.fold import spelled
from evals.checks.product_mentions import product_mentions
from evals.checks.reading import Reading

LONGEST_QUOTE = 80
"""Code points of a text a finding points to; of a longer fault its beginning is shown."""
_ORDER = (Severity.BLOCK, Severity.REVIEW, Severity.NOTE)
_JAPANESE = re.compile(r"[ぁ-んァ-ヴ一-鿿]")
_OF_PRODUCT, _OF_CUSTOMER = "invented_product_attribute", "wrong_fact_customer"
_UNREADABLE = "お客さまの記録が日本語ではないため、「{quote}」を照らし合わせられません。記録を日本語で入れるか、人の目で確かめてください。"
_CUSTOMER = "「{quote}」は、お客さまの記録にありません。うかがったことと違っていないか、記録を確かめて直してください。"
_WITHOUT_RECORD = re.compile(r"^お客さまの記録(?:にない内容)?（[^）]*）")
_REST_OF_VERB = re.compile(r"(?:ます(?:か|に(?:は)?)?|まし(?:た|て)|[たてるいくりっ])")
_VAGUE = re.compile(r"商品の記録にない(?P<what>[^。]*?)(?:など)?です。")


def told_once(reading: Reading, findings: Iterable[Finding]) -> list[Finding]:
    """Of findings of one check whose places overlap the gravest and then the longest; each with a short place and a full reason."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (_ORDER.index(f.severity), f.span[0] - f.span[1], f.span)):
        if not any(_same_place(finding, other) for other in kept):
            kept.append(finding)
    return [_explained(reading, _short(reading, finding)) for finding in kept]


def _same_place(one: Finding, other: Finding) -> bool:
    return (
        one.check == other.check
        and one.field == other.field
        and one.span[0] < other.span[1]
        and other.span[0] < one.span[1]
    )


def _short(reading: Reading, finding: Finding) -> Finding:
    """With at most `LONGEST_QUOTE` code points; a bare stem of a verb (きい of きいた) is shown to its end."""
    start, end = finding.span
    text = reading.text_of(finding.field)
    if text is None:
        return finding
    if finding.check == _OF_CUSTOMER and re.fullmatch(r"[ぁ-ん]{1,4}", finding.quote):
        rest = _REST_OF_VERB.match(text.raw, end)
        end = rest.end() if rest else end
    end = min(end, start + LONGEST_QUOTE)
    return replace(finding, span=(start, end), quote=text.raw[start:end])


def _explained(reading: Reading, finding: Finding) -> Finding:
    if finding.check == _OF_PRODUCT:
        return replace(finding, message=_with_record(reading, finding))
    if finding.check == _OF_CUSTOMER:
        facts = reading.known.customer
        if facts and not _JAPANESE.search(facts):
            return replace(finding, message=_UNREADABLE.format(quote=finding.quote))
        if "該当なし" in finding.message or _WITHOUT_RECORD.match(finding.message):
            known = _WITHOUT_RECORD.match(finding.message)
            if "該当なし" in finding.message or (known and "にない内容" in known.group()):
                return replace(finding, message=_CUSTOMER.format(quote=finding.quote))
    return finding


def _with_record(reading: Reading, finding: Finding) -> str:
    """Which words are meant, and the fact that comes nearest to them."""
    record = nearest_record(reading, finding)
    told = f"（記録では「{record}」）" if record else ""
    if found := _VAGUE.match(finding.message):
        kind = found["what"] if "・" not in found["what"] else "内容"
        advice = (
            "記録のとおりに直すか、外してください。" if record else "記録にある内容に直すか、外してください。"
        )
        return f"「{finding.quote}」は、商品の記録にない{kind}です{told}。{advice}"
    head, mark, rest = finding.message.partition("。")
    return f"{head}{told}{mark}{rest}" if record and record not in finding.message else finding.message


def nearest_record(reading: Reading, finding: Finding) -> str | None:
    """The fact of the product spoken of (else of any) with the longest words of the finding's in it; None below two letters."""
    text = reading.text_of(finding.field)
    if text is None:
        return None
    place = bisect_left(text.plain.starts, finding.span[0])
    first, last = text.sentence_span(place)
    named = [m.product for m in product_mentions(reading, text) if first <= m.start < last]
    words = spelled(finding.quote)
    best, longest = None, 1
    for product in named or reading.known.products:
        for line in product.texts[1:]:
            shared = _shared(words, spelled(line))
            if shared > longest and len(line) <= LONGEST_QUOTE:
                best, longest = line, shared
    return best


def _shared(one: str, other: str) -> int:
    """Length of the longest run both texts have, particles and other single kana aside."""
    return max(
        (
            size
            for size in range(2, min(len(one), 12) + 1)
            for at in range(len(one) - size + 1)
            if one[at : at + size] in other and not re.fullmatch(r"[ぁ-ん]{2}", one[at : at + size])
        ),
        default=0,
    )
