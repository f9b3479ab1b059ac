"""A shop's customers as the console asks for them, kept in memory: a coffee and household shop with eleven people and their past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from math import exp, log

from agent.clock import TOKYO
from agent.domain.chart import Chart, ChartFact, RankProgress, Segment
from agent.domain.customer_page import (
    CustomerLine,
    CustomerPage,
    DaySpent,
    EntryKind,
    PageFact,
    Pareto,
    ParetoPoint,
    Precious,
    Priority,
    Struck,
    TimelineEntry,
)
from agent.domain.errors import CallerMistake, NotFound
from agent.domain.nps import NpsSummary, summarise
from agent.domain.prediction import (
    Backtest,
    BehaviourGroup,
    Churn,
    Expectations,
    Gain,
    LiftStep,
    Measured,
    NextOrder,
    NextProduct,
    Nps,
    ReliabilityBin,
    SaleAffinity,
    Signal,
    Taste,
    Uplift,
    WhyProduct,
    YenInterval,
)
from agent.ports import WrittenFact

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
HORIZON = 30
LIMITS = "お客さまが11名と少ないため、購入リズムの数理モデルに寄せて見積もっています。"
REFERENCE = 0.48

Bought = tuple[int, int, tuple[str, ...]]
"""Days ago, net yen, products."""


@dataclass(frozen=True)
class Person:
    """One customer of the fake. signals: (code, Japanese, English, contribution, records)."""

    customer_id: str
    family: str | None
    given: str | None
    kana: str
    bought: tuple[Bought, ...]
    segment: Segment
    signals: tuple[tuple[str, str, str, float, tuple[str, ...]], ...] = ()
    consent: bool | None = True
    withdrawn: bool = False
    basket: int = 1_900
    lift: float = 0.05
    source: str = "prior"


ROAST = "深煎りブレンド 200g"
SEASON = "季節の豆 3種"
SOAP = "台所せっけん 詰め替え"
TEA = "新茶 100g"
SHIRT = "リネンシャツ 藍"

PEOPLE: tuple[Person, ...] = (
    Person(
        "c1",
        "石田",
        "真帆",
        "イシダ マホ",
        (
            (92, 6_640, ("手挽きコーヒーミル",)),
            (126, 3_240, (f"{ROAST} ×2",)),
            (159, 3_240, (f"{ROAST} ×2",)),
            (195, 4_860, (SEASON,)),
            (228, 1_620, (ROAST,)),
            (263, 3_240, (f"{ROAST} ×2",)),
            (296, 3_240, (f"{ROAST} ×2",)),
            (331, 5_480, ("贈りもの箱 豆とせっけん",)),
            (362, 1_620, (ROAST,)),
        ),
        Segment.AT_RISK,
        (
            (
                "silence",
                "前回から92日。ふだんは34日間隔です",
                "92 days since the last order; usually 34 days apart",
                0.92,
                ("orders:1092", "orders:1126", "orders:1159"),
            ),
            (
                "unopened",
                "直近3通のお便りが未開封です",
                "The last three messages were not opened",
                0.31,
                ("drafts:d_mill", "events:m2", "events:m3"),
            ),
            (
                "loyal",
                "これまで9回、くり返しお求めです",
                "Nine orders so far",
                -0.48,
                ("orders:1092", "orders:1362"),
            ),
            (
                "visit",
                "5日前にサイトで豆をご覧です",
                "Looked at beans on the site five days ago",
                -0.19,
                ("events:v1",),
            ),
            ("others", "そのほかの小さな理由", "Other small reasons", 0.01, ()),
        ),
        lift=0.11,
        source="hold_out",
    ),
    Person(
        "c3",
        "藤原",
        "佳代",
        "フジワラ カヨ",
        tuple((20 + 31 * n, 12_800 + 900 * (n % 4), (SHIRT,)) for n in range(14)),
        Segment.LOYAL,
        (
            ("rhythm", "ふだんどおりの31日間隔です", "On her usual 31-day rhythm", -1.62, ("orders:3020",)),
            ("loyal", "これまで14回お求めです", "Fourteen orders so far", -0.71, ()),
        ),
        basket=5_200,
        lift=0.01,
    ),
    Person(
        "c4",
        "松井",
        "健一",
        "マツイ ケンイチ",
        tuple((190 + 365 * n, 5_400, (f"{TEA} ×2",)) for n in range(4)),
        Segment.DORMANT,
        (
            ("silence", "前回から190日です", "190 days since the last order", 1.9, ()),
            ("season", "毎年この時期に贈りものをお求めです", "Buys gifts at this time every year", -0.46, ()),
        ),
        lift=0.09,
        basket=2_400,
    ),
    Person(
        "c5",
        "岡本",
        "千尋",
        "オカモト チヒロ",
        tuple((30 + 34 * n, 1_760, (SOAP,)) for n in range(4)),
        Segment.NURTURE,
        (("supply", "せっけんがそろそろなくなるころです", "The soap should be running out", -0.54, ()),),
        lift=0.06,
        basket=800,
    ),
    Person(
        "c6",
        "𠮷田",
        "航",
        "ヨシダ ワタル",
        ((9, 8_800, ("鋳物鍋 20cm",)),),
        Segment.NEW,
        (
            (
                "new",
                "はじめてのご注文から9日です",
                "Nine days since the first order",
                0.22,
                ("orders:6009",),
            ),
        ),
        lift=0.04,
    ),
    Person("c7", "高橋", "由紀", "タカハシ ユキ", (), Segment.NONE, consent=None),
    Person(
        "c8",
        "森",
        "拓海",
        "モリ タクミ",
        tuple((16 + 45 * n, 6_600, (SEASON,)) for n in range(3)),
        Segment.LOYAL,
        (("rhythm", "ふだんの間隔どおりです", "On his usual rhythm", -0.6, ()),),
        consent=False,
        basket=2_100,
    ),
    Person(
        "c9",
        "�中",
        None,
        "",
        ((400, 2_200, (SOAP,)),),
        Segment.LAPSED_ONCE,
        (("silence", "一度きりで、前回から400日です", "Once, 400 days ago", 2.1, ()),),
        lift=0.002,
        basket=200,
    ),
    Person(
        "c10",
        "西村",
        "さくら",
        "ニシムラ サクラ",
        tuple((64 + 29 * n, 4_100 + 300 * (n % 5), (ROAST, SOAP)) for n in range(18)),
        Segment.AT_RISK,
        (
            (
                "silence",
                "前回から64日。ふだんは29日間隔です",
                "64 days; usually 29 days apart",
                0.58,
                ("orders:10064",),
            ),
            (
                "visits",
                "サイトへの訪問が月6回から1回に減りました",
                "Visits fell from six a month to one",
                0.4,
                (),
            ),
            ("loyal", "これまで18回お求めです", "Eighteen orders so far", -0.7, ()),
        ),
        lift=0.08,
        basket=1_700,
    ),
    Person(
        "c11",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "",
        ((44, 3_000, ("<b>太字の品</b>",)), (90, 3_000, ("</li><script>alert(2)</script>",))),
        Segment.NURTURE,
        (
            (
                "<i>",
                "<script>alert(3)</script>から44日です",
                "44 days <script>",
                0.1,
                ("orders:<script>",),
            ),
        ),
        lift=0.03,
        basket=900,
    ),
    Person(
        "c12",
        "三浦",
        "百合子",
        "ミウラ ユリコ",
        ((61, 5_200, (SEASON,)),),
        Segment.NEW,
        withdrawn=True,
        consent=False,
    ),
)


SHOWN = tuple(person for person in PEOPLE if person.customer_id != "c11")
"""Without the hostile one: for pictures."""


@dataclass
class InMemoryInsight:
    """`CustomerInsight` and `FactKeeping` over the people above. hidden: fields withheld for everybody, as after a failed back-test.

    bare: nothing was predicted, tested or answered yet, as on the first day.
    """

    people: Sequence[Person] = PEOPLE
    hidden: frozenset[str] = frozenset()
    bare: bool = False
    facts: dict[str, list[PageFact]] = field(default_factory=lambda: {"c1": list(_facts())})

    def page(self, reference: str, *, as_of: date) -> CustomerPage:
        """See `agent.ports.insight`."""
        person = self._person(reference)
        page = CustomerPage(
            chart=_chart(person),
            expectations=_expectations(person) if not self.bare else _nothing_expected(),
            nps=Nps(
                9,
                "promoter",
                TODAY - timedelta(days=70),
                "いつも豆の香りがよくて、母も喜んでいます。",
                "survey:s17",
            )
            if person.customer_id == "c1" and not self.bare
            else None,
            hidden=self.hidden,
            tested=() if self.bare else (("churn", backtests()[0]),),
            spent=tuple(
                DaySpent(TODAY - timedelta(days=ago), yen) for ago, yen, _ in reversed(person.bought)
            ),
            timeline=tuple(_timeline(person)),
            left_out=0,
            facts=tuple(self.facts.get(person.customer_id, ())),
        )
        return _withheld(page) if self.hidden else page

    def priorities(self, *, as_of: date, limit: int, offset: int = 0) -> list[Priority]:
        """See `agent.ports.insight`."""
        found = [
            Priority(_line(person), gain, churn, tuple(signal.text for signal in churn.signals[:2]))
            for person in self.people
            if (gain := _gain(person)) and person.consent and (churn := _churn(person)) and not self.bare
        ]
        return sorted(found, key=lambda one: -one.gain.yen)[offset : offset + limit]

    def precious(self, *, as_of: date, limit: int = 5) -> list[Precious]:
        """See `agent.ports.insight`."""
        best = sorted(self.people, key=lambda p: -sum(yen * 0.5 ** (ago / 136) for ago, yen, _ in p.bought))
        return [] if self.bare else [_precious(person) for person in best[:limit] if person.bought]

    def in_segment(
        self, segment: Segment | None, *, as_of: date, limit: int, offset: int = 0
    ) -> list[CustomerLine]:
        """See `agent.ports.insight`."""
        found = [person for person in self.people if segment in (None, person.segment)]
        found.sort(key=lambda person: person.bought[0][0] if person.bought else 99_999)
        return [_line(person) for person in found[offset : offset + limit]]

    def segments(self, *, as_of: date) -> Mapping[Segment, int]:
        """See `agent.ports.insight`."""
        return {one: sum(person.segment is one for person in self.people) for one in Segment}

    def search(self, text: str, *, as_of: date, limit: int) -> list[CustomerLine]:
        """See `agent.ports.insight`."""
        wanted = text.replace(" ", "").casefold()
        found = []
        for person in self.people:
            names = f"{person.family or ''}{person.given or ''}", person.kana.replace(" ", ""), _email(person)
            orders = [f"{person.customer_id[1:]}{ago:03}" for ago, _, _ in person.bought]
            if any(wanted in name.casefold() for name in names) or wanted == person.customer_id:
                found.append(_line(person))
            elif wanted.removeprefix("#") in orders:
                found.append(replace(_line(person), matched=f"注文番号 {wanted}"))
        return found[:limit]

    def backtests(self) -> list[Backtest]:
        """See `agent.ports.insight`."""
        return [] if self.bare else backtests()

    def pareto(self, *, as_of: date) -> Pareto | None:
        """See `agent.ports.insight`."""
        if self.bare:
            return None
        curve = tuple(ParetoPoint(n / 20, (n / 20) ** 0.22) for n in range(21))
        return Pareto(0.8, 0.36, 1_204, 433, 18_420_300, curve)

    def nps(self, *, as_of: date) -> NpsSummary | None:
        """See `agent.ports.insight`."""
        counts = (3, 0, 2, 4, 3, 11, 9, 24, 47, 38, 41)
        return None if self.bare else summarise(dict(enumerate(counts)))

    def unknown(self, *, as_of: date) -> Mapping[str, str]:
        """See `agent.ports.insight`."""
        if not self.bare:
            return {}
        few = "お買い物のあるお客さまが30名に届かないため、まだ予測できません。あと19名です。"
        return {
            "priorities": few,
            "precious": "ご注文の記録がまだありません。",
            "backtests": few,
            "pareto": "ご注文の記録がまだありません。",
            "nps": "おすすめ度のお答えがまだありません。",
        }

    def add(self, customer: str, text: str, *, by: str, quote: str | None = None) -> WrittenFact:
        """See `agent.ports.insight`."""
        self._person(customer)
        if len(text) > 500:
            raise CallerMistake("note too long", ja="メモが長すぎます。500文字以内にしてください。")
        kept = self.facts.setdefault(customer, [])
        number = len(kept) + 1
        fact = PageFact(f"note:{number}", "note", text, quote, f"notes:{number}", by, NOW, None)
        kept.insert(0, fact)
        return _written(customer, fact)

    def strike(self, fact: str, *, by: str, reason: str | None = None) -> WrittenFact:
        """See `agent.ports.insight`."""
        return self._mark(fact, Struck(by, NOW, reason))

    def restore(self, fact: str, *, by: str) -> WrittenFact:
        """See `agent.ports.insight`."""
        return self._mark(fact, None)

    def _mark(self, fact_id: str, struck: Struck | None) -> WrittenFact:
        for customer, kept in self.facts.items():
            for place, fact in enumerate(kept):
                if fact.fact_id == fact_id:
                    kept[place] = replace(fact, struck=struck)
                    return _written(customer, kept[place])
        raise NotFound(f"no fact {fact_id}", ja="このメモは見つかりません。")

    def _person(self, reference: str) -> Person:
        for person in self.people:
            if reference in (person.customer_id, _email(person)):
                return person
        raise NotFound(f"no customer {reference}", ja="このお客さまは見つかりません。")


def _written(customer_id: str, fact: PageFact) -> WrittenFact:
    struck = fact.struck
    return WrittenFact(
        fact.fact_id,
        customer_id,
        fact.kind,
        fact.text,
        fact.quote,
        fact.author,
        fact.source,
        fact.at,
        struck.at if struck else None,
        struck.by if struck else None,
        struck.reason if struck else None,
    )


def backtests() -> list[Backtest]:
    """One that is used and one it was compared with, one of the next order's day, and one that failed."""
    bins = (
        (0.04, 0.05, 214),
        (0.15, 0.13, 163),
        (0.26, 0.28, 121),
        (0.38, 0.41, 112),
        (0.52, 0.49, 78),
        (0.66, 0.70, 54),
        (0.83, 0.80, 31),
    )
    lift = tuple(LiftStep(n / 10, round(1 - (1 - n / 10) ** 2.4, 3)) for n in range(11))
    within = Backtest(
        task="order_within",
        model="interval",
        cut=date(2026, 10, 1),
        horizon_days=HORIZON,
        people=773,
        base_rate=0.271,
        auc=Measured(0.842, 0.811, 0.871),
        brier=Measured(0.1385, 0.1262, 0.1509),
        log_loss=0.428,
        ece=0.021,
        baseline_auc=0.797,
        baseline_brier=0.1581,
        reliability=tuple(_bin(said, happened, people) for said, happened, people in bins),
        lift=lift,
        chosen=True,
        passed=True,
        verdict="いつものやり方（RFMの合計点）より確かに見分けられ、見込みの数字も実際とよく合っています。",
    )
    following = Backtest(
        task="next_order",
        model="hazard",
        cut=date(2026, 9, 1),
        horizon_days=90,
        people=402,
        base_rate=0.61,
        auc=None,
        brier=None,
        log_loss=None,
        ece=None,
        baseline_auc=None,
        baseline_brier=None,
        reliability=(),
        lift=(),
        chosen=True,
        passed=True,
        verdict="日付の外れは平均7.9日。「80 %」と言った期間に、実際は79 %が収まりました。",
        figures=(
            ("said_share", 0.80),
            ("held_share", 0.79),
            ("mean_error_days", 7.9),
            ("median_error_days", 3.0),
        ),
    )
    worth = replace(
        following,
        task="ltv",
        model="orders_times_spend",
        cut=date(2026, 5, 25),
        horizon_days=180,
        people=773,
        passed=False,
        verdict="検証では幅に収まったのが80 %のうち58 %にとどまったため、カルテには出していません。",
        figures=(
            ("coverage_of_80", 0.58),
            ("mae_yen", 6_930.0),
            ("mae_habit_yen", 7_410.0),
            ("predicted_to_actual", 1.31),
        ),
    )
    habit = replace(
        within,
        model="rfm",
        auc=Measured(0.806, 0.772, 0.838),
        brier=Measured(0.1511, 0.1391, 0.1632),
        chosen=False,
        verdict="お店の過去の実績で確かめ、確率どおりに当たっています。",
    )
    return [within, habit, following, worth]


def _bin(said: float, happened: float, people: int) -> ReliabilityBin:
    """Wilson's 95 % interval."""
    z = 1.96
    middle = (happened + z * z / (2 * people)) / (1 + z * z / people)
    half = z * (happened * (1 - happened) / people + z * z / (4 * people**2)) ** 0.5 / (1 + z * z / people)
    return ReliabilityBin(said, happened, middle - half, middle + half, people)


def _net(person: Person) -> int:
    return sum(yen for _, yen, _ in person.bought)


def _email(person: Person) -> str:
    return f"{person.customer_id}@example.com"


def _rank(person: Person) -> RankProgress:
    net = _net(person)
    if net >= 100_000:
        return RankProgress("vip", None, None)
    if net >= 30_000:
        return RankProgress("silver", "vip", 100_000 - net)
    return RankProgress("regular", "silver", 30_000 - net)


def _line(person: Person) -> CustomerLine:
    ago = person.bought[0][0] if person.bought else None
    return CustomerLine(
        person.customer_id,
        person.family,
        person.given,
        "�" not in (person.family or ""),
        not person.withdrawn,
        person.segment,
        _rank(person),
        len(person.bought),
        _net(person),
        TODAY - timedelta(days=ago) if ago is not None else None,
        ago,
    )


def _gap(person: Person) -> float | None:
    if len(person.bought) < 2:
        return None
    return (person.bought[-1][0] - person.bought[0][0]) / (len(person.bought) - 1)


def _chart(person: Person) -> Chart:
    line = _line(person)
    unknown = {}
    if _gap(person) is None:
        unknown["average_gap_days"] = (
            "ご注文が1回のため、間隔はまだ分かりません。" if person.bought else "ご注文がまだありません。"
        )
    first = TODAY - timedelta(days=person.bought[-1][0]) if person.bought else None
    return Chart(
        customer_id=person.customer_id,
        as_of=TODAY,
        email=_email(person),
        line_user_id="U1" if person.customer_id == "c1" else None,
        family_name=person.family,
        given_name=person.given,
        greetable=line.greetable,
        contactable=line.contactable,
        consent_email=person.consent,
        consent_line=None,
        orders=line.orders,
        net_revenue_yen=line.net_revenue_yen,
        first_order_at=_noon(first) if first else None,
        last_order_at=_noon(line.last_order_on) if line.last_order_on else None,
        recency_days=line.recency_days,
        average_gap_days=_gap(person),
        rfm=None,
        segment=person.segment,
        rank=line.rank,
        favourite_categories=("コーヒー",) if person.bought else (),
        facts=(ChartFact("summary:orders", f"これまでのご注文は{line.orders}回", "orders:customer", None),),
        purchases=(),
        unknown=unknown,
        reasons={"segment": "ご注文がまだないため、購入なしの区分です。"} if not person.bought else {},
    )


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=TOKYO).astimezone(UTC)


def _churn(person: Person) -> Churn | None:
    if not person.signals:
        return None
    signals = tuple(Signal(*given) for given in person.signals)
    odds = log(REFERENCE / (1 - REFERENCE)) + sum(signal.contribution for signal in signals)
    return Churn(1 / (1 + exp(-odds)), HORIZON, REFERENCE, "mbg_nbd+logistic", signals)


def _gain(person: Person) -> Gain | None:
    churn = _churn(person)
    if churn is None:
        return None
    come = 1 - churn.score
    written = min(0.99, come + person.lift)
    return Gain((written - come) * person.basket, come, written, person.basket, person.source)


def _expectations(person: Person) -> Expectations:
    if not person.bought:
        return _nothing_expected()
    several = len(person.bought) > 2
    why_few = "ご注文が3回に届かないため、まだ分かりません。"
    return Expectations(
        churn=_churn(person),
        p_alive=None,
        expected_orders=None,
        ltv=YenInterval(14_800, 5_200, 27_900, 365, 0.8) if several else None,
        next_order=NextOrder(
            TODAY + timedelta(days=8), TODAY + timedelta(days=37), TODAY + timedelta(days=19), 0.8
        )
        if several
        else None,
        next_products=_products() if several else (),
        gain=_gain(person),
        uplift=Uplift(0.11, 0.04, 0.18, HORIZON, 412) if person.source == "hold_out" else None,
        group=BehaviourGroup("g2", "毎日の珈琲と台所道具の方々", 0.18) if several else None,
        taste=_taste() if several else None,
        sale_affinity=SaleAffinity(
            0.21, 0.38, 1, len(person.bought), "low", "値引きのない日のお買い物が多い方です。"
        )
        if several
        else None,
        unknown=tuple(
            (name, why_few)
            for name in ("ltv", "next_order", "next_products", "group", "taste", "sale_affinity")
            if not several
        )
        + (
            ()
            if person.source == "hold_out"
            else (("uplift", "お便りを送らない方をくじで決める比較を、まだしていません。"),)
        ),
        notes=(LIMITS,),
    )


def _nothing_expected() -> Expectations:
    why = "ご注文の記録がまだないため、予測できません。"
    names = (
        "churn",
        "ltv",
        "next_order",
        "next_products",
        "gain",
        "uplift",
        "group",
        "taste",
        "sale_affinity",
    )
    return Expectations(
        None, None, None, None, None, (), None, None, None, None, None, tuple((name, why) for name in names)
    )


def _withheld(page: CustomerPage) -> CustomerPage:
    expected = page.expectations
    verdict = "検証では幅に収まったのが80 %のうち58 %でした。"
    unknown = tuple((name, verdict) for name in sorted(page.hidden))
    return replace(
        page,
        expectations=replace(
            expected,
            churn=None if "churn" in page.hidden else expected.churn,
            ltv=None if "ltv" in page.hidden else expected.ltv,
            next_order=None if "next_order" in page.hidden else expected.next_order,
            next_products=() if "next_products" in page.hidden else expected.next_products,
            unknown=(*expected.unknown, *unknown),
        ),
    )


def _products() -> tuple[NextProduct, ...]:
    span = (TODAY + timedelta(days=2), TODAY + timedelta(days=20))
    return (
        NextProduct(
            "CB-07", ROAST, 0.58, 30, span, WhyProduct.REPEAT, "34日ごとに7回お求めで、前回から126日です。"
        ),
        NextProduct(
            "SP-02",
            SOAP,
            0.34,
            30,
            span,
            WhyProduct.SUPPLY,
            "前回の1本は約60日分で、そろそろなくなるころです。",
        ),
        NextProduct(
            "CF-21",
            "ペーパーフィルター 100枚",
            0.22,
            30,
            None,
            WhyProduct.NEIGHBOUR,
            "同じミルを選んだ方の多くが、合わせてお求めです。",
        ),
        NextProduct(
            "CB-11", SEASON, 0.14, 30, None, WhyProduct.POPULAR, "いまお店でいちばん選ばれている品です。"
        ),
    )


def _taste() -> Taste:
    return Taste(
        "middle",
        (1_600, 5_500),
        ("コーヒー豆", "台所道具"),
        ("生成り", "墨"),
        (11, 12),
        0.31,
        "high",
        ("年末にかけてお買い物が増える方です。", "新しい豆を、出てまもないうちに試されます。"),
    )


def _facts() -> tuple[PageFact, ...]:
    return (
        PageFact(
            "note:3",
            "note",
            "お母さまへの贈り物を毎年12月に探しています。香りの強いものは苦手とのこと。",
            None,
            "notes:3",
            "kaki",
            datetime(2026, 11, 14, 5, 20, tzinfo=UTC),
            None,
        ),
        PageFact(
            "chat:2",
            "chat",
            "中挽きより少し細かめがお好みです。",
            "いつも中挽きだと少し薄い気がして",
            "chats:88#4",
            None,
            datetime(2026, 11, 9, 3, 5, tzinfo=UTC),
            None,
        ),
        PageFact(
            "note:1",
            "note",
            "小さなお子さまがいらっしゃる。",
            None,
            "notes:1",
            "mori",
            datetime(2026, 3, 2, 6, 0, tzinfo=UTC),
            Struck("oono", datetime(2026, 4, 1, 2, 0, tzinfo=UTC), "別のお客さまのことでした"),
        ),
    )


def _timeline(person: Person) -> list[TimelineEntry]:
    number = person.customer_id[1:]
    entries = [
        TimelineEntry(
            f"orders:{number}{ago:03}",
            EntryKind.ORDER,
            TODAY - timedelta(days=ago),
            None,
            None,
            f"注文 #{number}{ago:03}",
            products,
            yen,
        )
        for ago, yen, products in person.bought
    ]
    if person.customer_id == "c1":
        entries += [
            _event("events:v1", 5, "visit", "サイトで豆の3商品をご覧になりました"),
            _message("drafts:d_mill", 12, "挽き目は合いましたか（ハンドミルの調整メモ）", "d_mill"),
            _event("events:m2", 40, "send", "「秋の新豆のご案内」をお送りしました（未開封）"),
            _event("events:m3", 71, "send", "「水出しの季節です」をお送りしました（未開封）"),
            _event("events:r1", 70, "review", "深煎りブレンドに星5つのレビューをくださいました"),
            _event("events:s1", 160, "store_visit", "店頭で試飲をされました"),
            TimelineEntry(
                "notes:3",
                EntryKind.NOTE,
                TODAY - timedelta(days=7),
                None,
                None,
                "お母さまへの贈り物を毎年12月に探しています。",
            ),
            TimelineEntry(
                "returns:1",
                EntryKind.RETURN,
                TODAY - timedelta(days=325),
                None,
                None,
                "箱のつぶれで一部返金",
                (),
                -500,
            ),
        ]
    return sorted(entries, key=lambda entry: entry.on, reverse=True)


def _event(entry_id: str, ago: int, code: str, text: str) -> TimelineEntry:
    return TimelineEntry(entry_id, EntryKind.EVENT, TODAY - timedelta(days=ago), None, code, text)


def _message(entry_id: str, ago: int, text: str, draft_id: str) -> TimelineEntry:
    return TimelineEntry(
        entry_id,
        EntryKind.MESSAGE,
        TODAY - timedelta(days=ago),
        None,
        "delivered",
        text,
        draft_id=draft_id,
    )


def _precious(person: Person) -> Precious:
    said = [f"これまで{len(person.bought)}回、{_net(person):,}円のお買い物をくださっています。"]
    said += [signal[1] + "。" for signal in person.signals[:1]]
    return Precious(_line(person), tuple(said))
