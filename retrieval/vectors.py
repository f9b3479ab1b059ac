"""Keep one shop's vectors in one collection of its own."""

import hashlib
import re
from collections.abc import Collection as Some
from collections.abc import Sequence

from chromadb.api import ClientAPI
from chromadb.api.models.Collection import Collection
from chromadb.errors import NotFoundError

from retrieval.chroma import ChromaPlace

AT_ONCE = 1000
"""Ids in one request; Chroma's own limit is several thousand and depends on SQLite."""


class ShopVectors:
    """A shop's vectors, by passage id. The collection remembers which encoder made them."""

    def __init__(self, place: ChromaPlace, *, shop_id: str, model: str) -> None:
        self._place, self._model = place, model
        self.collection = collection_name(shop_id)

    def prepare(self) -> bool:
        """Make the collection. True when vectors of another encoder were thrown away first."""
        with self._place.use(writing=True) as client:
            known = self._find(client)
            stale = known is not None and not self._ours(known)
            if stale:
                client.delete_collection(self.collection)
            if known is None or stale:
                client.create_collection(
                    self.collection,
                    metadata={"hnsw:space": "cosine", "embedding_model": self._model},
                    embedding_function=None,
                )
            return stale

    def ids(self) -> set[str]:
        """Every passage id that has a vector."""
        with self._place.use(writing=False) as client:
            known = self._find(client)
            return set(known.get(include=[])["ids"]) if known is not None else set()

    def put(self, ids: Sequence[str], vectors: Sequence[Sequence[float]]) -> None:
        """Store or replace vectors."""
        with self._place.use(writing=True) as client:
            for start in range(0, len(ids), AT_ONCE):
                end = start + AT_ONCE
                client.get_collection(self.collection, embedding_function=None).upsert(
                    ids=list(ids[start:end]), embeddings=list(vectors[start:end])
                )

    def drop(self, ids: Some[str]) -> None:
        """Forget vectors; ids that are not there are no fault."""
        ordered = sorted(ids)
        if not ordered:
            return
        with self._place.use(writing=True) as client:
            for start in range(0, len(ordered), AT_ONCE):
                client.get_collection(self.collection, embedding_function=None).delete(
                    ids=ordered[start : start + AT_ONCE]
                )

    def nearest(self, vector: Sequence[float], count: int) -> dict[str, float]:
        """Cosine similarity of the closest passages, by id, best first; empty without a collection made by this encoder."""
        with self._place.use(writing=False) as client:
            known = self._find(client)
            if known is None or not self._ours(known) or not known.count():
                return {}
            answer = known.query(query_embeddings=[vector], n_results=count, include=["distances"])
        distances = answer["distances"] or [[]]
        return {found: 1.0 - far for found, far in zip(answer["ids"][0], distances[0], strict=True)}

    def made_by_this_encoder(self) -> bool:
        """False when the vectors on disk come from another encoder, so that only `okaeri index` can make them useful."""
        with self._place.use(writing=False) as client:
            known = self._find(client)
            return known is None or self._ours(known)

    def _find(self, client: ClientAPI) -> Collection | None:
        try:
            return client.get_collection(self.collection, embedding_function=None)
        except NotFoundError:
            return None

    def _ours(self, collection: Collection) -> bool:
        return (collection.metadata or {}).get("embedding_model") == self._model


def collection_name(shop_id: str) -> str:
    """A name Chroma takes (three characters or more of a narrow alphabet) and no two shops share: 「a b」 and 「a_b」 differ."""
    plain = re.sub(r"[^0-9a-z]+", "-", shop_id.lower()).strip("-")[:30]
    return f"shop-{plain or 'x'}-{hashlib.sha256(shop_id.encode()).hexdigest()[:12]}"
