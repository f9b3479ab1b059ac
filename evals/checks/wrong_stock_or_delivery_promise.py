"""Find statements on stock, restock, shipping and arrival that products or policies contradict or forbid."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.dates import dates
from evals.checks.delivery_days import find_delivery_days
from evals.checks.free_shipping import FREE_SHIPPING, free_shipping_is_true
from evals.checks.ledger import Ledger, ledger_of
from evals.checks.order_deadlines import find_order_deadlines
from evals.checks.quantities import quantities
from evals.checks.reading import FieldText, Reading
from evals.checks.return_conditions import find_return_conditions, find_return_limits
from evals.checks.sale_days import find_sale_days
from evals.checks.shipping_speed import find_speed
from evals.checks.spoken_arrivals import find_spoken_arrivals
from evals.checks.stock_statements import find_stock

CHECK = "wrong_stock_or_delivery_promise"

_FAST = (
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
            r"(?:毎日|[月火水木金土日]曜日?も|休まず|休みなく)[^。、\n]{0,8}(?:発送|出荷|お届け|お送り)"
        ),
        r"毎日|年中無休|365日|土曜|日曜|土日も|休まず",
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
    (
        re.compile(
            r"(?:ご希望|お好き|ご都合)の?(?:よい|いい)?(?:の|な)?(?:お?日時|お?時間|日にち|曜日|お?日)[^。\n]{0,20}(?:お届け(?:し|いた|でき)|発送|お選びいただけ)"
        ),
        r"指定|希望",
    ),
    (re.compile(r"(?:コンビニ|店頭|宅配ボックス|営業所)(?:で)?(?:の)?(?:受け?取り|受取)"), r"受け?取り?"),
    (
        re.compile(
            r"(?:置き配|後払い|代引|着払い|分割払い)[^。\n]{0,10}(?:でき|可能|いただけ|承|対応|ご利用)"
        ),
        r"置き配|後払い|代引|着払い|分割",
    ),
)
_CERTAIN = re.compile(
    r"(?:必ず|確実に|絶対に|間違いなく|かならず|お約束(?:して(?:お|い)|いたし(?!か)|し(?=ま)))[^。\n]{0,18}(?:お届け|届き|届く|到着|発送|入荷|間に合|お手元)|(?:お届け|到着|発送|納期|間に合うこと)[^。\n]{0,10}(?:保証|お約束|確約)|(?:までに|当日|記念日|誕生日|クリスマス|お正月|ご出発|式)(?:に)?(?:は)?[^。\n]{0,8}(?:間に合わせ|間に合い)ます"
)
_WAS_PROMISED = re.compile(
    r"(?:の(?:日|時|ところ)|から|より|でした|だった|に(?:遅|間に合わ|反し)|し(?:て|た)(?:おりました|いました|日|の)|を(?:守|果|違|破))"
)
"""7日のお約束から遅れ: a promise that was made, not one that is."""
_KEEP = re.compile(
    r"(?:お取り?置き|取り置き|確保(?:し|いた|でき)|キープ|優先的?に(?:確保|お届け|発送|お取り))[^。\n]{0,12}(?:ます|ました|おります|でき|可能|いただけ)"
    r"|(?:よけて|除けて|分けて|取って|とって|押さえて|おさえて|別にして|残して|キープして|取り分けて)(?:おきます|おきました|おきましょう|あります|ございます|おります|お待ち)"
    r"|包んで(?:おきます|おきました|お待ち)"
    r"|(?:お客(?:様|さま)|[一-鿿]{1,4}(?:様|さま|さん))(?:の)?(?:ぶん|分)(?:を|は|も)?[^。\n]{0,10}(?:取って|残して|確保|ご用意し|よけて|別に|分けて)"
)
_REFUSED = re.compile(
    r"(?:し|いたし|でき)(?:て(?:は)?(?:おり|い)?)?(?:かね|ません|ない|なく)|たい(?:ところ|の|もの|気持)|とは(?:申|言|限)|わけでは|でき(?:ず|ない)|控え|難し|むずかし|れず|れません|お受けして(?:い|お)"
)
"""お約束したいところですが, お約束はできかねます: no promise."""
_DENIED_AFTER = re.compile(r"[^。、\n]{0,6}?(?:ません|ませず|ないので|ないため|かね)(?!か)")
"""指定は承っ|ておりません."""
_RESTOCK = re.compile(r"(?:再入荷|入荷|再販|販売再開|お届け再開)")
_RESTOCK_PROMISE = re.compile(
    r"(?:再入荷|入荷|再販|販売再開)(?:が|は|を|の|も)?(?:(?![。\n]|知らせ|案内|連絡|次第|しましたら|したら|待ち|未定|できず|ませ)[^。\n]){0,10}?"
    r"(?:予定(?!は?(?:未定|わか|分か|ござ|あり|立))|見込|決ま|決定|いたします|します|できます|です)"
)


def find(reading: Reading) -> Iterator[Finding]:
    """Stock first, then days and lengths, then promises."""
    yield from find_stock(reading, CHECK)
    for text in reading.fields:
        yield from find_delivery_days(reading, text, CHECK)
        yield from find_order_deadlines(reading, text, CHECK)
        yield from find_return_conditions(reading, text, CHECK)
        yield from find_return_limits(reading, text, CHECK)
        yield from find_sale_days(reading, text, CHECK)
        yield from find_speed(reading, text, CHECK)
        yield from find_spoken_arrivals(reading, text, CHECK)
        yield from _promises(reading, ledger_of(reading.context), text)


def _promises(reading: Reading, ledger: Ledger, text: FieldText) -> Iterator[Finding]:
    policies, everything = ledger.policies.text, reading.known.everything
    for pattern, wanted in _FAST:
        for match in pattern.finditer(text.said):
            if (
                _allows(policies, wanted)
                or _allows(everything, re.escape(match.group()))
                or _is_known_tomorrow(reading, match.group())
                or _DENIED_AFTER.match(text.said, match.end())
                or _REFUSED.search(re.split(r"[。、]", text.said[match.end() - 6 : match.end() + 14])[0])
            ):
                continue
            yield text.find(
                CHECK, *match.span(), "規約にない発送・お届けの約束です。規約の範囲に直してください。"
            )
    for match in _CERTAIN.finditer(text.said):
        if re.search(r"交換|返品|返金|取り?替え", match.group()) or _WAS_PROMISED.match(
            text.said, match.end()
        ):
            continue
        if match.group() not in everything and not _REFUSED.search(
            match.group() + text.said[match.end() : match.end() + 16].split("。")[0]
        ):
            yield text.find(
                CHECK, *match.span(), "お届けや入荷を確約する表現です。「予定」などに言い換えてください。"
            )
    for match in _KEEP.finditer(text.said):
        denied = re.search(r"かね|ませ|ない", match.group() + text.said[match.end() : match.end() + 3])
        if not denied and not _allows(everything, r"取り?置き|確保|優先"):
            yield text.find(
                CHECK, *match.span(), "規約や特典にない取り置き・優先の約束です。外してください。"
            )
    yield from _kept_too_long(ledger, text)
    for match in FREE_SHIPPING.finditer(text.said):
        if not free_shipping_is_true(reading, ledger, text, match.start()):
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


def _kept_too_long(ledger: Ledger, text: FieldText) -> Iterator[Finding]:
    """1週間お取り置きします, where the policy keeps things for three days."""
    if not re.search(r"取り?置", text.said):
        return
    lines = [line for line in ledger.policies.text.split("\n") if re.search(r"取り?置", line)]
    known = {found.value for line in lines for found in quantities(line) if found.kind == q.DAYS}
    for found in quantities(text.said) if known else ():
        near = re.search(r"取り?置", text.sentence_at(found.start))
        if near and found.kind == q.DAYS and found.value not in known:
            yield text.find(
                CHECK, found.start, found.end, "お取り置きの日数が規約と合いません。規約に直してください。"
            )


def _allows(source: str, wanted: str) -> bool:
    """True when a sentence of the source speaks of it without refusing it."""
    for line in re.split(r"[\n。]", source):
        if re.search(wanted, line) and not re.search(
            r"(?:でき|いたし|し|承って|受け付けて|受けて|行って|対応して|設けて)(?:は)?(?:い|おり)?(?:かね|ません|ておりません|ていません|ていない)|不可|できない|お断り|しない|受けない|承らない|承りません|受けません|いない|対象外|禁止",
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
