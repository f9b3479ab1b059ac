"""How may an apology name what went wrong: the customer's own words, the day, by how much, and whose doing it was?"""

import re

from agent.chains.material import Material, Remedy, Trouble
from agent.chains.purchase_words import day_words
from agent.chains.tips import sentences

_QUOTABLE = re.compile(r"[ぁ-んァ-ヴー一-鿿々、]{6,32}(?:でした|です|ました|ます|た|ない|かった)")
"""One plain sentence; what has digits, names in letters or signs is left to a person."""
_OF_THE_BODY = re.compile(r"肌|顔|髪|痛|かゆ|赤く|荒れ|腫|病|お?医者|薬")
"""What a body felt is for a person to answer."""
_LATE_BY = re.compile(r"(\d{1,2})日(?:も)?遅れ")
_OURS = re.compile(r"当店の(?:手配|手違い|落ち度|不備|責任|都合)")
_ONE_OF_IT = re.compile(r"1点に(?:不良|不具合|破損|傷み|傷)")
_FAULTY = re.compile(r"(不良|不具合|破損)(?:が|の)?あ")
_CONDITION = re.compile(r"(?:とき|場合|なら|たら)")
LATE_ANSWER_DAYS = 14
"""From so many days after a customer's word on, a letter apologises for the wait as well. Editorial choice."""
_OURS_ALONE = ("refund:", "delay:", "order_note:")
"""Facts of the shop's own records: no word of the customer that waited for an answer."""
_HEARD = {"answer": "アンケート", "rating": "レビュー"}


def trouble_words(material: Material, *, plain: bool) -> dict[str, object]:
    """quoted, heard, trouble_day, late_by, ours …: empty or false where the record does not say. plain: quote nothing.

    heard: where the customer told it (アンケート, レビュー).    trouble_day: of that, else of the order.
    late_by: 4日, as recorded.    ours: the record says it was the shop's doing.    late_answer: answer or word, what of
    ours comes weeks late.    one_faulty: of several things one was.
    refunded_for: 不良, 不具合 or 破損 when the record of the refund names it.
    exchange: what policy allows begins with an exchange and has no condition of its own.
    """
    trouble = material.trouble
    if trouble is None:
        return {"quoted": "", "heard": "", "trouble_day": "", "late_by": "", "ours": False} | {
            "late_answer": "",
            "one_faulty": False,
            "refunded_for": "",
            "exchange": False,
        }
    late = _LATE_BY.search(trouble.text)
    faulty = _FAULTY.search(trouble.text) if trouble.refunded_yen else None
    waited = (material.today - trouble.on).days if trouble.on else 0
    first = (remedies_left(material).split("。") or [""])[0]
    return {
        "quoted": "" if plain else _quoted(trouble),
        "heard": _HEARD.get(trouble.fact_id.partition(":")[0], ""),
        "trouble_day": _day(material, trouble),
        "late_by": f"{late[1]}日" if late and trouble.kind == "late" else "",
        "ours": bool(_OURS.search(trouble.text)),
        "late_answer": _waited_for(trouble) if waited >= LATE_ANSWER_DAYS else "",
        "one_faulty": bool(_ONE_OF_IT.search(trouble.text)),
        "refunded_for": faulty[1] if faulty and not shipping_refunded(material) else "",
        "exchange": "交換" in first and not _CONDITION.search(first),
    }


def _waited_for(trouble: Trouble) -> str:
    return "word" if trouble.fact_id.startswith(_OURS_ALONE) else "answer"


def _quoted(trouble: Trouble) -> str:
    words = trouble.words.strip().rstrip("。")
    return words if _QUOTABLE.fullmatch(words) and not _OF_THE_BODY.search(words) else ""


def _day(material: Material, trouble: Trouble) -> str:
    """The day the customer told it, or ordered; only one that the record itself states."""
    told = trouble.fact_id.partition(":")[0] in _HEARD
    on = trouble.on if told else material.bought[0].on if material.bought else None
    if on is None or f"{on.year}年{on.month}月{on.day}日" not in trouble.text:
        return ""
    return day_words(on, today=material.today)


def remedies_left(material: Material) -> str:
    """What policy still allows, each sentence once; not the shipping fee that was given back already."""
    left = (one for one in material.remedies if not _done(one, material))
    return "".join(dict.fromkeys(said for one in left for said in sentences(" ".join(one.text.split()))))


def shipping_refunded(material: Material) -> bool:
    """Whether the record says that what was given back is the shipping fee."""
    trouble = material.trouble
    if trouble is None or not trouble.refunded_yen:
        return False
    told = "".join((trouble.text, *(material.facts.get(one, "") for one in trouble.fact_ids)))
    return bool(re.search(rf"送料(?:{trouble.refunded_yen:,}|{trouble.refunded_yen})円", told))


def _done(remedy: Remedy, material: Material) -> bool:
    return shipping_refunded(material) and bool(re.search(r"送料[^。]*返金", remedy.text))
