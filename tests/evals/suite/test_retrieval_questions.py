"""The suite's own shop can be indexed and asked."""

from evals.suite.retrieval import Found, indexed_shop, look_up, read_questions, retrieval_scores


def test_the_rank_of_the_right_document_is_told() -> None:
    questions = read_questions()
    with indexed_shop() as search:
        found = [look_up(search, question) for question in questions[:6]]
    recall, rank = retrieval_scores(found)
    assert recall.value is not None
    assert recall.value >= 0.8
    assert rank > 0.5


def test_recall_and_reciprocal_rank_are_counted() -> None:
    recall, rank = retrieval_scores([Found("a", 1), Found("b", 4), Found("c", None), Found("d", 2)])
    assert (recall.hits, recall.of, rank) == (3, 4, (1 + 0.25 + 0 + 0.5) / 4)
