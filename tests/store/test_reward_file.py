"""A shop's rewards.yaml is read as written, or refused in words its owner can act on."""

import os
from datetime import date
from pathlib import Path

import pytest

from agent.demo.rewards import write_policy
from agent.domain.errors import OperatorMustFix
from agent.domain.occasion import Occasion
from agent.domain.reward import RewardKind
from agent.domain.reward_policy import NO_POLICY
from agent.store.reward_file import RewardFile, read_policy


def read(tmp_path: Path, text: str) -> str:
    """What is wrong with a file."""
    path = tmp_path / "rewards.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OperatorMustFix) as refused:
        read_policy(path)
    return refused.value.ja


def entry(kind: str, occasions: str, *lines: str) -> str:
    more = "".join(f"    {line}\n" for line in lines)
    return f"campaigns:\n  - name: 試し\n    kind: {kind}\n    occasions: [{occasions}]\n{more}"


def test_the_demo_policy_reads_as_written(tmp_path: Path) -> None:
    policy = read_policy(write_policy(tmp_path, today=date(2026, 11, 21)))
    assert (policy.monthly_budget_yen, policy.money_every_days, policy.margin_percent) == (15_000, 90, 40)
    coupon = policy.campaign("おかえりクーポン")
    assert coupon is not None
    assert (coupon.kind, coupon.occasions) == (RewardKind.COUPON, frozenset({Occasion.WIN_BACK}))
    assert (coupon.yen_off, coupon.minimum_yen, coupon.cost_yen) == (500, 4_000, 500)
    early = policy.campaign("新着の先行案内")
    assert early is not None
    assert early.ends == date(2026, 12, 21)
    assert early.tells == ("新しく入る品を、2026年12月21日まで、一般のご案内より先にお選びいただけます。",)
    assert policy.leaves_margin(coupon, ())


def test_no_file_and_an_empty_file_promise_nothing(tmp_path: Path) -> None:
    source = RewardFile(tmp_path)
    assert source() is NO_POLICY
    source.path.write_text("# まだ何も決めていません\n", encoding="utf-8")
    assert source() is NO_POLICY


def test_a_changed_file_counts_from_the_next_draft_on(tmp_path: Path) -> None:
    source = RewardFile(tmp_path)
    source.path.write_text("monthly_budget_yen: 100\n", encoding="utf-8")
    assert source().monthly_budget_yen == 100
    source.path.write_text("monthly_budget_yen: 900\n", encoding="utf-8")
    os.utime(source.path, ns=(1, 1))
    assert source().monthly_budget_yen == 900


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (entry("coupon", "win_back", "yen_off: 500", "minimum_yen: 3000"), "期限（valid_days か ends）"),
        (entry("coupon", "win_back", "yen_off: 500", "valid_days: 30"), "minimum_yen"),
        (entry("coupon", "win_back", "percent_off: 10", "valid_days: 30"), "at_most_yen"),
        (entry("coupon", "win_back", "valid_days: 30"), "yen_off か percent_off"),
        (
            entry("coupon", "win_back", "yen_off: 1", "percent_off: 1", "minimum_yen: 9", "valid_days: 9"),
            "どちらか1つ",
        ),
        (entry("coupon", "vip", "yen_off: 500", "minimum_yen: 3000", "valid_days: 30"), "「特別なお客さまへ」では使えません"),
        (entry("coupon", "service_recovery", "yen_off: 5", "minimum_yen: 30", "valid_days: 30"), "「お詫び」では使えません"),
        (entry("points", "thank_you", "points: 10"), "「お礼」では使えません"),
        (entry("points", "birthday"), "points（ポイント数）"),
        (entry("points", "review_request", "points: 50", "ranks: [vip]"), "皆さま一律"),
        (entry("points", "birthday", "points: 50", "tells: おめでとう"), "ポイントに tells は使えません"),
        (entry("story", "win_back"), "tells（お客さまに伝える文）"),
        (entry("early_access", "vip", "tells: 先にどうぞ。"), "ends（いつまで）"),
        (entry("story", "win_back", "tells: あ。", "starts: 2026-12-02", "ends: 2026-12-01"), "ends が starts より前"),
        (entry("gift", "birthday"), "kind: 「gift」は使えません。使えるのは story"),
        (entry("story", "xmas", "tells: あ。"), "「xmas」は使えません。使えるのは thank_you"),
        (entry("story", "win_back", "tells: あ。", "ends: 年末"), "日付は 2026-12-31 の形"),
        (entry("story", "win_back", "tells: あ。", "price: 3"), "price: この項目はありません"),
        ("monthly_budget_yen: 二万円\n", "monthly_budget_yen: 整数で"),
        ("monthly_budget_yen: -1\n", "0以上に"),
        ("- a\n", "「名前: 値」の形"),
        ("a: [1\n", "行目あたりの書き方"),
        (
            entry("story", "win_back", "tells: あ。")
            + "  - name: 試し\n    kind: story\n    occasions: [vip]\n    tells: い。\n",
            "「試し」という名前の特典が2つ",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_japanese_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    told = read(tmp_path, text)
    assert said in told
    assert "rewards.yaml を直してください" in told
    assert "Value error" not in told
    assert "Input should" not in told


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rewards.yaml"
    path.write_bytes("# 特典".encode("cp932"))
    with pytest.raises(OperatorMustFix, match="UTF-8") as refused:
        read_policy(path)
    assert "UTF-8で保存" in refused.value.ja
