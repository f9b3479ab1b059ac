"""Bring the search index up to date with catalogue and policies, touching only what changed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from agent.domain.knowledge import IndexedDocument, IndexedPassage, PolicyText, SoldProduct
from agent.ports import KnowledgeStore
from retrieval.embed import EmbeddingModel
from retrieval.lexical import sku_token
from retrieval.split import CutPassage, cut_policy, cut_product, passage_id, policy_hash, product_hash
from retrieval.tokens import words
from retrieval.vectors import ShopVectors

Progress = Callable[[str, int, int | None], None]
"""What is being done, how many are done, of how many (None: not known yet)."""

BATCH = 64
"""Documents between two commits: what a crash can cost, and about half a second of embedding."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What `okaeri index` did. passages and documents: in the index now; the others count documents.

    rebuilt: vectors of another encoder stood there and were thrown away first.
    """

    passages: int
    documents: int
    added: int
    updated: int
    removed: int
    unchanged: int
    rebuilt: bool = False

    def as_json(self) -> dict[str, int]:
        """The fields of the command line's JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def index_documents(
    store: KnowledgeStore, vectors: ShopVectors, model: EmbeddingModel, *, progress: Progress | None = None
) -> IndexReport:
    """(Re)index every published product and every policy of the store.

    A crash at any point heals at the next run: vectors are written first, then the store, then old vectors are dropped. A
    passage's id is made of its text, so a vector without a row in the store is merely unused (search asks the store), and a
    row without a vector is embedded again here. Another encoder than last time rebuilds everything.
    Raises MachineRetries when another process is indexing or Chroma cannot be reached.
    """
    with store.indexing():
        return _Run(store, vectors, model, progress or _silent).run()


class _Run:
    def __init__(
        self, store: KnowledgeStore, vectors: ShopVectors, model: EmbeddingModel, progress: Progress
    ) -> None:
        self.store, self.vectors, self.model, self.progress = store, vectors, model, progress

    def run(self) -> IndexReport:
        self.progress("調べています", 0, None)
        rebuilt = self.vectors.prepare()
        if rebuilt:
            self.progress("検索用のモデルが変わったため、すべて作り直しています", 0, None)
        known = self.store.indexed_hashes()
        embedded = self.vectors.ids()
        wanted = list(_documents(self.store))
        changed = [
            document
            for document in wanted
            if not _stands(known.get(document.document_id), document, embedded)
        ]
        gone = sorted(known.keys() - {document.document_id for document in wanted})
        done = 0
        for some in _in_batches(changed, BATCH):
            self.progress("索引を作っています", done, len(changed))
            embedded |= self._write(some, embedded)
            done += len(some)
        if gone:
            self.store.record_indexed((), removed=gone)
        now = self.store.indexed_hashes() if changed or gone else known
        held = {passage for _, passages in now.values() for passage in passages}
        self.vectors.drop(embedded - held)
        self.progress("索引を作っています", len(changed), len(changed))
        added = sum(document.document_id not in known for document in changed)
        return IndexReport(
            passages=len(held),
            documents=len(now),
            added=added,
            updated=len(changed) - added,
            removed=len(gone),
            unchanged=len(wanted) - len(changed),
            rebuilt=rebuilt,
        )

    def _write(self, some: Sequence["_Wanted"], embedded: set[str]) -> set[str]:
        documents = [document.cut() for document in some]
        fresh = {
            passage.passage_id: passage.text
            for document in documents
            for passage in document.passages
            if passage.passage_id not in embedded
        }
        if fresh:
            self.vectors.put(list(fresh), self.model.embeddings.embed_documents(list(fresh.values())))
        self.store.record_indexed(documents)
        return set(fresh)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A document that should be in the index."""

    document_id: str
    kind: str
    content_hash: str
    source: SoldProduct | PolicyText

    def cut(self) -> IndexedDocument:
        cut = cut_product(self.source) if isinstance(self.source, SoldProduct) else cut_policy(self.source)
        unique = {passage_id(self.document_id, passage): passage for passage in cut}
        passages = (
            _indexed(self.document_id, position, *item) for position, item in enumerate(unique.items())
        )
        return IndexedDocument(self.document_id, self.kind, self.content_hash, tuple(passages))


def _documents(store: KnowledgeStore) -> Iterator[_Wanted]:
    for product in store.products():
        if product.published:
            yield _Wanted(f"product:{product.product_id}", "product", product_hash(product), product)
    for policy in store.policies():
        yield _Wanted(f"policy:{policy.policy_id}", "policy", policy_hash(policy), policy)


def _stands(known: tuple[str, tuple[str, ...]] | None, document: _Wanted, embedded: set[str]) -> bool:
    return known is not None and known[0] == document.content_hash and embedded.issuperset(known[1])


def _indexed(document_id: str, position: int, passage_id: str, cut: CutPassage) -> IndexedPassage:
    tokens = words(" ".join([cut.text, *cut.keywords]))
    tokens += [sku_token(sku) for sku in cut.skus] if position == 0 else []
    return IndexedPassage(passage_id, document_id, position, cut.sku, cut.title, cut.text, " ".join(tokens))


def _in_batches(documents: Iterable[_Wanted], size: int) -> Iterator[list[_Wanted]]:
    rest = iter(documents)
    while some := list(islice(rest, size)):
        yield some


def _silent(step: str, done: int, total: int | None) -> None:
    """Nobody is watching."""
