"""Excel workbooks come in like the list they hold."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from tests.support.import_desk import LIST, Desk

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _cell(value: str | float) -> str:
    if isinstance(value, float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def workbook(path: Path, rows: list[list[str | float]]) -> Path:
    """The smallest workbook with these rows on its one sheet."""
    cells = "".join("<row>" + "".join(_cell(value) for value in row) + "</row>" for row in rows)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            f'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/s.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        )
        one = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{REL}/%s" Target="%s"/></Relationships>'
        file.writestr("_rels/.rels", one % ("officeDocument", "xl/workbook.xml"))
        file.writestr("xl/_rels/workbook.xml.rels", one % ("worksheet", "s.xml"))
        file.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets><sheet name="顧客" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        file.writestr("xl/s.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>')
    return path


def test_a_workbook_with_a_title_above_its_header_comes_in(desk: Desk) -> None:
    rows: list[list[str | float]] = [
        ["顧客リスト 2026年"],
        [*LIST],
        ["髙橋 花子", "a@x.jp", 46027.0, "煎茶", 2.0, 2160.0, "可", "", ""],
        ["乙", "b@x.jp", "2026/2/30", "煎茶", 1.0, 1080.0, "", "", ""],
    ]
    report = desk.take(workbook(desk.folder / "list.xlsx", rows))
    assert (report.encoding, report.orders, report.net_revenue_yen) == ("xlsx", 1, 2160)
    assert [(found.row, found.column) for found in report.rejected] == [(4, "購入日")]
    assert str(desk.one("select ordered_on from orders")["ordered_on"]) == "2026-01-05"


def test_a_list_of_events_kept_in_excel_comes_in(desk: Desk) -> None:
    rows: list[list[str | float]] = [
        ["種類", "メールアドレス", "日時", "点数"],
        ["アンケート", "a@x.jp", 46027.5, 9.0],
        ["来店", "b@x.jp", "2026/1/6", ""],
    ]
    report = desk.take(workbook(desk.folder / "events.xlsx", rows))
    assert (report.encoding, report.events, report.rejected) == ("xlsx", 2, ())
    assert desk.one("select value from events where kind = 'nps'")["value"] == 9
