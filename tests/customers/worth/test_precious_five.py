"""The five whom the shop would miss most, and what is said of each."""

from datetime import UTC, date, datetime, timedelta

from agent.domain.history import OrderTally
from agent.domain.prediction import Churn, YenInterval
from customers.worth.precious_five import PreciousSummary, precious_five

DAY = date(2026, 11, 21)


def tally(who: str, *, net: int, orders: int = 5, silence: int = 10, days_known: int = 900) -> OrderTally:
    first, last = DAY - timedelta(days=days_known), DAY - timedelta(days=silence)
    at = [datetime(d.year, d.month, d.day, tzinfo=UTC) for d in (first, last)]
    return OrderTally(who, orders, orders, net, first, last, *at)


def test_much_and_lately_comes_first_and_there_are_five() -> None:
    people = [PreciousSummary(f"c{n}", f"{n}さま", tally(f"c{n}", net=n * 10_000)) for n in range(1, 9)]
    silent = PreciousSummary("old", "佐藤さま", tally("old", net=200_000, silence=800))
    found = precious_five([*people, silent], as_of=DAY, usual_gap_days=30)
    assert [one.customer_id for one in found] == ["c8", "c7", "c6", "c5", "c4"]
    assert [one.place for one in found] == [1, 2, 3, 4, 5]


def test_each_is_told_why_and_what_is_at_stake() -> None:
    one = PreciousSummary(
        "c1",
        "中村さま",
        tally("c1", net=184_300, orders=14, silence=92),
        average_gap_days=34.2,
        favourites=("スキンケア",),
        churn=Churn(0.62, 60, 0.4, "mbg", ()),
        ltv=YenInterval(48_230, 20_000, 90_000, 365, 0.8),
    )
    (found,) = precious_five([one], as_of=DAY, usual_gap_days=40)
    assert found.why == (
        "中村さまは、2年あまりのおつきあいで、14回、合わせて約18万円のお買い物をくださいました。"
        "「スキンケア」を繰り返し選ばれています。"
    )
    assert found.at_stake == (
        "前回のご注文から92日で、ふだんは34日ほどの間隔の方としては長く間があいています。"
        "この先1年で約48,200円のお買い物が見込めます。"
        "60日以内にご注文がある見込みはおよそ38%で、いま声をかけたい方です。"
    )


def test_who_brought_friends_is_thanked_for_that_first() -> None:
    one = PreciousSummary("c1", "林さま", tally("c1", net=50_000), favourites=("茶",), reviews=3, referrals=2)
    (found,) = precious_five([one], as_of=DAY, usual_gap_days=30)
    assert "お知り合いを2人ご紹介くださっています" in found.why
    assert "茶" not in found.why


def test_what_is_not_known_is_not_said() -> None:
    """One order today, no name, nothing predicted, and no consent."""
    one = PreciousSummary(
        "c1",
        None,
        tally("c1", net=5_000, orders=1, silence=0, days_known=0),
        reason_not_to_write="配信への同意が確認できません。",
    )
    (found,) = precious_five([one], as_of=DAY, usual_gap_days=30)
    assert found.why == "お名前の記録がない方は、これまでに一度、5,000円のお買い物をくださいました。"
    assert found.at_stake == "今日ご注文がありました。配信への同意が確認できません。"


def test_nobody_precious_is_an_empty_list() -> None:
    assert precious_five([], as_of=DAY, usual_gap_days=30) == ()
    returned = PreciousSummary("c1", None, tally("c1", net=-300))
    later = PreciousSummary("c2", None, tally("c2", net=900, silence=-5, days_known=-5))
    assert precious_five([returned, later], as_of=DAY, usual_gap_days=30) == ()
