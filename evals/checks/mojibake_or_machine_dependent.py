"""Find broken characters, left-over markup and characters that some devices cannot show."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding, Severity
from evals.checks.reading import FieldText, Reading

CHECK = "mojibake_or_machine_dependent"

_BROKEN = "文字化けしています。元の文章から入れ直してください。"
_UNSEEN = "文字の向きを変える、見えない制御文字が入っています。見た目と中身が変わるおそれがあるため、取り除いてください。"
_MARKUP = "HTMLなどの記号が残っています。普通の文字に直してください。"
_DEPENDENT = "機種依存文字です。端末によって化けるため、普通の文字に直してください。"

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"[\ufffd\ufffe\uffff\ue000-\uf8ff]+|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+|[\ud800-\udfff]+"
        ),
        _BROKEN,
    ),
    # UTF-8 read as Latin-1 or Windows-1252: an accented letter, then signs no European text puts there.
    (
        re.compile(
            r"(?:[Ãâãåæçäèé][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ''\u201c\u201d•–—˜™š›œžŸ¡-¿Â]{1,3}){1,}|[À-ÿ]{3,}|Ã.|ï»¿|â€"
        ),
        _BROKEN,
    ),
    # UTF-8 read as Shift_JIS: 繧 繝 縺 lead every kana.
    (
        re.compile(
            r"[縺繧繝][\uff61-\uff9f一-龥ァ-ヶA-Za-z・、。]?(?:[縺繧繝譁蜷荳驕莠髮][\uff61-\uff9f一-龥ァ-ヶ・]?)+"
        ),
        _BROKEN,
    ),
    # Shift_JIS or EUC-JP read as each other.
    (
        re.compile(
            r"[\u0080-\u00a0‚ƒ][\u0080-\u00ff‚ƒ„…†‡ˆ‰Š‹Œ•–—˜™š›œžŸA-Za-z@]{2,}|[､｡]?(?:､[ﾀ-ﾝ]){2,}|ｷ(?=[､､])"
        ),
        _BROKEN,
    ),
    (re.compile(r"[?？]{3,}(?![!！])"), _BROKEN),
    (re.compile(r"〓+|■■+(?=[ぁ-ん])"), _BROKEN),
    (
        re.compile(r"&(?:[A-Za-z]{2,8}|#\d{1,6}|#x[0-9A-Fa-f]{1,5});|&(?:nbsp|amp|lt|gt|quot)(?![A-Za-z])"),
        _MARKUP,
    ),
    (
        re.compile(
            r"\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|(?<!\\)\\[nrt](?![A-Za-z])|\\n|(?:=[0-9A-F]{2}){2,}|=\?[\w-]+\?[BQbq]\?"
        ),
        _MARKUP,
    ),
    (re.compile(r"(?<![\w/?=&.%-])(?:%[0-9A-F]{2}){3,}"), _MARKUP),
    (
        re.compile(
            r"</?(?:br|p|div|span|b|i|u|strong|em|a|font|table|tr|td|img|h[1-6]|ul|li|script|style|html|body)\b[^<>\n]{0,80}/?>",
            re.I,
        ),
        _MARKUP,
    ),
    (re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]+"), _UNSEEN),
    (re.compile(r"[\uff61-\uff9f]+"), _DEPENDENT),
    # Enclosed digits and letters, Roman numerals, squared units and words, ㈱ ㊤ № ℡ ㏍.
    (re.compile(r"[\u2460-\u24ff\u2776-\u2793\u3200-\u33ff\u2160-\u217f№℡℻㏍〝〟∮∑∟⊿¦＇＂]+"), _DEPENDENT),
)


def find(reading: Reading) -> Iterator[Finding]:
    """One finding a run of characters. What the shop itself writes in a name, title or its address stays allowed."""
    context = reading.context
    own = "\n".join(
        (
            *(product.title for product in context.products),
            context.customer.family_name + context.customer.given_name,
            *(context.shop.name, context.shop.sender_name, context.shop.address, context.shop.contact),
        )
    )
    for text in reading.fields:
        yield from _in_field(text, own)


def _in_field(text: FieldText, own: str) -> Iterator[Finding]:
    taken: list[tuple[int, int]] = []
    for pattern, why in _PATTERNS:
        for match in pattern.finditer(text.raw):
            start, end = match.span()
            if match.group() in own or any(start < to and since < end for since, to in taken):
                continue
            if pattern is _PATTERNS[1][0] and match.group().isalpha() and match.group().isascii():
                continue
            taken.append((start, end))
            yield Finding(CHECK, Severity.BLOCK, text.field, (start, end), match.group(), why)
