"""Read a product description's HTML as plain lines: tables as rows, lists as items, scripts and styles dropped."""

import re
from html import unescape
from html.parser import HTMLParser

_TAG = re.compile(r"<[A-Za-z/!]")
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "head", "title"})
# fmt: off
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "center", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
})
# fmt: on


def plain_lines(text: str) -> list[str]:
    """The readable lines of a description, HTML or plain text; never raises, whatever the markup.

    A table row becomes one line with its column heads: 「サイズ M／着丈 65cm」; a row of head and value 「素材：綿100%」.
    """
    if not _TAG.search(text):
        return _tidy(unescape(text).splitlines())
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return _tidy(reader.finish())


def table_lines(rows: list[list[str]], *, head: bool) -> list[str]:
    """A table as one line a row. head: the first row names the columns."""
    if head and len(rows) > 1:
        names = rows[0]
        return [
            "／".join(
                f"{name} {cell}".strip()
                for name, cell in zip([*names, *[""] * len(row)], row, strict=False)
                if cell
            )
            for row in rows[1:]
        ]
    return ["：".join(row) if len(row) == 2 else "／".join(cell for cell in row if cell) for row in rows]


def _tidy(lines: list[str]) -> list[str]:
    cleaned = (_SPACES.sub(" ", line).strip() for line in lines)
    return [line for line in cleaned if line and line != "・"]


class _Reader(HTMLParser):
    """Collects lines. Nested tables are read as part of the outer one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line = ""
        self.silent: list[str] = []
        self.rows: list[list[str]] | None = None
        self.heads: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.silent:
            return
        if tag in _SILENT:
            self.silent.append(tag)
        elif tag == "table" and self.rows is None:
            self._break()
            self.rows = []
        elif self.rows is not None:
            self._in_table(tag)
        elif tag in _BLOCKS:
            self._break()
            self.line = "・" if tag == "li" else ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:  # <svg/> opens nothing
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if tag == self.silent[-1]:
                self.silent.pop()
        elif tag == "table":
            self._end_table()
        elif tag in _BLOCKS and self.rows is None:
            self._break()

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        data = data.replace("\n", " ")
        if self.rows is None:
            self.line += data
        elif self.rows and self.rows[-1]:
            self.rows[-1][-1] += data
        elif data.strip():  # a caption, or text astray between table tags
            self.rows.append([data])
            self.heads.append(False)

    def finish(self) -> list[str]:
        """What was read, with whatever the markup left open."""
        self._end_table()
        self._break()
        return self.lines

    def _in_table(self, tag: str) -> None:
        assert self.rows is not None  # noqa: S101 - narrows the type
        if tag == "tr":
            self.rows.append([])
            self.heads.append(True)
        elif tag in ("td", "th"):
            if not self.rows:
                self._in_table("tr")
            self.rows[-1].append("")
            self.heads[-1] = self.heads[-1] and tag == "th"
        elif tag in _BLOCKS and self.rows and self.rows[-1]:
            self.rows[-1][-1] += " "

    def _end_table(self) -> None:
        if self.rows is None:
            return
        kept = [
            ([_SPACES.sub(" ", c).strip() for c in row], head)
            for row, head in zip(self.rows, self.heads, strict=True)
            if any(c.strip() for c in row)
        ]
        if kept:
            self.lines += table_lines([row for row, _ in kept], head=kept[0][1])
        self.rows, self.heads = None, []

    def _break(self) -> None:
        self.lines.append(self.line)
        self.line = ""
