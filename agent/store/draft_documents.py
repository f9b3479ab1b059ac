"""Turn a draft's nested records into JSON documents and back."""

from dataclasses import asdict
from datetime import date
from typing import Any

from agent.domain.message import (
    Addressee,
    MessageContext,
    Offer,
    Paragraph,
    Passage,
    ProductFacts,
    ShopIdentity,
    Slotted,
    StatedFact,
)
from agent.domain.occasion import Channel, Occasion


def context_document(context: MessageContext) -> dict[str, Any]:
    """The context as plain JSON values; dates as ISO text."""
    document = asdict(context)
    document["today"] = context.today.isoformat()
    if context.offer:
        document["offer"]["expires"] = context.offer.expires.isoformat() if context.offer.expires else None
    return document


def context_from(document: dict[str, Any]) -> MessageContext:
    """The inverse of `context_document`."""
    customer = dict(document["customer"])
    customer["facts"] = tuple(StatedFact(**fact) for fact in customer["facts"])
    products = tuple(
        ProductFacts(**{**product, "facts": tuple(product["facts"])}) for product in document["products"]
    )
    offer = document["offer"]
    if offer:
        expires = date.fromisoformat(offer["expires"]) if offer["expires"] else None
        offer = Offer(**{**offer, "expires": expires})
    return MessageContext(
        context_id=document["context_id"],
        shop=ShopIdentity(**document["shop"]),
        customer=Addressee(**customer),
        products=products,
        policies=tuple(document["policies"]),
        offer=offer or None,
        occasion=Occasion(document["occasion"]),
        channel=Channel(document["channel"]),
        today=date.fromisoformat(document["today"]),
    )


def paragraph_documents(paragraphs: tuple[Paragraph, ...]) -> list[Any]:
    """Paragraphs as plain JSON values."""
    return [
        {
            "text": p.text,
            "fact_ids": list(p.fact_ids),
            "passage_ids": list(p.passage_ids),
            **({"slots": [[s.source, s.kind, s.words] for s in p.slots]} if p.slots else {}),
        }
        for p in paragraphs
    ]


def paragraphs_from(documents: list[Any]) -> tuple[Paragraph, ...]:
    """The inverse of `paragraph_documents`."""
    return tuple(
        Paragraph(
            d["text"],
            tuple(d["fact_ids"]),
            tuple(d["passage_ids"]),
            tuple(Slotted(*slot) for slot in d.get("slots", ())),
        )
        for d in documents
    )


def passages_from(documents: list[Any]) -> tuple[Passage, ...]:
    """Passages from plain JSON values."""
    return tuple(Passage(**d) for d in documents)
