"""Find an addressee whose name differs from the record, be it by one variant character."""

from collections.abc import Iterator

from agent.domain.finding import Finding, Severity
from evals.checks.names import Mention, bare, mentions
from evals.checks.reading import FieldText, Reading

CHECK = "wrong_name"

_FORMAL = frozenset({"様", "さま", "サマ", "殿"})


def find(reading: Reading) -> Iterator[Finding]:
    """Every honorific mention that means the addressee and is not written as in the record."""
    customer = reading.context.customer
    family, given = bare(customer.family_name), bare(customer.given_name)
    for text in reading.fields:
        for mention in mentions(text.raw):
            if matches_record(mention, family, given) or not means_addressee(reading, text, mention):
                continue
            recorded = f"{family}{given}" if given and given in mention.name else family
            why = f"登録のお名前は「{recorded}」です。一字ずつ確かめて直してください。"
            if not family:
                why = "お名前の登録がないお客さまです。宛名を外してください。"
            span = (mention.start, mention.end)
            yield Finding(
                CHECK, Severity.BLOCK, text.field, span, text.raw[slice(*span)], why, recorded or None
            )


def matches_record(mention: Mention, family: str, given: str) -> bool:
    """True when the name is the record's: family, full or given name. Inside a line other words may run into it."""
    name = bare(mention.name)
    own = [part for part in (family + given, family, given) if part]
    if name in own:
        return True
    return not mention.opens_line and any(
        name.endswith(part) for part in own if part != given or len(part) > 1
    )


def means_addressee(reading: Reading, text: FieldText, mention: Mention) -> bool:
    """True when a mention that is not the record's name still speaks to the addressee, rather than of somebody else."""
    customer = reading.context.customer
    name, family, given = bare(mention.name), bare(customer.family_name), bare(customer.given_name)
    only_kana = all("ぁ" <= sign <= "ゖ" for sign in name)
    if only_kana and not (mention.opens_line and mention.is_call):
        return False
    if is_known_person(reading, name):
        return False
    if mention.opens_line and mention.is_call and (mention.honorific != "ちゃん"):
        return True
    if similar(name, family) or similar(name, family + given) or (family and name.startswith(family)):
        return True
    if mention.honorific not in _FORMAL:
        return False
    return mention.is_call or not addressed_properly(text.raw, family, given)


def is_known_person(reading: Reading, name: str) -> bool:
    """True for somebody the context itself names: staff, a maker, a person to whom a gift goes."""
    shop = reading.context.shop
    return any(name in bare(source) for source in (reading.known.everything, shop.sender_name, shop.name))


def addressed_properly(raw: str, family: str, given: str) -> bool:
    """True when the text also addresses the record's own name."""
    return bool(family) and any(matches_record(mention, family, given) for mention in mentions(raw))


def similar(one: str, other: str) -> bool:
    """True when two names differ in one sign: one exchanged, added or left out; names of one sign never count."""
    if len(one) < 2 or len(other) < 2 or abs(len(one) - len(other)) > 1 or one == other:
        return False
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
