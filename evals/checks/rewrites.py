"""Which words may stand in a finding's place: only what is certain, and only what the gate itself lets pass."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from agent.domain.finding import Finding, Severity
from agent.domain.message import MessageContext, Offer, WrittenMessage
from evals.checks.effect_rewrites import effect_rewrite
from evals.checks.product_mentions import product_mentions
from evals.checks.reading import FieldText, Reading, read
from evals.checks.stock_status import stock_status

Judge = Callable[[Reading], Iterable[Finding]]

_PRICE_TOLD = re.compile(r"登録価格は(?P<price>[\d,]+円)です")
_OF_SEVERAL = re.compile(
    r"合計|合わせ|あわせ|セット|総額|差額?|より|ずつ|あたり|[2-9二三四五六七八九十][点本個袋箱枚つ缶足瓶]"
)
_HONORIFIC = re.compile(r"(?:さん|サン|ちゃん|くん|君|殿|氏)$")
_DATE = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})月(?:\d{1,2}|[一二三四五六七八九十]{1,3})日|(?:今|来)?月末(?:日)?|\d{1,2}/\d{1,2}"
)
_AMOUNT = re.compile(r"[\d,]+\s*(?P<unit>円|%|％|ポイント)")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{3,}")
_LEFT = re.compile(r"\d+(?P<unit>点|個|本|袋|箱|枚|缶|足|瓶|冊|台|つ|セット|パック|客)")


def with_rewrites(
    context: MessageContext,
    message: WrittenMessage,
    reading: Reading,
    findings: Sequence[Finding],
    judge: Judge,
) -> list[Finding]:
    """The findings, those with a certain rewrite widened to the words it replaces.

    judge: looks at the message with all rewrites put in; one that is blocked there is not offered.
    """
    offered: dict[int, Finding] = {}
    for place, finding in enumerate(findings):
        rewritten = _rewritten(reading, finding) if finding.severity is Severity.BLOCK else None
        if rewritten is not None and not any(_overlap(rewritten, other) for other in offered.values()):
            offered[place] = rewritten
    if not offered:
        return [_bare(finding) for finding in findings]
    changed, places = _put_in(message, offered.values())
    faults = [f for f in judge(read(context, changed)) if f.severity is Severity.BLOCK]
    for place, finding in list(offered.items()):
        start, end = places[finding.field, finding.span[0]]
        if any(f.field == finding.field and f.span[0] < end and start < f.span[1] for f in faults):
            del offered[place]
    return [
        offered.get(place, _bare(finding))
        for place, finding in enumerate(findings)
        if place in offered
        or not any(one.check == finding.check and _overlap(one, finding) for one in offered.values())
    ]


def _bare(finding: Finding) -> Finding:
    return replace(finding, suggestion=None) if finding.suggestion is not None else finding


def _overlap(one: Finding, other: Finding) -> bool:
    return one.field == other.field and one.span[0] < other.span[1] and other.span[0] < one.span[1]


def _put_in(
    message: WrittenMessage, offered: Iterable[Finding]
) -> tuple[WrittenMessage, dict[tuple[str, int], tuple[int, int]]]:
    """The message with the rewrites in it, and for each its field and old place: where it stands now."""
    texts = {"body": message.body, "subject": message.subject or ""}
    places: dict[tuple[str, int], tuple[int, int]] = {}
    for name in texts:
        shift, text = 0, texts[name]
        for finding in sorted((f for f in offered if f.field == name), key=lambda f: f.span):
            start, end = finding.span[0] + shift, finding.span[1] + shift
            said = finding.suggestion or ""
            text = text[:start] + said + text[end:]
            places[name, finding.span[0]] = (start, start + len(said))
            shift += len(said) - (end - start)
        texts[name] = text
    subject = None if message.subject is None else texts["subject"]
    return replace(message, subject=subject, body=texts["body"]), places


def _rewritten(reading: Reading, finding: Finding) -> Finding | None:
    text = reading.text_of(finding.field)
    if text is None or finding.field not in ("body", "subject") or finding.span[0] == finding.span[1]:
        return None
    if finding.check == "yakkihou_claim":
        return effect_rewrite(reading, text, finding)
    say = _SAYERS.get(finding.check)
    said = next(say(reading, text, finding), None) if say else None
    return replace(finding, suggestion=said) if said and said != finding.quote else None


def _price(reading: Reading, text: FieldText, finding: Finding) -> Iterator[str]:
    told = _PRICE_TOLD.search(finding.message)
    if told and finding.quote.endswith("円") and not _OF_SEVERAL.search(_sentence(text, finding)):
        yield told["price"]


def _honorific(reading: Reading, text: FieldText, finding: Finding) -> Iterator[str]:
    yield _HONORIFIC.sub("", finding.quote) + (reading.context.customer.honorific or "様")


def _name(reading: Reading, text: FieldText, finding: Finding) -> Iterator[str]:
    if finding.suggestion:
        yield finding.suggestion + (reading.context.customer.honorific or "様")


def _offer(reading: Reading, text: FieldText, finding: Finding) -> Iterator[str]:
    offer = reading.context.offer
    if offer is None:
        return
    if offer.expires and "期限" in finding.message and _DATE.fullmatch(finding.quote):
        yield f"{offer.expires.month}月{offer.expires.day}日"
    yield from _value(offer, finding.quote)
    if offer.code and _CODE.fullmatch(finding.quote):
        yield offer.code


def _value(offer: Offer, quote: str) -> Iterator[str]:
    told = _AMOUNT.fullmatch(quote)
    granted = list(_AMOUNT.finditer(offer.value or ""))
    if (
        told
        and len(granted) == 1
        and granted[0]["unit"].replace("％", "%") == told["unit"].replace("％", "%")
    ):
        yield granted[0].group()


def _stock(reading: Reading, text: FieldText, finding: Finding) -> Iterator[str]:
    told = _LEFT.fullmatch(finding.quote)
    if told is None or "在庫の記録と数" not in finding.message:
        return
    first, last = _sentence_span(text, finding)
    named = {m.product.id: m.product for m in product_mentions(reading, text) if first <= m.start < last}
    products = list(named.values()) or list(reading.known.products)
    if len(products) == 1:
        count = stock_status(products[0].stock, reading.context.today).count
        if count:
            yield f"{count:.0f}{told['unit']}"


def _link(reading: Reading, text: FieldText, finding: Finding) -> Iterator[str]:
    home = reading.context.shop.site_domain.strip().lower().removeprefix("https://").strip("/")
    if not home or "/" in home or "@" in finding.quote.split("/")[0]:
        return
    if finding.quote.startswith(f"http://{home}"):
        yield "https://" + finding.quote.removeprefix("http://")
    yield f"https://{home}/"


def _sentence_span(text: FieldText, finding: Finding) -> tuple[int, int]:
    place = next((at for at, start in enumerate(text.plain.starts) if start >= finding.span[0]), 0)
    return text.sentence_span(place)


def _sentence(text: FieldText, finding: Finding) -> str:
    first, last = _sentence_span(text, finding)
    return text.said[first:last]


_SAYERS: dict[str, Callable[[Reading, FieldText, Finding], Iterator[str]]] = {
    "wrong_price": _price,
    "missing_honorific": _honorific,
    "wrong_name": _name,
    "invented_offer_or_changed_terms": _offer,
    "wrong_stock_or_delivery_promise": _stock,
    "unsafe_link": _link,
}
