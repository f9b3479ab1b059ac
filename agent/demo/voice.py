"""The demo shop's voice guide, as its owner would write it."""

from pathlib import Path
from typing import Final

GUIDE: Final = """\
---
店: ゆうなぎ商店
書いた人: 大野
---
# 便りの書き方

## 私たち
海の近くの小さな店です。使ってよかったものだけを扱っています。
お客さまのお顔を思い浮かべて、一通ずつ書きます。

## 口調
です・ますで、静かにあたたかく。大げさにほめません。
一文を短く。ひとつの便りに、用件はひとつ。
お返事やお買い物を急かしません。断りやすい書き方にします。

## 使う言葉
- お使いいただく
- よろしければ
- お気に召しましたら

## 避ける言葉
- ご愛顧 → いつものお買い物
- 今だけ
- お見逃しなく
- ご購入 → お求め
- ご使用 → お使い

## 呼び方
お客さまは名字に「さま」。自分たちは「当店」、ひとりのときは名前を名乗ります。

## 季節
3〜5月: 海風がやわらいだこと
6〜8月: 暑さへのいたわりをひとこと
9〜11月: 日の短さや、朝晩の涼しさ
12〜2月: 寒さへのいたわりをひとこと
"""


def write_guide(home: Path) -> Path:
    """Put `voice.md` into the demo's home."""
    path = home / "voice.md"
    path.write_text(GUIDE, encoding="utf-8")
    return path
