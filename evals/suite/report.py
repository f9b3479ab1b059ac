"""Write one static page of an evaluation: Japanese and English, no script, no address outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from agent.clock import TOKYO
from agent.domain.judgement import CRITERION_JA
from evals.suite.aims import aims_of, speed_aim
from evals.suite.batches import HELD_OUT, SHOWN_SPLITS, Case, Kind, Split
from evals.suite.calibrate import Calibration, LabelAgreement
from evals.suite.check_words import CHECK_WORDS
from evals.suite.earlier_runs import EarlierRun
from evals.suite.outcome import Outcome
from evals.suite.report_words import WORDS
from evals.suite.run import Run
from evals.suite.scorecard import NOTHING, SAFETY, one_each

WORST = 20
OVERALL = (
    "block_recall",
    "named_recall",
    "located",
    "clean_blocked",
    "hard_negative_blocked",
    "safety_recall",
    "law_recall",
    "consistency",
)
_HELD_OUT_FIRST = (Split.TEST, Split.SEALED, Split.SPENT, Split.DEV, Split.TRAIN)
_FAULTS = ("missed_safety", "missed", "clean_stopped", "hard_stopped")


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of a text to be marked, from and to in code points. kind: `gate` or `label`."""

    start: int
    end: int
    kind: str


def render_report(
    runs: Sequence[Run],
    judges: Sequence[Calibration],
    passes: Sequence[LabelAgreement],
    *,
    now: datetime,
    reveal: bool = False,
    others: Sequence[EarlierRun] = (),
) -> str:
    """The page as HTML. reveal: show single drafts of splits nobody should tune on, too.    others: runs of other tasks."""
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    return pages.get_template("report.html.j2").render(
        runs=[_run(run, reveal=reveal) for run in sorted(runs, key=lambda r: _HELD_OUT_FIRST.index(r.split))],
        checks=CHECK_WORDS,
        judges=_by_judge(judges),
        others=[
            (one.task, one.at.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M"), one.shares) for one in others
        ],
        passes=[found.document() for found in passes],
        made_at=now.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M"),
        words={"ja": {n: ja for n, (ja, _) in WORDS.items()}, "en": {n: en for n, (_, en) in WORDS.items()}},
        criteria={criterion.value: name for criterion, name in CRITERION_JA.items()},
        overall=OVERALL,
        nothing=NOTHING,
        good_kinds=(Kind.CLEAN.value, Kind.HARD_NEGATIVE.value),
        percent=_percent,
        whole_percent=_whole_percent,
    )


def _by_judge(judges: Sequence[Calibration]) -> list[list[dict[str, Any]]]:
    """The criteria of each judge on the same drafts, in the order given."""
    found: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for one in judges:
        found.setdefault((one.judge, one.recorded, one.splits), []).append(one.document())
    return list(found.values())


def _percent(value: float) -> str:
    return f"{value:.1%}"


def _whole_percent(value: float) -> str:
    return f"{value:.0%}"


def _run(run: Run, *, reveal: bool) -> dict[str, Any]:
    wrong = [o for o in one_each(run.outcomes) if not o.right]
    shown = reveal or run.split in SHOWN_SPLITS
    cases = {case.id: case for case in run.cases}
    ranked = sorted(wrong, key=lambda o: (_FAULTS.index(_fault(o)), o.id))[:WORST]
    return {
        **run.document(),
        "held_out": run.split in HELD_OUT,
        "aims": aims_of(run),
        "speed_aim": speed_aim(run),
        "wrong": len(wrong),
        "worst": [_shown(cases[o.id], o) for o in ranked] if shown else None,
    }


def _fault(outcome: Outcome) -> str:
    if outcome.kind == Kind.DEFECT:
        return "missed_safety" if set(outcome.expected) & set(SAFETY) else "missed"
    return "clean_stopped" if outcome.kind == Kind.CLEAN else "hard_stopped"


def _shown(case: Case, outcome: Outcome) -> dict[str, Any]:
    has_subject = case.message.subject is not None
    return {
        "id": outcome.id,
        "fault": _fault(outcome),
        "expected": outcome.expected or (outcome.kind,),
        "fired": outcome.fired or (NOTHING,),
        "subject": mark(case.text("subject"), _stretches(case, outcome, "subject")) if has_subject else None,
        "body": mark(case.text("body"), _stretches(case, outcome, "body")),
        "why": case.label.why,
        "messages": [(f["check"], f["message"]) for f in outcome.findings],
    }


def _stretches(case: Case, outcome: Outcome, field: str) -> list[_Stretch]:
    fired = [_Stretch(f["span"][0], f["span"][1], "gate") for f in outcome.findings if f["field"] == field]
    return fired + [_Stretch(start, end, "label") for name, start, end in case.spans() if name == field]


def mark(text: str, stretches: Sequence[_Stretch]) -> Markup:
    """A text with its stretches marked; they may overlap. Everything is escaped."""
    edges = sorted({0, len(text), *(s.start for s in stretches), *(s.end for s in stretches)})
    made: list[Markup] = []
    for start, end in pairwise(edges):
        piece = Markup(escape(text[start:end]))  # noqa: S704 - escaped
        kinds = {s.kind for s in stretches if s.start <= start and end <= s.end}
        for kind in sorted(kinds):
            opened = Markup('<mark class="label">') if kind == "label" else Markup("<mark>")
            piece = opened + piece + Markup("</mark>")
        made.append(piece)
    return Markup("").join(made)
