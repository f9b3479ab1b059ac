"""Find sentences that tell a customer what we saw of visits, views, opened mails and unfinished orders."""

import re
from collections.abc import Iterator

from evals.checks.reading import FieldText, Reading

_WHERE = (
    r"(?:サイト|ページ|画面|一覧|アプリ|ショップ|ストア|カタログ|動画|リンク|バナー|URL|メール(?!アドレス)"
    r"|メルマガ|お便り|メッセージ|配信|ご?紹介(?:文|ページ|記事)?|記事|特集|商品詳細|サイズ表|レビュー欄)"
)
_ACT = (
    r"(?:開[いかけ]|ご覧|見て|見に|見ら|見返|見比べ|読[んま]|お読み|閲覧|訪[れ問]|訪ね|お訪ね|お越し|立ち寄"
    r"|アクセス|ログイン|クリック|タップ|チェック|のぞ[いか]|覗[いか]|眺め|ながめ|閉じ|戻[っらり]|とどま|留ま|滞在"
    r"|検索|お調べ|開封|行き来|スクロール|拡大)"
)
_DONE = (
    r"(?:て(?:い|お)(?:る|た|ら|まし|ます)|いただ(?:いた|いて(?:い|お)|きまし)|くださ(?:った|って(?:い|お)"
    r"|いまし)|られ(?:て|た|まし)|され(?:て|た|まし)|れて(?:い|お)|れた|れまし|になっ(?:た|て)|なさっ|いらっしゃ|いらし)"
)
_COUNT = (
    r"(?:(?:\d+|[一二三四五六七八九十何数])(?:回|度|分|秒|時間|日(?:続|連)|晩|夜)|何度|幾度|たびたび|度々"
    r"|くり返し|繰り返し|毎晩|毎日|連日|長い(?:こと|間|時間)|じっくり)"
)
_TIME = (
    r"(?:昨[夜晩]|ゆうべ|今朝|けさ|先ほど|さきほど|さっき|深夜|夜中|夜更け|夜ふけ|真夜中|早朝|明け方"
    r"|(?:午前|午後)?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})時(?:半|\d{1,2}分)?(?:頃|ごろ|ころ|すぎ|過ぎ)?)"
)
_EVIDENCE = (
    r"(?:よう(?:です|でし|で(?:、|す)|だっ|に(?:お見受|拝見))|ご様子|記録(?:が|に)|画面に出|履歴"
    r"|確認して(?:おり|い)|拝見して|存じて|把握|わかって|分かって|ましたね|ますね|でしたね)"
)
_WATCHED = (
    re.compile(rf"{_WHERE}[^。!?\n]{{0,26}}?{_ACT}[^。、\n]{{0,8}}?{_DONE}"),
    re.compile(
        rf"{_WHERE}(?:を|に|へ|は|の|で)[^。!?\n]{{0,22}}?{_ACT}[^。、\n]{{0,8}}?{_DONE}[^。\n]{{0,14}}?{_EVIDENCE}"
    ),
    re.compile(
        rf"(?:{_WHERE}|写真|説明|品|商品)[^。!?\n]{{0,24}}?(?:[手足]が?止ま|見つめ|見入|読み返|見返|行きつ戻り|ずっと(?:ご覧|見)"
        rf"|閉じ|とどま|留ま)[^。、\n]{{0,6}}?{_DONE}"
    ),
    re.compile(
        r"(?:メール|メルマガ|お?便り|ご?案内|お知らせ|メッセージ|配信)[^。!?\n]{0,20}?(?:開か|開い|開封|お読み|読ま|お目通し|ご覧)"
        r"[^。、\n]{0,8}?(?:ていない|ておりません|ていません|ないよう|ないまま|ないご様子|ずじまい|たきり)"
    ),
    re.compile(
        r"(?:お買い物|ご購入|お手続き|ご注文|お会計|お申し込み|お支払い)の(?:途中|さなか|最中|手前"
        r"|直前)[^。!?\n]{0,24}?(?:そのまま|離れ|やめ|止め|閉じ|戻)[^。、\n]{0,4}(?:され|なさ|てい|ており|た)"
    ),
)
"""A place of ours and what was done there: how often, when, or that we noticed it, how long; a letter not opened; an order left."""
_LINGERED = re.compile("止ま|見つめ|見入|読み返|見返|行きつ戻り|ずっと|閉じ|とどま|留ま")
_UNREAD = re.compile("開か|開い|開封|読|目通し|ご覧")
_PLACE = re.compile(_WHERE)
_MEASURED = re.compile(f"{_COUNT}|{_TIME}")
_HALFWAY = re.compile("途中|さなか|最中|手前|直前")
_INVITES = re.compile(
    r"ください(?!ま?し)|いただけ(?:ます|る|れば|まし)|できます|いただくと|られます|お越しください|たら|れば"
    r"|なら|よう(?:に|、まと)|とのこと|とうかが|と伺|とおっしゃ"
)


def find_watched(reading: Reading) -> Iterator[tuple[FieldText, int, int]]:
    """Places that tell what was watched; invitations to look, and what the customer told, are none."""
    for text, start, sentence in reading.sentences():
        has_place = _PLACE.search(sentence) is not None
        is_measured = has_place and _MEASURED.search(sentence) is not None
        for pattern, needed in zip(
            _WATCHED,
            (
                is_measured,
                has_place,
                _LINGERED.search(sentence) is not None,
                _UNREAD.search(sentence) is not None,
                _HALFWAY.search(sentence) is not None,
            ),
            strict=True,
        ):
            match = pattern.search(sentence) if needed else None
            if match is None or _INVITES.search(sentence[match.start() : match.end() + 10]):
                continue
            yield text, start + match.start(), start + match.end()
            break
