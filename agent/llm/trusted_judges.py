"""Which judges have been measured good enough to block: a small file that `okaeri eval calibrate` writes and drafting reads."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from agent.domain.judgement import Judgement

PLACE = Path("evals") / "trusted_judges.json"
"""Inside OKAERI_HOME."""


@dataclass(frozen=True, slots=True)
class MeasuredJudge:
    """One model, criterion and prompt as they were measured. trusted: above the bar (evals/suite/calibrate.py)."""

    model: str
    criterion: str
    prompt_digest: str
    trusted: bool


class TrustedJudges:
    """Reads the file anew at every question: a new measurement counts at once, a missing or broken file trusts nobody."""

    def __init__(self, home: Path) -> None:
        self._file = home / PLACE

    def __call__(self, judgement: Judgement) -> bool:
        """Whether exactly this model with exactly this prompt may block on this criterion."""
        try:
            measured = json.loads(self._file.read_text(encoding="utf-8"))
            return any(
                row["trusted"] is True
                and row["model"] == judgement.model
                and row["criterion"] == judgement.criterion.value
                and row["prompt_digest"] == judgement.prompt_digest
                for row in measured
            )
        except (OSError, ValueError, KeyError, TypeError):
            return False


def write_trusted(home: Path, judges: Iterable[MeasuredJudge]) -> Path:
    """Replace what was known; half a file is never read. Returns the file."""
    file = home / PLACE
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "model": judge.model,
            "criterion": judge.criterion,
            "prompt_digest": judge.prompt_digest,
            "trusted": judge.trusted,
        }
        for judge in judges
    ]
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    fresh.replace(file)
    return file
