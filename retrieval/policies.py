"""Read policy files, Markdown or plain text, into the store."""

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from agent.domain.errors import CallerMistake, NotFound
from agent.domain.knowledge import PolicyText
from agent.ports import KnowledgeStore
from retrieval.markdown import first_heading, sections

ENDINGS = frozenset({".md", ".markdown", ".txt"})
TABLES = frozenset({".csv", ".tsv", ".xlsx"})
"""What a folder may hold for the importer; other files in a folder are passed over, one named outright never is."""

LARGEST = 1_000_000
"""Bytes. The longest real policies are some tens of kilobytes; a megabyte is the wrong file."""

_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that could not be read, and in Japanese why and what to do."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """What reading policy files did, by policy id."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    rejected: tuple[RefusedFile, ...]

    def as_json(self) -> dict[str, object]:
        """Fields for the command line's JSON."""
        lists = {name: list(getattr(self, name)) for name in ("added", "updated", "unchanged", "removed")}
        return {**lists, "rejected": [{"file": r.file, "reason": r.reason} for r in self.rejected]}


def policy_files(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Divide paths into policy files (.md, .txt) and others, for the importer. Folders are searched, hidden ones not.

    Raises NotFound for a path that does not exist.
    """
    mine: list[Path] = []
    others: list[Path] = []
    for path in paths:
        if not path.exists():
            raise NotFound(f"no such file: {path}", ja=f"ファイルが見つかりません: {path}")
        for file in _files_below(path) if path.is_dir() else [path]:
            (mine if file.suffix.lower() in ENDINGS else others).append(file)
    return mine, others


def add_policies(store: KnowledgeStore, paths: Sequence[Path]) -> PolicyReport:
    """Read policies from files and folders into the store; other kinds of files are passed over.

    Unreadable files are listed, the others kept. A policy that came from a folder given here, and whose file is gone, is
    forgotten, so that no withdrawn promise stays. The search index follows at the next `index_documents`.
    Raises NotFound for a path that does not exist, CallerMistake for two files that claim the same id.
    """
    files, _ = policy_files(paths)
    read: dict[str, PolicyText] = {}
    rejected: list[RefusedFile] = []
    for file in dict.fromkeys(files):
        try:
            policy = read_policy(file)
        except CallerMistake as error:
            rejected.append(RefusedFile(str(file), error.ja))
            continue
        if policy.policy_id in read:
            raise CallerMistake(
                f"two files are policy {policy.policy_id!r}: {read[policy.policy_id].path} and {policy.path}",
                ja=f"規約「{policy.policy_id}」のファイルが2つあります（{read[policy.policy_id].path} と {policy.path}）。"
                "ファイル名を変えるか、先頭の id: を別の名前にしてください。",
            )
        read[policy.policy_id] = policy
    changes = store.put_policies(list(read.values()), removed=_gone(store, paths))
    return PolicyReport(changes.added, changes.updated, changes.unchanged, changes.removed, tuple(rejected))


def read_policy(file: Path) -> PolicyText:
    """One policy: id and title from the front matter, else file name and first heading.

    Raises CallerMistake, with what to do in Japanese, for a file that is too large, empty, or in no encoding we know.
    """
    if file.stat().st_size > LARGEST:
        raise _refused(
            file, "larger than a megabyte", "1MBを超えています。規約の本文だけのファイルを指定してください"
        )
    text = _decoded(file, file.read_bytes())
    front, body = _divided(file, text)
    if not sections(body):
        raise _refused(file, "no text", "本文がありません。内容を書いてから、もう一度実行してください")
    policy_id = str(front.get("id") or file.stem).strip()
    title = str(front.get("title") or first_heading(body) or file.stem).strip()
    return PolicyText(policy_id[:190], title, body.strip(), str(file.resolve()))


def _decoded(file: Path, raw: bytes) -> str:
    """BOM, else strict UTF-8, else strict CP932; never a guess."""
    for encoding in ("utf-16",) if raw.startswith(_WIDE) else ("utf-8-sig", "cp932"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    likely = "EUC-JP のようです。" if _is(raw, "euc_jp") else ""
    raise _refused(
        file,
        "neither UTF-8 nor CP932 text",
        f"文字コードがUTF-8でもShift_JIS（CP932）でもありません。{likely}テキストをUTF-8で保存し直してください",
    )


def _is(raw: bytes, encoding: str) -> bool:
    try:
        return "\0" not in raw.decode(encoding)
    except UnicodeDecodeError:
        return False


def _divided(file: Path, text: str) -> tuple[dict[str, object], str]:
    found = _FRONT.match(text)
    if not found:
        return {}, text
    try:
        front = yaml.safe_load(found[1])
    except yaml.YAMLError as error:
        raise _refused(
            file,
            f"front matter: {error}",
            "先頭の --- で囲まれた部分を読めません。title: 返品について のように書いてください",
        ) from error
    return (front, text[found.end() :]) if isinstance(front, dict) else ({}, text)


def _files_below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix.lower() in ENDINGS | TABLES:
            yield path


def _gone(store: KnowledgeStore, paths: Sequence[Path]) -> list[str]:
    folders = [path.resolve() for path in paths if path.is_dir()]
    return [
        policy.policy_id
        for policy in store.policies()
        if policy.path
        and any(Path(policy.path).is_relative_to(folder) for folder in folders)
        and not Path(policy.path).exists()
    ]


def _refused(file: Path, why: str, ja: str) -> CallerMistake:
    return CallerMistake(f"{file}: {why}", ja=f"{file.name}: {ja}。")
