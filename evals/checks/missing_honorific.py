"""Find the addressee named without 様 or what the shop's policy allows."""

import re
from collections.abc import Iterator
from functools import cache

from agent.domain.finding import Finding, Severity
from evals.checks.names import bare, mentions
from evals.checks.reading import READ_AT_MOST, FieldText, Reading

CHECK = "missing_honorific"

_WHY = "お客さまのお名前に「{wanted}」が付いていません。敬称を付けてください。"
_ALLOWS = re.compile(r"「?(さん|ちゃん|くん|さま)」?(?:付け|づけ|で|も|と|を|呼|の敬称|可)")
_FORBIDS = re.compile(r"不可|禁止|使わな|使いませ|避け|しない|しませ|ではなく")
_HONORIFIC_NEXT = re.compile(
    r"[\s\u200b-\u200d]*(?:様|さま|サマ|さん|サン|殿|氏|くん|君|ちゃん|先生|ご?夫妻|ご?一家|家(?:の|で|に))"
)
_FAMILIAR_NEXT = re.compile(r"[ 　]?君(?=$|[、。！!へのにはも\s])")
_STAFF_BEFORE = re.compile(
    r"(?:担当|店長|店主|スタッフ|代表|係|私|わたくし|オーナー|主任|部長|社長|窓口|責任者|販売員|作家|職人)(?:者)?(?:の|、|・|:|：|　| )*$"
)
_NOT_A_CALL_AFTER = re.compile(
    r"(?:です|でございます|と申し|が(?:担当|拝見|お返事|承り|お答え|ご案内|お詰め|心を)|より(?:$|\n)|[一-鿿々]|[ァ-ヴー]|拝)"
)
_CALL_AFTER = re.compile(r"$|[\s　]*(?:$|\n)|[、,，。！!：:・][^・]?|[ 　]")
_PARTICLE_AFTER = re.compile(r"(?:に|へ|の|は|が|も|と)(?=[^一-鿿]?)")


def find(reading: Reading) -> Iterator[Finding]:
    """Bare names and names with an honorific that is not allowed."""
    customer = reading.context.customer
    family, given = bare(customer.family_name), bare(customer.given_name)
    if not family:
        return
    allowed = allowed_honorifics(reading)
    for text in reading.fields:
        for mention in mentions(text.raw):
            if bare(mention.name) in (family, family + given, given) and mention.honorific not in allowed:
                yield _finding(text, mention.start, mention.end, customer.honorific)
        for start, end in _bare_names(text, family, given):
            yield _finding(text, start, end, customer.honorific)


def allowed_honorifics(reading: Reading) -> frozenset[str]:
    """様 in its spellings, the record's own, and what a policy names."""
    allowed = {"様", "さま", "サマ", reading.context.customer.honorific or "様"}
    for policy in reading.known.policies:
        if ("敬称" in policy or "呼" in policy or "宛名" in policy) and not _FORBIDS.search(policy):
            allowed.update(_ALLOWS.findall(policy))
    if "さん" in allowed:
        allowed.add("サン")
    return frozenset(allowed)


def _finding(text: FieldText, start: int, end: int, wanted: str) -> Finding:
    why = _WHY.format(wanted=wanted or "様")
    return Finding(CHECK, Severity.BLOCK, text.field, (start, end), text.raw[start:end], why)


def _is_joined(before: str, rest: str, length: int) -> bool:
    """モカちゃんも小林も: a bare name beside others, inside a sentence."""
    return (
        length > 1
        and before[-1:] in ("も", "と", "や")
        and bool(re.match(r"(?:も|は|が|に|へ|の|と)(?=[、。どぜ\sおご])", rest))
    )


@cache
def _given_called(given: str) -> re.Pattern[str]:
    """健、弦はまだありますか: a given name alone that opens a line and calls."""
    return re.compile(rf"^[ 　]*(?P<given>{re.escape(given)})(?=[、,，!！]|[ 　]*\n)", re.MULTILINE)


def _bare_names(text: FieldText, family: str, given: str) -> Iterator[tuple[int, int]]:
    """Places of the family name or the full name that call the customer and carry no honorific."""
    raw = text.raw
    stop = text.plain.starts[text.footer_from] if text.footer_from < len(text.plain.starts) else len(raw)
    stop = min(stop, READ_AT_MOST)
    pattern = re.compile(rf"{re.escape(family)}(?:[ 　]*{re.escape(given)})?" if given else re.escape(family))
    if given:
        yield from (match.span("given") for match in _given_called(given).finditer(raw, 0, stop))
    for match in pattern.finditer(raw, 0, stop):
        rest, before = raw[match.end() : match.end() + 12], raw[: match.start()]
        line_before = before.rsplit("\n", 1)[-1]
        if familiar := _FAMILIAR_NEXT.match(rest):
            yield match.start(), match.end() + familiar.end()
            continue
        if _HONORIFIC_NEXT.match(rest) or _STAFF_BEFORE.search(line_before):
            continue
        if _NOT_A_CALL_AFTER.match(rest):
            continue
        is_full = bool(given) and given in match.group()
        opens = not line_before.strip(" 　【[「＞>*~〜♪")
        calls = bool(_CALL_AFTER.match(rest))
        after_break = opens or line_before[-1:] in "、。！!？? 　「なた"
        particle = len(match.group()) > 1 and bool(_PARTICLE_AFTER.match(rest))
        if (
            (opens and calls)
            or (is_full and (calls or particle))
            or (after_break and particle and len(family) > 1)
            or _is_joined(line_before, rest, len(family))
        ):
            yield match.span()
