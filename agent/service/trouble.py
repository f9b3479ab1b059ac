"""What went wrong for this customer, and what does the shop's own policy allow now?"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from agent.chains.material import Remedy, Trouble, TroubleKind
from agent.chains.tips import sentences
from agent.clock import TOKYO
from agent.domain.chart import Chart
from agent.domain.experience import Experience, OrderStory
from agent.domain.message import Passage
from agent.domain.nps import PASSIVE
from agent.domain.provenance import is_order_to_writer, is_recorded
from agent.ports import Retriever

TROUBLE_DAYS = 60
"""An apology later than this reopens what is over. Editorial choice."""
LATE_DAYS = 10
"""Days from order to shipping beyond which a parcel counts as late; bank transfers take a week to be paid."""
LEAST_STARS = 2
"""A review of so many stars or fewer is a complaint."""
REMEDIES = 2
LONGEST_WORDS = 200

WENT_WRONG = re.compile(
    r"苦情|クレーム|お怒り|ご立腹|不良品|破損|トラブル|(?:問い?合わせ|返金|返品|交換)(?:の)?対応中"
)
_HAPPENED = re.compile(
    r"(?:遅れ|割れ|壊れ|つぶれ|潰れ|漏れ|汚れ|欠け|傷がつい|間違(?:え|っ))(?:て(?:い|届|お|し|、|。|$)|た(?!ら|い)|まし)"
    r"|間に合わな|届かな|未着|(?:違う|別の)(?:商品|品|色|サイズ|もの)が(?:届|入)"
)
"""What only a complaint says in a free note; 「割れたら」 and 「割れやすい」 are none."""
SETTLED = re.compile(r"解決済|対応済|完了|収束|ご納得")

_KINDS: tuple[tuple[TroubleKind, re.Pattern[str]], ...] = (
    ("late", re.compile(r"遅れ|遅延|遅配|間に合わ|届かな|未着|まだ届|届くまで.{0,6}(?:時間|日)")),
    (
        "wrong_item",
        re.compile(
            r"誤送|誤配|お届け間違|(?:違う|別の)(?:商品|品|色|サイズ|もの)|間違(?:い|え|って)|入れ違い|数量違い|欠品|不足"
        ),
    ),
    (
        "damaged",
        re.compile(r"破損|割れ|壊れ|つぶれ|潰れ|へこ|凹|液漏れ|漏れ|(?<![目])傷|キズ|汚れて|欠けて"),
    ),
    ("quality", re.compile(r"不良|欠陥|動かな|カビ|異物|変色|ほつれ")),
    ("refund", re.compile(r"返金")),
)
_OUR_DOING = re.compile(r"お詫び|遅れ|遅延|不良|破損|割れ|間違|誤|欠品|漏れ|当店|こちらの")
_THEIR_WISH = re.compile(
    r"(?:お客(?:さま|様)|ご本人)の?(?:ご希望|ご都合)|ご都合による|取り?消し|キャンセル|入金が|返品を受け"
)
_STRONG = re.compile(r"ひど|酷|最悪|二度と|がっかり|残念|怒|腹|許せ|信用|まったく|全く")
MILD_SCORE = 5
"""An answer from here on is a shrug, not a complaint, unless its words say otherwise."""
_PREORDER = re.compile(r"予約|受注生産|受注販売|定期")
_FAULT = re.compile(r"不良|間違|破損|当店の(?:都合|落ち度|手違い|責任|不備|手配)|遅れた|遅延")
_LATE_RULE = re.compile(r"遅れ|遅延")
_WITHIN = re.compile(r"(\d+)\s*日以内")
"""How long after the parcel a shop's help is asked for."""
_VOICES = ("answer:", "rating:", "chat:")
"""Facts that are the customer's own words."""
_OUR_FAULT_ONLY = re.compile(r"当店の(?:都合|落ち度|手違い|責任|不備|手配)")
_KEEPS_FOOD = re.compile(
    r"(?:食品|食料品|食べ物|飲料)[^。]*返品[^。]*(?:お?受けでき(?:ません|かね)|でき(?:ません|かね)|お断り|不可|対象外)"
)
_HELPS = re.compile(
    r"送料.{0,12}(?:当店|弊社|こちら|お店).{0,6}(?:負担|返金|お返し)"
    r"|(?:当店|弊社|こちら)が(?:送料を)?負担"
    r"|(?:返金|お返し|交換|お取り替え)(?:で)?(?:いた|ご対応|し|を?お受け)"
)


def find_trouble(
    chart: Chart, experience: Experience, facts: dict[str, str], *, today: date, settled: bool = False
) -> Trouble | None:
    """The newest thing that went wrong and is not settled; a spoken or written complaint before a mere low score.

    facts: those that state it are added.    settled: look for what is already settled instead.
    """
    found = [*_noted(chart, experience, today, settled=settled)]
    if not settled:
        found += [*_in_orders(experience, today), *_in_answers(experience, today)]
    if not found:
        return None
    found.sort(key=lambda one: (one[0].kind == "low_score", -(one[0].on or today).toordinal()))
    trouble, stated = found[0]
    facts.update(stated)
    return replace(trouble, fact_ids=tuple(stated))


def find_remedies(
    trouble: Trouble, retriever: Retriever, *, today: date, eaten: bool = False
) -> tuple[tuple[Remedy, ...], tuple[Passage, ...]]:
    """Sentences of the shop's policies on its own faults, and the passages they stand in.

    A rule for late parcels is never offered for a broken cup, nor the other way round; where the cause is not known to be the
    shop's, none is offered. A time within which to ask stands beside its rule, not for somebody who has told us already; a rule
    whose time is over is left to a person.    eaten: the order had food, which is not taken back where a policy says so.
    """
    if trouble.mild or trouble.kind in ("low_score", "told", "refund"):
        return (), ()
    late = trouble.kind == "late"
    query = "お届けが遅れたとき 送料 返金" if late else "不良品 破損 お届け間違い 交換 返金 送料は当店が負担"
    kept = eaten and _food_is_kept(retriever)
    told = trouble.fact_id.startswith(_VOICES)
    found: list[Remedy] = []
    passages: list[Passage] = []
    for passage in retriever.search(query, k=12):
        if not passage.document_id.startswith("policy") or is_order_to_writer(passage.text):
            continue
        body = passage.text.removeprefix(passage.title).strip()
        said_all = sentences(body)
        limit = next((one for one in said_all if _WITHIN.search(one)), "")
        if limit and not late and trouble.on and (today - trouble.on).days > int(_WITHIN.findall(limit)[0]):
            continue
        for said in said_all:
            about = f"{passage.title} {said}"
            if _OUR_FAULT_ONLY.search(said) and told:
                continue  # a customer's word on a delay does not say whose it was
            if late and kept and "返品" in said:
                continue
            if bool(_LATE_RULE.search(about)) is late and _FAULT.search(about) and _HELPS.search(said):
                text = said.removeprefix(limit) if told else said if late or limit in said else limit + said
                found.append(Remedy(text or said, passage.passage_id))
                passages.append(passage)
        if len(found) >= REMEDIES:
            break
    return tuple(found[:REMEDIES]), tuple(dict.fromkeys(passages[:REMEDIES]))


def _food_is_kept(retriever: Retriever) -> bool:
    """Whether a policy refuses to take food back."""
    return any(
        _KEEPS_FOOD.search(said)
        for passage in retriever.search("食品 返品 お受けできません", k=12)
        if passage.document_id.startswith("policy")
        for said in sentences(passage.text)
    )


def trouble_kind(text: str) -> TroubleKind:
    """What a record is about; `told` when none of the words we know is in it."""
    return next((kind for kind, words in _KINDS if words.search(text)), "told")


def _noted(
    chart: Chart, experience: Experience, today: date, *, settled: bool
) -> Iterator[tuple[Trouble, dict[str, str]]]:
    """Written complaints. What stands on an order too is left to the order, which has a day."""
    for fact in chart.facts:
        if is_recorded(fact.id) or is_order_to_writer(fact.text):
            continue
        if " ".join(fact.text.split()) in experience.order_notes:
            continue
        on = _day(fact.at)
        if not (WENT_WRONG.search(fact.text) or _HAPPENED.search(fact.text)):
            continue
        if bool(SETTLED.search(fact.text)) is not settled or (on and (today - on).days > TROUBLE_DAYS):
            continue
        words = re.search(r"お客さまの言葉「([^」]*)」", fact.text)
        product = _named_product(chart, fact.text)
        trouble = Trouble(
            kind=trouble_kind(fact.text),
            text=fact.text,
            fact_id=fact.id,
            on=on,
            product=product,
            words=words[1][:LONGEST_WORDS] if words else "",
        )
        yield trouble, {fact.id: fact.text}


def _in_orders(experience: Experience, today: date) -> Iterator[tuple[Trouble, dict[str, str]]]:
    for order in experience.orders:
        refunded = order.refunded_yen > 0 and not (order.cancelled or _THEIR_WISH.search(order.note))
        blamed = bool(_OUR_DOING.search(order.note)) and not is_order_to_writer(order.note)
        late = _was_late(order)
        if not (refunded or blamed or late) or SETTLED.search(order.note):
            continue
        if (today - order.ordered_on).days > TROUBLE_DAYS:
            continue
        product = _ordered(order)
        day = _said(order.ordered_on)
        stated: dict[str, str] = {}
        if blamed:
            stated[f"order_note:{order.order_id}"] = (
                f"{day}の{product}ご注文の控え「{order.note[:LONGEST_WORDS]}」"
            )
        if refunded:
            stated[f"refund:{order.order_id}"] = f"{day}の{product}ご注文で{order.refunded_yen}円を返金済み"
        if late and order.shipped_on:
            stated[f"delay:{order.order_id}"] = f"{day}の{product}ご注文を{_said(order.shipped_on)}に発送"
        kind = trouble_kind(order.note) if blamed else "late" if late else "refund"
        first = next(iter(stated))
        yield (
            Trouble(
                kind=kind,
                text=stated[first],
                fact_id=first,
                on=order.shipped_on or order.ordered_on,
                product=_concerned(order, whole=kind == "late"),
                refunded_yen=order.refunded_yen if refunded else 0,
            ),
            stated,
        )


def _in_answers(experience: Experience, today: date) -> Iterator[tuple[Trouble, dict[str, str]]]:
    """The latest answer and the latest review, when they are bad: an older one was overtaken by it."""
    for answer in experience.answers[:1]:
        if answer.score < PASSIVE and (today - answer.on).days <= TROUBLE_DAYS:
            text = (
                f"{_said(answer.on)}のアンケートで、おすすめ度は10点中{answer.score}点{_quoted(answer.words)}"
            )
            mild = answer.score >= MILD_SCORE
            yield _voiced(f"answer:{answer.event_id}", text, answer.on, answer.words, mild=mild)
    for review in experience.reviews[:1]:
        if (
            review.stars is not None
            and review.stars <= LEAST_STARS
            and (today - review.on).days <= TROUBLE_DAYS
        ):
            text = f"{_said(review.on)}のレビューは星{review.stars}つ{_quoted(review.words)}"
            yield _voiced(f"rating:{review.event_id}", text, review.on, review.words, mild=False)


def _voiced(fact_id: str, text: str, on: date, words: str, *, mild: bool) -> tuple[Trouble, dict[str, str]]:
    usable = "" if is_order_to_writer(words) else words[:LONGEST_WORDS]
    kind = trouble_kind(usable)
    mild = mild and kind in ("late", "told") and not _STRONG.search(usable)
    trouble = Trouble("low_score" if kind == "told" else kind, text, fact_id, on, words=usable, mild=mild)
    return trouble, {fact_id: text}


def _ordered(order: OrderStory) -> str:
    """『A』の, 『A』ほか2点の."""
    if not order.titles:
        return ""
    others = len(order.titles) - 1
    return f"『{order.titles[0]}』{f'ほか{others}点' if others else ''}の"


def _concerned(order: OrderStory, *, whole: bool) -> str:
    """The product a letter may name: what the record names, or the only one; of a late parcel the first. Else none."""
    named = [title for title in order.titles if title in order.note]
    if named:
        return max(named, key=len)
    return order.titles[0] if len(order.titles) == 1 or (whole and order.titles) else ""


def _was_late(order: OrderStory) -> bool:
    """Shipped long after the order, unless the customer knew: pre-orders and subscriptions."""
    if order.shipped_on is None or any(_PREORDER.search(one) for one in (*order.titles, order.note)):
        return False
    return (order.shipped_on - order.ordered_on) > timedelta(days=LATE_DAYS)


def _named_product(chart: Chart, text: str) -> str:
    """The product of the customer's own that a note names; empty when it names none."""
    named: Sequence[str] = [line.title for line in chart.purchases if line.title and line.title in text]
    return max(named, key=len, default="")


def _quoted(words: str) -> str:
    return f"（お客さまの言葉「{' '.join(words.split())[:LONGEST_WORDS]}」）" if words else ""


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(TOKYO).date() if moment else None
