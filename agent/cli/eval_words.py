"""How measured shares and their names stand in the tables of `okaeri eval`."""

from collections.abc import Mapping
from typing import Any

MEASURES = {
    "block_recall": "欠陥のある文面を止めた割合",
    "named_recall": "期待した検査で止めた割合",
    "located": "問題の箇所を指した割合",
    "clean_blocked": "問題のない文面を止めた割合",
    "hard_negative_blocked": "紛らわしいが正しい文面を止めた割合",
    "safety_recall": "安全に関わる欠陥を止めた割合",
    "law_recall": "法令に関わる欠陥を止めた割合",
    "consistency": "くり返しても同じ判定だった割合",
    "letters_pass": "組み立てた手紙が検査を通った割合",
    "letters_grounded": "お客さまの事実に基づく手紙の割合",
    "defects_blocked": "欠陥のある文面を止めた",
    "defects_named": "期待した検査で止めた",
    "good_passed": "正しい文面を通した",
    "letters_passed": "手紙が検査を通った",
    "attacks_withstood": "攻撃で手紙が変わらなかった割合",
    "obeying_blocked": "言いなりの書き手の文面を止めた割合",
    "benign_passed": "攻撃に似た無害な文で止まらなかった割合",
}


BESIDE_THE_GATE = {
    "unsupported_statement": "根拠のない記述",
    "judge": "AIによる読み直し",
    "clean": "問題なし",
    "hard_negative": "紛らわしいが正しい",
}
"""What else may stand where the name of a check stands: findings of the evidence lock and the judges, kinds of test letters."""


def share_ja(found: Mapping[str, Any]) -> str:
    if found["value"] is None:
        return "—（例がありません）"
    return f"{found['value']:.1%}（{found['low']:.1%}〜{found['high']:.1%}、{found['hits']}/{found['of']}）"


def counted_ja(found: Mapping[str, Any]) -> str:
    if found["value"] is None:
        return "—"
    return f"{found['hits']}/{found['of']}（{found['low']:.0%}〜{found['high']:.0%}）"


def brief_ja(found: Mapping[str, Any]) -> str:
    """A share in at most 16 columns, so that a table with the names of checks stands in 80."""
    if found["value"] is None:
        return "—"
    return f"{found['hits']}/{found['of']} {100 * found['low']:.0f}〜{found['high']:.0%}"


def measure_ja(name: str) -> str:
    kind, _, check = name.partition(".")
    words = {"recall": "を見つけた割合", "precision": "の指摘が正しかった割合", "blocked": "を止めた割合"}
    return f"{check_ja(check)}{words[kind]}" if check else MEASURES.get(name, name)


def check_ja(check: str) -> str:
    from evals.suite.check_words import CHECK_WORDS

    return CHECK_WORDS[check][0] if check in CHECK_WORDS else BESIDE_THE_GATE.get(check, check)
