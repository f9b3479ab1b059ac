"""Is a property told of one product only another product's (洗濯機で洗える of the sheet told of the quilt)?"""

from collections.abc import Callable, Iterator

from agent.domain.finding import Finding
from evals.checks.denied_properties import told_of_one_product
from evals.checks.fold import spelled
from evals.checks.reading import FieldText, Reading

_WHY = "「{other}」の情報を別の商品のこととして書いています。記録に合わせて直してください。"
_TWO_TOGETHER = (
    "合わせ",
    "一緒",
    "セット",
    "どちら",
    "同じ",
    "比べ",
    "お供",
    "添え",
    "おそろい",
    "ほか",
    "別",
)


def find_swapped(
    reading: Reading,
    text: FieldText,
    check: str,
    words: tuple[tuple[str, tuple[str, ...], bool], ...],
    is_attribute: Callable[[str, int, str], bool],
) -> Iterator[Finding]:
    """Words of attributes (`lexicon/attribute_words.txt`) that no text on the product spoken of has, and one other's has.

    Only in sentences that name that product and no second one; what customer, policies or offer say stands for any.
    """
    products = reading.known.products
    if len(products) < 2:
        return
    known = reading.known
    common = spelled("\n".join((known.customer, *known.policies, known.offer)))
    stretches = list(told_of_one_product(reading, text))
    spelling = text.spelling.text
    for word, backing, _ in words:
        place = spelling.find(word)
        if place < 0 or any(other in common for other in backing):
            continue
        owners = [p for p in products if any(other in p.spelling for other in backing)]
        if len(owners) != 1 or any(other in spelled(owners[0].title) for other in backing):
            continue
        while place >= 0:
            at = text.plain_place(place)
            meant = [one for start, end, one in stretches if start <= at < end]
            sentence = text.sentence_at(at)
            if (
                meant
                and meant[0].id != owners[0].id
                and is_attribute(spelling, place, word)
                and not any(sign in sentence for sign in _TWO_TOGETHER)
            ):
                why = _WHY.format(other=owners[0].title)
                yield text.find(check, place, place + len(word), why, spelling=True)
            place = spelling.find(word, place + 1)
