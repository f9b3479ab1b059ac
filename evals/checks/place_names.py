"""Do the sources name a place, be it by an old province's name or with 地元 before it?"""

import re

_NEAR = re.compile(r"^(?:地元|当地|同じ|ここ|わが|本場|国内|遠く|雪深い|海辺の)(?:、|の)?(?=.)")
_WHOLE = {
    "信州": "長野", "信濃": "長野", "讃岐": "香川", "土佐": "高知", "阿波": "徳島", "伊予": "愛媛", "甲州": "山梨",
    "甲斐": "山梨", "近江": "滋賀", "大和": "奈良", "上州": "群馬", "日向": "宮崎", "肥後": "熊本", "琉球": "沖縄",
    "道": "北海道",
}  # fmt: skip
"""Old names that mean a whole prefecture: one may stand for the other."""
_PART = {
    "播州": "兵庫", "播磨": "兵庫", "丹後": "京都", "加賀": "石川", "能登": "石川", "越前": "福井", "若狭": "福井",
    "越後": "新潟", "越中": "富山", "薩摩": "鹿児島", "遠州": "静岡", "駿河": "静岡", "三河": "愛知", "尾張": "愛知",
    "飛騨": "岐阜", "美濃": "岐阜", "紀州": "和歌山", "備前": "岡山", "備中": "岡山", "備後": "広島", "安芸": "広島",
    "筑後": "福岡", "筑前": "福岡", "豊後": "大分", "出雲": "島根", "石見": "島根", "因幡": "鳥取", "伯耆": "鳥取",
    "伊勢": "三重", "伊賀": "三重", "常陸": "茨城", "下野": "栃木", "房総": "千葉", "安房": "千葉", "相模": "神奈川",
}  # fmt: skip
"""Old names of a part of a prefecture: the prefecture follows from the part, not the part from the prefecture."""


def is_named(place: str, sources: str) -> bool:
    """True when the sources name this place or one from which it follows: 信州 from 長野県, 兵庫 from 播州織, 地元長野 from 長野."""
    bare = _NEAR.sub("", place)
    stem = re.sub(r"(?<=..)(?:都|府|県|州|地方|市|町|村|島|高原|山麓|平野)$", "", bare)
    if stem in sources:
        return True
    if _WHOLE.get(stem, MISSING) in sources:
        return True
    return any(
        of == stem and old in sources
        for names in (_WHOLE, _PART)
        for old, of in names.items()
        if len(old) > 1
    )


MISSING = "\x00"
"""Stands in no source."""
