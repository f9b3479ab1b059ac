"""What the gate catches and wrongly blocks on messages that no rule was written for.

The messages (23 contexts, 189 drafts of five invented shops) were written by somebody who had not seen the rules; they are
kept out of every test, and a rule must not be changed for one of them. Once that happens, this set is spent: write another.

    python benchmarks/gate_heldout.py
"""

import json
from collections import Counter
from math import sqrt
from pathlib import Path
from typing import Any

from evals.checks.gate import run_checks
from evals.checks.input import read_contexts, read_drafts

DATA = Path(__file__).parent / "data" / "gate_heldout"


def main() -> None:
    """Print false blocks among clean messages and recall for every check, with 95 % Wilson intervals."""
    contexts = read_contexts(_lines("contexts"))
    drafts = {draft.draft_id: draft for draft in read_drafts(_lines("drafts"))}
    clean: Counter[str] = Counter()
    named: Counter[str] = Counter()
    total: Counter[str] = Counter()
    blocked: Counter[str] = Counter()
    for label in map(json.loads, _lines("labels")):
        draft = drafts[label["draft_id"]]
        verdict = run_checks(contexts[draft.context_id], draft)
        if not label["expect_block"]:
            clean["all"] += 1
            clean["blocked"] += verdict.blocked
            continue
        _count(label, {f.check for f in verdict.findings if f.severity == "block"}, total, named, blocked)
    print(f"clean messages blocked   {_share(clean['blocked'], clean['all'])}")
    for check in sorted(total):
        print(f"{check:40} {_share(named[check], total[check])}")
    everything = total.total()
    print(f"caught by the named check {_share(named.total(), everything)}")
    print(f"blocked by any check      {_share(blocked.total(), everything)}")


def _count(
    label: dict[str, Any],
    fired: set[str],
    total: Counter[str],
    named: Counter[str],
    blocked: Counter[str],
) -> None:
    """One defect: also_ok lists names that would be as right as the expected one."""
    check = label["checks"][0]
    total[check] += 1
    named[check] += bool(fired & {*label["checks"], *label.get("also_ok", ())})
    blocked[check] += bool(fired)


def _lines(name: str) -> list[str]:
    return [line for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").split("\n") if line]


def _share(hits: int, of: int) -> str:
    """`hits/of`, the share, and its Wilson interval at 95 %."""
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return f"{hits}/{of} = {share:.0%} ({max(0.0, middle - half):.0%}-{min(1.0, middle + half):.0%})"


if __name__ == "__main__":
    main()
