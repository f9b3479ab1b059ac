"""What a context knows, gathered once for all checks: its texts, folded, by where they come from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agent.domain.message import MessageContext
from agent.domain.product_class import infer_product_class
from agent.domain.provenance import is_order_to_writer, is_recorded
from evals.checks.fold import fold_width, spelled


@dataclass(frozen=True)
class KnownProduct:
    """A product as the checks compare it. texts: title and facts, width folded; spelling: the same for
    word lists; kind: its legal class (`infer_product_class`); cores: its name without size or brackets; nicknames: last
    words that no other title has; variant: a short last word (藍), else empty. Names are spelled.
    """

    id: str
    title: str
    price_yen: int | None
    stock: int | str | None
    texts: tuple[str, ...]
    spelling: str
    kind: str
    cores: tuple[str, ...]
    nicknames: tuple[str, ...]
    variant: str


@dataclass(frozen=True)
class Knowledge:
    """Texts of a context, width folded. everything: all of them joined by newlines; spelling: that for word lists;
    claims: the same without product titles and without what customers or staff wrote down; offer_spelling: the offer alone;
    records: facts of the customer that were reckoned, not written (`is_recorded`); proofs: everything with only these of
    the customer. Policies and product texts that tell
    a writer what to write (`is_order_to_writer`) are left out everywhere: they prove nothing.
    """

    customer: str
    policies: tuple[str, ...]
    offer: str
    products: tuple[KnownProduct, ...]
    everything: str
    spelling: str
    claims: str
    offer_spelling: str
    records: str
    proofs: str


@lru_cache(maxsize=256)
def knowledge_of(context: MessageContext) -> Knowledge:
    """Gather a context's texts. Cached, because many drafts and rewrites share one context."""
    customer = "\n".join(plain(fact.text) for fact in context.customer.facts)
    records = "\n".join(plain(fact.text) for fact in context.customer.facts if is_recorded(fact.fact_id))
    policies = tuple(plain(policy) for policy in context.policies if not is_order_to_writer(policy))
    products = tuple(_product(context, index) for index in range(len(context.products)))
    offer = ""
    if context.offer is not None:
        parts = (context.offer.type, context.offer.code, context.offer.value, context.offer.conditions)
        expires = context.offer.expires.isoformat() if context.offer.expires else None
        offer = "\n".join(plain(part) for part in (*parts, expires) if part)
    stock = "\n".join(plain(str(product.stock)) for product in context.products if product.stock is not None)
    texts = [customer, *policies, offer, stock, *(text for product in products for text in product.texts)]
    everything = "\n".join(texts)
    claims = [
        records,
        *policies,
        offer,
        stock,
        *(text for product in products for text in product.texts[1:]),
    ]
    return Knowledge(
        customer,
        policies,
        offer,
        products,
        everything,
        "\n".join(map(spelled, texts)),  # text by text: the shop's stand in every context
        "\n".join(map(spelled, claims)),
        spelled(offer),
        records,
        "\n".join([records, *texts[1:]]),
    )


def _product(context: MessageContext, index: int) -> KnownProduct:
    product = context.products[index]
    stated = tuple(_statements(product.facts))
    texts = (plain(product.title), *(plain(fact) for fact in stated))
    return KnownProduct(
        id=product.id,
        title=texts[0],
        price_yen=product.price_yen,
        stock=plain(product.stock) if isinstance(product.stock, str) else product.stock,
        texts=texts,
        spelling=spelled("\n".join(texts)),
        kind=infer_product_class(product.title, stated),
        cores=_cores(texts[0]),
        variant=_variant(texts[0]),
        nicknames=_nicknames(
            texts[0], [plain(other.title) for other in context.products if other is not product]
        ),
    )


def _statements(facts: tuple[str, ...]) -> Iterator[str]:
    """Facts of a product without the lines that are orders to a writer."""
    for fact in facts:
        lines = [line for line in fact.split("\n") if not is_order_to_writer(line)]
        if lines and not is_order_to_writer("\n".join(lines)):
            yield "\n".join(lines)


_BRACKETED = re.compile(r"[(\[【〔<《][^)\]】〕>》]*[)\]】〕>》]")
_SIZE = re.compile(
    r"\s*[×xX]?\s*\d+(?:\.\d+)?\s*(?:ml|mL|g|kg|L|l|cc|cm|mm|m|個|本|枚|袋|粒|包|杯|回|日|箱|缶|点|食|パック|セット|入り?|号|片|足|組|客|斤|合|升|ヶ月分|か月分|日分|種)+"
    r"(?:入り?|セット|分|用|組)?\s*$",
    re.IGNORECASE,
)


_WORDS = re.compile(r"[\s・/／「」『』]+")


_COMMON = (
    "限定 新作 新茶 新米 新豆 定番 無地 大容量 お試し 徳用 単品 本体 国産 有機 無添加 季節 秋冬 春夏 通年 予約 "
    "旬 初回 送料 化粧 商品 食品 雑貨 大 中 小"
)
_TOO_COMMON = frozenset(_COMMON.split())
"""Words of titles that a draft uses for other things as well."""


def _nicknames(title: str, others: list[str]) -> tuple[str, ...]:
    """Words of a title, and their last runs of katakana or kanji, which no other title has: what people call it."""
    bare = _SIZE.sub("", _SIZE.sub("", _BRACKETED.sub("", title))).strip()
    words = [word for word in _WORDS.split(bare) if word]
    tails = [words[-1]] if words else []
    tails += re.findall(r"[ァ-ヴー]{4,}$|[一-鿿々]{3,}$|[ァ-ヴー]{4,}(?=[一-鿿]{1,2}$)", bare)
    tails += [found for word in words for found in re.findall(r"[ァ-ヴー]{3,}$|[一-鿿々]{2,}$", word)]
    tails += [word for word in words if len(word) >= 2 and not word.isascii()]
    tails += re.findall(r"[ァ-ヴー]{5,}", bare)
    spelled_others = "\n".join(spelled(other) for other in others)
    found = dict.fromkeys(spelled(tail) for tail in tails if tail not in _TOO_COMMON)
    return tuple(tail for tail in found if len(tail) >= 2 and tail not in spelled_others)


def _variant(title: str) -> str:
    """The last word of a title of several, when it is only one to three signs long: a colour or a kind."""
    words = [word for word in _WORDS.split(_BRACKETED.sub("", title)) if word]
    last = spelled(words[-1]) if len(words) > 1 else ""
    return last if 1 <= len(last) <= 3 and re.fullmatch(r"[一-鿿ぁ-ん]+", last) else ""


def _cores(title: str) -> tuple[str, ...]:
    """The spelled names a draft may use for a product: without brackets, quotes and size; inside quotes when it has them."""
    bare = _BRACKETED.sub("", title)
    names = re.findall(r"[「『]([^」』]+)[」』]", bare)
    names.append(_SIZE.sub("", _SIZE.sub("", bare)))
    found = dict.fromkeys(spelled(name) for name in names)
    return tuple(name for name in found if len(name) >= 2)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A text with its width folded. Cached: the shop's policies and products stand in every context."""
    return fold_width(text).text
