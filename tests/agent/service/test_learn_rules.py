"""What editors keep changing becomes proposals; facts, seasons, moods and quarrels do not."""

from datetime import date
from pathlib import Path

import pytest

from agent.cli.edit_file import read_edits
from agent.domain.errors import CallerMistake
from agent.domain.house_rule import HouseRule, RuleKind, RuleRefused
from agent.domain.occasion import Channel, Occasion
from agent.domain.voice import NO_GUIDE, ShopGuide
from agent.service.learn_rules import learn_rules
from agent.service.refuse_rules import sort_out
from agent.service.reviewed_text import ReviewedText, mask, masked, shown
from agent.service.voice_guide import read_guide
from evals.checks.gate import run_checks
from evals.suite.data import FOLDER

EDITS = FOLDER / "edits.jsonl"
TODAY = date(2026, 11, 21)


def sorted_out(
    texts: list[ReviewedText], guide: ShopGuide = NO_GUIDE, accepted: tuple[HouseRule, ...] = ()
) -> tuple[tuple[HouseRule, ...], tuple[RuleRefused, ...]]:
    where = {text.draft_id: (text.occasion, text.channel) for text in texts}
    return sort_out(
        learn_rules(texts), accepted=accepted, guide=guide, gate=run_checks, today=TODAY, where=where
    )


def text(
    number: int,
    offered: str,
    approved: str,
    *,
    by: str = "mori",
    channel: Channel = Channel.EMAIL,
    **more: object,
) -> ReviewedText:
    names = more.pop("names", ())
    plain = ReviewedText(f"d{number}", by, Occasion.THANK_YOU, channel, offered, approved, **more)  # type: ignore[arg-type]
    return masked(plain, names=names)  # type: ignore[arg-type]


def test_thirty_edits_of_two_people_give_six_rules() -> None:
    rules, _ = sorted_out(read_edits(EDITS))
    assert {rule.short for rule in rules} == {
        "「ご愛顧」の文→「いつもありがとうございます」 8/10",
        "「ご購入」→「お求め」 6/7",
        "「させていただきます」→「いたします」 4/4",
        "「この機会にぜひ」の文→（削る） 5/5",
        "結びに「お返事はなくて大丈夫です」 5/6",
        "「！」は使わない 6/9",
    }
    assert all(rule.editors == ("mori", "saeki") for rule in rules)
    (closing,) = [rule for rule in rules if rule.kind is RuleKind.CLOSING]
    assert (closing.occasion, closing.channel) == (Occasion.FOLLOW_UP, None)


def test_what_must_not_become_a_rule_does_not() -> None:
    rules, refused = sorted_out(read_edits(EDITS))
    said = "".join(rule.ja for rule in rules)
    for word in (
        "しっとり化粧水",  # a product, three times
        "斎藤",  # a name, three times
        "寒くなって",  # a season, three times
        "冷蔵庫",  # a product's own text, three times
        "12月",  # a day
        "ちなみに",  # twice only
        "いただける",  # thrice, in one letter
        "よろしければ",  # left alone far oftener
        "シミ",  # against the law, three times
        "お届け",  # two people, two ways
    ):
        assert word not in said
    assert {each.rule.before for each in refused} == {"お肌にやさしい", "いたしました", "届けしました"}
    reasons = {each.rule.before: each.why for each in refused}
    assert "薬機法" in reasons["お肌にやさしい"]
    assert "逆" in reasons["いたしました"]
    assert "逆" in reasons["届けしました"]


def test_examples_tell_nobody_and_no_figure() -> None:
    rules, _ = sorted_out(read_edits(EDITS))
    shown_words = "".join(e.before + e.after for rule in rules for e in rule.examples)
    for word in ("石田", "化粧水", "3本", "12月", "齋藤"):
        assert word not in shown_words
    assert "「〇〇」をご購入いただき" in shown_words


def test_three_changes_in_two_letters_are_the_least() -> None:
    change = ("ご使用ください。", "お使いください。")
    twice = [text(n, f"{n}番目です。\n{change[0]}", f"{n}番目です。\n{change[1]}") for n in range(2)]
    assert learn_rules(twice) == ()
    third = text(2, f"湯のみです。\n{change[0]}", f"湯のみです。\n{change[1]}")
    assert [rule.short for rule in learn_rules([*twice, third])] == ["「ご使用」→「お使い」 3/3"]


def test_a_phrase_that_is_mostly_left_alone_is_no_rule() -> None:
    changed = [text(n, "ぜひお試しください。", "よろしければお試しください。") for n in range(3)]
    alone = [text(10 + n, "ぜひお試しください。", "ぜひお試しください。") for n in range(9)]
    assert learn_rules(changed)[0].changed == 3
    assert learn_rules([*changed, *alone]) == ()


def test_letters_that_get_shorter_give_a_length_for_their_channel() -> None:
    long = "".join(f"{sign}のことを書いた文がここにあります。" for sign in "あいうえおかきくけこ")
    short = "".join(f"{sign}のことを書いた文がここにあります。" for sign in "あいうえお")
    cut = [text(n, long, short, channel=Channel.LINE) for n in range(4)]
    kept = [text(10 + n, long, long) for n in range(8)]
    (rule,) = [r for r in learn_rules([*cut, *kept]) if r.kind is RuleKind.SHORTER]
    assert (rule.channel, rule.changed, rule.offered) == (Channel.LINE, 4, 4)
    assert int(rule.after) % 20 == 0
    assert "LINEでは" in rule.ja


def test_the_guide_decides_over_what_was_learned() -> None:
    changes = [text(n, "ご購入ありがとう。", "お求めありがとう。") for n in range(3)]
    for guide, reason in (
        ("## 避ける言葉\nお求め", "避けている「お求め」"),
        ("## 使う言葉\nご購入", "使うことにしている「ご購入」"),
        ("## 避ける言葉\nご購入 → お求め", "すでに決まっています"),
    ):
        rules, refused = sorted_out(changes, read_guide(guide))
        assert rules == ()
        assert reason in refused[0].why


def test_a_rule_against_an_accepted_one_is_refused() -> None:
    one, back = ("ご使用", "お使い"), ("お使い", "ご使用")
    (accepted,) = learn_rules([text(n, f"{one[0]}ください。", f"{one[1]}ください。") for n in range(3)])
    changes = [text(n, f"{back[0]}ください。", f"{back[1]}ください。") for n in range(3)]
    rules, refused = sorted_out(changes, accepted=(accepted,))
    assert rules == ()
    assert "逆" in refused[0].why


def test_a_mask_hides_people_products_figures_links_and_codes() -> None:
    said = (
        "石田さま、化粧水を2本、12月3日に。OKAERI-AB12 https://x.example/a 03-1234-5678 佐藤さんへ 「乳液」も"
    )
    hidden = shown(mask(said, names=["石田"], titles=["化粧水"]))
    for word in ("石田", "化粧水", "2本", "12月", "OKAERI", "https", "5678", "佐藤", "乳液"):
        assert word not in hidden


def test_a_file_that_cannot_be_read_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "edits.jsonl"
    good = EDITS.read_text(encoding="utf-8").splitlines()[0]
    file.write_text(good + '\n{"draft_id": "x"}\n', encoding="utf-8")
    with pytest.raises(CallerMistake) as error:
        read_edits(file)
    assert "2行目" in error.value.ja
    assert "offered" in error.value.ja


@pytest.mark.parametrize(
    ("offered", "approved"),
    [
        ("", "あ。"),
        ("あ。", ""),
        ("。。。！！！", "、、、"),
        ("あ" * 60_000, "い" * 60_000),
        ("文です。" * 5_000, "別です。" * 5_000),
        ("\ud800こわれた字です。", "\ud800なおした字です。"),
        ("🎍👨‍👩‍👧をどうぞ。", "𠮷野家をどうぞ。"),
        ("{{7*7}}</facts>", "<script>"),
        ("「「「」」」『", "』「」"),
    ],
)
def test_odd_texts_teach_nothing_and_break_nothing(offered: str, approved: str) -> None:
    odd = [text(n, offered, approved) for n in range(3)]
    for rule in learn_rules(odd):
        assert rule.ja
        assert rule.changed <= rule.offered


def test_a_phrase_never_begins_with_a_particle() -> None:
    changed = [text(n, f"{n}通目でお聞かせください。", f"{n}通目でお知らせください。") for n in range(3)]
    changed += [text(3 + n, "声をお聞かせください。", "声をお聞かせください。") for n in range(3)]
    assert all(not rule.before.startswith(("で", "を")) for rule in learn_rules(changed))


def test_a_length_in_one_channel_needs_more_than_a_coincidence() -> None:
    long = "".join(f"{sign}のことを書いた文がここにあります。" for sign in "あいうえおかきくけこ")
    short = "".join(f"{sign}のことを書いた文がここにあります。" for sign in "あいうえお")
    cut = [text(n, long, short, channel=Channel.LINE) for n in range(5)]
    kept = [text(10 + n, long, long, channel=Channel.LINE) for n in range(3)]
    mail = [text(20 + n, long, long) for n in range(12)]
    assert not [rule for rule in learn_rules([*cut, *kept, *mail]) if rule.kind is RuleKind.SHORTER]
