"""A follow-up's reason, its facts and its letter speak of one and the same product."""

from dataclasses import replace
from datetime import date, timedelta

from agent.chains.embedded import write_embedded
from agent.domain.chart import Chart
from agent.domain.message import ProductFacts
from agent.domain.occasion import Channel, Occasion
from agent.service.about_occasion import ASKED_FACT, read_about
from agent.service.fitting import unfitting
from agent.service.gather_material import gather_material
from agent.service.why_now import reason
from tests.support.drafting import LOTION, HandCatalogue, HandRetriever, chart_of

TODAY = date(2026, 11, 21)
BROTH = ProductFacts("BROTH-1", "だしパック 30包", 1800, 9, ("国産のかつお節のだしです。",))
TOWEL = ProductFacts(
    "TOWEL-1",
    "バスタオル",
    3200,
    5,
    ("綿のバスタオルです。", "はじめにお使いになる前に、一度お洗いください。"),
)
SHIRT = ProductFacts("SHIRT-1", "綿のTシャツ", 4200, 5, ("綿を編んだTシャツです。",))
MILK = ProductFacts("MILK-1", "しっとり乳液", 3000, 5, ("乳液です。1本で約60日分です。",))
SHELF = HandCatalogue(BROTH, TOWEL, SHIRT, MILK, LOTION)


def basket(*products: ProductFacts, days_ago: int = 12, before: ProductFacts | None = None) -> Chart:
    """One order of several products, perhaps after an earlier order of one of them."""
    on = TODAY - timedelta(days=days_ago)
    earlier = ((before, on - timedelta(days=60)),) if before else ()
    chart = chart_of(bought=(*earlier, *((product, on) for product in products)))
    lines = tuple(
        replace(line, order_id="order-now") if line.ordered_on == on else line for line in chart.purchases
    )
    return replace(chart, purchases=lines)


def told(chart: Chart) -> tuple[str, str, str]:
    """Why now, the fact a writer reads, and the letter."""
    retriever = HandRetriever(())
    about = read_about(chart, occasion=Occasion.FOLLOW_UP, today=TODAY, catalogue=SHELF, retriever=retriever)
    material = gather_material(
        chart,
        occasion=Occasion.FOLLOW_UP,
        channel=Channel.EMAIL,
        today=TODAY,
        told=(),
        catalogue=SHELF,
        retriever=retriever,
        variation="c1",
        about=about,
    ).material
    letter = write_embedded(material)
    said = letter.subject + "".join(p.text for p in letter.paragraphs)
    return reason(chart, Occasion.FOLLOW_UP, about), material.facts[ASKED_FACT], said


def test_the_product_with_a_tip_is_asked_about_in_the_reason_too() -> None:
    for said in told(basket(BROTH, TOWEL)):
        assert "バスタオル" in said
        assert "だしパック" not in said.replace("「だしパック」と一緒に", "")


def test_what_is_new_is_asked_about_before_what_the_customer_knows() -> None:
    for said in told(basket(TOWEL, BROTH, before=TOWEL)):
        assert "だしパック" in said


def test_two_months_after_nobody_is_asked_how_it_is_whatever_the_product() -> None:
    for product in (SHIRT, MILK):
        chart = basket(product, days_ago=58)
        about = read_about(chart, occasion=Occasion.FOLLOW_UP, today=TODAY, catalogue=SHELF, retriever=None)
        unfit = unfitting(chart, Occasion.FOLLOW_UP, about, today=TODAY)
        assert unfit is not None
        assert "遅すぎます" in unfit.why
        review = read_about(
            chart, occasion=Occasion.REVIEW_REQUEST, today=TODAY, catalogue=SHELF, retriever=None
        )
        assert unfitting(chart, Occasion.REVIEW_REQUEST, review, today=TODAY) is None
