"""Find English, Chinese, Korean or another language inside Japanese sentences."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from agent.domain.finding import Finding
from evals.checks.reading import FieldText, Reading

CHECK = "wrong_language_or_mixed"

_WHY = "日本語の文に、ほかの言語が混ざっています。日本語に直してください。"
_OTHER_SCRIPT = re.compile(
    r"[가-힣ᄀ-ᇿ㄰-㆏]+(?:[\s,.!?]*[가-힣]+)*|[А-Яа-яЁё]{2,}(?:\s+[А-Яа-яЁё]+)*|[\u0e00-\u0e7f]+|[\u0600-\u06ff]+|[\u0590-\u05ff]+|[\u0900-\u097f]+|[\u3105-\u312f]+|[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệ]{1,}\w*"
)
_CHINESE = re.compile(r"[一-鿿]")
"""Candidates only: a form that the Japanese character sets lack (们, 请) is Chinese, unless the context has it."""
_CHINESE_PHRASE = re.compile(
    r"您|您好|[味颜]道|舒服|客服|下[单單]|收到|好的(?=[，,。!])|亲(?=[，,])|產品|没有|沒有|喜[欢歡]|非常(?:感|好)|[颜顏]色|一定要|现在|現在就|可以(?=使|购|買)|謝謝|谢谢|歡迎|欢迎|親愛的|亲爱的|請您|请您|我們|我们|點擊|点击|優惠券?|免運|購買|的(?=产品|商品|服务|客户|顧客)|感謝您|感谢您|祝您"
)
_WORDS = re.compile(
    r"(?<![.@/\\A-Za-z])[A-Za-z][A-Za-z'’]*(?:[\s,.!?&:;-]+[A-Za-z][A-Za-z'’]*)*(?![.@][A-Za-z])"
)

_HOST = re.compile(r"[A-Za-z-]+(?:\.[A-Za-z-]+)+")
"""A bare domain: unsafe_link judges it."""


@cache
def _allowed() -> frozenset[str]:
    """Latin words that are at home in Japanese sentences (lexicon/latin_words.txt)."""
    text = (files("evals.checks.lexicon") / "latin_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def find(reading: Reading) -> Iterator[Finding]:
    """Other scripts, Chinese forms, then runs of Latin words that nothing in the context has."""
    for text in reading.fields:
        taken: list[tuple[int, int]] = []
        for pattern in (_OTHER_SCRIPT, _CHINESE_PHRASE, _CHINESE):
            for match in pattern.finditer(text.said):
                if match.group() in reading.known.everything or _is_in_names(reading, match.group()):
                    continue
                if pattern is _CHINESE and not _is_only_chinese(match.group()):
                    continue
                if not any(match.start() < to and since < match.end() for since, to in taken):
                    taken.append(match.span())
                    yield text.find(CHECK, *match.span(), _WHY)
        yield from _latin(reading, text)


def _is_only_chinese(sign: str) -> bool:
    """True for a form that Japanese never uses: neither of the Japanese character sets has it (髙 and 鷗 are in one each)."""
    for charset in ("cp932", "euc_jis_2004"):
        try:
            sign.encode(charset)
        except UnicodeEncodeError:
            continue
        return False
    return True


def _is_in_names(reading: Reading, words: str) -> bool:
    context = reading.context
    return any(
        words in source
        for source in (
            context.shop.name,
            context.shop.sender_name,
            context.customer.family_name,
            context.customer.given_name,
        )
    )


def _latin(reading: Reading, text: FieldText) -> Iterator[Finding]:
    known = (
        reading.known.everything + " " + reading.context.shop.name + " " + reading.context.shop.sender_name
    ).lower()
    known += " " + (reading.context.customer.family_name + " " + reading.context.customer.given_name).lower()
    for match in _WORDS.finditer(text.said):
        run = match.group()
        words = [word.lower() for word in re.findall(r"[A-Za-z]+(?:['’][a-z]+)?", run)]
        edges = (
            text.said[max(0, match.start() - 2) : match.start()] + text.said[match.end() : match.end() + 1]
        )
        if (
            _HOST.fullmatch(run)
            or run.lower().strip() in known
            or any(sign in edges for sign in '{}<>$&"%=_[]')
        ):
            continue
        strange = [
            word
            for word in words
            if word not in _allowed() and not re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", known)
        ]
        lower_case = [word for word in re.findall(r"[A-Za-z]+", run) if not word.isupper()]
        foreign = len(words) >= 3 and len(strange) >= 2
        foreign = foreign or any(len(word) >= 3 and word.lower() in strange for word in lower_case)
        if foreign or (len(words) >= 4 and len(lower_case) >= 3):
            yield text.find(CHECK, *match.span(), _WHY)
