"""Say what is true of a product now: title, price and stock from the store, facts from its own description."""

import re
from functools import lru_cache

from agent.domain.knowledge import SoldProduct, SoldVariant
from agent.domain.message import ProductFacts
from agent.ports import KnowledgeStore
from retrieval.html_text import plain_lines
from retrieval.markdown import sections
from retrieval.product_page import NO_PAGES, ProductPages
from retrieval.split import sentences

MOST_FACTS = 24
"""Sentences of a description that a message may rest on; the rest of a very long page adds cost, not truth."""

_NO_VARIANT = frozenset({"", "Default Title"})
_LAST_DASH = re.compile(r"^(?P<title>.+) - (?P<variant>.+)$")


class StoredCatalogue:
    """The shop's catalogue and policies, read afresh at every call. Implements agent.ports.Catalogue."""

    def __init__(self, store: KnowledgeStore, pages: ProductPages = NO_PAGES) -> None:
        self._store, self._pages = store, pages

    def product(self, sku: str) -> ProductFacts | None:
        """The product behind a SKU, or None. Its id is the SKU; price and stock are the variant's."""
        for product in self._store.products_with_sku(sku):
            variant = next((v for v in product.variants if v.sku == sku), None)
            return product_facts(product, variant or _first(product), self._pages)
        return None

    def product_for_line(self, *, sku: str | None, title: str) -> ProductFacts | None:
        """The product an order line meant: by SKU, else by exact title (「商品名」, or Shopify's 「商品名 - 種類」).

        None when the shop no longer knows it, or when several published products share the title: we do not guess.
        """
        if sku and (found := self.product(sku)):
            return found
        if found := self._titled(title, None):
            return found
        parts = _LAST_DASH.match(title)
        return self._titled(parts["title"], parts["variant"]) if parts else None

    def policies(self) -> tuple[str, ...]:
        """The shop's policies, one Japanese text each: the title, then the lines of all sections without markup."""
        return tuple(_without_markup(policy.title, policy.text) for policy in self._store.policies())

    def _titled(self, title: str, variant_title: str | None) -> ProductFacts | None:
        found = self._store.products_titled(title)
        known = [product for product in found if product.published] or found
        if len(known) != 1:
            return None
        if variant_title is None:
            return product_facts(known[0], _first(known[0]), self._pages)
        variant = next((v for v in known[0].variants if v.title == variant_title), None)
        return product_facts(known[0], variant, self._pages) if variant else None


@lru_cache(maxsize=256)
def _without_markup(title: str, text: str) -> str:
    return "\n".join([title, *(line for section in sections(text) for line in section.lines)])


def product_facts(
    product: SoldProduct, variant: SoldVariant | None, pages: ProductPages = NO_PAGES
) -> ProductFacts:
    """A product as a message may speak of it. facts: variant, category, then the description's sentences, markup removed."""
    facts: list[str] = []
    if variant and (variant.title or "") not in _NO_VARIANT:
        facts.append(f"種類：{variant.title}")
    if product.category:
        facts.append(f"カテゴリ：{product.category}")
    facts += sentences(plain_lines(product.description))
    stock = None if variant is None else variant.stock if variant.stock is not None else variant.stock_text
    return ProductFacts(
        id=(variant.sku if variant and variant.sku else product.product_id),
        title=product.title,
        price_yen=variant.price_yen if variant else None,
        stock=stock,
        facts=tuple(dict.fromkeys(facts))[:MOST_FACTS],
        url=pages.of(product, variant),
        review_url=pages.review_of(product, variant),
    )


def _first(product: SoldProduct) -> SoldVariant | None:
    return product.variants[0] if product.variants else None
