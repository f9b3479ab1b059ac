"""Judge the messages of two JSON Lines files, as `okaeri check` does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.cli.documents import finding_document
from agent.domain.errors import CallerMistake
from agent.main import open_gate
from evals.checks.input import read_contexts, read_drafts


def check_files(contexts: Path, drafts: Path) -> Iterator[dict[str, Any]]:
    """A verdict for every draft, in the file's order.

    Raises CallerMistake naming the file and line that cannot be read, or a draft whose context is missing.
    """
    gate = open_gate()
    known = read_contexts(_lines(contexts), source=contexts.name)
    for draft in read_drafts(_lines(drafts), source=drafts.name):
        context = known.get(draft.context_id)
        if context is None:
            raise CallerMistake(
                f"draft {draft.draft_id} names an unknown context {draft.context_id}",
                ja=f"下書き {draft.draft_id} の context_id「{draft.context_id}」が {contexts.name} にありません。",
            )
        verdict = gate(context, draft)
        yield {
            "draft_id": draft.draft_id,
            "blocked": verdict.blocked,
            "findings": [finding_document(finding) for finding in verdict.findings],
        }


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CallerMistake(
            f"cannot read {file}: {error}",
            ja=f"{file} を読めません。UTF-8 の JSON Lines を指定してください。",
        ) from error
