"""Read a shop's voice guide: what it says, or in Japanese every line that cannot be understood and why."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date

from agent.domain.errors import OperatorMustFix
from agent.domain.voice import GuideLine, ShopGuide

SECTIONS = {
    "私たち": "who",
    "口調": "tone",
    "使う言葉": "words",
    "避ける言葉": "avoid",
    "呼び方": "address",
    "季節": "season",
}
"""Headings of the file, and where their lines go."""
LONGEST_LINE, LONGEST_WORD, MOST_LINES = 120, 40, 60
"""A guide is read before every letter, by small models too: longer ones are not followed."""
_ARROW = re.compile(r"\s*(?:→|->|⇒|=>)\s*")
_WHEN = re.compile(
    r"(?:(?P<first>1[0-2]|[1-9])(?:\s*[〜~\-–]\s*(?P<last>1[0-2]|[1-9]))?月|(?P<season>[春夏秋冬]))\s*[:：]\s*(?P<text>.+)"
)
_SEASONS = {"春": (3, 4, 5), "夏": (6, 7, 8), "秋": (9, 10, 11), "冬": (12, 1, 2)}
_CONTROL = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff⟦⟧<>]")
MOST_GUIDE_LINES, MOST_CHARACTERS = 14, 600
"""Of the guide in one prompt."""


class GuideWrong(OperatorMustFix):
    """A guide that cannot be used as it stands. problems: one Japanese sentence each, with the line's number."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(
            "voice.md: " + " / ".join(problems), ja="voice.md を直してください。" + "　".join(problems)
        )
        self.problems = problems


def read_guide(text: str) -> ShopGuide:
    """The guide of a file's text. Raises GuideWrong that names every line that is wrong."""
    found: dict[str, list[GuideLine]] = {name: [] for name in SECTIONS.values()}
    pairs: dict[str, tuple[str, int]] = {}
    problems: list[str] = []
    section, seen, lines = "", set[str](), 0
    for number, line in _body(text, problems):
        if line.startswith("#"):
            title = line.lstrip("#").strip()
            section = _section(line, title, number, seen, problems) if line.startswith("##") else section
            continue
        said = re.sub(r"^[-*・]\s*", "", line).strip()
        lines += 1
        if not section:
            if not seen:
                problems.append(
                    f"{number}行目: 「## 口調」のような見出しより前に文があります。見出しの下に書いてください。"
                )
            continue
        if problem := _unusable(said):
            problems.append(f"{number}行目: {problem}")
        elif section == "avoid" and _ARROW.search(said):
            _pair(said, number, pairs, problems)
        elif section == "season":
            found[section].append(_timed(said))
        else:
            found[section].append(GuideLine(_bare(said) if section in ("avoid", "words") else said))
    if lines > MOST_LINES:
        problems.append(f"全体で{lines}行あります。{MOST_LINES}行までに絞ってください。長いと守られません。")
    problems += _contradictions(pairs)
    if problems:
        raise GuideWrong(tuple(problems))
    return ShopGuide(
        **{name: tuple(lines_) for name, lines_ in found.items()},
        say_instead=tuple((before, after) for before, (after, _) in pairs.items()),
        digest=guide_digest(text),
    )


def guide_digest(text: str) -> str:
    """SHA-256 of a guide's text; line ends do not matter."""
    return hashlib.sha256(text.replace("\r\n", "\n").strip().encode()).hexdigest()


def guide_lines(guide: ShopGuide, *, today: date) -> tuple[str, ...]:
    """What a writer is told of the guide on one day, the most telling lines first, at most MOST_CHARACTERS."""
    now = [line.text for line in guide.season if not line.months or today.month in line.months]
    ordered = [
        *(line.text for line in guide.who[:2]),
        *(line.text for line in guide.tone),
        *(line.text for line in guide.address),
        *([f"使う言葉: {_listed(guide.words)}"] if guide.words else []),
        *([f"使わない言葉: {_listed(guide.avoid)}"] if guide.avoid else []),
        *(f"「{before}」は「{after}」と書く" for before, after in guide.say_instead),
        *(f"いまの季節: {text}" for text in now),
        *(line.text for line in guide.who[2:]),
    ]
    chosen: list[str] = []
    for text in ordered:
        if len(chosen) == MOST_GUIDE_LINES or sum(map(len, chosen)) + len(text) > MOST_CHARACTERS:
            break
        chosen.append(text)
    return tuple(chosen)


def _body(text: str, problems: list[str]) -> Iterator[tuple[int, str]]:
    """Lines with words on them and their numbers, without front matter and comments."""
    lines = text.removeprefix("\ufeff").splitlines()
    start = 0
    if lines and lines[0].strip() == "---":
        end = next((n for n, line in enumerate(lines[1:], start=1) if line.strip() == "---"), None)
        if end is None:
            problems.append(
                "1行目: 「---」で始まる前書きが閉じられていません。終わりにも「---」の行を書いてください。"
            )
            return
        start = end + 1
    for number, line in enumerate(lines[start:], start=start + 1):
        plain = line.strip()
        if plain and not plain.startswith("<!--"):
            yield number, plain


def _section(line: str, title: str, number: int, seen: set[str], problems: list[str]) -> str:
    if title not in SECTIONS:
        problems.append(
            f"{number}行目: 「{title[:20]}」という見出しはありません。使えるのは {'、'.join(SECTIONS)} です。"
        )
        seen.add(title)
        return ""
    if title in seen:
        problems.append(f"{number}行目: 見出し「{title}」が2つあります。1つにまとめてください。")
    seen.add(title)
    return SECTIONS[title]


def _unusable(said: str) -> str:
    if not said:
        return "文がありません。書くか、行ごと消してください。"
    if len(said) > LONGEST_LINE:
        return f"{len(said)}文字あります。1行は{LONGEST_LINE}文字までにしてください。"
    if _CONTROL.search(_ARROW.sub("", said)):
        return "使えない記号（< > や見えない文字）があります。消してください。"
    return ""


def _pair(said: str, number: int, pairs: dict[str, tuple[str, int]], problems: list[str]) -> None:
    sides = [_bare(part) for part in _ARROW.split(said)]
    if len(sides) != 2 or not sides[0]:
        problems.append(f"{number}行目: 「避ける言葉 → 代わりの言葉」の形で、1行に1組だけ書いてください。")
        return
    before, after = sides
    if max(map(len, sides)) > LONGEST_WORD:
        problems.append(f"{number}行目: 言葉は{LONGEST_WORD}文字までにしてください。")
    elif before == after:
        problems.append(f"{number}行目: 「{before}」の左右が同じです。")
    elif len(before) < 2 and re.fullmatch(r"[ぁ-んァ-ヶーa-zA-Z0-9]", before):
        problems.append(f"{number}行目: 「{before}」は短すぎて、ほかの言葉まで変わってしまいます。")
    elif before in pairs:
        problems.append(
            f"{number}行目: 「{before}」は{pairs[before][1]}行目にもあります。1つにしてください。"
        )
    else:
        pairs[before] = (after, number)


def _contradictions(pairs: dict[str, tuple[str, int]]) -> list[str]:
    """A word that is avoided and offered as the substitute of another."""
    return [
        f"{number}行目: 代わりの言葉「{after}」に、{pairs[word][1]}行目で避けている「{word}」が入っています。"
        for before, (after, number) in pairs.items()
        for word in pairs
        if word != before and word in after
    ]


def _timed(said: str) -> GuideLine:
    match = _WHEN.fullmatch(said)
    if not match:
        return GuideLine(said)
    if match["season"]:
        return GuideLine(match["text"], _SEASONS[match["season"]])
    first = int(match["first"])
    last = int(match["last"] or first)
    span = last - first if last >= first else last + 12 - first
    return GuideLine(match["text"], tuple((first - 1 + n) % 12 + 1 for n in range(span + 1)))


def _bare(word: str) -> str:
    """Without the brackets people put around a word."""
    return re.sub(r"^[「『\"“]|[」』\"”]$", "", word.strip()).strip()


def _listed(lines: tuple[GuideLine, ...]) -> str:
    return "、".join(line.text for line in lines)
