"""What a context knows, gathered once for all checks: its texts, folded, by where they come from."""

from dataclasses import dataclass
from functools import lru_cache

from agent.domain.message import MessageContext
from agent.domain.product_class import infer_product_class
from evals.checks.fold import fold_width, spelled


@dataclass(frozen=True)
class KnownProduct:
    """A product as the checks compare it. texts: title and facts, width folded; spelling: the same for
    word lists; kind: its legal class (`infer_product_class`)."""

    id: str
    title: str
    price_yen: int | None
    stock: int | str | None
    texts: tuple[str, ...]
    spelling: str
    kind: str


@dataclass(frozen=True)
class Knowledge:
    """Texts of a context, width folded. everything: all of them joined by newlines; spelling: that for word lists."""

    customer: str
    policies: tuple[str, ...]
    offer: str
    products: tuple[KnownProduct, ...]
    everything: str
    spelling: str


@lru_cache(maxsize=256)
def knowledge_of(context: MessageContext) -> Knowledge:
    """Gather a context's texts. Cached, because many drafts and rewrites share one context."""
    customer = "\n".join(plain(fact.text) for fact in context.customer.facts)
    policies = tuple(plain(policy) for policy in context.policies)
    products = tuple(_product(context, index) for index in range(len(context.products)))
    offer = ""
    if context.offer is not None:
        parts = (context.offer.type, context.offer.code, context.offer.value, context.offer.conditions)
        expires = context.offer.expires.isoformat() if context.offer.expires else None
        offer = "\n".join(plain(part) for part in (*parts, expires) if part)
    stock = "\n".join(plain(str(product.stock)) for product in context.products if product.stock is not None)
    texts = [customer, *policies, offer, stock, *(text for product in products for text in product.texts)]
    everything = "\n".join(texts)
    return Knowledge(customer, policies, offer, products, everything, spelled(everything))


def _product(context: MessageContext, index: int) -> KnownProduct:
    product = context.products[index]
    texts = (plain(product.title), *(plain(fact) for fact in product.facts))
    return KnownProduct(
        id=product.id,
        title=texts[0],
        price_yen=product.price_yen,
        stock=plain(product.stock) if isinstance(product.stock, str) else product.stock,
        texts=texts,
        spelling=spelled("\n".join(texts)),
        kind=infer_product_class(product.title, product.facts),
    )


def plain(text: str) -> str:
    """A text with its width folded."""
    return fold_width(text).text
