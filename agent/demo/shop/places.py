"""Where customers live: real cities by weight, streets that do not exist, telephone numbers nobody can have."""

from dataclasses import dataclass
from random import Random
from typing import Final

_CITIES: Final = """
JP-01 北海道 札幌市中央区 060 6|JP-01 北海道 旭川市 070 2|JP-01 北海道 函館市 040 1|JP-02 青森県 青森市 030 1
JP-03 岩手県 盛岡市 020 1|JP-04 宮城県 仙台市青葉区 980 5|JP-05 秋田県 秋田市 010 1|JP-06 山形県 山形市 990 1
JP-07 福島県 郡山市 963 2|JP-08 茨城県 水戸市 310 2|JP-08 茨城県 つくば市 305 3|JP-09 栃木県 宇都宮市 320 3
JP-10 群馬県 高崎市 370 2|JP-11 埼玉県 川口市 332 5|JP-11 埼玉県 川越市 350 4|JP-11 埼玉県 所沢市 359 4
JP-12 千葉県 船橋市 273 5|JP-12 千葉県 柏市 277 4|JP-12 千葉県 松戸市 271 4|JP-13 東京都 世田谷区 154 12
JP-13 東京都 杉並区 166 9|JP-13 東京都 練馬区 176 8|JP-13 東京都 江東区 135 6|JP-13 東京都 文京区 112 5
JP-13 東京都 台東区 110 3|JP-13 東京都 板橋区 173 5|JP-13 東京都 町田市 194 4|JP-13 東京都 武蔵野市 180 4
JP-13 東京都 八王子市 192 4|JP-14 神奈川県 小田原市 250 9|JP-14 神奈川県 横浜市中区 231 6|JP-14 神奈川県 川崎市中原区 211 6
JP-14 神奈川県 鎌倉市 248 4|JP-14 神奈川県 平塚市 254 4|JP-15 新潟県 新潟市中央区 951 2|JP-16 富山県 富山市 930 1
JP-17 石川県 金沢市 920 2|JP-18 福井県 福井市 910 1|JP-19 山梨県 甲府市 400 1|JP-20 長野県 松本市 390 2
JP-21 岐阜県 岐阜市 500 2|JP-22 静岡県 静岡市葵区 420 4|JP-22 静岡県 熱海市 413 2|JP-23 愛知県 名古屋市千種区 464 5
JP-23 愛知県 豊橋市 440 2|JP-24 三重県 津市 514 1|JP-25 滋賀県 大津市 520 2|JP-26 京都府 京都市左京区 606 4
JP-27 大阪府 大阪市北区 530 4|JP-27 大阪府 豊中市 560 4|JP-27 大阪府 吹田市 564 3|JP-28 兵庫県 西宮市 662 4
JP-28 兵庫県 姫路市 670 2|JP-29 奈良県 奈良市 630 2|JP-30 和歌山県 和歌山市 640 1|JP-31 鳥取県 鳥取市 680 1
JP-32 島根県 松江市 690 1|JP-33 岡山県 倉敷市 710 2|JP-34 広島県 広島市中区 730 3|JP-35 山口県 山口市 753 1
JP-36 徳島県 徳島市 770 1|JP-37 香川県 高松市 760 1|JP-38 愛媛県 松山市 790 2|JP-39 高知県 高知市 780 1
JP-40 福岡県 福岡市中央区 810 5|JP-40 福岡県 久留米市 830 1|JP-41 佐賀県 佐賀市 840 1|JP-42 長崎県 長崎市 850 1
JP-43 熊本県 熊本市中央区 860 2|JP-44 大分県 大分市 870 1|JP-45 宮崎県 宮崎市 880 1|JP-46 鹿児島県 鹿児島市 890 1
JP-47 沖縄県 那覇市 900 2
"""
_TOWNS: Final = (
    "ひばり野",
    "風見台",
    "朝凪",
    "つむぎ台",
    "四つ葉",
    "ことり坂",
    "灯台下",
    "青嵐",
    "木漏れ日台",
    "汐入坂",
    "月見原",
    "すずかけ台南",
)
_HOUSES: Final = ("コーポつむぎ", "メゾン四つ葉", "ハイツ風見", "グランドール汐入", "こもれび荘")


@dataclass(frozen=True, slots=True)
class Address:
    """A Japanese address. code: ISO 3166-2 (JP-13). zip: the city's general code, NNN-0000, which names no street."""

    code: str
    prefecture: str
    city: str
    zip: str
    street: str
    room: str

    @property
    def remote(self) -> bool:
        """Hokkaido and Okinawa, where shipping costs more."""
        return self.code in {"JP-01", "JP-47"}


def draw_address(rng: Random) -> Address:
    """An address: the city is real, the street and the house are not."""
    cities = [entry.split() for line in _CITIES.split("\n") for entry in line.split("|") if entry.strip()]
    code, prefecture, city, zone, _ = rng.choices(cities, [int(entry[4]) for entry in cities])[0]
    street = f"{rng.choice(_TOWNS)}{rng.randint(1, 6)}-{rng.randint(1, 28)}-{rng.randint(1, 19)}"
    room = f"{rng.choice(_HOUSES)}{rng.randint(1, 8)}{rng.randint(1, 9):02d}" if rng.random() < 0.45 else ""
    return Address(code, prefecture, city, f"{zone}-0000", street, room)


def draw_phone(rng: Random) -> str:
    """A telephone number in a range that is never assigned (000)."""
    return f"000-{rng.randint(0, 9999):04d}-{rng.randint(0, 9999):04d}"
