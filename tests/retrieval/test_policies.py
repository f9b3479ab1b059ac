"""Policy files are read strictly, or refused with a reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.domain.errors import CallerMistake, NotFound
from agent.ports import KnowledgeStore
from retrieval.policies import LARGEST, add_policies, policy_files, read_policy

pytest_plugins = ["tests.support.knowledge_fixtures"]
TEXT = "# 返品について\n8日以内に承ります。〜①髙"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_policy_is_read_in_any_encoding_shops_use(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "returns.md"
    file.write_bytes(TEXT.replace("〜", "～").encode(encoding))
    policy = read_policy(file)
    assert (policy.policy_id, policy.title) == ("returns", "返品について")
    assert "8日以内に承ります。～①髙" in policy.text


def test_front_matter_names_the_policy_and_is_not_part_of_it(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("---\nid: returns\ntitle: 返品\n---\n本文です。\n", encoding="utf-8")
    policy = read_policy(file)
    assert (policy.policy_id, policy.title, policy.text) == ("returns", "返品", "本文です。")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "本文がありません"),
        ("---\ntitle: 題\n---\n".encode(), "本文がありません"),
        ("返品は八日以内にお願いします".encode("euc_jp"), "EUC-JP"),
        (b"PK\x03\x04\x00\x00", "UTF-8"),
        (b"---\na: [\n---\nx", "---"),
        (b"a" * (LARGEST + 1), "1MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path, raw: bytes, said: str) -> None:
    file = tmp_path / "bad.md"
    file.write_bytes(raw)
    with pytest.raises(CallerMistake) as refused:
        read_policy(file)
    assert said in refused.value.ja
    assert "bad.md" in refused.value.ja


def test_one_bad_file_does_not_stop_the_others(
    tmp_path: Path, open_store: Callable[[str], KnowledgeStore]
) -> None:
    (tmp_path / "good.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "plain.txt").write_text("送料は660円です。", encoding="utf-8")
    (tmp_path / "bad.md").write_bytes(b"")
    (tmp_path / "products.csv").write_text("Handle,Title", encoding="utf-8")
    store = open_store("s")

    report = add_policies(store, [tmp_path])

    assert report.added == ("good", "plain")
    assert [Path(refused.file).name for refused in report.rejected] == ["bad.md"]
    assert [policy.title for policy in store.policies()] == ["返品について", "plain"]
    assert policy_files([tmp_path])[1] == [tmp_path / "products.csv"]


def test_reading_again_changes_nothing_and_a_removed_file_is_forgotten(
    tmp_path: Path, open_store: Callable[[str], KnowledgeStore]
) -> None:
    (tmp_path / "a.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.md").write_text("# 送料\n660円です。", encoding="utf-8")
    store = open_store("s")
    add_policies(store, [tmp_path])
    assert add_policies(store, [tmp_path]).unchanged == ("a", "b")
    (tmp_path / "a.md").unlink()
    (tmp_path / "b.md").write_text("# 送料\n770円です。", encoding="utf-8")

    report = add_policies(store, [tmp_path])

    assert (report.removed, report.updated) == (("a",), ("b",))
    assert [policy.policy_id for policy in store.policies()] == ["b"]


def test_a_file_that_turned_bad_keeps_the_policy_we_have(
    tmp_path: Path, open_store: Callable[[str], KnowledgeStore]
) -> None:
    file = tmp_path / "a.md"
    file.write_text(TEXT, encoding="utf-8")
    store = open_store("s")
    add_policies(store, [tmp_path])
    file.write_bytes(b"")
    assert len(add_policies(store, [tmp_path]).rejected) == 1
    assert [policy.policy_id for policy in store.policies()] == ["a"]


def test_two_files_of_one_name_are_refused_rather_than_one_lost(
    tmp_path: Path, open_store: Callable[[str], KnowledgeStore]
) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "a.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "old" / "a.md").write_text(TEXT, encoding="utf-8")
    with pytest.raises(CallerMistake, match="two files"):
        add_policies(open_store("s"), [tmp_path])
    assert open_store("s").policies() == []


def test_a_path_that_is_not_there_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        policy_files([tmp_path / "nowhere.md"])
