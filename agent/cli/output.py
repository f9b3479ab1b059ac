"""How commands speak: tables for people, JSON for programs, errors that say what to do next."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from agent.domain.errors import CallerMistake, OkaeriError, OperatorMustFix

DONE, REFUSED, WRONG_CALL = 0, 1, 2
"""Exit codes of the contract."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
Advance = Callable[[str, int, int | None], None]

people = Console(highlight=False, soft_wrap=True)
aside = Console(stderr=True, highlight=False, soft_wrap=True)


_HALF = re.compile("[\ud800-\udfff]")


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def document(value: object) -> None:
    """Print one JSON document on standard output; half characters (lone surrogates) are escaped, since UTF-8 has none."""
    text = json.dumps(value, ensure_ascii=False, default=_plain)
    if not text.isascii() and _HALF.search(text):
        text = json.dumps(value, default=_plain)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def lines(values: Iterable[object]) -> None:
    """Print JSON Lines, each as soon as it is there."""
    for value in values:
        document(value)


def _whole(text: str) -> str:
    return _HALF.sub("\ufffd", text)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table for people. Cells come from outside and are shown as they are, never as markup."""
    shown = Table(title=escape(title), title_justify="left", header_style="bold")
    for column in columns:
        shown.add_column(escape(column), overflow="fold")
    for row in rows:
        shown.add_row(*("" if cell is None else escape(_whole(str(cell))) for cell in row))
    people.print(shown)


def say(text: str) -> None:
    """Print a line for people, as it is."""
    people.print(escape(_whole(text)))


def refuse(message: str, *, as_json: bool, code: int = REFUSED, **fields: object) -> NoReturn:
    """End the command with a reason and what to do next."""
    if as_json:
        document({"error": message, **fields})
    else:
        aside.print(escape(message), style="bold red")
    raise typer.Exit(code)


@contextmanager
def errors_explained(*, as_json: bool) -> Iterator[None]:
    """Turn our errors into a sentence and an exit code: 2 for a wrong call or setting, 1 for a refusal."""
    try:
        yield
    except (CallerMistake, OperatorMustFix) as error:
        refuse(error.ja, as_json=as_json, code=WRONG_CALL, kind=type(error).__name__)
    except OkaeriError as error:
        refuse(error.ja, as_json=as_json, kind=type(error).__name__)


@contextmanager
def progress(*, as_json: bool) -> Iterator[Advance]:
    """A progress bar on standard error, only where a person looks. The function takes (label, done, total or None)."""
    if as_json or not sys.stderr.isatty():
        yield lambda label, done, total: None
        return
    bars: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=aside, transient=True) as shown:

        def advance(label: str, done: int, total: int | None) -> None:
            if label not in bars:
                bars[label] = shown.add_task(escape(label), total=total)
            shown.update(bars[label], completed=done, total=total)

        yield advance


def yen(amount: int | None) -> str:
    """An amount as people read it."""
    return "—" if amount is None else f"{amount:,}円"


def chosen(value: Mapping[str, Any], *names: str) -> list[Any]:
    """Some fields of a JSON object, in order, for a table row."""
    return [value.get(name) for name in names]
