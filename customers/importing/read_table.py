"""Read a CSV or Excel file as batches of text cells, whatever its encoding; tell every row that cannot be read."""

import csv
import io
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv

from customers.importing.encoding import Refused, Utf8Text, as_utf8, is_workbook
from customers.importing.recognise import Recognised, recognise
from customers.importing.sheet import read_sheets
from customers.importing.structure import Structure, line_of, look_at_quotes, record_start

LONGEST_CELL = 500_000
"""Characters of the longest cell taken in; Shopify's longest product text is 512 KB."""

ROW_BLOCK = 2 << 20
"""Bytes parsed at a time, unless a line is longer."""

ROWS = 50_000
"""Rows of a batch when cells come one by one."""

HEADER_WITHIN = 10
"""A title may stand above the header; it is looked for in this many rows."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row, or a cell of it, that was not taken in. row: as Excel counts, the header is row 1."""

    file: str
    row: int | None
    column: str | None
    value: str | None
    reason: str


@dataclass(slots=True)
class Table:
    """An opened file. rejected and spoiled grow while batches are read.

    spoiled: keys (cells of the column `key`) of rows that could not be read, so that no order loses a line unseen.
    cut_key: what is left of the key of a last row that was cut off inside it.    bytes_read: for progress bars.
    """

    name: str
    path: Path
    size: int
    encoding: str
    kind: Recognised
    header_row: int
    _read: Callable[["Table"], Iterator[pl.DataFrame]]
    _temporary: Path | None = None
    rejected: list[Rejected] = field(default_factory=list)
    spoiled: set[str] = field(default_factory=set)
    cut_key: str | None = None
    bytes_read: int = 0

    def batches(self) -> Iterator[pl.DataFrame]:
        """Frames with our column names as text (only those the file has) and `_row`; blank rows are left out."""
        return self._read(self)

    def start_again(self) -> None:
        """Forget what reading brought to light."""
        self.rejected, self.spoiled, self.cut_key, self.bytes_read = [], set(), None, 0

    def close(self) -> None:
        """Remove the copy made for another encoding."""
        if self._temporary:
            self._temporary.unlink(missing_ok=True)

    def reject_row(self, row: int, cells: list[str], reason: str, *, cut: bool = False) -> None:
        """Note a row that cannot be read, and the order it would have belonged to."""
        at = self.kind.positions.get("key")
        shown = next((cell for cell in cells if cell.strip()), "")
        if at is not None and at < len(cells) and cells[at].strip():
            self.spoiled.add(cells[at].strip())
        if at is not None and cut and len(cells) <= at + 1:
            self.cut_key = cells[at].strip() if at < len(cells) else ""
        self.rejected.append(Rejected(self.name, row, None, shown[:80] or None, reason))


def open_table(path: Path, name: str, platform: str) -> Table:
    """Open a file and recognise it. Raises Refused when nothing of it can be taken in, OSError when it cannot be read."""
    if is_workbook(path):
        return _open_workbook(path, name, platform)
    text = as_utf8(path)
    try:
        return _open_text(path, text, name, platform)
    except BaseException:
        if text.temporary:
            text.path.unlink(missing_ok=True)
        raise


def _open_text(path: Path, text: Utf8Text, name: str, platform: str) -> Table:
    head = _head(text)
    separator = _separator(head)
    records = list(itertools.islice(_records(head, separator), HEADER_WITHIN))
    kind, skipped = _find_header(records, platform)
    structure = look_at_quotes(text, separator)
    if structure.broken_at is not None:
        raise Refused(
            '引用符「"」の閉じ方が正しくありません。この行の引用符を確かめてください。',
            line=line_of(text, structure.broken_at),
        )
    end, tail = text.size, None
    if structure.open_at is not None:
        if b"\n" in _bytes(text, structure.open_at, text.size).rstrip(b"\r\n"):
            raise Refused(
                '引用符「"」が閉じられていません。この行から後を読み取れないため、取り込みませんでした。',
                line=line_of(text, structure.open_at),
            )
        end = record_start(text, structure.open_at)
        tail = _bytes(text, end, text.size)
    elif text.cut:
        end = record_start(text, text.size)
        tail = _bytes(text, end, text.size)
    start = text.start + len(_lines_of(head, separator, skipped + 1).encode())
    if start >= end and tail is None:
        raise Refused(
            "見出しだけで、データの行がありません。書き出しの条件を確かめてください。", line=skipped + 1
        )
    source = _Source(text, separator, start, end, tail, structure)
    return Table(
        name,
        path,
        path.stat().st_size,
        text.encoding,
        kind,
        skipped + 1,
        source.read,
        text.path if text.temporary else None,
    )


def _find_header(records: list[list[str]], platform: str) -> tuple[Recognised, int]:
    """The first row that reads as a known header; the first row's trouble when none does. Raises Refused."""
    trouble: Refused | None = None
    for index, cells in enumerate(records):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            return recognise(cells, platform), index
        except Refused as refused:
            trouble = trouble or Refused(refused.reason, line=index + 1)
    raise trouble or Refused("ファイルが空です。もう一度書き出してください。", line=1)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the data of a text file lies. tail: bytes of a last row that was cut off."""

    text: Utf8Text
    separator: str
    start: int
    end: int
    tail: bytes | None
    structure: Structure

    def read(self, table: Table) -> Iterator[pl.DataFrame]:
        first_row = table.header_row + 1
        if self.structure.stray_at is not None:
            yield from self._slowly(table, first_row)
        else:
            yield from self._fast(table, first_row)
        if self.tail is not None:
            cells = next(_records(self.tail.decode("utf-8", "replace"), self.separator), [])
            row = line_of(self.text, self.end)
            table.reject_row(row, cells, "行が途中で切れています。もう一度書き出してください。", cut=True)

    def _fast(self, table: Table, first_row: int) -> Iterator[pl.DataFrame]:
        width = len(table.kind.headers)
        wanted = _wanted(table.kind, everything=self.structure.long_line)
        bad: list[int] = []

        def skip(row: arrow_csv.InvalidRow) -> str:
            bad.append(row.number)
            cells = next(_records(row.text, self.separator), [])
            if any(cell.strip() for cell in cells):
                _reject_width(table, first_row + row.number - 1, cells, width)
            return "skip"

        done = 0
        try:
            with pa.OSFile(str(self.text.path)) as file:
                file.seek(self.start)
                reader = arrow_csv.open_csv(
                    _Window(file, self.end - self.start, table),
                    read_options=arrow_csv.ReadOptions(
                        use_threads=False,
                        block_size=max(ROW_BLOCK, 2 * self.structure.longest_line),
                        column_names=[f"c{i}" for i in range(width)],
                    ),
                    parse_options=arrow_csv.ParseOptions(
                        delimiter=self.separator,
                        newlines_in_values=True,
                        ignore_empty_lines=False,
                        invalid_row_handler=skip,
                    ),
                    convert_options=arrow_csv.ConvertOptions(
                        column_types={f"c{i}": pa.large_string() for i in wanted.values()},
                        strings_can_be_null=False,
                        include_columns=[f"c{i}" for i in wanted.values()],
                    ),
                )
                for batch in reader:
                    rows, done = _numbers(batch.num_rows, done, bad)
                    frame = pl.DataFrame(
                        {ours: pl.from_arrow(batch.column(i)) for i, ours in enumerate(wanted)},
                        schema=dict.fromkeys(wanted, pl.String),
                    ).with_columns(pl.Series("_row", rows, dtype=pl.Int64) + first_row)
                    yield _without_blanks(_without_giants(table, frame, self.structure.long_line))
        except pa.ArrowInvalid as error:
            raise Refused(
                f"{first_row + done} 行目から後を読み取れません。この行を確かめてください。",
                line=first_row + done,
            ) from error

    def _slowly(self, table: Table, first_row: int) -> Iterator[pl.DataFrame]:
        with self.text.path.open("rb") as raw:
            raw.seek(self.start)
            window = io.BufferedReader(_Window(raw, self.end - self.start, table))  # type: ignore[type-var]
            lines = io.TextIOWrapper(window, encoding="utf-8", newline="")
            csv.field_size_limit(1 << 30)
            records = csv.reader(lines, delimiter=self.separator, strict=True)
            try:
                yield from frames_of(table, enumerate(records, first_row))
            except csv.Error as error:
                line = records.line_num + first_row - 1
                raise Refused(
                    '引用符「"」の使い方が正しくありません。この行の引用符を確かめてください。', line=line
                ) from error


def _numbers(count: int, done: int, bad: list[int]) -> tuple[range | list[int], int]:
    """Zero-based record numbers of a batch's rows, skipping records the parser gave up on (one-based in `bad`)."""
    if not bad:
        return range(done, done + count), done + count
    gone = set(bad)
    rows: list[int] = []
    while len(rows) < count:
        if done + 1 not in gone:
            rows.append(done)
        done += 1
    while done + 1 in gone:
        done += 1
    return rows, done


def frames_of(table: Table, records: Iterator[tuple[int, list[str]]]) -> Iterator[pl.DataFrame]:
    """Batches from rows of cells that come one by one."""
    width = len(table.kind.headers)
    wanted = _wanted(table.kind, everything=True)
    while some := list(itertools.islice(records, ROWS)):
        kept = []
        for row, cells in some:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != width:
                _reject_width(table, row, cells, width)
                continue
            kept.append((*(cells[i] for i in wanted.values()), row))
        frame = pl.DataFrame(
            kept, schema={**dict.fromkeys(wanted, pl.String), "_row": pl.Int64}, orient="row"
        )
        yield _without_giants(table, frame, True)


def _reject_width(table: Table, row: int, cells: list[str], width: int) -> None:
    cut = len(cells) < width
    what = "少ない（途中で切れている可能性があります）" if cut else "多い"
    table.reject_row(
        row, cells, f"列の数が見出しより{what}行です（見出し {width} 列、この行 {len(cells)} 列）。", cut=cut
    )


def _without_giants(table: Table, frame: pl.DataFrame, look: bool) -> pl.DataFrame:
    """Leave out rows with a cell nobody could have meant."""
    texts = [name for name in frame.columns if name != "_row"]
    if not look or frame.is_empty():
        return frame.select(name for name in frame.columns if not name.startswith("?"))
    giant = frame.filter(pl.any_horizontal(pl.col(texts).str.len_chars() > LONGEST_CELL))
    for cells in giant.iter_rows(named=True):
        column = next(name for name in texts if len(cells[name]) > LONGEST_CELL)
        label = table.kind.headers[int(column[1:])] if column.startswith("?") else table.kind.label(column)
        if key := str(cells.get("key") or "").strip():
            table.spoiled.add(key)
        table.rejected.append(
            Rejected(
                table.name, cells["_row"], label, cells[column][:40] + "…",
                f"セルが長すぎます（{len(cells[column]):,} 文字）。50万文字以内にしてください。",
            )
        )  # fmt: skip
    left = frame.filter(~pl.col("_row").is_in(giant["_row"].to_list())) if len(giant) else frame
    return left.select(name for name in left.columns if not name.startswith("?"))


def _without_blanks(frame: pl.DataFrame) -> pl.DataFrame:
    names = [name for name in frame.columns if name != "_row"]
    first = "key" if "key" in names else names[0]
    if not (frame[first] == "").any():
        return frame
    return frame.filter(~pl.all_horizontal(pl.col(names).str.strip_chars() == ""))


def _wanted(kind: Recognised, *, everything: bool) -> dict[str, int]:
    wanted = dict(kind.positions)
    if everything:
        taken = set(wanted.values())
        wanted.update({f"?{i}": i for i in range(len(kind.headers)) if i not in taken})
    return wanted


def _open_workbook(path: Path, name: str, platform: str) -> Table:
    trouble: Refused | None = None
    for _, rows in read_sheets(path):
        records = list(itertools.islice(rows, HEADER_WITHIN))
        try:
            kind, skipped = _find_header(records, platform)
        except Refused as refused:
            trouble = trouble or refused
            continue
        return _of_sheet(path, name, kind, skipped, itertools.chain(records[skipped + 1 :], rows))
    raise trouble or Refused("シートが空です。", line=1)


def _of_sheet(path: Path, name: str, kind: Recognised, skipped: int, rows: Iterator[list[str]]) -> Table:
    width = len(kind.headers)
    data = [cells[:width] + [""] * (width - len(cells)) for cells in rows]
    if not any(any(cell.strip() for cell in cells) for cells in data):
        raise Refused("見出しだけで、データの行がありません。", line=skipped + 1)

    def read(table: Table) -> Iterator[pl.DataFrame]:
        return frames_of(table, enumerate(data, skipped + 2))

    return Table(name, path, path.stat().st_size, "xlsx", kind, skipped + 1, read)


class _Window(io.RawIOBase):
    """A part of a file, as a file."""

    def __init__(self, file: io.BufferedReader | pa.NativeFile, size: int, table: Table) -> None:
        self._file, self._left, self._table = file, size, table

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        block = self.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)

    def read(self, size: int = -1) -> bytes:
        block: bytes = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(block)
        self._table.bytes_read += len(block)
        return block


def _head(text: Utf8Text) -> str:
    with text.path.open("rb") as file:
        file.seek(text.start)
        block = file.read(min(1 << 20, text.size - text.start))
    return block.decode("utf-8", "ignore")


def _separator(head: str) -> str:
    line = next((line for line in head.splitlines() if line.strip()), "")
    counts: Mapping[str, int] = {mark: line.count(mark) for mark in (",", "\t", ";")}
    return max(counts, key=lambda mark: counts[mark])


def _records(text: str, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(1 << 30)
    return iter(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def _lines_of(head: str, separator: str, records: int) -> str:
    """The text of the first so many records, with their line ends."""
    lines = io.StringIO(head, newline="")
    reader = csv.reader(iter(lines.readline, ""), delimiter=separator)
    for _ in range(records):
        next(reader, None)
    return head[: lines.tell()] if lines.tell() else ""


def _bytes(text: Utf8Text, start: int, end: int) -> bytes:
    with text.path.open("rb") as file:
        file.seek(start)
        return file.read(end - start)
