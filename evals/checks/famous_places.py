"""Find known places told as where a thing comes from (フランスの職人, 今治産) that the context does not name."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from agent.domain.finding import Finding
from evals.checks.place_names import is_named
from evals.checks.reading import FieldText, Reading

_FROM_AFTER = (
    r"(?:都|府|県)?(?:産|製|生まれ|育ち|直送|直輸入|発(?!送|売|行|表|見)|の(?:職人|農園|農家|工房|工場|窯|蔵|牧場|茶園|畑|海|山|港|"
    r"老舗|名店|デザイナー|作家|素材|原料|伝統|契約|生産者|小さな|豆|茶葉|生地|革|木(?=で|を|の)|土(?=で|を)|塩|酒米|米(?=で|を|だけ)|小麦|果実|梅(?=を|で)|水(?=で|を使|仕込)|綿|羊|チーズ|ぶどう|カカオ))"
)


_WHY = "商品の記録にない産地・成分・製法・認証・機能などです。記録にある内容に直すか、外してください。"


@cache
def _known_places() -> re.Pattern[str]:
    """A place of lexicon/places.txt, told as where a thing comes from."""
    text = (files("evals.checks.lexicon") / "places.txt").read_text(encoding="utf-8")
    names = [name for line in text.splitlines() if not line.startswith("#") for name in line.split()]
    return re.compile(rf"(?P<place>{'|'.join(sorted(names, key=len, reverse=True))}){_FROM_AFTER}")


def find_famous_places(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """フランスの職人, 今治産, where the context never names that place."""
    for match in _known_places().finditer(text.said):
        if not is_named(match["place"], reading.known.everything + reading.context.shop.address):
            yield text.find(check, *match.span(), _WHY)
