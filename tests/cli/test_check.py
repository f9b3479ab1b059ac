"""`okaeri check` judges what it can read and says of the rest, line by line, why it could not."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.cli.command import app
from agent.cli.eval_words import check_ja
from agent.domain.occasion import Occasion
from agent.service.check_evidence import CHECK as EVIDENCE_LOCK
from evals.checks.gate import CHECKS

CONTEXT: dict[str, Any] = {
    "context_id": "good",
    "customer": {"family_name": "中村", "given_name": "花"},
    "occasion": "thank_you",
    "channel": "line",
    "today": "2026-06-01",
}


def check(folder: Path, contexts: list[str], drafts: list[str]) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit code, and the verdicts by draft."""
    (folder / "contexts.jsonl").write_bytes("\n".join(contexts).encode("utf-8", "surrogateescape"))
    (folder / "drafts.jsonl").write_bytes("\n".join(drafts).encode("utf-8", "surrogateescape"))
    code, out = called(folder / "contexts.jsonl", folder / "drafts.jsonl")
    return code, {verdict["draft_id"]: verdict for verdict in map(json.loads, out.splitlines())}


def called(contexts: Path, drafts: Path) -> tuple[int, str]:
    asked = ["check", "--contexts", str(contexts), "--drafts", str(drafts), "--json"]
    done = CliRunner().invoke(app, asked)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout


def draft(name: object, context: str = "good", body: object = "中村様 ありがとうございました。") -> str:
    return json.dumps({"draft_id": name, "context_id": context, "subject": None, "body": body})


def refusal(verdict: dict[str, Any]) -> str:
    """The message of the only finding, which says that nothing could be judged."""
    [finding] = verdict["findings"]
    assert verdict["blocked"]
    assert (finding["check"], finding["severity"], finding["field"]) == ("unreadable_input", "block", "body")
    assert (finding["span"], finding["quote"]) == ([0, 0], "")
    return str(finding["message"])


def test_readable_drafts_are_judged_beside_unreadable_ones(tmp_path: Path) -> None:
    code, found = check(
        tmp_path, [json.dumps(CONTEXT)], [draft("first"), "{oops", draft("no", body=["x"]), draft("last")]
    )
    assert (code, list(found)) == (1, ["first", "line:2", "no", "last"])
    assert not found["first"]["findings"]
    assert not found["last"]["blocked"]
    assert "drafts.jsonl の2行目" in refusal(found["line:2"])
    assert "body" in refusal(found["no"])


def test_files_without_fault_end_with_zero_even_when_a_draft_is_blocked(tmp_path: Path) -> None:
    code, found = check(tmp_path, [json.dumps(CONTEXT)], [draft("d", body="シミが消えます。")])
    assert (code, found["d"]["blocked"]) == (0, True)


def test_an_unknown_occasion_is_told_with_the_eight_there_are(tmp_path: Path) -> None:
    easter = json.dumps({**CONTEXT, "context_id": "easter", "occasion": "easter"})
    code, found = check(
        tmp_path, [easter, json.dumps(CONTEXT)], [draft("a", "easter"), draft("b", "easter"), draft("c")]
    )
    for name in ("a", "b"):
        told = refusal(found[name])
        assert "contexts.jsonl の1行目" in told
        assert "occasion" in told
        assert all(occasion in told for occasion in Occasion)
    assert (code, found["c"]["findings"]) == (1, [])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"context_id":"bad","shop":', "JSONとして読めません"),
        ("[" * 60_000 + '"context_id":"bad",', "JSONとして読めません"),
        (json.dumps({**CONTEXT, "context_id": "bad", "channel": "fax"}), "email、line"),
        (json.dumps({**CONTEXT, "context_id": "bad", "policies": 3}), "policies"),
        (json.dumps({**CONTEXT, "context_id": "bad", "products": [{"price_yen": 1e999}]}), "price_yen"),
        (json.dumps({**CONTEXT, "context_id": "bad", "today": None}), "today"),
        ('{"context_id":"bad","shop":{"name":"\udc82"}}', "UTF-8"),
        (
            json.dumps({**CONTEXT, "context_id": "bad"})
            + "\n"
            + json.dumps({**CONTEXT, "context_id": "bad"}),
            "重複",
        ),
    ],
)
def test_a_context_that_cannot_be_read_holds_its_drafts_alone(tmp_path: Path, line: str, words: str) -> None:
    code, found = check(tmp_path, [line, json.dumps(CONTEXT)], [draft("held", "bad"), draft("judged")])
    assert (code, found["judged"]["findings"]) == (1, [])
    assert words in refusal(found["held"])


def test_a_draft_of_no_context_is_told_which_lines_might_have_been_it(tmp_path: Path) -> None:
    code, found = check(tmp_path, ["{}", json.dumps(CONTEXT)], [draft("lost", "nowhere")])
    assert code == 1
    assert "「nowhere」が contexts.jsonl にありません" in refusal(found["lost"])
    assert "1行目" in refusal(found["lost"])


@pytest.mark.parametrize("name", [None, "", {"a": 1}])
def test_a_draft_without_a_readable_id_goes_by_its_line(tmp_path: Path, name: object) -> None:
    code, found = check(tmp_path, [json.dumps(CONTEXT)], ["", draft(name)])
    assert (code, list(found)) == (1, ["line:2"])
    assert "draft_id" in refusal(found["line:2"])


def test_an_unreadable_context_is_no_silent_pass_even_when_no_draft_needs_it(tmp_path: Path) -> None:
    code, found = check(tmp_path, [json.dumps(CONTEXT), "{"], [draft("d")])
    assert (code, found["d"]["findings"]) == (1, [])


def test_half_a_character_is_a_finding_like_any_other(tmp_path: Path) -> None:
    code, found = check(tmp_path, [json.dumps(CONTEXT)], [draft("half", body="中村様 お礼\ud83d申し上げる")])
    assert code == 0
    assert "mojibake_or_machine_dependent" in {f["check"] for f in found["half"]["findings"]}


@pytest.mark.parametrize("content", [None, "こんにちは".encode("utf-16"), b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_a_file_that_is_missing_or_no_text_is_a_wrong_call(tmp_path: Path, content: bytes | None) -> None:
    good, other = tmp_path / "good.jsonl", tmp_path / "other.jsonl"
    good.write_text(json.dumps(CONTEXT), encoding="utf-8")
    if content is not None:
        other.write_bytes(content)
    for contexts, drafts in ((good, other), (other, good)):
        code, out = called(contexts, drafts)
        assert code == 2
        assert "other.jsonl を読めません" in json.loads(out)["error"]


def test_a_day_that_is_none_is_told_as_it_was_written(tmp_path: Path) -> None:
    code, found = check(
        tmp_path, [json.dumps({**CONTEXT, "today": "きのう"}, ensure_ascii=False)], [draft("d")]
    )
    assert code == 1
    assert "きのう" in refusal(found["d"])
    assert "null" not in refusal(found["d"])


@pytest.mark.parametrize("body", [5, True, 1.5])
def test_a_body_that_is_no_text_is_refused(tmp_path: Path, body: object) -> None:
    code, found = check(tmp_path, [json.dumps(CONTEXT)], [draft("d", body=body)])
    assert code == 1
    assert "body の形が違います" in refusal(found["d"])


def test_a_subject_on_line_is_noted_and_stops_nothing(tmp_path: Path) -> None:
    line = json.dumps({**json.loads(draft("d")), "subject": "お礼"})
    code, found = check(tmp_path, [json.dumps(CONTEXT)], [line])
    assert (code, found["d"]["blocked"]) == (0, False)
    [noted] = found["d"]["findings"]
    assert (noted["severity"], noted["field"], noted["quote"]) == ("note", "subject", "お礼")


def test_a_draft_that_repeats_an_id_is_not_judged_under_it(tmp_path: Path) -> None:
    (tmp_path / "contexts.jsonl").write_text(json.dumps(CONTEXT), encoding="utf-8")
    (tmp_path / "drafts.jsonl").write_text("\n".join([draft("d"), draft("d")]), encoding="utf-8")
    code, out = called(tmp_path / "contexts.jsonl", tmp_path / "drafts.jsonl")
    first, second = map(json.loads, out.splitlines())
    assert (code, first["blocked"]) == (1, False)
    assert "重複" in refusal(second)


def test_an_empty_file_of_drafts_says_so(tmp_path: Path) -> None:
    (tmp_path / "contexts.jsonl").write_text(json.dumps(CONTEXT), encoding="utf-8")
    (tmp_path / "drafts.jsonl").write_text("\n", encoding="utf-8")
    asked = [
        "check",
        "--contexts",
        str(tmp_path / "contexts.jsonl"),
        "--drafts",
        str(tmp_path / "drafts.jsonl"),
    ]
    done = CliRunner().invoke(app, asked)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "下書きが1件もありません" in " ".join(done.stderr.split("\n"))


def test_a_file_saved_as_cp932_is_read(tmp_path: Path) -> None:
    text = json.dumps({**json.loads(draft("d", body="中村様 シミが消えます。"))}, ensure_ascii=False)
    context = json.dumps(CONTEXT, ensure_ascii=False)
    (tmp_path / "contexts.jsonl").write_bytes(context.encode("cp932"))
    (tmp_path / "drafts.jsonl").write_bytes(text.encode("cp932"))
    code, out = called(tmp_path / "contexts.jsonl", tmp_path / "drafts.jsonl")
    assert code == 0
    assert "シミ" in json.loads(out)["findings"][0]["quote"]


def test_every_code_a_finding_may_carry_has_a_japanese_name() -> None:
    codes = {*CHECKS, EVIDENCE_LOCK, "judge"}
    named = {code: check_ja(code) for code in codes}
    assert [code for code, name in named.items() if not re.search("[ぁ-んァ-ヴ一-鿿]", name)] == []
    assert len(set(named.values())) == len(codes)
