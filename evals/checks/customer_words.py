"""Compare what a draft says a customer told, asked, likes or bought with the facts, by their content words."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding, Severity
from agent.domain.message import MessageContext
from agent.domain.occasion import Occasion
from evals.checks.content_words import Vocabulary, Word, content_words, vocabulary_of
from evals.checks.customer_statements import sibling_groups
from evals.checks.fold import spelled
from evals.checks.knowledge import knowledge_of
from evals.checks.reading import Reading

_TELLING = (
    r"(?:の|(?<=という))(?:こと(?!も)|お話|お声(?!を(?:いただいて|多)|が|も)|ご?相談|ご?感想|ご?連絡|ご?質問|お?問い?合わ?せ"
    r"|ご?要望|ご?希望|お悩み|ご?報告|お知らせ|ご?指摘|ご?回答|ご?記入|お?言葉"
    r"|コメント|お便り|お申し越し|書き込み)|うかが(?:い|っ)|伺(?:い|っ)|承り|お聞き(?:し|いた)"
    r"|お?聞かせ(?:いただ[いき]|くださ[いっ]?[まっ])|おっしゃ|仰|教え(?:て)?(?:いただ[いき]|くださ(?:っ|いま)"
    r"|下さ(?:っ|いま))"
    r"|お?書き(?:添え)?(?:くださ(?:っ|いま|り)|いただ(?:い|き)|に?な)|書いて(?:いただ[いき]|くださ(?:っ|いま"
    r"|り)|いらっ|あり)|お?話し(?:くださ(?:っ|いま)|いただ[いき]|に?な)|ご(?:連絡|相談|回答|記入|報告|指摘"
    r"|質問)(?:を)?(?:いただ[いき]|くださ(?:っ|いま)|があ|でし)|お答え(?:くださ(?:っ|いま)|いただ)"
    r"|お(?:知らせ|寄せ)(?:くださ(?:っ|いま)|いただ[いき])"
)
_GOT = (
    r"(?:いただ(?:いた|いて|き(?!た|やす|ます?と))|頂[いき]|くださ(?:っ|いま|り)|下さ(?:っ|いま|り)"
    r"|になっ|なさっ|され(?:た|て|まし)|た(?:とのこと|際|と))"
)
_CLAIMS: tuple[re.Pattern[str], ...] = (
    re.compile(
        rf"(?P<claim>[^。!?\n]+?)(?<![こっ])と(?:いう(?:よう?な)?|、)?(?:[^。、\nもを]{{0,8}}(?:で|に|から))?(?:{_TELLING})"
    ),
    re.compile(
        r"(?P<claim>[^。、!?\n]{2,40}?)(?:(?:について|に関して|に関する|のこと)(?:の|で|を|は)?、?[^。、\n]{0,4}|の|を)"
        r"(?:お尋ね|ご質問|ご相談|お?問い?合わ?せ|お悩み|ご要望|ご指摘)(?:を|に"
        r"|も)?[^。、\n]{0,6}(?:いただ[いき]|くださ(?:っ|いま|り)|でした|ありがと|の件)"
    ),
    re.compile(
        r"(?P<claim>[^。、!?\nはで]{1,30}?)(?:が|を|も)(?:一番|とても|大変|特に)?(?:お好き|お好み|ご愛用"
        r"|お気に入り|お気に召(?:し(?:た|て)|され)|ごひいき)"
        r"(?!な(?:ら|方|お客|人|場合|[一-鿿])|の(?:方|お客|濃さ|量|温度|かたさ|味|[一-鿿])|でしたら|なら"
        r"|に(?:合|応|よ)|が(?:あ|ござ)|であれば|かと|いただけ|かどう|かもし|でない|(?:でしょう)?か)"
    ),
    re.compile(
        r"(?:いつもの|ご愛用の|お気に入りの|お好きな(?!方|お客|人|もの|とき|時|ほう|よう)|前回の|先日の"
        r"|お求めの|お育ての)(?P<claim>[^。、!?\nをがはにでもとへか\d]{2,16})(?=[をがはにでもとへ、])"
    ),
    re.compile(
        rf"(?:^|[、はにでへと])(?P<claim>[^。、!?\nはにへ]{{2,24}}?)を(?:[^。、!?\n]{{0,10}}?)(?:ご購入|お求め"
        rf"|ご注文|お買い(?:上げ|求め)|お選び|お迎え|選んで|ご用命|お申し込み)(?:に)?{_GOT}"
    ),
    re.compile(
        r"(?P<claim>[^。、!?\n]{2,24}?)にと、?(?:お選び|お求め|ご購入|ご注文|お買い|うかが|伺|の(?:お話|こと))"
    ),
    re.compile(
        r"(?P<claim>[^。、!?\n]{2,30}?)(?:お(?:飲み|使い|育て|過ごし|暮らし|住まい|召し上がり|仕立て"
        r"|楽しみ)(?:に)?(?:なって(?:い|お)|になった|とうかが|と伺)|(?:飲んで|使って|育てて|暮らして|続けて"
        r"|食べて|着て|履いて)(?:いらっしゃる(?!方|お客|なら|場合|とき|間|か)|おられる(?!方|なら|場合)))"
    ),
)
"""Where a draft tells of the customer: what stands in `claim` must come from the facts."""
_ANCHORS = (
    re.compile(
        "とのこと|との[おご]|という|[^こっ]と(?:、|[おご]|うかが|伺|承|仰|教|書|[^。、\n]{1,8}(?:で|に|から))"
    ),
    re.compile("お尋ね|質問|相談|問い?合わ?せ|お悩み|要望|指摘"),
    re.compile("お好|愛用|お気に|ごひいき"),
    re.compile("いつもの|愛用の|お気に入りの|お好きな|前回の|先日の|お求めの|お育ての"),
    re.compile("購入|お求め|注文|お買い|お選び|お迎え|選んで|用命|申し込み"),
    re.compile("にと"),
    re.compile("いらっしゃる|おられる|にな|うかが|伺"),
    re.compile("詫び|わび|申し訳|恐|ご迷惑|ご不便"),
)
"""Words without which the claim of the same place in `_CLAIMS`, and then `_SORRY`, cannot match: they are looked for first."""
_TOLD, _LIKED, _OWN, _APOLOGY = "told", "liked", "own", "apology"
_KINDS = (_TOLD, _TOLD, _LIKED, _OWN, _OWN, _TOLD, _OWN, _APOLOGY)
"""What the claims of `_CLAIMS`, then of `_SORRY`, say of their words: told by the customer, liked or bought, or only theirs."""
_SORRY = re.compile(r"(?P<claim>[^。!?\n]{2,80}?)(?:お詫び|申し訳|おわび|恐れ入り|恐縮|ご迷惑|ご不便)")
_REPORT = re.compile(r"相談|連絡|指摘|お知らせ|ご?報告")
"""What is reported is a happening, so that another verb is another report."""
_HARMED = re.compile(
    r"(?:の|に|が)[^。、\n]{0,6}?(?:不具合|不良|傷|キズ|破れ|割れ|欠け|漏れ|故障|折れ|外れ|ゆが|混入|入って)"
)
"""After a thing nothing in the context knows: what went wrong with it."""
_OTHER_CLAUSE = re.compile(
    r".*(?:(?:が|ので|ため|から|けれど|けれども|ところ|ながら|つつ|折|際|たら|ば|し)、|(?:いただい?て?|いただき"
    r"|くださり|くださって|まして|ました|です|して|おり|て|たび(?:は)?|先日(?:は)?|前回(?:は)?)、|(?:様|さま|さん)、)"
)
_ONLY_IF = re.compile(
    r"でしたら|なら(?:ば)?(?:、|$)|場合|かもしれ|もし|方(?:は|に|も|から|が)|お客(?:さま|様)|皆(?:さま|様)"
    r"|ください(?:ませ)?$|ほかの|他の|別の|どなた"
)
_WHEN_IT_COMES = re.compile(
    r"[^。、]{0,10}(?:たら|れば|なら|ください(?!ま(?:し|す))|際は|ときは|時は|ことも?ござい"
    r"|(?:は|が|も)?(?:ありませんか|ありませんでしょうか|ございませんか|ございませんでしょうか|ないでしょうか))"
)
_WHY = (
    "お客さまの記録にない内容（{words}）です。うかがったことと違っていないか、記録を確かめて直してください。"
)
_PLAIN = re.compile(
    r"体|身体|からだ|手|手元|気持ち|気分|様子|毎日|日々|時間|具合|調子|加減|暮らし|生活|ひととき|時|折|頃|思い|言葉"
)
"""Words that say nothing certain of anybody: alone they are no other report."""
_NAME_TAIL = re.compile(r"^(?:ちゃん|くん|さん|さま|様|君)")


def find_words(reading: Reading, check: str) -> Iterator[Finding]:
    """A word told as the customer's own that neither the facts nor the bought products have.

    Blocks where the sentence says that the customer told, asked, likes or bought it; elsewhere only a word that differs in
    kind from what the facts have (`_differs`) blocks, and any other is for a person to look at.
    """
    if not reading.known.customer:
        return
    told, known = _told_words(reading.context), _known_words(reading.context)
    titles = vocabulary_of("\n".join(product.title for product in reading.known.products))
    for text, start, sentence in reading.sentences():
        taken: set[int] = set()
        for kind, pattern, anchor in zip(_KINDS, (*_CLAIMS, _SORRY), _ANCHORS, strict=True):
            if not anchor.search(sentence):
                continue
            for match in pattern.finditer(sentence):
                begin, end = match.span("claim")
                if cut := _OTHER_CLAUSE.match(match["claim"]):
                    begin += cut.end()
                if _ONLY_IF.search(sentence[begin:end]) or _WHEN_IT_COMES.match(sentence[match.end() :]):
                    continue
                words = [
                    word
                    for word in content_words(sentence)
                    if begin <= word.start and word.end <= end and not _NAME_TAIL.match(sentence[word.end :])
                ]
                strange = [word for word in words if not _is_known(word, known)]
                if kind == _TOLD and not strange and not any(told.has(word) for word in words):
                    strange = [word for word in words if not titles.has(word)]
                    strange = strange if len(strange) > 1 else []
                if not strange or strange[0].start in taken:
                    continue
                new_thing = not all(word.is_verb for word in strange) or not any(map(told.has, words))
                is_sure = (
                    kind == _LIKED
                    or (
                        kind == _TOLD
                        and (new_thing or _REPORT.search(match.group()[match.end("claim") - match.start() :]))
                    )
                    or (kind == _APOLOGY and any(_HARMED.match(sentence, word.end) for word in strange))
                    or any(_differs(word, known) for word in strange)
                )
                is_sure = is_sure and not all(_PLAIN.fullmatch(word.surface) for word in strange)
                if kind == _APOLOGY and not is_sure and reading.occasion is not Occasion.SERVICE_RECOVERY:
                    continue
                why = _WHY.format(words="・".join(word.surface for word in strange[:3]))
                taken.update(word.start for word in strange)
                severity = Severity.BLOCK if is_sure else Severity.REVIEW
                yield text.find(check, start + strange[0].start, start + strange[-1].end, why, severity)


def _differs(word: Word, known: Vocabulary) -> bool:
    """True when the word excludes another one that is known: 粗挽き where the facts have 中細挽き."""
    return any(
        any(own in word.surface for member in members for own in member)
        and any(own in known.text for member in members for own in member)
        for _, members in sibling_groups()
    )


_DEGREES = (
    re.compile(r"少な|控えめ|ひかえめ|弱|抑え|薄|軽|あっさり|穏やか|おだやか|ほのか|小さ|淡"),
    re.compile(r"強|多|濃|しっかり|たっぷり|重|豊か|大き|際立"),
)
"""Words for little and for much of something: those of one side say the same of it."""


def _is_known(word: Word, known: Vocabulary) -> bool:
    if known.has(word):
        return True
    if any(side.search(word.surface) and side.search(known.text) for side in _DEGREES):
        return True
    return any(
        any(own in word.surface or word.surface in own for own in member if len(own) > 1)
        and any(own in known.text for own in member)
        for _, members in sibling_groups()
        for member in members
    )


def _told_words(context: MessageContext) -> Vocabulary:
    """Words of the facts that are no title: what the customer said or did, beside which goods it concerned."""
    known = knowledge_of(context)
    text = known.customer
    for product in known.products:
        for name in sorted({product.title, *product.title.split()}, key=len, reverse=True):
            text = text.replace(name, " ") if len(name) > 1 else text
    return vocabulary_of(text)


def _known_words(context: MessageContext) -> Vocabulary:
    """Words of the facts, of the products they name, of the shop and of the addressee."""
    known = knowledge_of(context)
    told = spelled(known.customer)
    texts = [known.customer, *known.policies, context.shop.name, context.shop.sender_name]
    texts += [context.customer.family_name, context.customer.given_name]
    for product in known.products:
        if any(name in told for name in (spelled(product.title), *product.cores, *product.nicknames)):
            texts += product.texts
    return vocabulary_of("\n".join(texts))
