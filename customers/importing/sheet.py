"""Read an Excel workbook's sheets as rows of text cells."""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from customers.importing.encoding import Refused


def read_sheets(path: Path) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Each sheet's name and its rows, from the first cell on. Raises Refused when the workbook is damaged or locked."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                yield name, ([_text(cell) for cell in row] for row in rows)
    except CalamineError as error:
        raise Refused(
            "Excel ファイルを開けません（壊れているか、パスワード付きです）。CSV で保存し直してください。",
            line=1,
        ) from error


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S") if cell.time() != time() else cell.strftime("%Y-%m-%d")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return "" if cell is None else str(cell)
