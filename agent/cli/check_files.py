"""Judge the messages of two JSON Lines files, as `okaeri check` does: one that cannot be read does not stop the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.cli.documents import finding_document
from agent.domain.errors import CallerMistake
from agent.domain.finding import Finding, Severity, Verdict
from agent.domain.message import MessageContext, WrittenMessage
from agent.domain.occasion import Channel
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
    return any(f["check"] == CHECK and f["severity"] == Severity.BLOCK for f in verdict["findings"])


def _verdicts(
    gate: Gate, found: ReadContexts, contexts: str, lines: list[str], drafts: str
) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for draft in read_every_draft(lines, source=drafts):
        if isinstance(draft, UnreadableLine):
            seen.update({draft.id} if draft.id else ())
            yield _document(draft.id or f"line:{draft.line}", Verdict((unreadable(draft.ja),)))
        elif draft.draft_id in seen:
            ja = f"draft_id「{draft.draft_id}」が {drafts} で重複しています。1つの id には1行だけにしてください。"
            yield _document(draft.draft_id, Verdict((unreadable(ja),)))
        elif context := found.known.get(draft.context_id):
            seen.add(draft.draft_id)
            yield _document(draft.draft_id, _judged(gate, context, draft))
        else:
            seen.add(draft.draft_id)
            why = _without_context(draft, found.refused, contexts)
            yield _document(draft.draft_id, Verdict((unreadable(why),)))


def _judged(gate: Gate, context: MessageContext, draft: WrittenMessage) -> Verdict:
    """The gate's verdict, with a note where LINE will not show a subject that somebody wrote."""
    verdict = gate(context, draft)
    if context.channel is not Channel.LINE or not draft.subject:
        return verdict
    told = "LINEのメッセージに件名はありません。この件名は送られませんが、検査はしました。"
    noted = Finding(CHECK, Severity.NOTE, "subject", (0, len(draft.subject)), draft.subject, told)
    return Verdict((*verdict.findings, noted))


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
    """Lines as text; bytes that are not UTF-8 stay as lone surrogates, which tell a bad line from a bad file.

    A file that is CP932 from end to end, as Japanese spreadsheets save, is read as that.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise _no_text(file, str(error)) from error
    lines = (_as_cp932(content) or content.decode("utf-8-sig", errors="surrogateescape")).split("\n")
    sound = [line for line in lines if _is_text(line)]
    if len(sound) < len(lines) and not any(line.lstrip().startswith("{") for line in sound):
        raise _no_text(file, "not UTF-8")
    return lines


def _as_cp932(content: bytes) -> str | None:
    """The text of a file where every line is CP932 and none of those beyond ASCII is UTF-8; else None."""
    if b"\0" in content:
        return None
    beyond = [line for line in content.split(b"\n") if not line.isascii()]
    if not beyond or any(_decodes(line, "utf-8") for line in beyond):
        return None
    if not all(_decodes(line, "cp932") for line in beyond):
        return None
    return content.decode("cp932")


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_text(line: str) -> bool:
    return "\0" not in line and not any("\udc80" <= sign <= "\udcff" for sign in line)


def _no_text(file: Path, why: str) -> CallerMistake:
    return CallerMistake(
        f"cannot read {file}: {why}", ja=f"{file} を読めません。JSON Lines を UTF-8 で保存し直してください。"
    )
