"""Cut products and policies into passages that keep their source and fit the encoder."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.domain.knowledge import PolicyText, SoldProduct
from retrieval.html_text import plain_lines
from retrieval.markdown import sections

SPLIT_VERSION = "1"
"""Part of every content hash: raise it when passages come out differently, and everything is split again."""

LONGEST = 200
"""Code points in a passage's body. One vector of 512 numbers blurs longer texts; see docs/adr/0004-hybrid-search.md."""

_SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]+[」』）)]*|[^。！？!?]+")


@dataclass(frozen=True, slots=True)
class CutPassage:
    """A passage before it is stored. title: product title, or policy title with its headings; keywords: searched for,
    never shown (SKUs, tags)."""

    title: str
    text: str
    sku: str | None = None
    keywords: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()


def sentences(lines: Iterable[str]) -> Iterator[str]:
    """The sentences of plain lines; a line without a full stop is one."""
    for line in lines:
        yield from (found.strip() for found in _SENTENCE.findall(line) if found.strip())


def cut_product(product: SoldProduct) -> list[CutPassage]:
    """A product's passages: title with category and description, then its variants as rows. No price, no stock: those live
    in the store and are read when a message is written."""
    skus = tuple(variant.sku for variant in product.variants if variant.sku)
    head = f"{product.title}（{product.category}）" if product.category else product.title
    rows = [variant.title for variant in product.variants if variant.title]
    kinds = [f"種類：{kind}" for kind in _packed(rows, LONGEST, joint="、")] if len(rows) > 1 else []
    bodies = list(_packed([*plain_lines(product.description), *kinds], LONGEST)) or [""]
    first = skus[0] if skus else None
    words = (*product.tags, *([product.vendor] if product.vendor else []))
    return [CutPassage(product.title, f"{head}\n{body}".rstrip(), first, words, skus) for body in bodies]


def cut_policy(policy: PolicyText) -> list[CutPassage]:
    """A policy's passages, each under the headings that lead to it: 「返品・交換 > 期限」."""
    cut: list[CutPassage] = []
    for section in sections(policy.text):
        path = section.path if section.path[:1] == (policy.title,) else (policy.title, *section.path)
        title = " > ".join(path)
        cut += [CutPassage(title, f"{title}\n{body}") for body in _packed(section.lines, LONGEST)]
    return cut


def product_hash(product: SoldProduct) -> str:
    """Changes when anything that is searched changes; price and stock do not count."""
    return _digest(
        product.title,
        product.description,
        product.vendor,
        product.category,
        list(product.tags),
        [[variant.sku, variant.title] for variant in product.variants],
    )


def policy_hash(policy: PolicyText) -> str:
    """Changes when title or text change."""
    return _digest(policy.title, policy.text)


def passage_id(document_id: str, passage: CutPassage) -> str:
    """Names a passage by its content, so that a vector can never belong to a text that has since changed."""
    sealed = f"{SPLIT_VERSION}\0{passage.title}\0{passage.text}".encode()
    return f"{document_id}#{hashlib.sha256(sealed).hexdigest()[:12]}"


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps([SPLIT_VERSION, *parts], ensure_ascii=False).encode()).hexdigest()


def _packed(lines: Iterable[str], longest: int, *, joint: str = "") -> Iterator[str]:
    """Join whole lines and sentences up to a length; only a single longer sentence is cut inside."""
    packed = ""
    for line in lines:
        pieces = [line] if len(line) <= longest else list(sentences([line]))
        for number, piece in enumerate(pieces):
            for part in _slices(piece, longest):
                glue = (joint or "\n") if number == 0 else ""
                if packed and len(packed) + len(glue) + len(part) > longest:
                    yield packed
                    packed = part
                else:
                    packed = f"{packed}{glue}{part}" if packed else part
    if packed:
        yield packed


def _slices(piece: str, longest: int) -> Iterator[str]:
    while len(piece) > longest:
        comma = piece.rfind("、", longest // 2, longest)
        end = comma + 1 if comma > 0 else longest
        yield piece[:end]
        piece = piece[end:]
    if piece:
        yield piece
