"""Products and policies are cut into passages that keep their source and fit the encoder."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from agent.domain.knowledge import PolicyText, SoldProduct, SoldVariant
from retrieval.split import (
    LONGEST,
    cut_policy,
    cut_product,
    passage_id,
    policy_hash,
    product_hash,
    sentences,
)

SHIRT = SoldProduct(
    product_id="p1",
    title="麻のシャツ",
    description="<p>洗うほどやわらかくなります。</p><script>x()</script>",
    vendor="工房",
    category="トップス",
    tags=("夏",),
    published=True,
    variants=(SoldVariant("S-1", "S", 9900, 3, None), SoldVariant("S-2", "M", 9900, 0, None)),
)


def test_a_product_passage_leads_with_title_and_category_and_keeps_its_variants() -> None:
    (cut,) = cut_product(SHIRT)
    assert cut.text == "麻のシャツ（トップス）\n洗うほどやわらかくなります。\n種類：S、M"
    assert (cut.title, cut.sku, cut.skus) == ("麻のシャツ", "S-1", ("S-1", "S-2"))


def test_price_and_stock_are_neither_embedded_nor_a_reason_to_index_again() -> None:
    sold_out = replace(SHIRT, variants=tuple(replace(v, price_yen=1, stock=0) for v in SHIRT.variants))
    assert "9900" not in cut_product(SHIRT)[0].text
    assert product_hash(sold_out) == product_hash(SHIRT)
    assert product_hash(replace(SHIRT, title="麻のブラウス")) != product_hash(SHIRT)


def test_a_product_without_description_is_still_found_by_its_title() -> None:
    assert cut_product(replace(SHIRT, description="", variants=()))[0].text == "麻のシャツ（トップス）"


def test_a_long_description_is_cut_between_sentences() -> None:
    long = replace(SHIRT, description="とても良い品です。" * 60, variants=())
    cut = cut_product(long)
    assert len(cut) > 2
    assert all(passage.text.endswith("。") for passage in cut)


def test_a_policy_passage_carries_the_path_of_its_headings_once() -> None:
    policy = PolicyText("returns", "返品について", "# 返品について\n## 期限\n8日以内です。", None)
    (cut,) = cut_policy(policy)
    assert (cut.title, cut.text) == ("返品について > 期限", "返品について > 期限\n8日以内です。")
    assert policy_hash(policy) == policy_hash(replace(policy, path="elsewhere.md"))


def test_a_passages_id_changes_with_its_text() -> None:
    (one,) = cut_product(SHIRT)
    assert passage_id("product:p1", one).startswith("product:p1#")
    assert passage_id("product:p1", one) != passage_id("product:p1", replace(one, text="別の文"))


def test_sentences_keep_their_closing_brackets() -> None:
    assert list(sentences(["「軽い！」と好評です。ぜひ", "69cm"])) == [
        "「軽い！」",
        "と好評です。",
        "ぜひ",
        "69cm",
    ]


@given(st.text(alphabet="あいう、。！\n", max_size=1200))
def test_nothing_is_lost_and_nothing_is_too_long(text: str) -> None:
    cut = cut_product(replace(SHIRT, description=text, variants=(), category=None))
    bodies = [passage.text.removeprefix("麻のシャツ").lstrip("\n") for passage in cut]
    assert all(len(body) <= LONGEST for body in bodies)
    assert "".join(bodies).replace("\n", "") == text.replace("\n", "")
