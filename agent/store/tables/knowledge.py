"""Policies, and what the search index holds of them and of the catalogue."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.tables.base import Base, ShopRow


class Policy(ShopRow, Base):
    """A shop policy (returns, shipping, points …) as Markdown."""

    __tablename__ = "policies"
    policy_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    title: Mapped[str]
    text: Mapped[str]
    path: Mapped[str | None]
    content_hash: Mapped[str]
    updated_at: Mapped[datetime]


class IndexedDocument(ShopRow, Base):
    """What the vector index holds of a document, so that re-indexing touches only what changed."""

    __tablename__ = "indexed_documents"
    document_id: Mapped[str] = mapped_column(String(300), primary_key=True)
    kind: Mapped[str]
    content_hash: Mapped[str]
    passage_ids: Mapped[list[Any]]
    indexed_at: Mapped[datetime]


class IndexedPassage(ShopRow, Base):
    """A passage's text and lexical tokens; its vector lives in Chroma under the same id."""

    __tablename__ = "indexed_passages"
    __table_args__ = (Index("ix_indexed_passages_document", "shop_id", "document_id"),)
    passage_id: Mapped[str] = mapped_column(String(320), primary_key=True)
    document_id: Mapped[str] = mapped_column(String(300))
    position: Mapped[int]
    sku: Mapped[str | None]
    title: Mapped[str]
    text: Mapped[str]
    tokens: Mapped[str]
