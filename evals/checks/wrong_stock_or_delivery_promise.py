"""Find statements on stock, restock, shipping and arrival that products or policies contradict or forbid."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.dates import dates
from evals.checks.delivery_days import find_delivery_days
from evals.checks.ledger import Ledger, ledger_of
from evals.checks.quantities import quantities
from evals.checks.reading import FieldText, Reading
from evals.checks.stock_statements import find_stock

CHECK = "wrong_stock_or_delivery_promise"

_FAST = (
    (
        re.compile(
            r"即日(?:発送|出荷|配送|お届け)|当日(?:に|中に)?(?:発送|出荷|配送|お届け|中に)|本日(?:中に)?(?:発送|出荷)(?!(?:いたし|し)ました|の手続|を完了)|今日(?:中に)?(?:発送|出荷)(?!(?:いたし|し)ました)"
        ),
        r"即日|当日|本日",
    ),
    (
        re.compile(
            r"翌日(?:に|には|中に|の)?(?:お届け|配達|到着|着|お手元|届)|翌日配[送達]|(?:明日|あす|あした)(?:に|には|中に|の[^。\n]{0,6}に)?[^。\n]{0,10}(?:お届け(?:し|いた|でき|予定)|届(?:き|く|け)|到着|お手元に|着き)"
        ),
        r"翌日|明日|あす楽",
    ),
    (re.compile(r"(?:最短|最速)[^。\n]{0,10}(?:お届け|届|発送|到着|着)"), r"最短|最速"),
    (re.compile(r"(?:翌営業日|次の営業日)[^。\n]{0,8}(?:発送|出荷|お届け)"), r"翌営業日|1営業日"),
    (
        re.compile(
            r"(?:土日|休日|祝日|年末年始|深夜|24時間|365日|年中無休)(?:祝日)?(?:も|でも)?[^。\n]{0,8}(?:発送|出荷|お届け|配送)"
        ),
        r"土日|休日|祝日|年中無休|365日|24時間",
    ),
    (
        re.compile(
            r"(?:海外|全世界|離島|沖縄)[^。\n]{0,6}(?:にも|へも|でも|まで)[^。\n]{0,8}(?:発送|お届け|配送)"
        ),
        r"海外|離島|沖縄",
    ),
    (
        re.compile(
            r"(?:日時|時間(?:帯)?|日付|お届け日|日にち)(?:の)?(?:を)?(?:ご)?(?:指定|希望)[^。\n]{0,8}(?:いただけ|でき|可能|承|お受け)"
        ),
        r"指定",
    ),
    (re.compile(r"(?:コンビニ|店頭|宅配ボックス|営業所)(?:で)?(?:の)?(?:受け?取り|受取)"), r"受け?取り?"),
    (
        re.compile(
            r"(?:置き配|後払い|代引|着払い|分割払い)[^。\n]{0,10}(?:でき|可能|いただけ|承|対応|ご利用)"
        ),
        r"置き配|後払い|代引|着払い|分割",
    ),
)
_FREE_SHIPPING = re.compile(
    r"送料(?:は|が|も)?(?:、)?(?:当店(?:が|で)?負担|無料|0円|サービス|いただきません|かかりません|頂きません|不要|こちら(?:で|が)(?:負担|持))|無料(?:配送|で(?:お届け|発送|配送))"
)
_CERTAIN = re.compile(
    r"(?:必ず|確実に|絶対に|間違いなく|かならず|お約束(?:して|いたし|し))[^。\n]{0,18}(?:お届け|届き|届く|到着|発送|入荷|間に合|お手元)|(?:お届け|到着|発送|納期|間に合うこと)[^。\n]{0,10}(?:保証|お約束|確約)|(?:までに|当日|記念日|誕生日|クリスマス|お正月|ご出発|式)(?:に)?(?:は)?[^。\n]{0,8}(?:間に合わせ|間に合い)ます"
)
_KEEP = re.compile(
    r"(?:お取り?置き|取り置き|確保(?:し|いた|でき)|キープ|優先的?に(?:確保|お届け|発送|お取り))[^。\n]{0,12}(?:ます|ました|おります|でき|可能|いただけ)"
)
_RESTOCK = re.compile(r"(?:再入荷|入荷|再販|販売再開|お届け再開)")
_RESTOCK_PROMISE = re.compile(
    r"(?:再入荷|入荷|再販|販売再開)(?:が|は|を|の|も)?[^。\n]{0,10}(?:予定|見込|決ま|決定|いたします|します|できます|お待ち|です)"
)


def find(reading: Reading) -> Iterator[Finding]:
    """Stock first, then days and lengths, then promises."""
    yield from find_stock(reading, CHECK)
    for text in reading.fields:
        yield from find_delivery_days(reading, text, CHECK)
        yield from _promises(reading, ledger_of(reading.context), text)


def _promises(reading: Reading, ledger: Ledger, text: FieldText) -> Iterator[Finding]:
    policies, everything = ledger.policies.text, reading.known.everything
    for pattern, wanted in _FAST:
        for match in pattern.finditer(text.said):
            if (
                _allows(policies, wanted)
                or _allows(everything, re.escape(match.group()))
                or _is_known_tomorrow(reading, match.group())
            ):
                continue
            yield text.find(
                CHECK, *match.span(), "規約にない発送・お届けの約束です。規約の範囲に直してください。"
            )
    for match in _CERTAIN.finditer(text.said):
        if match.group() not in everything:
            yield text.find(
                CHECK, *match.span(), "お届けや入荷を確約する表現です。「予定」などに言い換えてください。"
            )
    for match in _KEEP.finditer(text.said):
        if not re.search(r"取り?置き|確保|優先", everything):
            yield text.find(
                CHECK, *match.span(), "規約や特典にない取り置き・優先の約束です。外してください。"
            )
    for match in _FREE_SHIPPING.finditer(text.said):
        if not _free_shipping_is_true(reading, ledger, text, match.start()):
            yield text.find(
                CHECK, *match.span(), "規約や特典にない送料無料の約束です。条件を確かめて直してください。"
            )
    for match in _RESTOCK_PROMISE.finditer(text.said):
        sentence = text.sentence_at(match.start())
        if not _RESTOCK.search(everything) and not re.search(r"未定|分から|わから|次第|ません", sentence):
            yield text.find(
                CHECK,
                *match.span(),
                "入荷の予定は記録にありません。予定を確かめるか、外してください。",
            )


def _allows(source: str, wanted: str) -> bool:
    """True when a sentence of the source speaks of it without refusing it."""
    for line in re.split(r"[\n。]", source):
        if re.search(wanted, line) and not re.search(
            r"(?:でき|いたし|し|承って|受け付けて|行って|対応して)(?:かね|ません|ておりません)|不可|できない|お断り|しない|対象外|約束しない|禁止",
            line,
        ):
            return True
    return False


def _is_known_tomorrow(reading: Reading, words: str) -> bool:
    """明日 is true when a source names that very day."""
    ledger, today = ledger_of(reading.context), reading.context.today
    return any(
        known.kind == "day" and dated.first == known.first
        for dated in dates(words, today)
        for known in ledger.dates()
        if dated.first > today
    )


def _free_shipping_is_true(reading: Reading, ledger: Ledger, text: FieldText, place: int) -> bool:
    """By offer, by policy without limit, by policy under the limit it names, or at our fault in a recovery."""
    sentence = text.sentence_at(place)
    if re.search(
        r"送料(?:が|は|を)?(?:無料|0円|負担|サービス|いただ)|無料(?:配送|発送|で)",
        ledger.offer.text + ledger.customer.text,
    ):
        return True
    for line in re.split(r"[\n。]", ledger.policies.text):
        if not re.search(r"送料|配送料", line) or not re.search(
            r"無料|負担|0円|いただ(?:き|い)(?:ません|ておりません)", line
        ):
            continue
        limits = {found.value for found in quantities(line) if found.kind == q.YEN}
        limited = limits and re.search(r"以上|を超え|から|未満", line)
        if limited and any(
            found.value >= min(limits) for found in quantities(sentence) if found.kind == q.YEN
        ):
            return True
        if not limited or any(found.value in limits for found in quantities(sentence) if found.kind == q.YEN):
            return True
        if re.search(r"以上|対象|条件|あと|超え|場合", sentence):
            return True
        if re.search(r"返品|返送|交換|不良|初期", line) and re.search(r"返|交換|お直し", sentence):
            return True
    return bool(
        re.search(r"返品|返送|交換|ご返送", sentence)
        and re.search(r"当店(?:が)?負担|着払い", ledger.policies.text)
    )
