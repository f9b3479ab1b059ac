"""However a number or address is typed, it is hidden; ordinary shop words are not."""

import pytest

from agent.domain.chart import Chart
from agent.service.personal_words import fold, hide, kinds
from agent.service.pseudonyms import PrivacyBreach, Pseudonyms
from tests.support.drafting import chart_of

HIDDEN = [
    ("090-1234-5678", "⟦PHONE⟧"),
    ("０９０－１２３４－５６７８", "⟦PHONE⟧"),
    ("〇九〇-一二三四-五六七八", "⟦PHONE⟧"),
    ("090 - 1234 - 5678", "⟦PHONE⟧"),
    ("090.1234.5678", "⟦PHONE⟧"),
    ("０９０・１２３４・５６７８", "⟦PHONE⟧"),
    ("0 9 0 1 2 3 4 5 6 7 8", "⟦PHONE⟧"),
    ("+81 90 1234 5678", "⟦PHONE⟧"),
    ("(03)1234-5678", "⟦PHONE⟧"),
    ("hanako@mail.example", "⟦MAIL⟧"),
    ("ｈａｎａｋｏ＠ｍａｉｌ．ｅｘａｍｐｌｅ", "⟦MAIL⟧"),
    ("hanako @ mail . example", "⟦MAIL⟧"),
    ("hanako(at)mail.example", "⟦MAIL⟧"),
    ("U0123456789abcdef0123456789abcdef", "⟦LINE⟧"),
    ("LINE ID: hanako_1985", "⟦LINE⟧"),
    ("ＬＩＮＥのＩＤは＠hanako1985", "⟦LINE⟧"),
    ("〒110-0001", "⟦ADDRESS⟧"),
    ("〒１１０－０００１", "⟦ADDRESS⟧"),
    ("〒一一〇-〇〇〇一", "⟦ADDRESS⟧"),
    ("東京都台東区谷中1-2-3", "⟦ADDRESS⟧"),
    ("台東区谷中１－２－３", "⟦ADDRESS⟧"),
    ("市川市八幡三丁目二番一号", "⟦ADDRESS⟧"),
    ("市川市八幡3番地の2", "⟦ADDRESS⟧"),
    ("4111 1111 1111 1111", "⟦NUMBER⟧"),
    ("４１１１－１１１１－１１１１－１１１１", "⟦NUMBER⟧"),
    ("四一一一 一一一一 一一一一 一一一一", "⟦NUMBER⟧"),
    ("3782 822463 10005", "⟦NUMBER⟧"),
    ("注文番号はEC-20261121", "⟦ORDER⟧"),
    ("ご注文番号：ＥＣ－２０２６", "⟦ORDER⟧"),
    ("ご連絡#12345", "⟦ORDER⟧"),
]


@pytest.mark.parametrize(("written", "token"), HIDDEN)
def test_it_is_hidden_in_the_middle_of_japanese_and_stopped_when_not(written: str, token: str) -> None:
    masked = hide(f"お電話で「{written}」とのこと。")
    assert token in masked, masked
    assert not any(sign in fold(masked) for sign in ("1234", "5678", "hanako", "1111", "1121", "谷中1"))
    assert token in kinds(f"お電話で「{written}」とのこと。")
    with pytest.raises(PrivacyBreach):
        Pseudonyms(chart_of(), addressed="石田さま").require_clean([f"お電話で「{written}」とのこと。"])


@pytest.mark.parametrize(
    "plain",
    [
        "2026年11月21日に2点、1,980円、150ml。送料は550円、8日以内。",
        "２０２６－１１－２１のご注文です。",
        "11/03 1200円、10:00-18:00、3～5日でお届け。",
        "一二三四番の札をお持ちください。三十五日ぶりです。",
        "市区町村の窓口で。この地区では2026年から。",
        "スタッフさん、オーナーさんにもお茶を。",
        "京都府産の宇治茶、北海道のじゃがいも。",
    ],
)
def test_ordinary_words_stay(plain: str) -> None:
    assert hide(plain) == plain
    assert Pseudonyms(chart_of(), addressed="石田さま").mask(plain, people=True) == plain


def test_folding_keeps_every_place() -> None:
    text = "ﾊﾅｺ　Ａｂ－１２３ 髙﨑㈱①が゙ 𠮷野家"
    assert len(fold(text)) == len(text)


def named(family: str, given: str) -> Chart:
    return chart_of(family_name=family, given_name=given)


@pytest.mark.parametrize(
    ("family", "given", "text"),
    [
        ("髙橋", "花子", "高橋花子さま、高橋さん、高橋・花子"),
        ("高橋", "花子", "髙橋　花子様"),
        ("渡邊", "光", "渡辺様と渡邉光さん"),
        ("Smith", "Anna", "Ｓｍｉｔｈ　Ａｎｎａさん"),
    ],
)
def test_a_name_is_hidden_in_every_shape_of_its_letters(family: str, given: str, text: str) -> None:
    masked = Pseudonyms(named(family, given), addressed=f"{family}さま").mask(text, people=True)
    assert not any(part in fold(masked) for part in (fold(family), fold(given)))


def test_other_people_in_kana_are_hidden_too() -> None:
    masked = Pseudonyms(chart_of(), addressed="石田さま").mask(
        "タナカさんのご紹介。鈴木様とご一緒に。", people=True
    )
    assert "タナカ" not in masked
    assert "鈴木" not in masked
