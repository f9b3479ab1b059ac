"""What an import did, for people and for `--json`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from customers.importing.ports import Totals
from customers.importing.read_table import Rejected


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file of a run. kind: e.g. `shopify orders`; None when it was refused, with the reason and the line."""

    file: str
    platform: str | None
    kind: str | None
    encoding: str | None
    rows: int
    refused: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The numbers describe this run's files; the store's own totals are the same however the files were parted.

    customers: people whom these files name, after identity resolution, guests included.    rejected: every row or cell
    that was not taken in.    import_id: None for a dry run, or when nothing was taken in.    new, changed, unchanged: rows
    (orders, customer rows, products, events) by what the store knew before; outdated: rows older than what the store has.
    """

    platform: str
    encoding: str | None
    files: tuple[str, ...]
    customers: int
    orders: int
    order_lines: int
    products: int
    variants: int
    events: int
    revenue_orders: int
    net_revenue_yen: int
    rejected: tuple[Rejected, ...]
    warnings: tuple[str, ...]
    import_id: str | None
    dry_run: bool
    new: int
    changed: int
    unchanged: int
    outdated: int
    file_details: tuple[FileRead, ...] = field(default=())

    @property
    def clean(self) -> bool:
        """True when nothing was refused: the command line then exits with 0."""
        return not self.rejected

    def as_json(self) -> dict[str, Any]:
        """The contract's document; tuples become lists."""
        document = asdict(self)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in document.items()}


class Warnings:
    """Cells worth a warning, told once for each file, column and reason, with the first place and how many more."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str, str], tuple[int, str, int]] = {}
        self._general: list[str] = []

    def say(self, text: str) -> None:
        """A warning about a whole file."""
        if text not in self._general:
            self._general.append(text)

    def cells(self, file: str, found: Sequence[tuple[str, int, str, str]]) -> None:
        """Warnings about cells: reason, row, column, value."""
        for reason, row, column, value in found:
            first_row, example, times = self._cells.get((file, column, reason), (row, value, 0))
            self._cells[(file, column, reason)] = (first_row, example, times + 1)

    def lines(self) -> tuple[str, ...]:
        """All warnings as Japanese sentences."""
        told = []
        for (file, column, reason), (row, example, times) in self._cells.items():
            more = f"ほか{times - 1}件" if times > 1 else ""
            told.append(f"{file} {row}行目{more}「{column}」: {reason}（値: {example}）")
        return (*self._general, *told)


def summary(
    *,
    platform: str,
    read: Sequence[FileRead],
    totals: Totals | None,
    rejected: Sequence[Rejected],
    warnings: Warnings,
    import_id: str | None,
    dry_run: bool,
) -> ImportReport:
    """Put a report together."""
    encodings = {each.encoding for each in read if each.encoding}
    names = ("customers", "orders", "order_lines", "products", "variants", "events", "revenue_orders", "net_revenue_yen",
             "new", "changed", "unchanged", "outdated")  # fmt: skip
    numbers = {name: getattr(totals, name) if totals is not None else 0 for name in names}
    return ImportReport(
        platform=platform,
        encoding=encodings.pop() if len(encodings) == 1 else "mixed" if encodings else None,
        files=tuple(each.file for each in read),
        rejected=tuple(rejected),
        warnings=warnings.lines(),
        import_id=import_id,
        dry_run=dry_run,
        file_details=tuple(read),
        **numbers,
    )
