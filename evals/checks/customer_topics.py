"""Compare what a draft says the customer asked about, or complained of, with what the facts say of it."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding, Severity
from evals.checks.content_words import content_words, vocabulary_of
from evals.checks.reading import Reading

_ASKED = re.compile(
    r"(?P<topic>[一-鿿々ァ-ヴーA-Za-z0-9ぁ-ん]{2,16}?)(?:について|に関して|に関する|のこと(?:で|を)|を)(?:の)?(?:、)?(?:お尋ね|お問い?合わ?せ|ご質問|ご相談|お聞き)(?:を)?(?:に)?(?:いただ|くださ|なさ|下さ|頂|のとおり|の件|でした|、)"
)
_TOPICS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(said), re.compile(told))
    for said, told in (
        (r"期限|日持ち", r"期限|日持ち|いつまで|もち|持ち|保存|古"),
        (r"順番|順序", r"順番|順序|先|前|後|あと|どちら"),
        (r"サイズ|寸法|丈", r"サイズ|寸法|丈|大き|小さ|cm|インチ|号|きつ|ゆる|どちら|身長|幅|合う"),
        (r"色|カラー", r"色|カラー|赤|青|白|黒|藍|緑|紺|茶|グレー|ピンク"),
        (r"香り|におい|匂い", r"香|におい|匂|臭"),
        (
            r"使い方|やり方|いれ方|淹れ方|飲み方|食べ方|入れ方|使用方法|作り方|洗い方",
            r"方|やり|どう|使|淹|いれ|飲|溶|コツ|手順|作|洗|量|分|前|後",
        ),
        (r"保存|保管", r"保存|保管|冷蔵|冷凍|常温|期限|日持ち|しま|置"),
        (r"手入れ|洗濯", r"手入れ|洗|乾|アイロン|クリーニング|しわ|シワ|拭"),
        (r"送料", r"送料|配送料|無料"),
        (r"配送|発送|納期|お届け日|到着", r"配送|発送|届|いつ|納期|着|間に合|日時|遅"),
        (r"返品|交換|返金", r"返|交換|取り替え|サイズ|不良|違"),
        (r"包装|ラッピング|のし", r"包|ラッピング|のし|熨斗|ギフト|贈|リボン|箱"),
        (r"原材料|アレルギー|成分", r"原材料|アレル|成分|入って|含|使って|小麦|卵|乳|肌|添加"),
        (r"産地", r"産|どこ|国"),
        (r"値段|価格|料金", r"値段|価格|いくら|料金|円|高|安"),
        (r"在庫|入荷", r"在庫|入荷|品切|売り切|ある"),
        (r"支払|領収", r"支払|払|領収|請求|カード|振込"),
        (r"容量|分量|重さ", r"容量|量|重|何g|何人|g"),
        (r"替え芯|部品|修理|調整", r"替え|部品|修理|調整|直|不具合|壊|かすれ"),
        (r"解約|退会", r"解約|退会|やめ|停止"),
        (r"切り替え", r"切り替|替え|はじめて|混ぜ"),
    )
)
"""A topic as a draft names it, and the words of a fact that may be about it."""
_WHY = "お客さまがお尋ねになった内容の記録と合いません。記録を確かめて直してください。"
_TOLD = re.compile(
    r"(?:お知らせ|ご?相談|ご?質問|お問い?合わ?せ|ご?連絡|お書き(?:添え)?|ご?指摘|お寄せ)(?:に)?(?:ください|くださっ|いただい|いただき)(?:まし)?た?(?:、|の)?"
    r"(?P<first>[^。、\n「」]{5,24}?)(?:という|との)(?:件|こと|お話|点|お声|ご?相談|ご?質問|ご?指摘)"
    r"|(?:^|(?<=[。、\n]))(?P<last>[^。、\n「」]{5,24}?)(?:と|との|という)(?:ご相談|ご?連絡|ご?指摘|お問い?合わせ|ご質問)(?:を|の件|に|、|いただ|くださ)"
)
"""Where a draft takes up what the customer told: お知らせくださった、下を向くと滑るという件."""
_SMALL_TALK = frozenset(
    [
        "少し",
        "ちょっと",
        "とても",
        "お品",
        "商品",
        "こと",
        "感じ",
        "件",
        "点",
        "使う",
        "使い",
        "届く",
        "お手元",
    ]
)
_ASKING_FACT = re.compile(
    r"尋ね|問い?合わ?せ|質問|相談|チャット|メール|電話|聞|備考|アンケート|どちら|ですか"
)


def find_topics(reading: Reading, check: str) -> Iterator[Finding]:
    """〜についてお尋ね of a topic that no fact touches, where facts tell what was asked."""
    lines = [line for line in reading.known.customer.split("\n") if _ASKING_FACT.search(line)]
    if not lines:
        return
    facts = "\n".join(lines)
    for text in reading.fields:
        for match in _ASKED.finditer(text.said):
            topic = match["topic"].rsplit("の", 1)[-1]
            rules = [told for said, told in _TOPICS if said.search(topic)]
            is_strange = bool(rules) and not any(told.search(facts) for told in rules)
            names = re.findall(r"[ァ-ヴー]{3,}", match["topic"])
            if not rules and names:
                known = reading.known.customer + "\n".join(p.title for p in reading.known.products)
                is_strange = not any(name in known for name in names)
            if is_strange and topic not in reading.known.customer:
                yield text.find(check, *match.span("topic"), _WHY)
        for match in _TOLD.finditer(text.said):
            what = match["first"] or match["last"]
            words = [word for word in content_words(what) if word.surface not in _SMALL_TALK]
            are_told = [vocabulary_of(reading.known.customer).has(word) for word in words]
            if len(words) < 2 or are_told[-1]:
                continue
            severity = Severity.REVIEW if any(are_told) else Severity.BLOCK
            yield text.find(check, *match.span("first" if match["first"] else "last"), _WHY, severity)
