"""The labelled messages can be read, contradict nothing, and stay in their splits."""

import json
from pathlib import Path

import pytest

from agent.domain.errors import CallerMistake
from evals.suite.batches import BadBatch, Kind, Split, digest, known_batches, load_batch, load_split

SHOP = {
    "name": "茶の間",
    "sender_name": "茶の間",
    "address": "東京都",
    "contact": "a@chanoma.example",
    "unsubscribe_url": "https://chanoma.example/stop",
    "site_domain": "chanoma.example",
}
CONTEXT: dict[str, object] = {
    "context_id": "c1",
    "shop": SHOP,
    "customer": {"customer_id": "k1", "family_name": "石田", "given_name": "薫", "facts": []},
    "products": [],
    "policies": [],
    "offer": None,
    "occasion": "thank_you",
    "channel": "line",
    "today": "2026-11-22",
}
DRAFT: dict[str, object] = {
    "draft_id": "d1",
    "context_id": "c1",
    "subject": None,
    "body": "石井様、ありがとうございます。",
}
LABEL: dict[str, object] = {
    "draft_id": "d1",
    "kind": "defect",
    "checks": ["wrong_name"],
    "also_ok": [],
    "quotes": [{"field": "body", "quote": "石井様"}],
    "why": "名字が違う。",
}


def batch(folder: Path, **changed: object) -> Path:
    made = folder / "b1"
    made.mkdir(parents=True)
    files = {"contexts": CONTEXT, "drafts": DRAFT, "labels": {**LABEL, **changed}}
    for name, record in files.items():
        (made / f"{name}.jsonl").write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    return made


def test_every_batch_of_the_project_can_be_read() -> None:
    cases = load_split(Split)
    assert len(cases) >= 189
    assert {case.batch for case in cases} == set(known_batches())


def test_the_messages_of_november_are_a_test_split() -> None:
    old = [case for case in load_split([Split.TEST]) if case.batch == "h0"]
    assert len(old) == 189
    assert sum(case.label.kind is Kind.DEFECT for case in old) == 133


def test_a_case_knows_where_its_defect_stands(tmp_path: Path) -> None:
    (case,) = load_batch(batch(tmp_path), Split.DEV)
    assert case.spans() == [("body", 0, 3)]


@pytest.mark.parametrize(
    "changed",
    [
        {"checks": ["no_such_check"]},
        {"checks": []},
        {"kind": "clean"},
        {"quotes": [{"field": "body", "quote": "石川様"}]},
        {"draft_id": "d2"},
        {"kind": "unknown"},
    ],
    ids=str,
)
def test_a_label_that_contradicts_itself_is_refused(tmp_path: Path, changed: dict[str, object]) -> None:
    with pytest.raises(BadBatch):
        list(load_batch(batch(tmp_path, **changed), Split.DEV))


def test_a_batch_without_a_split_is_refused(tmp_path: Path) -> None:
    batch(tmp_path / "messages")
    (tmp_path / "splits.yaml").write_text("other: dev\n")
    with pytest.raises(BadBatch, match="b1"):
        known_batches(messages=tmp_path / "messages", splits=tmp_path / "splits.yaml")


def test_an_empty_split_says_so(tmp_path: Path) -> None:
    batch(tmp_path / "messages")
    (tmp_path / "splits.yaml").write_text("b1: dev\n")
    with pytest.raises(CallerMistake):
        load_split([Split.TEST], messages=tmp_path / "messages", splits=tmp_path / "splits.yaml")


def test_another_label_is_other_data(tmp_path: Path) -> None:
    one = tuple(load_batch(batch(tmp_path / "1"), Split.DEV))
    other = tuple(load_batch(batch(tmp_path / "2", why="別の説明。"), Split.DEV))
    assert digest(one) != digest(other)
