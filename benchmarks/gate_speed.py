"""How many drafts a second does the gate judge on one core, every text seen for the first time: rules alone, both tiers?"""

import sys
import time
from pathlib import Path

from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parents[1]))

from agent.domain.message import MessageContext, WrittenMessage
from agent.main import open_gate
from evals.checks.dates import dates
from evals.checks.gate import Gate
from evals.checks.input import read_contexts, read_drafts
from evals.checks.quantities import quantities

DATA = Path(__file__).parents[1] / "tests" / "evals" / "checks" / "data"


def main() -> None:
    """Warm the word lists and the encoder, then judge the labelled set and print CPU milliseconds a draft."""
    with (DATA / "contexts.jsonl").open(encoding="utf-8") as lines:
        contexts = read_contexts(lines)
    with (DATA / "cases.jsonl").open(encoding="utf-8") as lines:
        drafts = list(read_drafts(line.replace('"case_id"', '"draft_id"', 1) for line in lines))
    with threadpool_limits(1):
        for name, gate in (("rules", Gate()), ("rules and second tier", open_gate())):
            _warm(gate, contexts, drafts)
            started = time.process_time()
            for draft in drafts:
                gate(contexts[draft.context_id], draft)
            spent = time.process_time() - started
            each = 1000 * spent / len(drafts)
            print(
                f"{name}: {len(drafts)} drafts, {each:.2f} ms CPU a draft, {len(drafts) / spent:.0f} drafts/s"
            )


def _warm(gate: Gate, contexts: dict[str, MessageContext], drafts: list[WrittenMessage]) -> None:
    """Load what is loaded once; forget what was read of texts."""
    for draft in drafts[-40:]:
        gate(contexts[draft.context_id], draft)
    quantities.cache_clear()
    dates.cache_clear()


if __name__ == "__main__":
    main()
