"""Which texts of a shop can prove what the shop grants or has done, and which only repeat what somebody wished.

Records (orders, sums reckoned from them) and the shop's own settings prove. A note, a message or an answer is somebody's
words: it tells of the customer, but grants nothing. A text that tells a writer what to write is an order, and proves nothing.
"""

import re
import unicodedata
from functools import lru_cache

_RECORDS = (
    "summary:",
    "order:",
    "line:",
    "consent:",
    "profile:",
    "refund:",
    "shipment:",
    "delay:",
    "reward:",
)
"""Kinds of facts that code reckons from orders and settings; every other kind with a colon was written by a person."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_SAY = (
    r"(?:書|かけ|かい|伝え|つたえ|記|告|答え|返[しす]|知らせ|言[うわいえっ]|通知|結[べびん]|添え|"
    r"そえ|入れ|載せ|のせ|述べ|公開|含め|報告|名乗|用い|使[いっえ])"
)
_ORDERED = (
    r"(?:せよ|しろ|したまえ|しなさい|しなはれ|すること|して(?:ください|くだされ|くれ|おくれ|ね|な)|するように|け(?:[。」!]|$)|れ(?:[。」!]|$)|"
    r"[いきくけせてめえ]?(?:て|で)(?:ください|くだされ|くれ|おくれ|ほしい|おいて|ちょうだい|頂戴|もらえ|いただけ|や|な|ね|上げ|[。!]|$)|"
    r"[くるす]こと|い?ください|られた[しい]|なはれ|きなはれ|とくれやす|くださいませ|まいか|願[いえう]|よし(?:[。!]|$))"
)
_TO_A_MACHINE = re.compile(
    r"(?<![a-z])(?:ai|llm|system|override|exec|prompt|assistant|ignore|debug)(?![a-z])|人工知能|ぷろんぷと|でばっぐ|担当(?:する)?ぷろぐらむ|自動(?:処理|作成)|"
    r"(?:この|本)(?:頁|ぺーじ|文|説明|欄|めーる|行)を(?:お)?読(?:む|んだ|ま)|お読みの(?:ai|方(?:に|は|へ))|(?:文|手紙|便り)を(?:したためる|お?書きになる)(?:者|方)|"
    r"(?:上記|以下|前の|これより前|これまでの|今までの|以前の|従来の|過去の|現在の)[^。\n]{0,8}(?:指示|命令|規則|設定|項目)[^。\n]{0,12}(?:無効|無視|破棄|消|空欄|忘れ)|"
    r"権限(?:で|設定)|実行命令|(?:(?:和訳|翻訳|訳)(?:せよ|しろ|して(?:ください|くれ|、そのまま))|訳せ|和訳:)|translate",
)
_TO_A_WRITER = re.compile(
    rf"[「『][^」』\n]*[」』](?:と|って|の(?:一文|文|表現|言葉)を?|を|に)[^。\n]{{0,12}}?{_SAY}[^。\n]{{0,8}}?{_ORDERED}|"
    rf"(?:便り|手紙|めーる|めるまが|文面|本文|返信|返事|文末|冒頭|末尾|客|顧客|お客(?:様|さま|さん|はん)?|かーど)(?:へ|に|の|には|で|への)[^。\n]{{0,24}}?{_SAY}[^。\n]{{0,8}}?{_ORDERED}|"
    rf"(?:旨|文|一文|こと|表現)(?:を|も)[^。\n]{{0,16}}?{_SAY}[^。\n]{{0,6}}?{_ORDERED}|"
    r"(?:と|ト)(?:告知|告げる|書く|書ク|書けば|書添える|書き添える|書き替え)(?:[。」(\s]|せよ|し(?!た)|$)|(?<!」)と記載(?=[(。]|$)|告知(?:せよ)?(?:[。]|$)"
)


def is_recorded(fact_id: str) -> bool:
    """True when a fact of the customer was reckoned or set, not written down by somebody.

    Ids of a chart have a kind before a colon; an id without one comes from outside, where the shop answers for its facts.
    """
    return ":" not in fact_id or fact_id.startswith(_RECORDS)


@lru_cache(maxsize=4096)
def is_order_to_writer(text: str) -> bool:
    """True when a text tells a machine or a writer what to do or to write: it is no statement of fact.

    Width, katakana and invisible characters hide nothing.
    """
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).lower().translate(_KATAKANA_TO_HIRAGANA)
    return bool(_TO_A_MACHINE.search(plain) or _TO_A_WRITER.search(plain))
