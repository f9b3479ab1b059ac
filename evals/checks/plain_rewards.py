"""Find rewards in everyday words (半値, ただ, 千円券, お代はいただきません, 合言葉) that neither offer nor policies grant."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks.reading import Reading

_AMOUNT = r"[0-9,〇一二三四五六七八九十百千万]+"


@dataclass(frozen=True, slots=True)
class _Reward:
    """said: how a letter promises it; granted: what offer, policies or records must name for it to be true.

    remedy: in an apology the same words speak of what is put right (お代はいただきません), not of a reward.
    """

    said: re.Pattern[str]
    granted: re.Pattern[str]
    remedy: bool = False


def _reward(said: str, granted: str, *, remedy: bool = False) -> _Reward:
    return _Reward(re.compile(said), re.compile(granted), remedy)


_REWARDS = (
    _reward(r"(?:半値|半額)(?:で|に|にて|と(?:なり|いた)|分)", r"半値|半額|50%|5割"),
    _reward(
        r"(?:全部|ぜんぶ|すべて|全て|お会計|ご?お代|次の?(?:品|分|回))[^。、\n]{0,8}?(?:ただ|タダ|無料|0円)(?:(?:に|と)(?:なり|いた|し|させ)|で(?:お|ご|差し))",
        r"無料|ただ|0円",
    ),
    _reward(
        r"(?:お代|お代金|代金|料金)(?:は|も|を)[^。、\n]{0,6}?(?:いただき|頂き|頂戴(?:いた)?し|ちょうだい(?:いた)?し)ません",
        r"無料|代金|お代|料金",
        remedy=True,
    ),
    _reward(rf"(?:全品|どれでも|すべて|店内)[^。、\n]{{0,6}}?¥?{_AMOUNT}円?均一", r"均一"),
    _reward(
        rf"(?:割引券|商品券|ギフト券|金券|優待券|買い?物券|無料券|{_AMOUNT}円(?:分の)?(?:割引)?券)[^。\n]{{0,16}}?(?:付け|贈り|差し上げ|進呈|送り|使い|プレゼント|同封|用意|渡し)",
        r"券|クーポン",
    ),
    _reward(
        rf"{_AMOUNT}円(?:分|ほど)?(?:を|も)?、?(?:お?引き(?:いた|し|に|させ)|割り?引き?(?:いた|し|に|させ)|おまけ|まけ)",
        r"引|クーポン|オフ|OFF|off",
    ),
    _reward(
        rf"(?:さらに|加えて|追加で|別途|もう)、?[^。、\n]{{0,8}}?{_AMOUNT}(?:ポイント|円)(?:分)?[^。\n]{{0,8}}?(?:上乗せ|プラス|追加|加算|お付け|進呈|差し上げ)",
        r"上乗せ|さらに|追加|加算|プラス|倍|加えて",
    ),
    _reward(
        r"合言葉[^。\n]{0,4}?[「『]?[A-Za-z0-9][A-Za-z0-9_-]{2,}|合い?言葉(?:は|を)[^。\n]{0,12}?(?:お伝え|お知らせ|公開)",
        r"合い?言葉",
    ),
)
_WHY = "特典や規約にない値引き・無料の約束です。外してください。"


def find_plain_rewards(reading: Reading, check: str) -> Iterator[Finding]:
    """One finding a kind of reward and sentence."""
    known = reading.known
    grants = "\n".join((known.offer, *known.policies, known.records))
    for text, at, sentence in reading.sentences():
        for reward in _REWARDS:
            if reward.remedy and reading.occasion is Occasion.SERVICE_RECOVERY:
                continue
            found = reward.said.search(sentence)
            if found is not None and not reward.granted.search(grants):
                yield text.find(check, at + found.start(), at + found.end(), _WHY)
