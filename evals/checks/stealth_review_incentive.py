"""Find requests for reviews that pay only for praise, hide the reward, supply the wording or hold back criticism."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks.ng_lexicon import find_rows
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "stealth_review_incentive"

_SUPPLIED = "口コミの文章を指定する依頼はできません。内容は問わずにお願いしてください。"
_REVIEW = re.compile(r"レビュー|口コミ|クチコミ|評価|感想|投稿|お声|星|★|☆|コメント|ご意見|ふりを|なりすま")
_POSTING = re.compile(r"レビュー|口コミ|クチコミ|投稿|感想|コメント")
_ANY_RATING = re.compile(
    r"(?:評価|内容|星|点数?|高い低い|高低|良し悪し|よしあし|良い悪い|数)[^。、!?\n]{0,8}(?:かかわら|関わら|関係なく|関係(?:は)?(?:あり|ござい)|よら|問わ|問いま|左右され)"
    r"|(?:点|評価|声|星|もの|意見)でも、?[^。、\n]{1,10}でも|どのような(?:評価|内容|ご?感想|お声)でも|どんな(?:評価|内容|ご?感想|お声)でも|どの(?:評価|星|点)|(?:星|点)[^。\n]{0,4}(?:いくつ|何個|何点)"
    r"|良い(?:点|ところ|こと)も(?:悪い|気になる|困った|残念)|よかった点も|悪い点も|良し悪し|(?:高く|良く|よく)ても(?:低く|悪く)ても|低(?:い評価|評価|くて)[^。\n]{0,4}も"
)
"""The thanks is said to be the same whatever is written."""
_LOW_STAR = re.compile(
    r"(?:星|★|☆)[^。、\n]{0,3}(?:[12一二]|ひとつ|ふたつ)(?:つ)?(?:でも|から|だけでも|も|や|と)"
)
_SAME = re.compile(r"同じ|一律|変わ(?:り|ら)|等しく|みなさま|皆さま|皆様|全員")
_ONLY = re.compile(r"以上|より上|(?<!同じ)だけ|のみ|限[りっる]|上の")
_QUOTED = re.compile(r"「[^」\n]{9,90}」")
_POST_IT = re.compile(
    r"(?:そのまま|このまま|丸ごと|まるごと|下記を|以下を|次の(?:一文|文章|文)を?|コピー)(?!の)[^。!?\n]{0,14}(?:貼|はりつけ|ペースト|お?書き|書いて|ご?投稿|お使い|使って|送信|載せ|ご利用|ご記入)"
    r"|(?:貼り?付け|はりつけ|ペーストし|コピーし)(?:て|る)"
)
"""Words that a text is to be taken over as it stands."""
_PREPARED = re.compile(
    r"(?:文面|文章|一文|例文|文例|ひな形|本文|コメント|言葉)(?:を|は|も|が)?[^。!?\n]{0,10}(?:ご?用意|作成|お?作り|つくり|添え|考えて|お送り)"
)
_SAMPLE = re.compile(r"例文|文例|サンプル文|ひな形|雛形|テンプレート|下書き|文面|原稿|見本")
_DENIED = re.compile(r"[^。、\n]{0,8}(?:ません(?!か)|ない|ありませ|ございませ|おりませ)")
"""The shop says that it supplies none."""
_REQUEST = re.compile(
    r"ください(?!ま(?:し|す))|下さい(?!ま(?:し|す))|お願い|結構|十分|だけで|だけます|いただけ(?:れば|ますと|ると|たら|ない|ません)|いただきた|かまいません|構いません|けっこう|大丈夫|助か|幸い|お使い|どうぞ"
)
"""Without it a quotation tells what the customer wrote before."""


def find(reading: Reading) -> Iterator[Finding]:
    """The lexicon's row, then wordings; a thanks that is the same for every rating is fine."""
    yield from find_rows(reading, CHECK)
    whole = reading.body.said
    if reading.occasion is not Occasion.REVIEW_REQUEST and not _REVIEW.search(whole):
        return

    def is_bent(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        sentence = text.sentence_at(match.start())
        if _SAMPLE.search(match.group()) and _DENIED.match(text.said[match.end() : match.end() + 20]):
            return False
        if phrase.tag == "supplied":
            if not _REQUEST.search(sentence[match.start() - text.sentence_span(match.start())[0] :]):
                return False
            return reading.occasion is Occasion.REVIEW_REQUEST or bool(_POSTING.search(sentence))
        return phrase.tag != "rated" or not _is_for_all(sentence)

    told: list[tuple[str, int, int]] = []
    for finding in find_phrases(CHECK, reading.fields, load_phrases(CHECK), accept=is_bent):
        told.append((finding.field, *finding.span))
        yield finding
    for text in reading.fields:
        for start, end in _supplied(text):
            first, last = text.plain.span(start, end)
            if not any(text.field == field and first < to and since < last for field, since, to in told):
                yield text.find(CHECK, start, end, _SUPPLIED)


def _is_for_all(sentence: str) -> bool:
    """True when a sentence says that any rating earns the same."""
    if _ANY_RATING.search(sentence) or _LOW_STAR.search(sentence):
        return True
    return bool(_SAME.search(sentence)) and not _ONLY.search(sentence) and "高評価" not in sentence


def _supplied(text: FieldText) -> Iterator[tuple[int, int]]:
    """Sentences, in `said`, that ask to post a text the shop wrote: the text stands in quotes in them or beside them."""
    spans = text.sentences
    for index, (start, end) in enumerate(spans):
        sentence = text.said[start:end]
        asked = _POST_IT.search(sentence)
        if asked is None or not _REQUEST.search(sentence, asked.start()):
            continue
        near = text.said[spans[max(0, index - 2)][0] : spans[min(len(spans) - 1, index + 2)][1]]
        if _QUOTED.search(near) or _PREPARED.search(near):
            yield start + asked.start(), start + asked.end()
