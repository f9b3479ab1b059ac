"""How the machinery stands: figures, a picture of the money, and every problem with what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from agent.clock import TOKYO
from agent.domain.draft import DraftState
from agent.ports.status import AilingMessage, IndexStanding, LastImport, OutboxTally, StatusBook, WorkerSeen
from console.frame.words import Language, say

DAYS = 14
WIDTH, HEIGHT = 560, 120
"""Of the picture of the money, in its own units."""
SHOWN = 50
"""Messages listed at most."""
SILENT = 900.0
"""Real seconds without a sign of life after which a sender is missed, if messages are due."""
NEAR = 0.8
"""Share of the cap from which it is said."""
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """degree: wrong (must be mended) or note (know this). what, do: sentences in the visitor's language."""

    degree: Literal["wrong", "note"]
    what: str
    do: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the picture. x, y, width, height in its units; over: above the cap."""

    day: date
    yen: float
    x: float
    y: float
    width: float
    height: float
    over: bool


@dataclass(frozen=True, slots=True)
class Spend:
    """The money, by day. cap: its height in the picture, None without one."""

    days: tuple[Day, ...]
    today: float
    most: float
    cap_yen: int | None
    cap: float | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that did not simply leave. when: of the next try, in words; may_…: what a person may do about it."""

    message: AilingMessage
    when: str
    may_retry: bool
    may_again: bool
    may_settle: bool


@dataclass(frozen=True, slots=True)
class StatusPage:
    """Everything on the page. worker: the sender seen last and how long ago in words, None before the first."""

    problems: tuple[Problem, ...]
    drafts: dict[DraftState, int]
    outbox: OutboxTally
    spend: Spend
    index: IndexStanding
    imported: LastImport | None
    backup_at: datetime | None
    worker: tuple[WorkerSeen, str] | None
    letters: tuple[Letter, ...]


def read_status(
    book: StatusBook, *, now: datetime, real_now: float, cap_yen: int | None, language: Language
) -> StatusPage:
    """Look at everything once."""
    today = now.astimezone(TOKYO).date()
    days = [today - timedelta(days=DAYS - 1 - back) for back in range(DAYS)]
    spend = _spend(book.spent(days), days, cap_yen)
    outbox, ailing = book.outbox(real_now=real_now), book.ailing(real_now=real_now, limit=SHOWN)
    index, imported, backup_at = book.index(), book.last_import(), book.backup_at()
    seen = next(iter(book.workers()), None)
    worker = (seen, say_span(real_now - seen.seen, language)) if seen else None
    problems = (
        *_of_sending(outbox, ailing, worker, real_now, language),
        *_of_money(spend, language),
        *_of_knowledge(index, imported, backup_at, language),
    )
    letters = tuple(_letter(one, real_now, language) for one in ailing)
    return StatusPage(
        tuple(sorted(problems, key=lambda one: one.degree != "wrong")),
        book.drafts(),
        outbox,
        spend,
        index,
        imported,
        backup_at,
        worker,
        letters,
    )


def say_span(seconds: float, language: Language) -> str:
    """A span of time in its largest fitting unit, at least a minute."""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return say(language, "ago_minutes", n=minutes)
    if minutes < 48 * 60:
        return say(language, "ago_hours", n=minutes // 60)
    return say(language, "ago_days", n=minutes // (24 * 60))


def _of_sending(
    outbox: OutboxTally,
    ailing: list[AilingMessage],
    worker: tuple[WorkerSeen, str] | None,
    real_now: float,
    language: Language,
) -> Iterator[Problem]:
    def problem(degree: Literal["wrong", "note"], word: str, **values: object) -> Problem:
        return Problem(degree, say(language, word, **values), say(language, f"{word}_do"))

    if outbox.due and worker is None:
        yield problem("wrong", "status_no_worker")
    elif outbox.due and worker and real_now - worker[0].seen > SILENT:
        yield problem("wrong", "status_silent", ago=worker[1])
    if outbox.stuck:
        yield problem("wrong", "status_stuck", n=outbox.stuck)
    for how in ("unknown", "given_up"):
        if count := sum(one.how == how for one in ailing):
            yield problem("wrong", f"status_{how}", n=count)


def _of_money(spend: Spend, language: Language) -> Iterator[Problem]:
    if spend.cap_yen is None or spend.today < spend.cap_yen * NEAR:
        return
    over = spend.today >= spend.cap_yen
    what = say(language, "status_cap_over" if over else "status_cap")
    yield Problem("wrong" if over else "note", what, say(language, "status_cap_do"))


def _of_knowledge(
    index: IndexStanding, imported: LastImport | None, backup_at: datetime | None, language: Language
) -> Iterator[Problem]:
    do = say(language, "status_index_do")
    finished = imported.finished_at if imported else None
    if index.missing:
        yield Problem("note", say(language, "status_index_missing", n=index.missing), do)
    elif finished and index.newest and index.newest < finished:
        yield Problem("note", say(language, "status_index_old"), do)
    if imported and imported.finished_at is None:
        what, how = say(language, "status_import_broken"), say(language, "status_import_broken_do")
        yield Problem("wrong", what, how)
    elif imported and imported.rejected:
        what = say(language, "status_import_rejected", n=imported.rejected)
        yield Problem("note", what, say(language, "status_import_rejected_do"))
    if backup_at is None:
        yield Problem("note", say(language, "status_no_backup"), say(language, "status_no_backup_do"))


def _spend(spent: dict[date, int], days: list[date], cap_yen: int | None) -> Spend:
    yen = [spent.get(day, 0) / MICRO for day in days]
    top = max([*yen, float(cap_yen or 0), 1.0]) * 1.08
    wide = WIDTH / len(days)

    def up(amount: float) -> float:
        return round(HEIGHT - 4 - amount / top * (HEIGHT - 8), 1)

    drawn = tuple(
        Day(
            day,
            amount,
            round(at * wide + wide * 0.18, 1),
            up(amount),
            round(wide * 0.64, 1),
            round(HEIGHT - 4 - up(amount), 1),
            cap_yen is not None and amount >= cap_yen,
        )
        for at, (day, amount) in enumerate(zip(days, yen, strict=True))
    )
    return Spend(drawn, yen[-1], max(yen), cap_yen, None if cap_yen is None else up(float(cap_yen)))


def _letter(one: AilingMessage, real_now: float, language: Language) -> Letter:
    when = ""
    if one.how == "retrying" and one.retry_at is not None:
        ahead = one.retry_at - real_now
        soon = say(language, "status_retry_soon")
        when = say(language, "status_retry_in", ago=say_span(ahead, language)) if ahead > 0 else soon
    return Letter(
        one,
        when,
        may_retry=one.how == "retrying",
        may_again=one.how == "given_up",
        may_settle=one.how == "unknown",
    )
