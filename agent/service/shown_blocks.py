"""Which blocks of a prompt held something when it was shown to a model?"""

from collections.abc import Iterable


def shown_blocks(texts: Iterable[str]) -> list[str]:
    """The blocks a prompt marks (<事実> … </事実>), each once, in the order they end."""
    found: dict[str, None] = {}
    for text in texts:
        for line in text.splitlines():
            mark = line.strip()
            if mark.startswith("</") and mark.endswith(">"):
                found[mark[2:-1]] = None
    return list(found)
