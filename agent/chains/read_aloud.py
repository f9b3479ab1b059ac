"""How well does a letter read aloud? Counts what makes a reader wince: words said twice, ends alike, too long, too short."""

import re
from collections.abc import Sequence
from itertools import pairwise

from agent.domain.occasion import Channel

LENGTHS = {Channel.EMAIL: (100, 300), Channel.LINE: (50, 160)}
"""Characters of the middle, fewest and most that a customer reads gladly. Editorial choice."""
_ONCE = (
    "お選びいただ|お選びくだ|選んでいただ|選んでくだ",
    "ありがとう",
    "うれし",
    "ひとつ|一つ",
    "ひとこと|ひと言",
    "お便り|便り|ひと筆",
    "末尾|このトーク",
    "気にな|気にか|気がか",
    "いつも",
    "そろそろ",
    "間隔",
    "よろしければ",
    "お困り|困った",
    "迷われ|迷った",
    "お尋ね",
    "どうぞ",
    "お気軽|気軽",
    "お返事|返信",
    "お聞かせ|聞かせ",
    "お知らせ",
    "毎日",
    "季節|ころ",
    "楽し",
    "思います|思っております|思っています|思いま",
    "遠慮",
    "好み",
    "続けて",
    "読み流し",
    "書き添え|添え",
)
"""Words that wear out: once a letter is enough. Alternatives count together."""
_WORDS = tuple(re.compile(words) for words in _ONCE)


def wince(texts: Sequence[str], channel: Channel) -> int:
    """Points of what reads badly; 0 reads well. texts: the paragraphs, in order."""
    whole = "".join(texts)
    shortest, longest = LENGTHS[channel]
    off = max(shortest - len(whole), len(whole) - longest, 0)
    points = (off + 9) // 10 * 2
    points += sum(max(0, len(pattern.findall(whole)) - 1) for pattern in _WORDS)
    ends = [re.sub(r"[」）]", "", end)[-3:] for end in re.split(r"[。？?]", whole) if end.strip()]
    points += sum(1 for a, b in pairwise(ends) if a == b)
    points += 3 * sum(1 for a, b, c in zip(ends, ends[1:], ends[2:], strict=False) if a == b == c)
    begins = [text[:4] for text in re.split(r"(?<=。)", whole) if text.strip()]
    return points + sum(1 for a, b in pairwise(begins) if a == b)
