"""How many drafts a second do the gate's rules judge on one core, every text seen for the first time?"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from evals.checks.dates import dates
from evals.checks.gate import run_checks
from evals.checks.input import read_contexts, read_drafts
from evals.checks.quantities import quantities

DATA = Path(__file__).parents[1] / "tests" / "evals" / "checks" / "data"


def main() -> None:
    """Warm the word lists with one draft, then judge the labelled set and print CPU milliseconds a draft."""
    with (DATA / "contexts.jsonl").open(encoding="utf-8") as lines:
        contexts = read_contexts(lines)
    with (DATA / "cases.jsonl").open(encoding="utf-8") as lines:
        drafts = list(read_drafts(line.replace('"case_id"', '"draft_id"', 1) for line in lines))
    for draft in drafts[:1]:
        run_checks(contexts[draft.context_id], draft)
    quantities.cache_clear()
    dates.cache_clear()
    started = time.process_time()
    for draft in drafts:
        run_checks(contexts[draft.context_id], draft)
    spent = time.process_time() - started
    print(
        f"{len(drafts)} drafts, {1000 * spent / len(drafts):.2f} ms CPU a draft, {len(drafts) / spent:.0f} drafts/s"
    )


if __name__ == "__main__":
    main()
