"""Find rewards that were not granted, and rates, amounts, codes, deadlines or conditions that differ from the offer."""

import re
from collections.abc import Iterator
from datetime import date

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.dates import Dated, dates
from evals.checks.early_access import find_early_access
from evals.checks.free_shipping import free_shipping_is_true
from evals.checks.granted_gifts import find_gifts
from evals.checks.ledger import Ledger, ledger_of
from evals.checks.offer_conditions import find_conditions
from evals.checks.offer_hours import find_hours
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.plain_rewards import find_plain_rewards
from evals.checks.priced_services import find_priced_services
from evals.checks.quantities import Quantity, quantities
from evals.checks.reading import FieldText, Reading
from evals.checks.roles import Role, role_of
from evals.checks.spoken_deadlines import find_spoken_deadlines
from evals.checks.wrong_price import is_known, is_reward_or_limit

CHECK = "invented_offer_or_changed_terms"

_CODE = re.compile(
    r"(?<![A-Za-z0-9_@./:-])(?=[A-Za-z0-9_-]*[A-Z0-9])[A-Za-z0-9][A-Za-z0-9_-]{3,19}(?![A-Za-z0-9_@./-])"
)
_CODE_WORD = re.compile(r"コード|クーポン|番号|合言葉|キーワード|入力|code", re.IGNORECASE)
_PERCENT_OF_REWARD = re.compile(
    r"^(?:\s*(?:分)?(?:の|を|も|相当)?(?:ご)?(?:OFF|オフ|お?引|割引|値引|還元|ポイント|クーポン|お得|お安|割り引|DOWN|ダウン|バック|優待|特別割引|プラス|お値引|上乗せ|付与))",
    re.IGNORECASE,
)
_EXPIRY = re.compile(r"まで|期限|有効|迄|締切|締め切|限り|いっぱい")
_EARLY = re.compile(r"先行|先立|先に|いち早|ひと足|VIP|会員|いただけ")
_LIMIT = re.compile(r"以上|を超え|未満|以下|から(?:送料|配送|お使い|ご利用|使え|適用|対象)")
_MULTIPLE = re.compile(
    r"(?:ポイント|還元)[^。\n]{0,6}?(\d+(?:\.\d+)?)倍|(\d+(?:\.\d+)?)倍(?:の)?(?:ポイント|還元)"
)
_VALID_FOR = re.compile(
    r"(?:早|有効|ご?利用|使|期限|限り|クーポン|特典|返品|交換|返金|キャンセル|お試し|保証)"
)


def find(reading: Reading) -> Iterator[Finding]:
    """Codes, rates, amounts, deadlines, conditions, then kinds of reward by their words."""
    ledger = ledger_of(reading.context)
    for text in reading.fields:
        yield from _codes(reading, text)
        yield from _numbers(reading, ledger, text)
        yield from _deadlines(reading, ledger, text)
        yield from find_spoken_deadlines(reading, text, CHECK)
        yield from find_hours(reading, text, CHECK)
        yield from find_gifts(reading, text, CHECK)
        yield from find_conditions(reading, text, CHECK)
        yield from find_priced_services(reading, text, CHECK)
        yield from find_early_access(reading, ledger, text, CHECK)
    yield from _wordings(reading, ledger)
    yield from find_plain_rewards(reading, CHECK)


def _codes(reading: Reading, text: FieldText) -> Iterator[Finding]:
    """A word of capitals and digits in a sentence on codes that is not the offer's, nor known elsewhere."""
    offer = reading.context.offer
    wanted = (offer.code or "") if offer else ""
    known = reading.known.proofs
    for match in _CODE.finditer(text.said):
        word = match.group()
        if (
            word == wanted
            or word.isdigit()
            or (word.lower() in known.lower() and word.lower() != wanted.lower())
        ):
            continue
        around = text.said[max(0, match.start() - 30) : match.end() + 16]
        if not _CODE_WORD.search(around) or word.upper() in ("LINE", "EMAIL", "CODE", "COUPON", "HTTPS"):
            continue
        if not re.search(r"\d", word) and not word.isupper():
            continue
        why = (
            f"クーポンコードは「{wanted}」です。直してください。"
            if wanted
            else "発行されていないコードです。外してください。"
        )
        yield text.find(CHECK, *match.span(), why)


def _numbers(reading: Reading, ledger: Ledger, text: FieldText) -> Iterator[Finding]:
    for found in quantities(text.said):
        what = _wrong_term(ledger, text, found)
        if what:
            yield text.find(CHECK, found.start, found.end, _why(reading, what))
    for match in _MULTIPLE.finditer(text.said):
        if not re.search(rf"(?<!\d){re.escape(match[1] or match[2])}倍", reading.known.proofs):
            yield text.find(CHECK, *match.span(), _why(reading, "ポイント倍率"))


def _wrong_term(ledger: Ledger, text: FieldText, found: Quantity) -> str:
    """Which term of a reward or policy a quantity gets wrong; empty when none."""
    after = text.said[found.end : found.end + 14]
    if found.kind == q.PERCENT and _PERCENT_OF_REWARD.match(after):
        sources = (ledger.offer, ledger.policies, ledger.records)
        return "" if any(found.value in source.values(q.PERCENT) for source in sources) else "率"
    if found.kind == q.YEN and is_reward_or_limit(text, found):
        return "" if _amount_is_backed(ledger, text, found) else "金額・条件"
    if found.kind == q.POINT:
        is_known_amount = found.value in ledger.values(q.POINT, q.YEN) or _is_sum_of_pieces(
            ledger, text, found
        )
        return "" if is_known_amount or _is_points_of_price(ledger, found.value) else "ポイント"
    if found.kind in (q.DAYS, q.MONTHS, q.YEARS):
        if _BIRTHDAY_EARLY.match(text.said, found.end):
            return ""
        return "期間" if _is_term(text, found) and not _length_is_known(ledger, found) else ""
    if found.kind == q.COUNT and _is_gift_count(ledger, text, found):
        return "個数"
    return "条件" if _is_count_of_terms(found, after) and found.value not in ledger.values(q.COUNT) else ""


def _is_gift_count(ledger: Ledger, text: FieldText, found: Quantity) -> bool:
    """ドリップバッグ5個をお付けします, where the offer gives another number of that unit."""
    granted = {known.value for known in ledger.offer.quantities if known.unit == found.unit}
    gives = re.search(
        r"プレゼント|お付け|付け|差し上げ|進呈|同封|お贈り|添え|お入れ|おまけ|お渡し",
        text.sentence_at(found.start),
    )
    return bool(granted and gives) and found.value not in granted


def _is_count_of_terms(found: Quantity, after: str) -> bool:
    """3点以上のお買い上げ, 2本購入で, 10名様限定."""
    if found.kind != q.COUNT or found.unit not in ("個", "点", "本", "回", "枚", "セット", "袋", "名"):
        return False
    return bool(
        re.match(
            r"\s*(?:以上(?:の)?(?:お買い|ご購入|ご注文|お求め)|ご?購入で|お買い上げで|お求めで|限定|様限り)",
            after,
        )
    )


_OF_COUPON = re.compile(r"クーポン|コード|割引|引き|OFF|特典|進呈|プレゼント", re.IGNORECASE)


def _amount_is_backed(ledger: Ledger, text: FieldText, found: Quantity) -> bool:
    if text.said.startswith("で", found.end) and is_known(ledger, text, found):
        return True
    limit = bool(_LIMIT.match(text.said, found.end))
    sentence = text.sentence_at(found.start)
    if limit and ledger.offer.values(q.YEN) and _OF_COUPON.search(sentence) and "送料" not in sentence:
        return found.value in ledger.offer.values(q.YEN)
    for source in (ledger.offer, ledger.policies, ledger.records):
        if found.value in source.values(q.YEN, q.POINT):
            return True
    if found.value in ledger.products.values(q.YEN) and limit:
        return True
    after = text.said[found.end : found.end + 4]
    if re.match(r"(?:の)?(?:お得|安|引)|お得", after):
        return is_known(ledger, text, found) and found.value not in ledger.prices.values()
    return not limit and bool(ledger.offer.text) and found.value in ledger.reduced


_BIRTHDAY_EARLY = re.compile(
    r"(?:ほど|くらい)?(?:早い|早め|早く|遅れ)[^。\n]{0,12}(?:お?誕生日|お祝い|記念日|おめでとう)"
)
"""5日早いのですが、お誕生日おめでとうございます: no term of a reward."""
_EACH = re.compile(
    r"(?:につき|ごとに|あたり)\D{0,6}(\d+)\s*(?:ポイント|pt)|(\d+)\s*(?:ポイント|pt)[^。\n]{0,6}(?:ずつ|につき)"
)


def _is_sum_of_pieces(ledger: Ledger, text: FieldText, found: Quantity) -> bool:
    """両方なら100ポイント, where a policy grants 50 for each piece."""
    each = [int(match[1] or match[2]) for match in _EACH.finditer(ledger.policies.text + ledger.offer.text)]
    together = re.search(
        r"両方|ふたつ|2つ|[2-5]件|[2-5]点|合わせて|あわせて|合計", text.sentence_at(found.start)
    )
    return bool(together) and any(found.value in (one * 2, one * 3, one * 4, one * 5) for one in each)


def _is_points_of_price(ledger: Ledger, value: float) -> bool:
    """Points as a policy's percentage of a price."""
    rates = ledger.policies.values(q.PERCENT) | ledger.offer.values(q.PERCENT)
    return any(int(price * rate / 100) == value for price in ledger.prices.values() for rate in rates)


def _is_term(text: FieldText, found: Quantity) -> bool:
    after, before = text.said[found.end : found.end + 16], text.said[max(0, found.start - 16) : found.start]
    if not re.match(
        r"(?:以内|間|有効|限り|早|(?:、)?(?:承|お受け|受け付け|可能|対応)|の(?:有効|保証|返|お試し|間)|は(?:返|交換|無料)|まで)",
        after,
    ) and not re.search(r"期限(?:は)?[^。]{0,4}$", before):
        return False
    near = after + before
    if "保証" in near:
        return False
    if re.search(r"発送|出荷|お届け(?!(?:から|後|日から|の日から|いただいてから))", near) and not re.search(
        r"返品|交換|返金|有効|保証", near
    ):
        return False
    return bool(_VALID_FOR.search(near))


def _length_is_known(ledger: Ledger, found: Quantity) -> bool:
    wanted = _days(found)
    days = [known.first for known in ledger.dates() if known.kind == "day"]
    if any((one - other).days == wanted for one in days for other in days):
        return True
    return any(
        known.kind in (q.DAYS, q.MONTHS, q.YEARS)
        and abs(_days(known) - wanted) < 1.1 * (1 if wanted < 60 else 6)
        for source in ledger.sources
        for known in source.quantities
    )


def _days(found: Quantity) -> float:
    return found.value * {q.DAYS: 1.0, q.MONTHS: 30.0, q.YEARS: 365.0}[found.kind]


def _deadlines(reading: Reading, ledger: Ledger, text: FieldText) -> Iterator[Finding]:
    """A day until which a reward holds must be the offer's, or one that policies or products name."""
    today, offer = reading.context.today, reading.context.offer
    for dated in dates(text.said, today):
        after = text.said[dated.end : dated.end + 12]
        before = text.said[max(0, dated.start - 16) : dated.start]
        if re.search(r"(?:賞味|消費|使用|保存)期限", text.sentence_at(dated.start)):
            continue
        role = role_of(text, dated.start, dated.end)
        until = re.match(
            r"(?:\s*\d{1,2}[:時]\d{0,2}分?)?\s*(?:(?:の)?(?:いっぱい|中|限り|末|正午|深夜|夜|終日|\d{1,2}時)?(?:まで|迄|限り|締切|締め切|が(?:期限|締))|いっぱい)",
            after,
        )
        since = re.match(
            r"(?:の)?(?:正午|朝|\d{1,2}[:時]\d{0,2})?(?:から|より|に(?:先行|いち早|ひと足)|(?:より|から)(?:、)?(?:先行|販売|お求め|ご予約|お選び|受付))",
            after,
        )
        if not (
            until or since or re.search(r"期限[^。\n]{0,5}$|有効[^。\n]{0,5}$|締切[^。\n]{0,4}$", before)
        ):
            continue
        if dated.kind == "relative" and (
            (not until and not since)
            or (until and dated.last < today)
            or (
                since
                and offer is not None
                and dated.first == today <= (offer.expires or today)
                and not _opens_later(ledger, today)
            )
        ):
            continue
        early = since and offer is not None and _EARLY.search(text.sentence_at(dated.start))
        if (
            role is not Role.OFFER
            and not early
            and not (
                until and offer is not None and role is not Role.DELIVERY and _is_on_reward(text, dated.start)
            )
        ):
            continue
        if not dated.is_valid:
            continue
        if (since or offer is None or _OF_POLICY.search(text.sentence_at(dated.start))) and _is_counted(
            ledger, dated
        ):
            continue
        if until and re.match(
            r"[^。、\n]{0,8}まで(?:に|の)(?:ご)?注文[^。\n]{0,24}(?:届|発送|出荷)",
            after + text.said[dated.end + 12 : dated.end + 50],
        ):
            continue
        if not _deadline_is_known(
            ledger, dated, offer.expires if offer else None, text, is_until=bool(until)
        ):
            yield text.find(CHECK, dated.start, dated.end, _why(reading, "期限"))
        elif dated.kind == "day" and dated.weekday is not None and dated.first.weekday() != dated.weekday:
            yield text.find(
                CHECK, dated.start, dated.end, "期限の日付と曜日が合いません。暦を確かめて直してください。"
            )


_SPEAKS_OF_REWARD = re.compile(
    r"クーポン|コード|割引|引き|OFF|オフ|特典|ポイント|プレゼント|進呈|差し上げ|お付け|優待|先行|お使い|ご利用|有効|期限|締切|締め切|キャンペーン|お求め|ご購入|ご注文|お選び|ご予約|お申し込み|受け?付|ご招待|価格|無料",
    re.IGNORECASE,
)


def _is_on_reward(text: FieldText, place: int) -> bool:
    """True when the sentence or the one before it speaks of a reward or of buying: 赤しずくは4月までがまきどきです does not."""
    start, end = text.sentence_span(place)
    before = [text.said[first:last] for first, last in text.sentences if last <= start][-1:]
    own = text.said[start:end]
    if re.search(
        r"まき|植え|旬|見頃|見ごろ|収穫|楽しめ|飲み頃|食べ頃|召し上が|保存|咲|解禁|シーズン|休業|お休み|営業",
        own,
    ):
        return bool(re.search(r"クーポン|コード|割引|引き|OFF|オフ|特典|ポイント|期限", own, re.IGNORECASE))
    return bool(_SPEAKS_OF_REWARD.search("".join((*before, own))))


def _opens_later(ledger: Ledger, today: date) -> bool:
    """True when offer or policies name a coming day from which it holds: 12日から先行で選べる, told on the 11th."""
    return any(
        known.kind == "day"
        and known.first > today
        and re.match(r"(?:\([^)]*\))?[^。、\n]{0,6}(?:から|より)", source.text[known.end :])
        for source in (ledger.offer, ledger.policies)
        for known in source.dates
    )


_OF_POLICY = re.compile(r"返品|交換|返金|保証|キャンセル|開封|送り直|取り?替え|お直し")


def _is_counted(ledger: Ledger, dated: Dated) -> bool:
    """7月17日 is twenty days after a day of the context, when a source names twenty days; 二日前 counts back as well."""
    lengths = {
        round(_days(known))
        for source in (ledger.policies, ledger.products, ledger.offer)
        for known in source.quantities
        if known.kind in (q.DAYS, q.MONTHS)
    }
    days = [known.first for known in ledger.dates() if known.kind == "day"]
    return dated.kind == "day" and any(abs((dated.first - day).days) in lengths for day in days)


def _deadline_is_known(
    ledger: Ledger, dated: Dated, expires: date | None, text: FieldText, *, is_until: bool
) -> bool:
    if expires is not None and is_until:
        if dated.kind == "day":
            if dated.may_be(expires):
                return True
        elif dated.kind == "month":
            return dated.may_be(expires) and (
                dated.first.day != 1 or expires.day >= 28 or dated.last.day < 28
            )
        elif dated.first <= expires <= dated.last:
            return True
    sources = (ledger.offer, ledger.policies, ledger.products, ledger.stock, ledger.records)
    word = text.said[dated.start : dated.end]
    known_days = [known for source in sources for known in source.dates if known.kind == "day"]
    if expires is not None and is_until:
        known_days = [known for known in known_days if known.first >= min(expires, dated.first)]
    if any(
        dated.may_be(known.first) or (not known.has_year and known.may_be(dated.first))
        for known in known_days
    ):
        return True
    words = {"今日": ("今日", "本日"), "本日": ("今日", "本日")}.get(word, (word,))
    return any(same in source.text for source in sources for same in words)


_GRANTS = {
    "gift": re.compile(
        r"プレゼント|進呈|差し上げ|ノベルティ|サンプル|おまけ|ギフト|同封|お付け|試供品|小分け|お試しサイズ|ミニ"
    ),
    "coupon": re.compile(r"クーポン|割引|%|円引|OFF|オフ|値引|優待", re.IGNORECASE),
    "points": re.compile(r"ポイント|pt", re.IGNORECASE),
    "early": re.compile(
        r"先行|early|先に|いち早|ひと足|一足|内覧|プレビュー|preview|優先|(?:前日|\d+日前|[一二三]日前|\d+時間前)(?:から|に|より)|取り置き",
        re.IGNORECASE,
    ),
    "wrapping": re.compile(r"ラッピング|包装|のし|熨斗|メッセージカード"),
    "shipping": re.compile(r"送料|free_shipping|shipping", re.IGNORECASE),
    "refund": re.compile(r"返金|返品|交換|キャッシュバック|refund", re.IGNORECASE),
    "warranty": re.compile(r"保証|修理|交換|代わり|再送|送り直|取り?替|直し|warranty", re.IGNORECASE),
    "event": re.compile(
        r"招待|イベント|体験|教室|試飲|試食|ワークショップ|見学|invit|experience|event", re.IGNORECASE
    ),
    "lottery": re.compile(r"抽選|くじ|当た|当選"),
    "terms": re.compile(r"(?!)"),
}
"""What a context must mention for a kind of reward to be more than the draft's own idea."""


def _wordings(reading: Reading, ledger: Ledger) -> Iterator[Finding]:
    """Rewards by their words (lexicon/offer_words.rules), tag by tag, and conditions talked away."""
    sources = "\n".join((ledger.offer.text, ledger.policies.text, ledger.records.text))
    products = ledger.products.text
    limited = _has_limits(reading, ledger)

    def is_invented(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        words = match.group()
        if words in reading.known.proofs:
            return False
        if phrase.tag == "gift" and _gives_no_gift(text, match):
            return False
        if phrase.tag == "gift" and _WRAPS.search(text.sentence_at(match.start())):
            return not _GRANTS["wrapping"].search(sources)
        if phrase.tag == "shipping":
            return not free_shipping_is_true(reading, ledger, text, match.start())
        if phrase.tag == "terms":
            if _NO_REWARD.search(text.sentence_at(match.start())):
                return False
            if "条件" in words and re.search(
                r"条件(?:は|も)?な(?:し|い)|下限なし|条件(?:は|も)?(?:あり|ござい)ません", sources
            ):
                return False
            scope = re.match(r"全品|全商品|すべて|どなた|何度|何回|併用|ご家族|お友達", words)
            return limited and not (scope and scope.group() in sources)
        if phrase.tag == "policy":
            return True
        if phrase.tag == "refund" and (bold := _WITHOUT_TERMS.search(words)):
            return bold.group() not in sources
        if phrase.tag == "event" and re.search(phrase.tag and _GRANTS["event"], products):
            return False
        return not _GRANTS[phrase.tag].search(sources)

    yield from find_phrases(CHECK, reading.fields, load_phrases("offer_words"), accept=is_invented)


_WITHOUT_TERMS = re.compile(r"いつでも|何度でも|使用後|開封後|理由を問わず|無条件")
_WRAPS = re.compile(r"のし|熨斗|包装|ラッピング|メッセージカード|手提げ|紙袋")
_NO_REWARD = re.compile(r"相談|お問い合わせ|ご質問|お返事|ご返信|ご感想")
"""Sentences on help, not on a reward: ご相談に期限はございません."""
_NO_GIFT_BEFORE = re.compile(
    r"(?:ご?連絡|お?返事|ご?返信|ご?案内|お知らせ|メール|お?便り|お?電話|お?手紙|ご?説明|ご?報告|お?見積|資料|ポイント|pt|円|クーポン|割引|コード|券)(?:分|引き)?(?:を|は|も|で)?(?:、)?[^。、\n]{0,6}$"
)


def _gives_no_gift(text: FieldText, match: "re.Match[str]") -> bool:
    """True for ご連絡を差し上げます and 30ポイントを差し上げます: a word, or a reward that other rules look at."""
    return bool(_NO_GIFT_BEFORE.search(text.said[max(0, match.start() - 20) : match.start()]))


def _has_limits(reading: Reading, ledger: Ledger) -> bool:
    """True when the offer has a deadline or conditions that a draft could talk away."""
    offer = reading.context.offer
    return offer is not None and bool(offer.expires or offer.conditions)


def _why(reading: Reading, what: str) -> str:
    offer = reading.context.offer
    if offer is None:
        return f"お付けする特典はありません。{what}の記載を外してください。"
    parts = [part for part in (offer.value, offer.code, offer.conditions) if part]
    if offer.expires:
        parts.append(f"{offer.expires.month}月{offer.expires.day}日まで")
    return f"特典や規約の内容（{'、'.join(parts)}）と{what}が合いません。直してください。"
