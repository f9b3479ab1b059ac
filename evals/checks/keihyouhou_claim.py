"""Find superlatives, ranks, certainty, false urgency and double prices that nothing in the context proves (景品表示法)."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.fold import spelled
from evals.checks.law_scope import is_low, title_spans
from evals.checks.lemma_rules import Match, find_matches, load_rules
from evals.checks.lemmas import sentences_of
from evals.checks.ng_lexicon import find_rows
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading
from evals.checks.stock_status import stock_status

CHECK = "keihyouhou_claim"

_DENIED = re.compile(
    r"^[^。!?\n]{0,12}(?:必要|こと|わけ|つもり|の)(?:は|も|では|で)?[^。!?\n]{0,8}(?:ありません(?!か)|ございません(?!か)|ないので|ございませんので)"
    r"|^[^。!?\n]{0,3}と(?:まで)?は?(?:言え|申せ|申し上げ|限)[^。!?\n]{0,14}(?:ません|ない)|^[^。!?\n]{0,3}(?:という|と)(?:ほど|わけ)では"
)
"""The shop says that it is not so."""
_NO_OFFER = re.compile(
    r"返品|交換|返金|返信|ご連絡|お電話|発送|出荷|お届け|届き|受け?付|営業|お問い?合わせ|休み|お休み|感想|れびゅー|口こみ"
)
_PRIVATE = re.compile(
    r"家族|すたっふ|店の者|社員|職人|ご質問|お問い?合わせ|ご相談|嬉し|うれし|幸せ|有り?難|ありがた|光栄|心強|申し訳|すみません|(?:いりません|要りません)"
)
"""The shop's own people, the customer's family, questions, and thanks: nothing is ranked."""
_TOGETHER = re.compile(
    r"(?:割引|クーポン|特典|ポイント|ご?優待|洗剤|薬|製品)[^。\n]{0,6}(?:とは?|と[^。\n]{0,4}一緒)|併用"
)
"""Terms of combining say that something cannot be used with something else."""
_DEADLINE = re.compile(
    r"今だけ|本日|今日|最終日|まもなく|終了間近|締切|今なら|お急ぎ|お早め|急いで|最後のちゃんす|らすとちゃんす|最終案内|あと\d+日"
)
_AT_HOME = re.compile(r"(?:ころ|頃|時期|ご自宅|お手元|お手もと|お使い|そろそろ|とのこと|と伺|袋の中|ご家庭)")
"""What the customer has left is no scarcity of the shop."""
_SUPPOSED = re.compile(r"に(?:なって(?:から|も)|なったら|なりましたら|なる(?:前|まで|ころ|頃|と)|なれば)")
_ONLY_OURS = re.compile(r"当店だけの")
_OURS = re.compile(r"当店(?:の)?(?:おりじなる|限定|独自|だけ)|おりじなる|自社(?:製|開発)|店主が")
"""Facts by which a thing is sold here only: 当店オリジナル."""
_REGULAR = re.compile(r"通常|定価|市価|希望|参考|旧価格|元の価格|元値|本来|発売時|相場|他店|普段|いつも")
_SCARCE = re.compile(
    r"残り|在庫|棚|注文|問い?合わせ|申し?込み|予約|引き合い|明日|あす|今夜|今週末|数日|数量限定|限定\d|なくなり次第|先着|お早め|お急ぎ|売り切れ|完売|らすと\d|名様?限定|急いで|最終入荷|手に入らなく"
)


def find(reading: Reading) -> Iterator[Finding]:
    """The lexicon's rows, then further wordings, unless the facts themselves say so."""
    told: list[tuple[str, int, int]] = []
    for finding in find_rows(reading, CHECK):
        if "残りわずか" in finding.quote and _is_at_home(reading, finding):
            continue
        if _is_supposed(reading, finding):
            continue
        told.append((finding.field, *finding.span))
        yield finding

    def is_unproven(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        start, end = match.span()
        first, last = text.spelling.span(start, end)
        if any(text.field == field and first < to and since < last for field, since, to in told):
            return False
        if any(since < end and start < to for since, to in title_spans(reading, text)):
            return False
        words, sentence = match.group(), text.sentence_at(text.plain_place(start))
        if "残り" in words and _AT_HOME.search(sentence):
            return False
        if "残り" in words and _SUPPOSED.match(text.spelling.text, end):
            return False
        if _ONLY_OURS.match(words) and _OURS.search(reading.known.claims):
            return False
        if _is_offered_price(reading, words):
            return False
        if _DENIED.match(text.spelling.text[end : end + 40]):
            return False
        if _NEXT_UNKNOWN.search(words) and not _is_on_the_shelf(reading):
            return False
        if _DEADLINE.match(words) and _NO_OFFER.search(spelled(sentence)):
            return False
        return not _is_true(reading, words)

    for finding in find_phrases(
        CHECK, reading.fields, load_phrases(CHECK, spelling=True), accept=is_unproven
    ):
        told.append((finding.field, *finding.span))
        yield finding
    for text in reading.fields:
        for finding in _structures(reading, text):
            if not any(
                text.field == f and finding.span[0] < to and since < finding.span[1] for f, since, to in told
            ):
                told.append((finding.field, *finding.span))
                yield finding


_NEXT_UNKNOWN = re.compile(r"未定|わかりま|分かりま|決まって")


def _is_on_the_shelf(reading: Reading) -> bool:
    """True when a product can be had and nothing in the context says that its next arrival is open."""
    stocks = [stock_status(product.stock, reading.context.today) for product in reading.known.products]
    return any(one.available for one in stocks) and "未定" not in reading.known.everything


def _is_offered_price(reading: Reading, words: str) -> bool:
    """True for 1,650円から10%引きで1,485円: a catalogue price, the offer's own rate or amount, and what is left of it."""
    amounts = [int(found.replace(",", "")) for found in re.findall(r"(\d[\d,]*)円", words)]
    terms = reading.known.offer_spelling
    if len(amounts) < 2 or not terms or _REGULAR.search(words):
        return False
    prices = {product.price_yen for product in reading.context.products}
    rates = [int(rate) for rate in re.findall(r"(\d+)(?:%|ぱーせんと)", terms)]
    rates += [int(rate) * 10 for rate in re.findall(r"(\d)割", terms)]
    taken = [int(yen.replace(",", "")) for yen in re.findall(r"(\d[\d,]*)円", terms)]
    first, last = amounts[0], amounts[-1]
    by_rate = any(abs(first * (100 - rate) / 100 - last) < 1 for rate in rates)
    return first in prices and (by_rate or first - last in taken)


def _is_supposed(reading: Reading, finding: Finding) -> bool:
    """True for 残りわずかになってからでも: a case supposed, no statement on the stock."""
    text = reading.text_of(finding.field)
    if text is None or "残りわずか" not in finding.quote:
        return False
    return bool(_SUPPOSED.match(text.said, bisect_left(text.plain.starts, finding.span[1])))


def _is_at_home(reading: Reading, finding: Finding) -> bool:
    """True when what runs low is what the customer has left."""
    text = reading.text_of(finding.field)
    return text is not None and bool(
        _AT_HOME.search(text.sentence_at(bisect_left(text.plain.starts, finding.span[0])))
    )


def _structures(reading: Reading, text: FieldText) -> Iterator[Finding]:
    """What is ranked first or certain by the build of the sentence (lexicon/superlatives.lemmas)."""
    rules = load_rules("superlatives")
    for sentence in sentences_of(text):
        for match in find_matches(sentence, rules):
            rest = sentence.text[match.end - sentence.start :]
            words = sentence.text[match.start - sentence.start : match.end - sentence.start]
            if _PRIVATE.search(spelled(sentence.text)) or _DENIED.match(spelled(rest)):
                continue
            if match.pattern.tag == "" and _TOGETHER.search(sentence.text):
                continue
            if spelled(words) in reading.known.claims or _is_in_title(reading, text, match):
                continue
            if match.pattern.tag == "hurry" and any(is_low(p.stock) for p in reading.context.products):
                continue
            yield text.find(CHECK, match.start, match.end, match.pattern.message, match.pattern.severity)


def _is_in_title(reading: Reading, text: FieldText, match: Match) -> bool:
    return any(
        text.plain_place(since) <= match.start and match.end <= text.plain_place(to - 1) + 1
        for since, to in title_spans(reading, text)
    )


def _is_true(reading: Reading, words: str) -> bool:
    """Words the facts, policies or offer contain; a deadline of the offer; a stock that is low."""
    known, context = reading.known, reading.context
    if words in known.claims or words in known.offer_spelling or words in spelled(known.customer):
        return True
    if _SCARCE.match(words) and any(is_low(product.stock) for product in context.products):
        return True
    expires = context.offer.expires if context.offer else None
    if _DEADLINE.match(words) and expires is not None:
        days = (expires - context.today).days
        return days == 0 if words.startswith(("本日", "今日")) else 0 <= days <= 14
    return False
