"""Which encoding is a file in, and is it a text file at all? Turns it into UTF-8 or refuses with the likely encoding."""

import codecs
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = 8 << 20
"""Bytes read at a time: memory stays the same however long the file is."""

_CONTAINERS = (
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "Excel（旧形式 .xls）"),
    (b"\x89PNG", "PNG 画像"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"SQLite format", "SQLite"),
)
_SAVE_AGAIN = "元の画面で「UTF-8」または「Shift_JIS」の CSV として書き出し直してください。"


class Refused(Exception):
    """A file that cannot be taken in. line: where it fails, counted from 1; None for the file as a whole."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


@dataclass(frozen=True, slots=True)
class Utf8Text:
    """A file as UTF-8 on disk. start: bytes of a byte order mark to skip.    cut: the last character was incomplete, and
    `size` ends before it.    temporary: a copy that the reader removes."""

    path: Path
    encoding: str
    start: int
    size: int
    cut: bool
    temporary: bool


def is_workbook(path: Path) -> bool:
    """Whether the bytes are an Excel workbook, whatever the file is called."""
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return False
        file.seek(max(0, path.stat().st_size - (1 << 20)))
        return b"xl/workbook.xml" in file.read()


def as_utf8(path: Path) -> Utf8Text:
    """Find the encoding (BOM, then strict UTF-8, then strict CP932) and give the text as UTF-8. Raises Refused."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\x00\r\n \t,\xef\xbb\xbf") and path.stat().st_size <= 4096:
        raise Refused(
            "ファイルが空です。書き出しが終わっているか確かめて、もう一度書き出してください。", line=1
        )
    for mark, name in _CONTAINERS:
        if head.startswith(mark):
            raise Refused(
                f"中身が {name} のファイルで、CSV ではありません。展開するか、CSV 形式で書き出し直してください。",
                line=1,
            )
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _copied(path, "utf-16")
    if b"\x1b$" in head:
        raise Refused(f"文字コードが ISO-2022-JP（JIS）のようです。{_SAVE_AGAIN}", line=1)
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    fault = _first_fault(path, "utf-8")
    size = path.stat().st_size
    if fault is None:
        if b"\x00" in head:
            raise Refused(f"文字ではないデータ（NUL）が含まれています。{_SAVE_AGAIN}", line=1)
        return Utf8Text(path, "utf-8-sig" if start else "utf-8", start, size, cut=False, temporary=False)
    if fault.at_end:
        return Utf8Text(
            path, "utf-8-sig" if start else "utf-8", start, fault.offset, cut=True, temporary=False
        )
    if start or _mostly_utf8(path, fault.offset):
        raise Refused(
            "UTF-8 の文字が途中で壊れています。この行の文字を確かめるか、もう一度書き出してください。",
            line=fault.line,
        )
    return _as_cp932(path)


def _as_cp932(path: Path) -> Utf8Text:
    fault = _first_fault(path, "cp932")
    if fault is None or fault.at_end:
        if _reads_better_as_euc(path):
            raise Refused(f"文字コードが EUC-JP のようです。{_SAVE_AGAIN}", line=1)
        return _copied(path, "cp932", size=fault.offset if fault else None)
    if _first_fault(path, "euc_jp") is None:
        raise Refused(f"文字コードが EUC-JP のようです。{_SAVE_AGAIN}", line=1)
    likely = "UTF-16" if b"\x00" in _head(path) else "Shift_JIS（CP932）"
    raise Refused(
        f"文字コードを読み取れません（{likely} のようですが、読めない文字があります）。{_SAVE_AGAIN}",
        line=fault.line,
    )


@dataclass(frozen=True, slots=True)
class _Fault:
    offset: int
    line: int
    at_end: bool


def _first_fault(path: Path, encoding: str) -> _Fault | None:
    """Where strict decoding first fails. at_end: only the file's last character is incomplete."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    done, lines = 0, 1
    size = path.stat().st_size
    for block in _blocks(path):
        pending = len(decoder.getstate()[0])
        last = done + len(block) >= size
        try:
            decoder.decode(block, final=last)
        except UnicodeDecodeError as error:
            offset = done - pending + error.start
            before = block[: max(0, error.start - pending)]
            at_end = last and offset + 4 > size and size - offset < 4 and _incomplete(error, encoding)
            return _Fault(offset, lines + before.count(b"\n"), at_end)
        done += len(block)
        lines += block.count(b"\n")
    return None


def _incomplete(error: UnicodeDecodeError, encoding: str) -> bool:
    return "unexpected end" in error.reason or "incomplete" in error.reason


def _mostly_utf8(path: Path, offset: int) -> bool:
    """Whether the text around the first fault is UTF-8 with a blemish rather than another encoding."""
    with path.open("rb") as file:
        file.seek(max(0, offset - (1 << 19)))
        sample = file.read(1 << 20)
    text = sample.decode("utf-8", "replace")
    good = sum(1 for c in text if c > "\u02ff" and c != "\ufffd")
    return good > 2 * text.count("\ufffd")


def _reads_better_as_euc(path: Path) -> bool:
    """EUC-JP often passes for CP932 as half-width kana: compare how much of a sample reads as ordinary Japanese."""
    sample = _head(path, 1 << 18)
    sample = sample[: sample.rfind(b"\n") + 1] or sample
    try:
        euc = sample.decode("euc_jp")
    except UnicodeDecodeError:
        return False
    sjis = sample.decode("cp932", "replace")
    odd = sum(1 for c in sjis if "\uff61" <= c <= "\uff9f" or c == "\ufffd")
    return odd > 0.3 * sum(1 for c in sjis if c > "\x7f") and any("\u3040" <= c <= "\u9fff" for c in euc)


def _copied(path: Path, encoding: str, *, size: int | None = None) -> Utf8Text:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    total = path.stat().st_size if size is None else size
    done = written = 0
    with tempfile.NamedTemporaryFile("wb", prefix="okaeri-", suffix=".csv", delete=False) as copy:
        try:
            for block in _blocks(path):
                part = block[: max(0, total - done)]
                done += len(part)
                written += copy.write(decoder.decode(part, final=done >= total).encode("utf-8"))
        except UnicodeDecodeError as error:
            Path(copy.name).unlink()
            raise Refused(f"文字コード {encoding} として読めません。{_SAVE_AGAIN}", line=1) from error
    return Utf8Text(Path(copy.name), encoding, 0, written, cut=size is not None, temporary=True)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _head(path: Path, size: int = 4096) -> bytes:
    with path.open("rb") as file:
        return file.read(size)
