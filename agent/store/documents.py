"""Where the catalogue, the policies and the search index's passages are kept."""

import fcntl
import hashlib
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    bindparam,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)

from agent.domain.errors import MachineRetries
from agent.domain.knowledge import (
    IndexedDocument,
    IndexedPassage,
    PolicyChanges,
    PolicyText,
    SoldProduct,
    SoldVariant,
)
from agent.ports import Clock
from agent.store.engine import READ_ONLY
from agent.store.tables import IndexedDocument as DocumentRow
from agent.store.tables import IndexedPassage as PassageRow
from agent.store.tables import KeptValueRow, Policy, Product, Variant

GENERATION = "index_generation"
AT_ONCE = 500
"""Ids in one IN (…): below SQLite's oldest limit of 999 variables."""


class SqlKnowledgeStore:
    """One shop's catalogue, policies and indexed passages. Implements agent.ports.KnowledgeStore."""

    def __init__(self, engine: Engine, *, shop_id: str, clock: Clock) -> None:
        self._engine, self._shop, self._clock = engine, shop_id, clock
        self._reading = engine.execution_options(**{READ_ONLY: True})

    def products(self) -> Iterator[SoldProduct]:
        """All products, in the order of their ids."""
        with self._reading.connect() as connection:
            yield from self._sold(connection, _EVERY)

    def products_with_sku(self, sku: str) -> list[SoldProduct]:
        """Products with a variant of exactly this SKU (or variant id, where there is no SKU), published ones first."""
        with self._reading.connect() as connection:
            found = list(self._sold(connection, _WITH_SKU, sku))
        return sorted(found, key=lambda product: not product.published)

    def products_titled(self, title: str) -> list[SoldProduct]:
        """Products of exactly this title, published ones first."""
        with self._reading.connect() as connection:
            found = list(self._sold(connection, _TITLED, title))
        return sorted(found, key=lambda product: not product.published)

    def _sold(self, connection: Connection, asked: "_Asked", value: str = "") -> Iterator[SoldProduct]:
        products, variants = asked
        given = {"shop": self._shop, "value": value}
        sold: dict[str, list[SoldVariant]] = {}
        for row in connection.execute(variants, given):
            sold.setdefault(row.product_id, []).append(
                SoldVariant(row.sku, row.title, row.price_yen, row.stock, row.stock_text)
            )
        for row in connection.execute(products, given):
            yield SoldProduct(
                product_id=row.product_id,
                title=row.title,
                description=row.description,
                vendor=row.vendor,
                category=row.category,
                tags=tuple(str(tag) for tag in row.tags),
                published=row.published,
                variants=tuple(sold.get(row.product_id, ())),
                platform=row.platform,
                handle=row.handle,
                url=row.url,
            )

    def policies(self) -> list[PolicyText]:
        """All policies, in the order of their ids."""
        with self._reading.connect() as connection:
            rows = connection.execute(
                select(Policy.policy_id, Policy.title, Policy.text, Policy.path)
                .where(Policy.shop_id == self._shop)
                .order_by(Policy.policy_id)
            )
            return [PolicyText(row.policy_id, row.title, row.text, row.path) for row in rows]

    def put_policies(self, policies: Sequence[PolicyText], *, removed: Collection[str] = ()) -> PolicyChanges:
        """Store or replace policies and forget the ids in `removed`."""
        changes: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": [], "removed": []}
        with self._engine.begin() as connection:
            for gone in sorted(set(removed) - {policy.policy_id for policy in policies}):
                changes["removed"] += [gone] * connection.execute(
                    delete(Policy).where(*self._policy(gone))
                ).rowcount
            for policy in policies:
                changes[self._put_policy(connection, policy)].append(policy.policy_id)
        return PolicyChanges(**{kind: tuple(ids) for kind, ids in changes.items()})

    def _policy(self, policy_id: str) -> tuple[ColumnElement[bool], ...]:
        return Policy.shop_id == self._shop, Policy.policy_id == policy_id

    def _put_policy(self, connection: Connection, policy: PolicyText) -> str:
        digest = hashlib.sha256(f"{policy.title}\0{policy.text}".encode()).hexdigest()
        values = {
            "title": policy.title,
            "text": policy.text,
            "path": policy.path,
            "content_hash": digest,
            "updated_at": self._clock.now(),
        }
        known = connection.scalar(select(Policy.content_hash).where(*self._policy(policy.policy_id)))
        if known is None:
            connection.execute(
                insert(Policy).values(shop_id=self._shop, policy_id=policy.policy_id, **values)
            )
            return "added"
        if known == digest:
            values = {"path": policy.path}
        connection.execute(update(Policy).where(*self._policy(policy.policy_id)).values(**values))
        return "unchanged" if known == digest else "updated"

    def indexed_hashes(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Content hash and passage ids of every indexed document, by document id."""
        with self._reading.connect() as connection:
            rows = connection.execute(
                select(DocumentRow.document_id, DocumentRow.content_hash, DocumentRow.passage_ids).where(
                    DocumentRow.shop_id == self._shop
                )
            )
            return {row.document_id: (row.content_hash, tuple(row.passage_ids)) for row in rows}

    def record_indexed(self, documents: Sequence[IndexedDocument], *, removed: Collection[str] = ()) -> None:
        """Replace what the index holds of these documents, forget the ids in `removed`, and change the generation."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            self._forget(connection, [*removed, *(document.document_id for document in documents)])
            rows = [
                {
                    "shop_id": self._shop,
                    "document_id": document.document_id,
                    "kind": document.kind,
                    "content_hash": document.content_hash,
                    "passage_ids": [passage.passage_id for passage in document.passages],
                    "indexed_at": now,
                }
                for document in documents
            ]
            passages = [self._passage_row(passage) for document in documents for passage in document.passages]
            if rows:
                connection.execute(insert(DocumentRow), rows)
            if passages:
                connection.execute(insert(PassageRow), passages)
            self._next_generation(connection)

    def _passage_row(self, passage: IndexedPassage) -> dict[str, object]:
        return {
            "shop_id": self._shop,
            "passage_id": passage.passage_id,
            "document_id": passage.document_id,
            "position": passage.position,
            "sku": passage.sku,
            "title": passage.title,
            "text": passage.text,
            "tokens": passage.tokens,
        }

    def _forget(self, connection: Connection, document_ids: Sequence[str]) -> None:
        for start in range(0, len(document_ids), AT_ONCE):
            some = document_ids[start : start + AT_ONCE]
            for table in (PassageRow, DocumentRow):
                connection.execute(
                    delete(table).where(table.shop_id == self._shop, table.document_id.in_(some))
                )

    def _next_generation(self, connection: Connection) -> None:
        row = KeptValueRow.shop_id == self._shop, KeptValueRow.name == GENERATION
        value = {"id": uuid.uuid4().hex}
        if not connection.execute(update(KeptValueRow).where(*row).values(value=value)).rowcount:
            connection.execute(insert(KeptValueRow).values(shop_id=self._shop, name=GENERATION, value=value))

    def indexed_passages(self) -> list[IndexedPassage]:
        """All passages, by document and position."""
        with self._reading.connect() as connection:
            rows = connection.execute(
                select(
                    PassageRow.passage_id,
                    PassageRow.document_id,
                    PassageRow.position,
                    PassageRow.sku,
                    PassageRow.title,
                    PassageRow.text,
                    PassageRow.tokens,
                )
                .where(PassageRow.shop_id == self._shop)
                .order_by(PassageRow.document_id, PassageRow.position)
            )
            return [IndexedPassage(*row) for row in rows]

    def generation(self) -> str:
        """Changes whenever the indexed passages do, whichever process changed them. Empty before the first index."""
        with self._reading.connect() as connection:
            value = connection.scalar(_GENERATION, {"shop": self._shop})
        return str(value["id"]) if value else ""

    @contextmanager
    def indexing(self) -> Iterator[None]:
        """Hold this while indexing. Raises MachineRetries when another process holds it.

        PostgreSQL: an advisory lock on a connection of its own. SQLite: a lock on a file beside the database, since
        holding SQLite's own write lock through minutes of embedding would stop the whole shop.
        """
        held = self._lock_on_postgresql() if self._engine.dialect.name == "postgresql" else self._lock_file()
        with held:
            yield

    @contextmanager
    def _lock_on_postgresql(self) -> Iterator[None]:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            key = {"key": f"okaeri-index:{self._shop}"}
            if not connection.scalar(text("select pg_try_advisory_lock(hashtext(:key))"), key):
                raise _busy()
            try:
                yield
            finally:
                connection.execute(text("select pg_advisory_unlock(hashtext(:key))"), key)

    @contextmanager
    def _lock_file(self) -> Iterator[None]:
        name = hashlib.sha256(self._shop.encode()).hexdigest()[:12]
        with Path(f"{self._engine.url.database}.index-{name}.lock").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise _busy() from error
            yield


def _busy() -> MachineRetries:
    return MachineRetries(
        "another process is indexing this shop",
        ja="ほかの処理が検索の索引を更新しています。終わるのを待って、もう一度実行してください。",
    )


_Asked = tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]
"""How products and their variants are asked for, `:shop` and `:value` to be given."""


def _asked(where: ColumnElement[bool] | None = None) -> _Asked:
    products = select(
        Product.product_id,
        Product.title,
        Product.description,
        Product.vendor,
        Product.category,
        Product.tags,
        Product.published,
        Product.platform,
        Product.handle,
        Product.url,
    ).where(Product.shop_id == bindparam("shop"))
    variants = select(
        Variant.product_id,
        Variant.sku,
        Variant.title,
        Variant.price_yen,
        Variant.stock,
        Variant.stock_text,
    ).where(Variant.shop_id == bindparam("shop"))
    if where is not None:
        products = products.where(where)
        variants = variants.where(Variant.product_id.in_(products.with_only_columns(Product.product_id)))
    return products.order_by(Product.product_id), variants.order_by(Variant.product_id, Variant.position)


_EVERY = _asked()
_TITLED = _asked(Product.title == bindparam("value"))
_WITH_SKU = _asked(
    Product.product_id.in_(
        select(Variant.product_id).where(
            Variant.shop_id == bindparam("shop"),
            or_(Variant.sku == bindparam("value"), Variant.variant_id == bindparam("value")),
        )
    )
)
_GENERATION = select(KeptValueRow.value).where(
    KeptValueRow.shop_id == bindparam("shop"), KeptValueRow.name == GENERATION
)
"""Built once: making these expressions cost more than asking the database."""
