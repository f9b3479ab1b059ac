"""The encoder we carry and the fake keep the same promises."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from retrieval.embed import EmbeddingModel, carried_model, hashed_model


@pytest.fixture(params=[carried_model, hashed_model], scope="module")
def model(request: pytest.FixtureRequest) -> EmbeddingModel:
    made: EmbeddingModel = request.param()
    return made


def test_vectors_have_unit_length_and_one_size(model: EmbeddingModel) -> None:
    vectors = np.array(model.embeddings.embed_documents(["化粧水", "長い文です。" * 50, "", "a"] * 20))
    assert vectors.shape[0] == 80
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)


def test_the_same_text_gives_the_same_vector_in_any_batch(model: EmbeddingModel) -> None:
    alone = model.embeddings.embed_query("しっとりした化粧水")
    among = model.embeddings.embed_documents(["タオル", "しっとりした化粧水", "だし" * 90])[1]
    assert np.allclose(alone, among, atol=1e-4)


def test_like_is_nearer_than_unlike(model: EmbeddingModel) -> None:
    question, like, unlike = (
        np.array(model.embeddings.embed_query(text))
        for text in ("保湿の化粧水", "しっとり保湿する化粧水です", "鉄のフライパン")
    )
    assert question @ like > question @ unlike


def test_threads_may_ask_at_once(model: EmbeddingModel) -> None:
    expected = model.embeddings.embed_query("化粧水")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(model.embeddings.embed_query, ["化粧水"] * 12))
    assert all(np.allclose(answer, expected, atol=1e-5) for answer in answers)
