"""Which names Japanese customers have: common family names by weight, given names by sex and generation."""

from dataclasses import dataclass
from random import Random
from typing import Final

_FAMILY: Final = """
佐藤 sato 15|鈴木 suzuki 14|高橋 takahashi 11|田中 tanaka 11|伊藤 ito 9|渡辺 watanabe 9|山本 yamamoto 9|中村 nakamura 9
小林 kobayashi 8|加藤 kato 8|吉田 yoshida 7|山田 yamada 7|佐々木 sasaki 6|山口 yamaguchi 6|松本 matsumoto 6|井上 inoue 5
木村 kimura 5|林 hayashi 5|斎藤 saito 4|清水 shimizu 5|山崎 yamazaki 4|阿部 abe 4|森 mori 4|池田 ikeda 4|橋本 hashimoto 4
石川 ishikawa 4|山下 yamashita 4|小川 ogawa 4|石井 ishii 4|長谷川 hasegawa 3|後藤 goto 3|岡田 okada 3|近藤 kondo 3
前田 maeda 3|藤田 fujita 3|遠藤 endo 3|青木 aoki 3|坂本 sakamoto 3|村上 murakami 3|太田 ota 3|金子 kaneko 3|藤井 fujii 3
福田 fukuda 3|西村 nishimura 3|三浦 miura 3|竹内 takeuchi 3|中川 nakagawa 2|岡本 okamoto 2|松田 matsuda 2|原田 harada 2
中野 nakano 2|小野 ono 2|田村 tamura 2|藤原 fujiwara 2|中山 nakayama 2|石田 ishida 2|小島 kojima 2|和田 wada 2|森田 morita 2
内田 uchida 2|柴田 shibata 2|酒井 sakai 2|原 hara 2|高木 takagi 2|横山 yokoyama 2|安藤 ando 2|宮崎 miyazaki 2|上田 ueda 2
島田 shimada 2|工藤 kudo 2|大野 ono 2|宮本 miyamoto 2|杉山 sugiyama 2|今井 imai 2|丸山 maruyama 2|増田 masuda 2
高田 takada 2|村田 murata 2|平野 hirano 2|大塚 otsuka 2|菅原 sugawara 2|武田 takeda 2|新井 arai 2|小山 koyama 2
野口 noguchi 2|桜井 sakurai 2|千葉 chiba 2|岩崎 iwasaki 2|木下 kinoshita 2|松井 matsui 2|野村 nomura 2|菊地 kikuchi 2
佐野 sano 2|大西 onishi 2|杉本 sugimoto 1|新田 nitta 1|浜田 hamada 1|菅野 kanno 1|市川 ichikawa 1|水野 mizuno 1|小松 komatsu 1
島津 shimazu 1|北村 kitamura 1|古川 furukawa 1|五十嵐 igarashi 1|永井 nagai 1|西田 nishida 1|川口 kawaguchi 1|東 higashi 1
平田 hirata 1|中西 nakanishi 1|久保 kubo 1|辻 tsuji 1|服部 hattori 1|関 seki 1|岩田 iwata 1|土屋 tsuchiya 1|川崎 kawasaki 1
樋口 higuchi 1|福島 fukushima 1|秋山 akiyama 1|田口 taguchi 1|早川 hayakawa 1|堀 hori 1|大島 oshima 1|松尾 matsuo 1|望月 mochizuki 1
片山 katayama 1|須藤 sudo 1|荒木 araki 1|矢野 yano 1|大久保 okubo 1|星野 hoshino 1|黒田 kuroda 1|内藤 naito 1|飯田 iida 1
本田 honda 1|萩原 hagiwara 1|柳沢 yanagisawa 1|仲村 nakamura 1|比嘉 higa 1|金城 kinjo 1|榊原 sakakibara 1|八木 yagi 1
"""

_GIVEN: Final = {
    ("f", "older"): """
節子 setsuko|和子 kazuko|幸子 sachiko|洋子 yoko|恵子 keiko|久美子 kumiko|由美子 yumiko|京子 kyoko|悦子 etsuko|美智子 michiko
富士子 fujiko|ひろ子 hiroko|千代 chiyo|照子 teruko|良子 yoshiko|順子 junko|陽子 yoko|早苗 sanae|みつ子 mitsuko|裕子 yuko|典子 noriko
""",
    ("f", "middle"): """
真由美 mayumi|直美 naomi|智子 tomoko|香織 kaori|美穂 miho|麻衣子 maiko|優子 yuko|理恵 rie|さおり saori|あゆみ ayumi|千春 chiharu|聡美 satomi
ゆかり yukari|めぐみ megumi|明子 akiko|亜希子 akiko|由佳 yuka|奈緒 nao|恵美 emi|絵里 eri|のぞみ nozomi|みゆき miyuki|加奈子 kanako|綾 aya
祥子 shoko|友美 tomomi|愛 ai|マリ mari|裕美 hiromi|志保 shiho|佳代 kayo|朋子 tomoko|美紀 miki|文 fumi
""",
    ("f", "young"): """
美咲 misaki|葵 aoi|さくら sakura|七海 nanami|陽菜 hina|結衣 yui|彩花 ayaka|莉子 riko|萌 moe|優奈 yuna|茜 akane|ひかり hikari
真央 mao|桃子 momoko|遥 haruka|咲希 saki|楓 kaede|菜々子 nanako|千尋 chihiro|栞 shiori|琴音 kotone|凛 rin|里奈 rina|紗季 saki|すみれ sumire
""",
    ("m", "older"): """
正 tadashi|博 hiroshi|進 susumu|茂 shigeru|清 kiyoshi|勝 masaru|隆 takashi|昭夫 akio|和夫 kazuo|義男 yoshio|修 osamu|豊 yutaka
""",
    ("m", "middle"): """
健一 kenichi|誠 makoto|浩二 koji|直樹 naoki|剛 tsuyoshi|大輔 daisuke|哲也 tetsuya|健太郎 kentaro|学 manabu|雅人 masato|康弘 yasuhiro|亮 ryo
達也 tatsuya|慎一 shinichi|洋平 yohei|智 satoshi|崇 takashi|信吾 shingo
""",
    ("m", "young"): """
翔太 shota|大樹 daiki|拓海 takumi|蓮 ren|悠斗 yuto|颯太 sota|涼 ryo|海斗 kaito|航 wataru|陸 riku|樹 itsuki|光 hikaru
""",
}

_SHARES: Final = {
    ("f", "older"): 0.15,
    ("f", "middle"): 0.34,
    ("f", "young"): 0.19,
    ("m", "older"): 0.07,
    ("m", "middle"): 0.16,
    ("m", "young"): 0.09,
}
"""A shop for daily life: two thirds women, most customers between 35 and 60."""


@dataclass(frozen=True, slots=True)
class Name:
    """A customer's name. romaji: (family, given) in ASCII, for an address; sex: f or m; generation: older, middle, young."""

    family: str
    given: str
    romaji: tuple[str, str]
    sex: str
    generation: str


def _pairs(text: str) -> list[list[str]]:
    return [entry.split() for line in text.split("\n") for entry in line.split("|") if entry.strip()]


RARE: Final = (
    Name("𠮷田", "佳代子", ("yoshida", "kayoko"), "f", "older"),
    Name("髙橋", "美和", ("takahashi", "miwa"), "f", "middle"),
    Name("髙橋", "一郎", ("takahashi", "ichiro"), "m", "older"),
    Name("山﨑", "真理", ("yamazaki", "mari"), "f", "middle"),
    Name("渡邉", "純", ("watanabe", "jun"), "m", "middle"),
    Name("O'Neil", "Siobhán", ("oneil", "siobhan"), "f", "middle"),
    Name("ウィルソン", "恵麻", ("wilson", "ema"), "f", "young"),
)
"""Names that software gets wrong: a character beyond the BMP, itaiji, an apostrophe, an accent, katakana."""

HOSTILE: Final = Name("<script>", "alert(1)", ("script", "alert"), "m", "young")
"""What somebody typed into the name field. It must be shown as text and never greeted."""


def draw_names(rng: Random, count: int) -> list[Name]:
    """That many different full names, common ones more often."""
    families = _pairs(_FAMILY)
    weights = [int(entry[2]) for entry in families]
    given = {key: _pairs(text) for key, text in _GIVEN.items()}
    names: list[Name] = []
    seen: set[tuple[str, str]] = set()
    while len(names) < count:
        family = rng.choices(families, weights)[0]
        sex, generation = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
        first = rng.choice(given[sex, generation])
        if (family[0], first[0]) not in seen:
            seen.add((family[0], first[0]))
            names.append(Name(family[0], first[0], (family[1], first[1]), sex, generation))
    return names
