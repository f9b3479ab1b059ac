"""Compare the relatives and the household a draft speaks of with those that the facts tell of."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding, Severity
from evals.checks.reading import Reading

_SIR = r"(?:さま|様|さん|ちゃん|上)"
_KIN: dict[str, tuple[str, str]] = {
    "母": (rf"(?<![祖叔伯])お?母{_SIR}|お母", r"(?<![祖叔伯])母(?!の日)|ママ|両親|実家"),
    "父": (rf"(?<![祖叔伯])お?父{_SIR}|お父", r"(?<![祖叔伯])父(?!の日)|パパ|両親|実家"),
    "奥さま": (rf"奥{_SIR}", r"妻|奥[さ様]|家内|嫁|夫婦|夫妻"),
    "ご主人": (r"ご主人|旦那(?:さま|様|さん)", r"(?<![大工丈])夫(?!婦|妻)|主人(?!公)|旦那|夫婦|夫妻"),
    "祖母": (r"おばあ(?:さま|様|さん|ちゃん)|お祖母", r"祖母|おばあ|祖父母"),
    "祖父": (r"おじい(?:さま|様|さん|ちゃん)|お祖父", r"祖父|おじい"),
    "孫": (r"お孫", r"孫"),
    "息子": (rf"ご子息|息子{_SIR}|坊ちゃん", r"息子|[長次三]男|子ども|子供|お子"),
    "娘": (rf"お嬢|娘{_SIR}", r"娘|[長次三]女|子ども|子供|お子|嬢"),
    "お子さま": (
        r"お子(?:さま|様|さん)",
        r"子ども|子供|お子|息子|娘|[長次三]男|[長次三]女|赤ちゃん|育児|園|小学|中学|高校",
    ),
    "姉妹": (rf"お姉{_SIR}|妹{_SIR}", r"姉|妹|きょうだい"),
    "兄弟": (rf"お兄{_SIR}|弟{_SIR}", r"兄|弟|きょうだい"),
}
"""A relative by the words of a draft, and the words of facts that tell of that relative or leave it open."""
_KIN_WORDS = tuple((name, re.compile(said), re.compile(told)) for name, (said, told) in _KIN.items())
_SUPPOSED = re.compile(
    r"なら|でしたら|など|や(?:、|お|ご)|いかが|おすすめ|どうぞ|ぜひ|方(?:に|へ|が|も|は)|もし|よろしければ|(?:母|父)の日|敬老|へも|にも"
    r"|かもしれ|ときに|際に|贈りものに$|ください(?:ね|。|$)"
)
"""A sentence with one of these supposes or suggests; it tells nothing of this customer."""
_TOLD = re.compile(
    r"まし(?:た|て)|いただ[いき]|くださ(?:っ|いま)|に?なった|なさった|とのこと|うかが|伺|いただけた|でした|お使い"
)
_ALONE = re.compile(r"(?:一人|ひとり|独り)暮らし|単身|一人住まい|独居")
_TOGETHER = re.compile(
    r"夫婦|家族|[2-9二三四五六]人(?:暮らし|家族)|同居|(?:ふたり|二人)暮らし|息子|娘|夫と|妻と"
)
_SAYS_ALONE = re.compile(r"お?(?:一人|ひとり|独り)(?:暮らし|住まい)")
_SAYS_TOGETHER = re.compile(
    r"ご家族(?:の)?(?:皆|みな|全員|そろって)?(?:さま|様|さん)?(?:で|と)(?:ご一緒に)?(?:お使い|お過ごし|お暮らし|召し上が|お召し|囲)"
    r"|ご夫婦(?:で|お二人|おふたり)|(?:お二人|おふたり)暮らし|[2-9二三四五六]人暮らし"
)


def find_households(reading: Reading, check: str) -> Iterator[Finding]:
    """おじいさまに渡した, where the facts tell of a father only; ご家族で, where the customer lives alone.

    Blocks where the sentence tells it as done or said, otherwise a person looks. Facts without any relative say nothing.
    """
    facts = reading.known.customer
    known = {name for name, _, told in _KIN_WORDS if told.search(facts)}
    for text, start, sentence in reading.sentences():
        severity = Severity.BLOCK if _TOLD.search(sentence) else Severity.REVIEW
        if _SUPPOSED.search(sentence):
            continue
        for _, said, told in _KIN_WORDS if known else ():
            match = said.search(sentence)
            if match and not told.search(facts) and match.group() not in reading.known.everything:
                why = f"お客さまの記録にある方は「{'・'.join(sorted(known))}」です。どなたのことか確かめて直してください。"
                yield text.find(check, start + match.start(), start + match.end(), why, severity)
        for says, is_so, is_not in (
            (_SAYS_TOGETHER, _TOGETHER, _ALONE),
            (_SAYS_ALONE, _ALONE, _TOGETHER),
        ):
            match = says.search(sentence)
            if match and is_not.search(facts) and not is_so.search(facts):
                why = "お客さまの記録にあるお暮らしと合いません。記録を確かめて直してください。"
                yield text.find(check, start + match.start(), start + match.end(), why, severity)
