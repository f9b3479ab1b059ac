"""Judge the messages of two JSON Lines files, as `okaeri check` does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.cli.documents import finding_document
from evals.checks.gate import run_checks
from evals.checks.input import read_contexts, read_drafts


def check_files(contexts: Path, drafts: Path) -> Iterator[dict[str, Any]]:
    """A verdict for every draft, in the file's order. Raises CallerMistake naming the file and line that cannot be read."""
    known = read_contexts(contexts)
    for draft in read_drafts(drafts, contexts=known):
        verdict = run_checks(known[draft.context_id], draft)
        yield {
            "draft_id": draft.draft_id,
            "blocked": verdict.blocked,
            "findings": [finding_document(finding) for finding in verdict.findings],
        }
