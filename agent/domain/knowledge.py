"""What the shop sells and promises, and the passages made of it for search."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SoldVariant:
    """What can be bought. price_yen: tax included, None when unknown. stock: a count, None when not tracked; stock_text:
    the shop's own words for it (「12月上旬入荷予定」)."""

    sku: str | None
    title: str | None
    price_yen: int | None
    stock: int | None
    stock_text: str | None


@dataclass(frozen=True, slots=True)
class SoldProduct:
    """A product of the catalogue with its variants in the shop's order. description: HTML or plain text, as exported.

    platform: shopify, eccube or generic.    handle: its name in addresses, where the platform has one.    url: its public page
    as exported, None where the export names none.
    """

    product_id: str
    title: str
    description: str
    vendor: str | None
    category: str | None
    tags: tuple[str, ...]
    published: bool
    variants: tuple[SoldVariant, ...]
    platform: str = ""
    handle: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A shop policy. text: Markdown or plain text without front matter; path: the file it was read from, absolute."""

    policy_id: str
    title: str
    text: str
    path: str | None


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage as the index keeps it. sku: the product's first; tokens: words for lexical search, separated by spaces."""

    passage_id: str
    document_id: str
    position: int
    sku: str | None
    title: str
    text: str
    tokens: str


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document as the index keeps it. kind: product or policy; content_hash: what decides whether it changed."""

    document_id: str
    kind: str
    content_hash: str
    passages: tuple[IndexedPassage, ...]


@dataclass(frozen=True, slots=True)
class PolicyChanges:
    """What storing policies did, by policy id."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
