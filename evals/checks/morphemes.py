"""The one dictionary of the program, and how a text is cut into morphemes by it."""

import re
import threading
from collections.abc import Sequence
from functools import cache

from sudachipy import Dictionary, Morpheme, SplitMode

_LONE = re.compile("[\ud800-\udfff]")
"""Halves of a surrogate pair, which the dictionary refuses."""
_local = threading.local()


@cache
def dictionary() -> Dictionary:
    """Sudachi's dictionary, opened once: each copy costs 200 MB of mapped memory."""
    return Dictionary()


def morphemes(text: str) -> Sequence[Morpheme]:
    """The longest units of a text, in order; places count code points of it. A tokenizer a thread: none may be shared.

    text: short enough for SudachiPy (49,149 bytes of UTF-8); callers cut at far less.
    """
    tokenizer = getattr(_local, "tokenizer", None)
    if tokenizer is None:
        tokenizer = _local.tokenizer = dictionary().tokenizer(SplitMode.C)
    found: Sequence[Morpheme] = tokenizer.tokenize(text if text.isascii() else _LONE.sub("\ufffd", text))
    return found
