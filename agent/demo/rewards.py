"""The demo shop's reward policy, as its owner would write it, and codes as its shop system would hand them out."""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

from agent.domain.reward_policy import FreeCode

COUPON_CAMPAIGN: Final = "おかえりクーポン"
CODES: Final = 40
_SIGNS: Final = "ABCDEFGHJKLMNPQRTUVWXY346789"
"""Without signs that are read as another: 0 and O, 1 and I, 2 and Z, 5 and S."""

_POLICY: Final = """\
# 特典のきまり（ゆうなぎ商店）
# 値引きは最後の手段です。書いていない特典は、だれにもお約束しません。
monthly_budget_yen: 15000      # 1か月にお約束してよい金額（クーポンとポイント）
money_every_days: 90           # 同じお客さまへの金額の特典は、この日数に1回まで
margin_percent: 40             # 粗利率
margin_share_percent: 50       # 粗利のうち、割引に使ってよい割合

campaigns:
  - name: 新着の先行案内
    kind: early_access         # 先行案内
    occasions: [vip]
    ranks: [vip]
    ends: {ends}
    tells: |
      新しく入る品を、{said}まで、一般のご案内より先にお選びいただけます。

  - name: お店の便り
    kind: story                # お店の話
    occasions: [thank_you, vip, win_back]
    tells: |
      当店では、お取り扱いの品を、スタッフが実際に使ってから選んでいます。

  - name: おかえりクーポン
    kind: coupon               # 割引のときによく買われる方だけに付きます
    occasions: [win_back]
    yen_off: 500
    minimum_yen: 4000
    valid_days: 60

  - name: お誕生日ポイント
    kind: points
    occasions: [birthday]
    points: 300
    valid_days: 365            # ポイントの決まり（05-point）の1年間に合わせます
"""


def write_policy(home: Path, *, today: date) -> Path:
    """Put `rewards.yaml` into the demo's home; days are counted from today."""
    ends = today + timedelta(days=30)
    path = home / "rewards.yaml"
    said = f"{ends.year}年{ends.month}月{ends.day}日"
    path.write_text(_POLICY.format(ends=ends.isoformat(), said=said), encoding="utf-8")
    return path


def demo_codes() -> list[FreeCode]:
    """The same codes in every demo."""
    draw = Random(20261121)
    found: dict[str, FreeCode] = {}
    while len(found) < CODES:
        code = "OKAERI-" + "".join(draw.choice(_SIGNS) for _ in range(5))
        found.setdefault(code, FreeCode(code, None))
    return list(found.values())
