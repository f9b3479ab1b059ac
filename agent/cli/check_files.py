"""Judge the messages of two JSON Lines files, as `okaeri check` does: one that cannot be read does not stop the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.cli.documents import finding_document
from agent.domain.errors import CallerMistake
from agent.domain.finding import Verdict
from agent.domain.message import WrittenMessage
from agent.main import open_gate
from evals.checks.gate import Gate
from evals.checks.input import ReadContexts, read_every_context, read_every_draft
from evals.checks.unreadable import CHECK, UnreadableLine, unreadable


@dataclass(frozen=True, slots=True)
class CheckedFiles:
    """refused: lines of the contexts that could not be read.    verdicts: one for every draft, in the file's order."""

    refused: tuple[UnreadableLine, ...]
    verdicts: Iterator[dict[str, Any]]


def check_files(contexts: Path, drafts: Path) -> CheckedFiles:
    """Judge every draft; one that cannot be read, or whose context cannot, gets a blocking finding that says why.

    Raises CallerMistake for a file that is missing or no text.
    """
    found = read_every_context(_lines(contexts), source=contexts.name)
    lines = _lines(drafts)
    return CheckedFiles(found.refused, _verdicts(open_gate(), found, contexts.name, lines, drafts.name))


def is_unreadable(verdict: dict[str, Any]) -> bool:
    """Whether a verdict says that nothing could be judged."""
    return any(finding["check"] == CHECK for finding in verdict["findings"])


def _verdicts(
    gate: Gate, found: ReadContexts, contexts: str, lines: list[str], drafts: str
) -> Iterator[dict[str, Any]]:
    for draft in read_every_draft(lines, source=drafts):
        if isinstance(draft, UnreadableLine):
            yield _document(draft.id or f"line:{draft.line}", Verdict((unreadable(draft.ja),)))
        elif context := found.known.get(draft.context_id):
            yield _document(draft.draft_id, gate(context, draft))
        else:
            why = _without_context(draft, found.refused, contexts)
            yield _document(draft.draft_id, Verdict((unreadable(why),)))


def _without_context(draft: WrittenMessage, refused: tuple[UnreadableLine, ...], contexts: str) -> str:
    for line in refused:
        if line.id == draft.context_id:
            return line.ja
    why = f"context_id「{draft.context_id}」が {contexts} にありません。"
    nameless = [str(line.line) for line in refused if line.id is None]
    return why + (f"読めなかった{'、'.join(nameless)}行目がそれかもしれません。" if nameless else "")


def _document(draft_id: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "draft_id": draft_id,
        "blocked": verdict.blocked,
        "findings": [finding_document(finding) for finding in verdict.findings],
    }


def _lines(file: Path) -> list[str]:
    """Lines as text; bytes that are not UTF-8 stay as lone surrogates, which tell a bad line from a bad file."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise _no_text(file, str(error)) from error
    lines = content.decode("utf-8-sig", errors="surrogateescape").split("\n")
    sound = [line for line in lines if _is_text(line)]
    if len(sound) < len(lines) and not any(line.lstrip().startswith("{") for line in sound):
        raise _no_text(file, "not UTF-8")
    return lines


def _is_text(line: str) -> bool:
    return "\0" not in line and not any("\udc80" <= sign <= "\udcff" for sign in line)


def _no_text(file: Path, why: str) -> CallerMistake:
    return CallerMistake(
        f"cannot read {file}: {why}", ja=f"{file} を読めません。UTF-8 の JSON Lines を指定してください。"
    )
