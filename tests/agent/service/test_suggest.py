"""What a silent customer is shown: their kind of thing, in stock, in season, not bought yet."""

from dataclasses import replace
from datetime import date

import pytest

from agent.chains.material import Suggestion
from agent.domain.chart import ChartFact
from agent.domain.message import Passage, ProductFacts
from agent.domain.occasion import Channel, Occasion
from agent.service.gather_material import Gathered, gather_material
from agent.service.make_brief import make_brief
from agent.service.pseudonyms import Pseudonyms
from agent.service.suggest import in_season
from tests.support.drafting import HandCatalogue, HandRetriever, chart_of

TODAY = date(2026, 11, 21)
BOUGHT = ProductFacts("T1", "川根の煎茶 100g", 1200, 5, ("カテゴリ：お茶", "香りの高い煎茶です。"))
OTHER = ProductFacts("T2", "茎ほうじ茶 30包", 900, 5, ("カテゴリ：お茶", "香ばしいほうじ茶です。"))
CHART = chart_of(bought=((BOUGHT, date(2025, 3, 1)),))


def shown(
    *products: ProductFacts,
    text: str = "香ばしく、さっぱりした味わいです。",
    occasion: Occasion = Occasion.WIN_BACK,
) -> Gathered:
    passages = tuple(
        Passage(f"p{p.id}", f"product:{p.id}", p.id, p.title, f"{p.title}（お茶）\n{text}") for p in products
    )
    return gather_material(
        CHART,
        occasion=occasion,
        channel=Channel.EMAIL,
        today=TODAY,
        told=(),
        catalogue=HandCatalogue(BOUGHT, *products),
        retriever=HandRetriever(passages),
        variation="v",
    )


def suggested(*products: ProductFacts, **changes: str) -> Suggestion | None:
    return shown(*products, **changes).material.suggestion  # type: ignore[arg-type]


def test_a_product_of_the_same_category_is_shown_with_its_own_words_and_the_gate_knows_it() -> None:
    gathered = shown(OTHER)
    found = gathered.material.suggestion
    assert found is not None
    assert (found.title, found.text) == (OTHER.title, "香ばしく、さっぱりした味わいです。")
    assert found.text in found.passage.text
    assert OTHER.id in {p.id for p in gathered.products}
    assert found.passage in gathered.material.passages


@pytest.mark.parametrize("stock", [0, None, "売り切れ"])
def test_what_is_gone_or_unknown_is_not_shown(stock: int | str | None) -> None:
    assert suggested(replace(OTHER, stock=stock)) is None


def test_what_was_bought_is_of_another_kind_or_season_is_not_shown() -> None:
    assert suggested(BOUGHT) is None
    assert suggested(replace(OTHER, facts=("カテゴリ：うつわ",))) is None
    assert suggested(replace(OTHER, title="水出し冷茶 10包")) is None


@pytest.mark.parametrize(
    "text", ["飲むと体が軽くなります。", "楽天1位の人気です。", "", "熱湯で1分蒸らしてください。"]
)
def test_a_product_that_only_boasts_or_instructs_is_not_shown(text: str) -> None:
    assert suggested(OTHER, text=text) is None


def test_a_category_nobody_says_aloud_shows_no_liking() -> None:
    vague = replace(OTHER, facts=("カテゴリ：食品",))
    chart = replace(
        CHART,
        favourite_categories=("食品",),
        facts=(
            *CHART.facts,
            ChartFact("summary:favourites", "繰り返しご購入の分類は『食品』", "orders:1", None),
        ),
    )
    made = gather_material(
        chart,
        occasion=Occasion.WIN_BACK,
        channel=Channel.LINE,
        today=TODAY,
        told=(),
        catalogue=HandCatalogue(vague),
        retriever=HandRetriever((Passage("p", "product:T2", "T2", vague.title, "香ばしい味わいです。"),)),
        variation="v",
    )
    assert made.material.suggestion is None


@pytest.mark.parametrize("occasion", [Occasion.THANK_YOU, Occasion.FOLLOW_UP, Occasion.VIP])
def test_thanks_and_care_are_no_pretext_to_sell(occasion: Occasion) -> None:
    assert shown(OTHER, occasion=occasion).material.suggestion is None


def test_seasons_are_read_from_the_name_and_from_what_the_thing_is() -> None:
    hat = ProductFacts("H", "和紙の帽子", 1, 1, ("軽い夏の帽子です。",))
    honey = ProductFacts("B", "百花はちみつ", 1, 1, ("春から夏に咲く花から集めました。",))
    assert not in_season(hat, 11)
    assert in_season(hat, 7)
    assert in_season(honey, 11)


def test_a_model_is_told_that_the_product_was_never_bought() -> None:
    brief, _ = make_brief(
        shown(OTHER).material, Pseudonyms(CHART, addressed="石田さま"), may_name=True, instruct=""
    )
    [title] = [sheet.title for sheet in brief.passages if OTHER.title in sheet.title]
    assert title == f"まだお求めでない品: {OTHER.title}"
