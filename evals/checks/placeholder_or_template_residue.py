"""Find what is left of a template: variables, brackets to fill, 〇〇様, notes of a draft."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.reading import Reading

CHECK = "placeholder_or_template_residue"

_FILL = (
    r"(?:お客様の?|顧客の?|会員の?|宛名|相手の?)?(?:お名前|名前|氏名|姓|名|苗字|宛名|商品名?|商品[A-Z]|製品名?|店名|店舗名|ショップ名|会社名|担当者?名?|"
    r"日付|日時|期限|有効期限|年月日|金額|価格|値段|クーポン(?:コード|名)?|コード|割引率|URL|リンク|住所|電話番号|メールアドレス|"
    r"連絡先|署名|件名|本文|数字|数量|個数|回数|ここに.{0,20}|.{0,12}(?:を入力|を記入|を挿入|を記載|差し?込み|を追記|入力欄|が入る|が入ります)|要確認|未定|未入力|"
    r"name|customer|first.?name|last.?name|family.?name|your.{0,12}|product.{0,8}|shop.{0,8}|date|price|code|coupon.{0,6}|link|url|insert.{0,20}|placeholder|todo|tbd|xxx+)"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\{\{.{0,60}?\}\}|\{%.{0,60}?%\}|\{#.{0,60}?#\}|\$\{.{0,60}?\}|<%.{0,60}?%>|%%.{1,40}?%%|\{\{|\}\}|\{%|%\}",
        r"\{[^{}\n]{1,40}\}",
        r"(?<!\d)%[A-Za-z_]{3,30}%|%\([A-Za-z_]+\)s|%[sd](?![A-Za-z0-9])",
        r"__[A-Z_]{3,30}__|\$[A-Z_]{3,30}\b|\*\|[A-Z_]{2,30}\|\*",
        rf"[\[【<〈《『「(〔]\s*{_FILL}\s*[\]】>〉》』」)〕](?!\s*[をはがのでと、。])",
        rf"[\[【<〈《〔]\s*{_FILL}\s*[\]】>〉》〕]",
        r"[\[【<]\s*(?:[A-Z]+_[A-Z_]+|[a-z]+_[a-z_]+)\s*[\]】>]",
        r"[〇○◯●◎△□■▲xX×＊*_]{2,}\s*(?:様|さま|さん|殿|月|日|年|円|点|個|%|回|歳|店|商品|ショップ|株式会社|の商品|コード)",
        r"[〇○◯●△□■]{2,}",
        r"(?<![〇○◯●])[〇○◯●△]\s*(?:様|さま|月|日(?!常)|円|%|回目?|個|点|日間|か月|ヶ月|週間)",
        r"(?<![A-Za-z0-9])(?:X{2,}|x{3,})(?![A-Za-z0-9])|\?{3,}",
        r"(?<![A-Za-z])(?:None|null|undefined|NaN|nan|NULL|N/A)\s*(?:様|さま|さん|円|点|個|%|回|日|月)",
        r"(?<![A-Za-z])(?:undefined|NaN|\[object Object\]|lorem ipsum|TODO|FIXME|TBD|placeholder)(?![A-Za-z])",
        r"(?<![A-Za-z])(?:None|null)(?![A-Za-z])",
        r"ダミー(?:テキスト|文|データ)|サンプル(?:テキスト|文章)|テスト(?:配信|送信|メール)(?:です|$)|仮(?:テキスト|の文章|文言)|"
        r"[(（\[【※](?:下書き|草稿|仮|要確認|確認中|未確定|後で|あとで|要修正|要差替|差し替え|差替|内部用|社内用|社外秘|メモ|ToDo|編集者|担当者?(?:メモ|確認))"
        r"[^)）\]】\n]{0,40}[)）\]】]?",
        r"[※(\[【<]?\s*(?:ここに|ここへ|こちらに)[^。\n]{0,25}(?:を|が)(?:入れ|入力|記入|挿入|差し込|追記|書)(?:る|て|く|予定|み|いて|します|入る|入ります)?",
        r"(?:商品名|お客様名|顧客名|お名前|日付|金額|クーポンコード|割引率)(?:を|が)(?:入り?る?|入れ|挿入|差し込|記入|入力)",
        r"(?:^|\n)\s*(?:件名案|本文案|下書き|草案|ドラフト|draft|メモ|注|TODO)\s*[:：].*",
        r"v\d+[_ ]?(?:final|下書き|draft)|第\d稿|\(案\)|【案】|\[案\]",
        r"(?:^|\n)\s*(?:様|さま)[、。\s]|(?:^|\n)\s*[、,]\s*(?=いつも|この|先日)",
        r"「」|『』|【】|\[\]|\(\)|円円|様様|さまさま|\bNo\.\s*(?=。|$)",
    )
)
_INNOCENT = re.compile(r"[〇○◯]{2}(?=\s*(?:株|銀行))|^\s*[*＊×■□●○◯△▲_]{3,}\s*$")


def find(reading: Reading) -> Iterator[Finding]:
    """One finding a place; what another pattern already covered is not told twice."""
    for text in reading.fields:
        taken: list[tuple[int, int]] = []
        for pattern in _PATTERNS:
            for match in pattern.finditer(text.plain.text):
                start, end = match.span()
                if any(start < to and since < end for since, to in taken) or _is_ornament(
                    text.plain.text, start, end
                ):
                    continue
                taken.append((start, end))
                yield text.find(
                    CHECK, start, end, "差し込みや下書きの跡が残っています。実際の内容に置き換えてください。"
                )


def _is_ornament(text: str, start: int, end: int) -> bool:
    """A line made only of ornaments (□■□, ＊＊＊) is a rule between parts, not a gap to fill."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    line = text[first : last if last >= 0 else len(text)].strip()
    return not any(sign.isalnum() for sign in line.replace("〇", ""))
