"""Is a CSV file well formed: every quote opened and closed where it may be? Finds the line where it is not."""

from dataclasses import dataclass

import numpy as np

from customers.importing.encoding import BLOCK, Utf8Text

LONG_LINE = 1 << 20
"""A line longer than this holds a cell no shop wrote by hand; the reader then looks at every cell."""

_QUOTE, _LF, _CR = 34, 10, 13


@dataclass(frozen=True, slots=True)
class Structure:
    """stray_at: byte of a quote inside an unquoted cell.    broken_at: byte where a quoted cell opened that closes in the wrong
    place.    open_at: byte of a quoted cell still open at the end.    longest_line: bytes between two line ends."""

    stray_at: int | None = None
    broken_at: int | None = None
    open_at: int | None = None
    longest_line: int = 0

    @property
    def long_line(self) -> bool:
        """Whether a cell may be longer than anybody wrote by hand; always looked for where quotes stand oddly."""
        return self.longest_line > LONG_LINE or self.stray_at is not None


def look_at_quotes(text: Utf8Text, separator: str) -> Structure:
    """Walk the file once, block by block, and stop at the first quote in a wrong place (RFC 4180)."""
    ends = np.array([ord(separator), _LF, _CR, _QUOTE], dtype=np.uint8)
    seen, opened, base, previous = 0, None, text.start, _LF
    last_newline, longest = text.start, 0
    with text.path.open("rb") as file:
        file.seek(text.start)
        pending = file.read(1)
        remaining = text.size - text.start - len(pending)
        while pending:
            block = file.read(min(BLOCK, remaining))
            remaining -= len(block)
            joined = pending + block
            body = joined if not block else joined[:-1]
            following = joined[-1:] if block else b"\n"
            data = np.frombuffer(body, dtype=np.uint8)
            newlines = np.flatnonzero(data == _LF)
            if newlines.size:
                gaps = np.diff(newlines, prepend=last_newline - base)
                longest = max(longest, int(gaps.max()))
                last_newline = base + int(newlines[-1])
            quotes = np.flatnonzero(data == _QUOTE)
            if quotes.size:
                before = np.concatenate(([previous], data[:-1]))[quotes]
                after = np.concatenate((data[1:], [following[0]]))[quotes]
                opening = (seen + np.arange(quotes.size)) % 2 == 0
                wrong = np.where(opening, ~np.isin(before, ends), ~np.isin(after, ends))
                starts = quotes[opening & (before != _QUOTE)]
                if wrong.any():
                    first = int(np.argmax(wrong))
                    position = int(quotes[first])
                    if opening[first]:
                        return Structure(stray_at=base + position)
                    earlier = starts[starts < position]
                    return Structure(broken_at=base + int(earlier[-1]) if earlier.size else opened)
                if starts.size:
                    opened = base + int(starts[-1])
                seen += int(quotes.size)
            base += len(body)
            previous = body[-1]
            pending = following if block else b""
    longest = max(longest, text.size - last_newline)
    return Structure(open_at=opened if seen % 2 else None, longest_line=longest)


def line_of(text: Utf8Text, offset: int) -> int:
    """The line a byte stands on, counted from 1."""
    count, position = 1, text.start
    with text.path.open("rb") as file:
        file.seek(text.start)
        while position < offset and (block := file.read(min(BLOCK, offset - position))):
            count += block.count(b"\n")
            position += len(block)
    return count


def record_start(text: Utf8Text, offset: int) -> int:
    """Where the record begins that a byte inside it belongs to: after the last line end outside quotes."""
    with text.path.open("rb") as file:
        window = 1 << 16
        while True:
            start = max(text.start, offset - window)
            file.seek(start)
            before = file.read(offset - start)
            position = len(before)
            while (position := before.rfind(b"\n", 0, position)) >= 0:
                if before.count(b'"', position) % 2 == 0:
                    return start + position + 1
            if start == text.start:
                return text.start
            window *= 8
