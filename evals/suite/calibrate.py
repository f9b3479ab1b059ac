"""How far judges can be believed: their verdicts against labels, and two label passes against each other."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from agent.domain.judgement import Criterion
from evals.suite.agreement import Agreement, cohen_kappa, krippendorff_alpha
from evals.suite.batches import HELD_OUT, Case, Kind, Split, rows
from evals.suite.data import FOLDER
from evals.suite.intervals import Share, share
from evals.suite.verdicts import CHECKS_OF, JudgeVerdict

SECOND_LABELS = FOLDER / "second_labels"
BAR, BAR_LOW, FEWEST = 0.667, 0.4, 10
"""A criterion decides only when alpha reaches BAR (Krippendorff 2004, p. 241: tentative conclusions), its interval stays above
BAR_LOW and at least FEWEST drafts are labelled bad (both editorial: a handful of drafts proves nothing); else it advises.
"""


@dataclass(frozen=True, slots=True)
class Calibration:
    """One judge and criterion against the labels.

    base_rate: labelled bad.    judged: of the drafts asked about.    consistency: drafts on which every repeat agreed.
    recall, precision: of "bad".    tokens: a draft, None when not counted.    advisory: under the bar.
    splits: where the drafts come from, in the order train, dev, test, sealed, spent.
    """

    judge: str
    criterion: Criterion
    kappa: Agreement
    alpha: Agreement
    base_rate: Share
    judged: Share
    recall: Share
    precision: Share
    consistency: Share
    tokens: float | None
    milliseconds: float | None
    advisory: bool
    recorded: bool
    splits: tuple[Split, ...]

    @property
    def held_out(self) -> bool:
        """Whether nothing was tuned on any of the drafts: else the agreement is higher than on drafts never seen."""
        return HELD_OUT.issuperset(self.splits)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "judge": self.judge,
            "criterion": self.criterion.value,
            "splits": [split.value for split in self.splits],
            "held_out": self.held_out,
            "kappa": self.kappa.document(),
            "alpha": self.alpha.document(),
            **{
                name: getattr(self, name).document()
                for name in ("base_rate", "judged", "recall", "precision", "consistency")
            },
            "tokens_per_draft": self.tokens,
            "milliseconds_per_draft": self.milliseconds,
            "advisory": self.advisory,
            "recorded": self.recorded,
        }


def calibrate(
    cases: Sequence[Case], verdicts: Iterable[JudgeVerdict], *, recorded: bool, seed: int = 0
) -> list[Calibration]:
    """Every judge and criterion among the verdicts, in a stable order. Verdicts on other drafts are passed over."""
    by_id = {case.id: case for case in cases}
    groups: dict[tuple[str, Criterion], list[JudgeVerdict]] = {}
    for verdict in verdicts:
        if verdict.draft_id in by_id:
            groups.setdefault((verdict.judge, verdict.criterion), []).append(verdict)
    order = list(Criterion)
    return [
        _calibration(judge, criterion, found, by_id, recorded=recorded, seed=seed)
        for (judge, criterion), found in sorted(
            groups.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
        )
    ]


def _calibration(
    judge: str,
    criterion: Criterion,
    verdicts: Sequence[JudgeVerdict],
    cases: Mapping[str, Case],
    *,
    recorded: bool,
    seed: int,
) -> Calibration:
    judged = [v for v in verdicts if v.bad is not None]
    answers = [(labelled_bad(cases[v.draft_id], criterion), bool(v.bad)) for v in judged]
    pairs = [(label, bad) for label, bad in answers if label is not None]
    labels, said = [label for label, _ in pairs], [bad for _, bad in pairs]
    alpha = krippendorff_alpha(
        [{"label": float(label), "judge": float(bad)} for label, bad in pairs], seed=seed
    )
    repeated = [v.repeats for v in verdicts if len(v.repeats) > 1]
    return Calibration(
        judge=judge,
        criterion=criterion,
        kappa=cohen_kappa(labels, said, seed=seed),
        alpha=alpha,
        base_rate=share(sum(labels), len(labels)),
        judged=share(len(judged), len(verdicts)),
        recall=share(sum(a and b for a, b in pairs), sum(labels)),
        precision=share(sum(a and b for a, b in pairs), sum(said)),
        consistency=share(sum(len(set(said_each)) == 1 for said_each in repeated), len(repeated)),
        tokens=_mean([v.tokens for v in verdicts]),
        milliseconds=_mean([v.milliseconds for v in verdicts]),
        advisory=under_the_bar(alpha, bad=sum(labels)),
        recorded=recorded,
        splits=_splits(cases[v.draft_id] for v in verdicts),
    )


def held_out_first(cases: Sequence[Case]) -> list[Case]:
    """The cases nothing was tuned on; all of them where there is none."""
    return [case for case in cases if case.split in HELD_OUT] or list(cases)


def _splits(cases: Iterable[Case]) -> tuple[Split, ...]:
    found = {case.split for case in cases}
    return tuple(split for split in Split if split in found)


def labelled_bad(case: Case, criterion: Criterion) -> bool | None:
    """Whether the label names something this criterion is about; None where only an equally right name does: either is fine."""
    checks = CHECKS_OF[criterion]
    if checks & set(case.label.checks):
        return True
    return None if checks & set(case.label.also_ok) else False


def under_the_bar(alpha: Agreement, *, bad: int) -> bool:
    """Too little agreement, or too little known, to decide by. bad: drafts labelled so."""
    if alpha.value is None or alpha.low is None or bad < FEWEST:
        return True
    return alpha.value < BAR or alpha.low < BAR_LOW


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


# -- two label passes


class SecondLabel(BaseModel):
    """What a second pass said of a draft without seeing the first; a line of `data/second_labels/*.jsonl`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    draft_id: str
    kind: Kind
    checks: tuple[str, ...] = ()
    severity: str | None = None


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """Two passes over the same drafts. question: what they are compared on.    same: drafts with the same answer."""

    question: str
    same: Share
    kappa: Agreement
    alpha: Agreement

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "question": self.question,
            "same": self.same.document(),
            "kappa": self.kappa.document(),
            "alpha": self.alpha.document(),
        }


def read_second_labels(folder: Path = SECOND_LABELS) -> list[SecondLabel]:
    """Every second label; none when there is no such folder."""
    return [SecondLabel.model_validate(row) for file in sorted(folder.glob("*.jsonl")) for row in rows(file)]


def label_agreement(
    cases: Sequence[Case], second: Sequence[SecondLabel], *, seed: int = 0
) -> list[LabelAgreement]:
    """Do two passes agree on blocking, on the check, and on each criterion? Empty when no draft has both."""
    by_id = {case.id: case for case in cases}
    pairs = [(by_id[label.draft_id], label) for label in second if label.draft_id in by_id]
    if not pairs:
        return []
    questions: list[tuple[str, Callable[[Case], str], Callable[[SecondLabel], str]]] = [
        ("block", lambda case: str(bool(case.label.checks)), lambda label: str(bool(label.checks))),
        ("check", lambda case: _first(case.label.checks), lambda label: _first(label.checks)),
    ]
    found = [
        _two_passes(name, [(one(c), other(s)) for c, s in pairs], seed) for name, one, other in questions
    ]
    lenient = [(_first(c.label.checks), _either(c, s)) for c, s in pairs]
    found.append(_two_passes("check_or_equal", lenient, seed))
    for criterion, checks in CHECKS_OF.items():
        answers = [(str(bool({*c.label.checks} & checks)), str(bool({*s.checks} & checks))) for c, s in pairs]
        found.append(_two_passes(criterion.value, answers, seed))
    return found


def _first(checks: Sequence[str]) -> str:
    return checks[0] if checks else ""


def _either(case: Case, second: SecondLabel) -> str:
    """The second pass' check, read as the first's where the label calls it equally right."""
    agreed = set(second.checks) & case.right_names
    return case.label.checks[0] if agreed else _first(second.checks)


def _two_passes(question: str, pairs: Sequence[tuple[str, str]], seed: int) -> LabelAgreement:
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    code = {value: float(n) for n, value in enumerate(dict.fromkeys((*one, *other)))}
    units = [{"first": code[a], "second": code[b]} for a, b in pairs]
    return LabelAgreement(
        question,
        share(sum(a == b for a, b in pairs), len(pairs)),
        cohen_kappa(one, other, seed=seed),
        krippendorff_alpha(units, seed=seed),
    )
