"""What turns sentences into vectors."""

from typing import Protocol


class SentenceEncoder(Protocol):
    """An encoder of sentences; LangChain's Embeddings fit it."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector of unit length a text, all of one size."""
        ...
