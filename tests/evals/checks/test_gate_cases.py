"""Does the gate block what is labelled defective, with the right check, and let clean messages pass?"""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agent.domain.finding import Severity, Verdict
from agent.domain.message import MessageContext
from evals.checks.gate import CHECKS, run_checks
from evals.checks.input import parse_draft, read_contexts

DATA = Path(__file__).parent / "data"


def lines_of(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


@cache
def contexts() -> dict[str, MessageContext]:
    lines = [line for file in sorted(DATA.glob("*contexts.jsonl")) for line in lines_of(file)]
    return read_contexts(lines)


@cache
def cases() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for file in sorted(DATA.glob("*cases.jsonl")) for line in lines_of(file))


def judged(case: dict[str, Any]) -> Verdict:
    return run_checks(contexts()[case["context_id"]], parse_draft({"draft_id": case["case_id"], **case}))


CLEAN = [case for case in cases() if not case["expected"]]
DEFECTIVE = [case for case in cases() if case["expected"]]


def test_the_set_is_large_enough_and_touches_every_check() -> None:
    labelled = Counter(check for case in DEFECTIVE for check in case["expected"])
    assert len(cases()) >= 300
    assert set(labelled) == set(CHECKS)


@pytest.mark.parametrize("case", CLEAN, ids=lambda case: case["case_id"])
def test_a_clean_message_is_not_blocked(case: dict[str, Any]) -> None:
    blocking = [f for f in judged(case).findings if f.severity is Severity.BLOCK]
    assert blocking == []


@pytest.mark.parametrize("case", DEFECTIVE, ids=lambda case: case["case_id"])
def test_a_defective_message_is_blocked_by_its_check(case: dict[str, Any]) -> None:
    blocking = {f.check for f in judged(case).findings if f.severity is Severity.BLOCK}
    assert set(case["expected"]) <= blocking


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["case_id"])
def test_every_finding_quotes_the_place_it_points_to(case: dict[str, Any]) -> None:
    for finding in judged(case).findings:
        text = case["subject"] if finding.field == "subject" else case["body"]
        assert text[slice(*finding.span)] == finding.quote
        assert finding.message
