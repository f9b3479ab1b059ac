"""Bring a shop's export files in: `okaeri import`."""

import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from agent.domain.errors import CallerMistake
from agent.ports import Clock
from customers.importing.customer_rows import CustomerReader
from customers.importing.encoding import Refused
from customers.importing.event_rows import take_events
from customers.importing.order_file import take_orders
from customers.importing.people import resolve_people
from customers.importing.ports import ImportLedger, ImportTransaction
from customers.importing.products import read_catalogue
from customers.importing.read_table import Rejected, Table, open_table
from customers.importing.report import FileRead, ImportReport, Warnings, summary

Platform = Literal["auto", "shopify", "eccube", "generic"]
Progress = Callable[[str, int, int | None], None]
"""Told the file's name (or the step), how many bytes are done and how many there are, None when nobody knows."""

READABLE = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm"})
"""Endings of the files taken from a folder."""


def import_files(
    paths: Sequence[Path],
    *,
    platform: Platform,
    dry_run: bool,
    ledger: ImportLedger,
    clock: Clock,
    progress: Progress | None = None,
) -> ImportReport:
    """Read files and folders into the store, all in one transaction; nothing stays of a dry run or of a refused file.

    Raises CallerMistake when a path does not exist or cannot be read.
    """
    return _Run(paths, platform, dry_run, ledger, clock, progress or _silent).report()


def _silent(_: str, __: int, ___: int | None) -> None:
    """Nobody is watching."""


class _Unfit(Exception):
    """A file turned out unreadable after some of it was taken in."""

    def __init__(self, table: Table, refused: Refused) -> None:
        super().__init__(refused.reason)
        self.table, self.refused = table, refused


class _Run:
    def __init__(
        self,
        paths: Sequence[Path],
        platform: Platform,
        dry_run: bool,
        ledger: ImportLedger,
        clock: Clock,
        progress: Progress,
    ) -> None:
        self.platform, self.dry_run, self.ledger, self.clock, self.progress = (
            platform,
            dry_run,
            ledger,
            clock,
            progress,
        )
        self.warnings = Warnings()
        self.rejected: list[Rejected] = []
        self.refused: set[str] = set()
        self.read: dict[str, FileRead] = {}
        self.readers = CustomerReader()
        self.files = self._named(paths)

    def report(self) -> ImportReport:
        tables: list[Table] = []
        try:
            tables = [table for name, path in self.files.items() if (table := self._opened(name, path))]
            return self._take(tables)
        finally:
            for table in tables:
                table.close()

    def _take(self, tables: Sequence[Table]) -> ImportReport:
        # A list of what people did says nothing of the shop system: beside orders it does not count.
        speaking = [table for table in tables if table.kind.layout.kind != "events"]
        platforms = {table.kind.layout.platform for table in speaking or tables}
        platform = platforms.pop() if len(platforms) == 1 else "mixed" if platforms else self.platform
        if not tables:
            return self._summary(platform, None, None)
        import_id = f"imp_{uuid.uuid4().hex[:12]}"
        try:
            with self.ledger.importing(
                import_id,
                platform=platform if speaking else "events",
                at=self.clock.now(),
                dry_run=self.dry_run,
            ) as transaction:
                for table in tables:
                    self._take_file(table, transaction)
                self.progress("お客さまを見分けています", 0, None)
                resolve_people(transaction)
                totals = transaction.totals()
                report = self._summary(platform, totals, None if self.dry_run else import_id)
                transaction.finish(files=report.files, report=report.as_json())
            return report
        except _Unfit as unfit:  # nothing was kept: start again without the file
            return self._again(tables, unfit)

    def _again(self, tables: Sequence[Table], unfit: "_Unfit") -> ImportReport:
        fit = [table for table in tables if table is not unfit.table]
        self.warnings, self.rejected = (
            Warnings(),
            [found for found in self.rejected if found.file in self.refused],
        )
        self.readers = CustomerReader()
        for table in fit:
            table.start_again()
        self._refuse(unfit.table.name, unfit.refused)
        return self._take(fit)

    def _summary(self, platform: str, totals: object, import_id: str | None) -> ImportReport:
        return summary(
            platform=platform,
            read=[self.read[name] for name in self.files],
            totals=totals,  # type: ignore[arg-type]
            rejected=self.rejected,
            warnings=self.warnings,
            import_id=import_id,
            dry_run=self.dry_run,
        )

    def _opened(self, name: str, path: Path) -> Table | None:
        try:
            return open_table(path, name, self.platform)
        except Refused as refused:
            self._refuse(name, refused)
        except OSError as error:
            raise CallerMistake(
                f"{path} cannot be read: {error}",
                ja=f"{path} を読めません。ファイルの権限を確かめてください。",
            ) from error
        return None

    def _refuse(self, name: str, refused: Refused) -> None:
        self.refused.add(name)
        self.read[name] = FileRead(name, None, None, None, 0, refused.reason, refused.line)
        self.rejected.append(
            Rejected(name, refused.line, None, None, refused.reason + "このファイルは取り込みませんでした。")
        )

    def _take_file(self, table: Table, transaction: ImportTransaction) -> None:
        layout = table.kind.layout
        try:
            rows = _TAKE[layout.kind](self, table, transaction)
        except Refused as refused:
            raise _Unfit(table, refused) from refused
        self.rejected += sorted(table.rejected, key=lambda found: (found.row or 0, found.column or ""))
        self.read[table.name] = FileRead(table.name, layout.platform, layout.kind, table.encoding, rows)

    def _tick(self, table: Table) -> None:
        self.progress(table.name, min(table.bytes_read, table.size), table.size)

    def take_orders(self, table: Table, transaction: ImportTransaction) -> int:
        return take_orders(table, transaction, self.warnings, lambda: self._tick(table))

    def take_customers(self, table: Table, transaction: ImportTransaction) -> int:
        rows = 0
        for records, warnings in self.readers.records(table):
            transaction.add_records(records)
            self.warnings.cells(table.name, warnings)
            rows += len(records)
            self._tick(table)
        return rows

    def take_products(self, table: Table, transaction: ImportTransaction) -> int:
        catalogue = read_catalogue(table)
        transaction.add_products(catalogue.products, catalogue.variants)
        self.warnings.cells(table.name, catalogue.warnings)
        self._tick(table)
        return len(catalogue.variants)

    def take_events(self, table: Table, transaction: ImportTransaction) -> int:
        return take_events(table, transaction, self.warnings, lambda: self._tick(table), now=self.clock.now())

    def _named(self, paths: Sequence[Path]) -> dict[str, Path]:
        """Each file under a short name that tells it from the others. Raises CallerMistake for what is not there."""
        found: list[Path] = []
        for path in paths:
            if path.is_dir():
                inside = sorted(
                    file for file in path.iterdir() if file.is_file() and not file.name.startswith(".")
                )
                found += [file for file in inside if file.suffix.lower() in READABLE]
                for file in inside:
                    if file.suffix.lower() not in READABLE:
                        self.warnings.say(f"{file.name} は CSV・Excel ではないため、読みませんでした。")
            elif path.exists():
                found.append(path)
            else:
                raise CallerMistake(
                    f"{path} does not exist", ja=f"{path} が見つかりません。場所と名前を確かめてください。"
                )
        if not found:
            raise CallerMistake(
                "no file to import",
                ja="取り込むファイルがありません。CSV か Excel のファイルを指定してください。",
            )
        distinct = list(dict.fromkeys(found))
        names = [path.name for path in distinct]
        return {path.name if names.count(path.name) == 1 else str(path): path for path in distinct}


_TAKE: dict[str, Callable[[_Run, Table, ImportTransaction], int]] = {
    "orders": _Run.take_orders,
    "customers": _Run.take_customers,
    "products": _Run.take_products,
    "events": _Run.take_events,
}
