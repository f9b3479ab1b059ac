"""The privacy boundary: tokens for what names a person on the way out, the real words on the way back, and a check between.

Nothing that identifies a customer may reach a model: name, mail, phone, postal address, order number, LINE id, our customer id.
⟦NAME⟧ stands for the customer addressed with honorific and is filled in here. ⟦W1⟧, ⟦W2⟧ … hide a customer's name where it is
part of something else (千葉さん and 千葉県産) and return letter by letter. The other tokens never return: a draft that uses
one is held.
"""

import re
from collections.abc import Iterable

from agent.domain.chart import Chart
from agent.domain.errors import PolicyRefusal
from agent.service.personal_words import fold, hide, kinds, replace_folded

NAME = "⟦NAME⟧"
_HONORIFIC = "さま|様|さん|氏|くん|君|ちゃん"
_OTHERS = re.compile(
    rf"(?<![お一-龥ァ-ヶ])([一-龥々ヶ]{{1,4}}(?:[ 　]?[一-龥々ぁ-んァ-ヶー]{{1,4}}?)?)(?={_HONORIFIC})"
    r"|(?<![ァ-ヶーお])([ァ-ヶ][ァ-ヶー]{1,7})(?=さま|様|さん|氏)"
)
_NOT_NAMES = re.compile(
    r".*お客|客|本人|皆|神|奥|旦那|店長|子|娘|息子|母|父|姉|妹|兄|弟|祖母|祖父|孫|友人|赤|猫|犬|業者|担当|店員|医者|先生|スタッフ|オーナー|パパ|ママ|ベビー|シェフ|ドライバー|メーカー|ネコ|ワンコ|イヌ"
)


class PrivacyBreach(PolicyRefusal):
    """Something that identifies a customer stood in a request to a model; the request was not sent."""

    def __init__(self, kinds: Iterable[str]) -> None:
        found = "、".join(sorted(set(kinds)))
        super().__init__(
            f"personal data would have left in a model request: {found}",
            ja=f"お客さまを特定できる情報（{found}）が含まれるため、AIには渡しませんでした。",
        )


class Pseudonyms:
    """The tokens of one customer, for one message."""

    def __init__(self, chart: Chart, *, addressed: str) -> None:
        """addressed: how the greeting names the customer (石田さま); empty when no name may be used."""
        self._addressed = addressed
        family, given = (chart.family_name or "").strip(), (chart.given_name or "").strip()
        self._full = [
            f"{a}{gap}{b}"
            for a, b in ((family, given), (given, family))
            for gap in ("", " ", "・")
            if a and b
        ]
        self._full = [fold(full) for full in self._full]
        self._names = [name for name in (family, given) if name]
        self._folded_names = [fold(name) for name in self._names]
        self._longest_first = [
            (name, fold(name)) for name in sorted(self._names, key=len, reverse=True) if len(name) > 1
        ]
        self._identifiers = _identifiers(chart)
        self._sought = [(_found_in_any_case(value), value, token) for value, token in self._identifiers]
        self._in_any_case = [(value.casefold(), token) for value, token in self._identifiers]
        self._words: dict[str, str] = {}

    def mask(self, text: str, *, people: bool = False) -> str:
        """A text that may leave. people: also hide other persons named with an honorific (notes, chats, staff's words)."""
        plain = text.replace("⟦", "〔").replace("⟧", "〕")
        low = _low(plain)
        for sought, value, token in self._sought:
            if (
                sought in low
            ):  # most texts hold none of them, and an expression for each would be made at every draft
                whole = rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])"
                plain = re.sub(whole, token, plain, flags=re.IGNORECASE)
        plain = hide(plain)
        folded = fold(plain)
        if any(name in folded for name in self._folded_names):
            for full in self._full:
                plain = replace_folded(plain, full, NAME)
            for name in self._folded_names:
                plain = _called(plain, name)
        if people:
            plain = _OTHERS.sub(_person, plain)
        folded = fold(plain)
        for name, found_as in self._longest_first:
            if found_as in folded:
                plain = replace_folded(plain, found_as, self._word(name))
                folded = fold(plain)
        return plain

    def fill(self, text: str) -> str:
        """A text from a model with the customer's words back in it; tokens that must not return stay and are found later."""
        if self._addressed:
            text = re.sub(rf"{NAME}\s?(?:{_HONORIFIC})?", self._addressed, text)
        for name, token in self._words.items():
            text = text.replace(token, name)
        return text

    def require_clean(self, texts: Iterable[str], *, data: Iterable[str] = ()) -> None:
        """Raise PrivacyBreach when a request would carry what identifies the customer.

        texts: the whole request, searched for identifiers of any kind.    data: the parts that came from outside, searched for
        the customer's names too (our own instructions may hold the same letters by chance: あい in あいさつ).
        """
        found = [kind for text in texts for kind in self._leaks(text)]
        names = [*self._full, *(found_as for _, found_as in self._longest_first)]
        found += ["氏名" for text in map(fold, data) for name in names if name in text]
        if found:
            raise PrivacyBreach(found)

    def _leaks(self, text: str) -> list[str]:
        said = {
            "⟦MAIL⟧": "メールアドレス",
            "⟦LINE⟧": "LINE ID",
            "⟦PHONE⟧": "電話番号",
            "⟦ORDER⟧": "注文番号",
            "⟦ADDRESS⟧": "住所",
        }
        any_case, folded = text.casefold(), fold(text)
        found = [said.get(token, "番号") for value, token in self._in_any_case if value in any_case]
        found += [said.get(token, "番号") for token in kinds(text)]
        return found + ["氏名" for full in self._full if full in folded]

    def _word(self, name: str) -> str:
        return self._words.setdefault(name, f"⟦W{len(self._words) + 1}⟧")


def _identifiers(chart: Chart) -> list[tuple[str, str]]:
    """Exact values to hide, longest first. An order's bare number counts only with five digits or more: 1001 may be a price."""
    values: dict[str, str] = {}
    for value, token in (
        (chart.email, "⟦MAIL⟧"),
        (chart.line_user_id, "⟦LINE⟧"),
        (chart.customer_id, "⟦NUMBER⟧"),
    ):
        if value and len(value) > 3:
            values[value] = token
    for order in {line.order_id for line in chart.purchases}:
        tail = re.split(r"[:/]", order)[-1]
        for form in (order, tail, tail.lstrip("#")):
            if len(form) >= 5 or (len(form) >= 4 and not form.isdigit()):
                values[form] = "⟦ORDER⟧"
    return sorted(values.items(), key=lambda item: -len(item[0]))


def _found_in_any_case(value: str) -> str:
    """What `_low` of a text holds wherever the value stands in it in any case; empty (always there) for letters beyond ASCII."""
    return _low(value) if value.isascii() else ""


def _low(text: str) -> str:
    """In lower case as regular expressions understand it: they take ı and İ for i too."""
    return text.casefold().replace("i\u0307", "i").replace("ı", "i")


def _called(text: str, name: str) -> str:
    """The customer's name before an honorific, in whatever shape of its letters. name: folded."""
    folded = fold(text)
    if name not in folded:
        return text
    for match in reversed(list(re.finditer(rf"{re.escape(name)}(?=\s?(?:{_HONORIFIC}))", folded))):
        text = text[: match.start()] + NAME + text[match.end() :]
    return text


def _person(match: re.Match[str]) -> str:
    named = match[1] or match[2]
    return match.group() if _NOT_NAMES.fullmatch(named) else "⟦PERSON⟧"


def mask_strangers(text: str) -> str:
    """A text in which nobody is known: whatever looks like an address, a number of somebody's or a person with an honorific."""
    return _OTHERS.sub(_person, hide(text))
