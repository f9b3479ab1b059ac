"""A small shop for drafting tests: three products, a policy, and customers whose charts are written by hand."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from sqlalchemy import Engine

from agent.chains.model import ChatModel
from agent.clock import TOKYO, FixedClock
from agent.domain.chart import Chart, ChartFact, PurchasedLine, RankProgress, Segment
from agent.domain.errors import NotFound
from agent.domain.message import Passage, ProductFacts, ShopIdentity
from agent.service.ask_judges import AskJudges
from agent.service.compose_draft import ComposeDraft
from agent.store.experience import SqlExperiences
from agent.store.unit_of_work import SqlUnitOfWork

LOTION = ProductFacts(
    "LOT-150",
    "さっぱり化粧水",
    1980,
    18,
    ("うるおいを与え、肌を整える化粧水です。", "手のひらで少し温めてから、顔全体になじませてください。"),
)
TEA = ProductFacts(
    "TEA-100",
    "有機ほうじ茶 100g",
    1080,
    0,
    ("香ばしい茶葉です。", "熱湯で30秒ほど蒸らしてからお召し上がりください。"),
)
VASE = ProductFacts("VASE-1", "真鍮の一輪挿し", 4400, "在庫あり", ("真鍮製の小さな花器です。",))
RETURNS = Passage(
    "policy:returns#0",
    "policy:returns",
    None,
    "返品・交換",
    "お届けから8日以内の未使用品は、返品をお受けします。",
)


class HandCharts:
    """`agent.ports.Charts` over charts written by hand."""

    def __init__(self, *charts: Chart) -> None:
        self.known = {chart.customer_id: chart for chart in charts}

    def find(self, reference: str) -> str:
        for chart in self.known.values():
            if reference in (chart.customer_id, chart.email, chart.line_user_id):
                return chart.customer_id
        raise NotFound(f"no customer {reference}", ja=f"お客さま「{reference}」は見つかりません。")

    def chart(self, reference: str, *, as_of: date) -> Chart:
        return replace(self.known[self.find(reference)], as_of=as_of)

    def charts(
        self, *, as_of: date, segment: Segment | None = None, top: int | None = None, by: str | None = None
    ) -> Iterator[Chart]:
        yield from list(self.known.values())[:top]


class HandCatalogue:
    """`agent.ports.Catalogue` over products written by hand."""

    def __init__(self, *products: ProductFacts) -> None:
        self._products = products

    def product(self, sku: str) -> ProductFacts | None:
        return next((p for p in self._products if p.id == sku), None)

    def product_for_line(self, *, sku: str | None, title: str) -> ProductFacts | None:
        return next((p for p in self._products if p.id == sku or p.title == title), None)

    def policies(self) -> tuple[str, ...]:
        return (RETURNS.text,)


@dataclass
class HandRetriever:
    """`agent.ports.Retriever` that returns everything it holds."""

    passages: tuple[Passage, ...] = (RETURNS,)
    asked: list[str] = field(default_factory=list)

    def search(self, query: str, *, k: int = 5) -> list[Passage]:
        self.asked.append(query)
        return list(self.passages[:k])


def sender(*, unsubscribe_url: str) -> ShopIdentity:
    """A shop whose settings are complete."""
    return ShopIdentity(
        "こはる堂",
        "こはる堂 佐伯",
        "東京都台東区谷中1-2-3",
        "03-1234-5678",
        unsubscribe_url,
        "koharudo.example",
    )


def chart_of(
    customer_id: str = "c1",
    *,
    bought: tuple[tuple[ProductFacts, date], ...] = ((LOTION, date(2026, 11, 18)),),
    orders: int | None = None,
    segment: Segment = Segment.NEW,
    rank: str = "regular",
    notes: tuple[str, ...] = (),
    today: date = date(2026, 11, 21),
    **changes: object,
) -> Chart:
    """A chart as the importer would build it. bought: product and day, oldest first, an order each."""
    lines = tuple(
        PurchasedLine(f"order-9{n:04d}", day, p.id, p.title, None, 1, p.price_yen)
        for n, (p, day) in enumerate(bought, start=1)
    )
    times = [datetime(d.year, d.month, d.day, 3, tzinfo=UTC) for _, d in bought]
    count = len(bought) if orders is None else orders
    facts = [ChartFact("summary:orders", f"これまでのご注文は{count}回", "orders", None)]
    for line in lines:
        day = line.ordered_on
        text = f"{day.year}年{day.month}月{day.day}日に『{line.title}』を1点ご購入"
        facts.append(ChartFact(f"order:{line.order_id}", text, f"orders:{line.order_id}", None))
    facts += [ChartFact(f"note:{i}", text, f"notes:{i}", None) for i, text in enumerate(notes)]
    chart = Chart(
        customer_id=customer_id,
        as_of=today,
        email=f"{customer_id}.ishida@mail.example",
        line_user_id="U" + customer_id.encode().hex().rjust(32, "0"),
        family_name="石田",
        given_name="花子",
        greetable=True,
        contactable=True,
        consent_email=True,
        consent_line=True,
        orders=count,
        net_revenue_yen=sum(p.price_yen or 0 for p, _ in bought),
        first_order_at=times[0] if times else None,
        last_order_at=times[-1] if times else None,
        recency_days=(today - times[-1].astimezone(TOKYO).date()).days if times else None,
        average_gap_days=None,
        rfm=None,
        segment=segment,
        rank=RankProgress(rank, None, None),
        favourite_categories=(),
        facts=tuple(facts),
        purchases=lines,
    )
    return replace(chart, **changes)  # type: ignore[arg-type]


@dataclass
class Shop:
    """Everything a drafting test needs, on a real database."""

    engine: Engine
    clock: FixedClock
    charts: HandCharts
    retriever: HandRetriever = field(default_factory=HandRetriever)
    catalogue: HandCatalogue = field(default_factory=lambda: HandCatalogue(LOTION, TEA, VASE))

    def units(self, *, read_only: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine, shop_id="default", clock=self.clock, read_only=read_only)

    def composer(
        self,
        model: ChatModel | None = None,
        *,
        on_model_down: Literal["embedded", "wait"] = "embedded",
        judges: AskJudges | None = None,
    ) -> ComposeDraft:
        return ComposeDraft(
            units=self.units,
            charts=self.charts,
            catalogue=self.catalogue,
            retriever=self.retriever,
            model=model,
            clock=self.clock,
            sender=sender,
            public_base="https://koharudo.example",
            on_model_down=on_model_down,
            judges=judges,
            experiences=SqlExperiences(self.engine, shop_id="default"),
        )

    def forward(self, **span: float) -> None:
        """Move the business clock."""
        self.clock.moment += timedelta(**span)
