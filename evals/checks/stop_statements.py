"""Find what a letter says about leaving the mailing list that is not so: it is always possible, at once, free, and by one link.

Whoever advertises must let go whoever asks (特定電子メール法3条3項) and say how (4条; 特定商取引法12条の3), so a letter never
refuses, charges, delays, hides or punishes it, never takes silence for consent, and never enters anybody for other letters.
"""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding, Severity
from evals.checks.fold import fold_spelling
from evals.checks.reading import FieldText, Reading

_LETTERS = r"(?:配信|お?便り|めーる|めるまが|案内|お知らせ|購読|受信|通信|にゅーすれたー)"
_STOP = r"(?:停止|解除|解約|退会|中止|取り?やめ|お?やめ(?=[にはをのる方]|いただ)|お?止め|止める|とめる)"
_ABOUT_LETTERS = re.compile(_LETTERS)
_NEARBY = re.compile(rf"{_LETTERS}|お届け|お送り|受け取り")
_OF_GOODS = re.compile(
    r"定期|注文|予約|返品|購入|商品|使用|お使い|機能|操作|加熱|販売|発送|火を|生産|保証期間|会員証|休業|営業"
)
_RULES = tuple(
    re.compile(rule)
    for rule in (
        # refused, or said to be needless
        rf"{_STOP}[^。\n]{{0,14}}?(?:でき(?:ません|かね|ない)|不可|受け付け(?:て)?(?:おり)?ません|承(?:って(?:おり)?|れ|り(?:かね)?)ません|承りかね|"
        r"かないません|叶いません|いただけません|(?:に)?なれません|(?:お)?断り|ご遠慮|(?:必要は|方法は)(?:あり|ござい)ません|(?:手続き?は)?不要(?:です|と|に))",
        # by another way only, for money, later, or for some
        rf"{_STOP}[^。\n]{{0,20}}?(?:有料|手数料|費用|料金|違約金|[0-9〇一二三四五六七八九十百千]+円|に限|限り|のみ|しか|[年月間日]後(?:から|に)|ほか(?:に)?(?:の)?方法|ほか(?:に|は)?(?:あり|ござい)ません)",
        # its place in the letter is gone
        r"(?:停止|解除|退会|購読)(?:の)?(?:ご)?(?:欄|りんく|ぼたん|案内|url|表示|手続き?|方法|窓口)[^。\n]{0,8}?(?:消|省|(?:あり|ござい)ません|なくな|削|外[しさ]|廃止|不要|載せ|取り除)",
        # it has a penalty
        r"(?:停止|解除|中止|お?やめに|お?止めに)[^。\n]{0,8}?(?:と|ば|たら|場合(?:は|には)?)[^。\n]{0,24}?(?:無効|失効|失い|消え|なくな|お売り|売りでき|使えな|取り消|違約|請求|対象外|お受けでき)",
        r"(?:停止|解除|お?やめに|お?止めに)(?:し|なら|なさら)ないで",
        # asked for, and sent all the same
        r"(?:停止|解除|お?やめ|お?止め)[^。\n]{0,10}?(?:方|お客(?:さま|様)|ご希望)[^。\n]{0,4}?(?:にも|へも|でも)[^。\n]{0,16}?(?:届け|送り|続)",
        r"(?:停止|解除)[^。\n]{0,12}?(?:が|けれど|ものの)、?[^。\n]{0,6}?(?:今後も|引き続き|これからも)[^。\n]{0,12}?(?:続|届|送)",
        # silence taken for consent, or entered for letters nobody asked for
        r"(?:同意|承諾|了承)[^。\n]{0,12}?みな",
        rf"{_LETTERS}(?:の(?:配信|受け取り))?(?:に|へ)(?:も)?(?:ご)?(?:登録|加入)(?:され|いたし|し|させていただき)まし",
    )
)
_WHY = (
    "配信停止について、事実と異なる説明です。"
    "停止はいつでも無料で、末尾のリンクからお受けします。この文を外してください（特定電子メール法3条・4条）。"
)


def find_stop_statements(reading: Reading, check: str) -> Iterator[Finding]:
    """One finding a statement, wherever it stands: a sentence of refusal above the footer is no footer. LINE included."""
    for text in reading.fields:
        folded = fold_spelling(text.plain)
        taken = 0
        for start, end in sorted(found.span() for rule in _RULES for found in rule.finditer(folded.text)):
            if start < taken or not _is_about_letters(folded.text, start, end):
                continue
            taken = end
            first, last = folded.span(start, end)
            yield _told(text, check, first, last)


def _is_about_letters(text: str, start: int, end: int) -> bool:
    """Stopping letters, not an order or a machine: the sentence names them, or it and the one before speak of nothing else."""
    since = max(text.rfind("。", 0, start), text.rfind("\n", 0, start)) + 1
    to = min((at for at in (text.find("。", end), text.find("\n", end)) if at >= 0), default=len(text))
    sentence = text[since:to]
    if _OF_GOODS.search(sentence):
        return bool(re.search(rf"{_LETTERS}[^。\n]{{0,6}}$", text[since:start]))
    if _ABOUT_LETTERS.search(sentence):
        return True
    before = text[max(0, since - 40) : since]
    return bool(_NEARBY.search(sentence) or _NEARBY.search(before.strip("。\n").split("。")[-1]))


def _told(text: FieldText, check: str, first: int, last: int) -> Finding:
    return Finding(
        check,
        severity=Severity.BLOCK,
        field=text.field,
        span=(first, last),
        quote=text.raw[first:last],
        message=_WHY,
    )
