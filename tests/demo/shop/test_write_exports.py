"""The demo's files look like a real shop's on any day, and hold the people the demo needs."""

import csv
import re
import statistics
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from agent.demo.shop.people import PEOPLE
from agent.demo.shop.shopify import CUSTOMER_COLUMNS, ORDER_COLUMNS, PRODUCT_COLUMNS
from agent.demo.shop.write_exports import STALL_COLUMNS, DemoFiles, write_exports
from agent.domain.occasion import Occasion

TODAY = date(2026, 11, 21)
DAYS = (TODAY, date(2027, 1, 1), date(2028, 2, 29), date(2026, 5, 10), date(2026, 7, 15), date(2025, 12, 31))
"""An ordinary day, a closed day, a leap day, two gift seasons, the last day of a year."""

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return write_exports(tmp_path_factory.mktemp("shop"), today=TODAY)


@pytest.fixture(scope="module", params=DAYS, ids=str)
def any_day(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[date, DemoFiles]:
    day: date = request.param
    return day, write_exports(tmp_path_factory.mktemp("shop"), today=day)


def rows(path: Path, encoding: str = "utf-8") -> Rows:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def orders(files: DemoFiles) -> Rows:
    """First rows of the orders: those that carry the order's own cells."""
    return [row for row in rows(files.orders) if row["Financial Status"]]


def bought_on(files: DemoFiles) -> dict[str, list[date]]:
    """Days of revenue orders by e-mail, oldest first, stall included."""
    days: dict[str, list[date]] = defaultdict(list)
    for row in orders(files):
        if row["Financial Status"] in {"paid", "partially_refunded"} and not row["Cancelled at"]:
            days[row["Email"]].append(datetime.fromisoformat(row["Created at"]).date())
    for row in rows(files.store_sales, "cp932"):
        days[row["メール"].casefold()].append(_slashed(row["購入日"]))
    return {email: sorted(own) for email, own in days.items()}


def _slashed(text: str) -> date:
    year, month, day = text.split("/")
    return date(int(year), int(month), int(day))


def _bytes(files: DemoFiles) -> list[bytes]:
    return [path.read_bytes() for path in (*files.imports, *files.policies)]


def test_the_same_seed_and_day_give_the_same_bytes(shop: DemoFiles, tmp_path: Path) -> None:
    assert _bytes(write_exports(tmp_path, today=TODAY)) == _bytes(shop)


def test_another_seed_gives_another_shop(shop: DemoFiles, tmp_path: Path) -> None:
    assert write_exports(tmp_path, today=TODAY, seed=8).orders.read_bytes() != shop.orders.read_bytes()


def test_the_files_have_the_columns_of_the_platforms(shop: DemoFiles) -> None:
    for path, columns, encoding in (
        (shop.customers, CUSTOMER_COLUMNS, "utf-8"),
        (shop.orders, ORDER_COLUMNS, "utf-8"),
        (shop.products, PRODUCT_COLUMNS, "utf-8"),
        (shop.store_sales, STALL_COLUMNS, "cp932"),
    ):
        with path.open(encoding=encoding, newline="") as file:
            assert tuple(next(csv.reader(file))) == columns
    assert (len(CUSTOMER_COLUMNS), len(ORDER_COLUMNS), len(PRODUCT_COLUMNS)) == (20, 79, 43)


def test_nothing_happened_today_or_later_and_the_history_is_two_years(
    any_day: tuple[date, DemoFiles],
) -> None:
    today, files = any_day
    found = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0900", files.orders.read_text(encoding="utf-8"))
    days = sorted(datetime.fromisoformat(text).date() for text in found)
    assert today - timedelta(days=730) <= days[0] <= today - timedelta(days=700)
    assert days[-1] == today - timedelta(days=1)
    assert max(_slashed(row["購入日"]) for row in rows(files.store_sales, "cp932")) < today


def test_the_shop_knows_five_hundred_people(any_day: tuple[date, DemoFiles]) -> None:
    _, files = any_day
    members = rows(files.customers)
    known = {row["Email"] for row in members if row["Email"]}
    guests = {row["Email"] for row in orders(files) if row["Email"]} - known
    stall = rows(files.store_sales, "cp932")
    new = {
        row["メール"].casefold() or row["LINE ID"]
        for row in stall
        if row["メール"] + row["LINE ID"] and row["メール"].casefold() not in known | guests
    }
    assert len(members) + len(guests) + len(new) == PEOPLE == files.people
    assert len(guests) == 40
    assert 5 <= sum(not row["Email"] for row in members) <= 20


def test_no_two_customers_share_a_name_or_an_address_for_mail(shop: DemoFiles) -> None:
    members = rows(shop.customers)
    names = [(row["Last Name"], row["First Name"]) for row in members]
    mails = [row["Email"] for row in members if row["Email"]]
    assert len(set(names)) == len(names)
    assert len(set(mails)) == len(mails)


def test_nobody_real_can_be_written_to_or_called(shop: DemoFiles) -> None:
    text = "".join(path.read_bytes().decode("utf-8", "replace") for path in shop.imports)
    assert set(re.findall(r"@([\w.-]+)", text.casefold())) == {
        "example.com",
        "example.jp",
        "example.net",
        "example.org",
    }
    assert {row["Default Address Phone"][:5] for row in rows(shop.customers)} == {"'000-"}


def test_most_customers_welcome_e_mail_and_some_do_not(shop: DemoFiles) -> None:
    answers = [row["Accepts Email Marketing"] for row in rows(shop.customers)]
    assert 0.62 <= answers.count("yes") / len(answers) <= 0.80
    assert set(answers) == {"yes", "no"}


def test_every_order_adds_up(any_day: tuple[date, DemoFiles]) -> None:
    _, files = any_day
    goods: dict[str, int] = defaultdict(int)
    for row in rows(files.orders):
        goods[row["Name"]] += int(row["Lineitem quantity"]) * int(row["Lineitem price"])
    for row in orders(files):
        assert int(row["Subtotal"]) == goods[row["Name"]] - int(row["Discount Amount"])
        assert int(row["Total"]) == int(row["Subtotal"]) + int(row["Shipping"])
        assert 0 <= int(row["Refunded Amount"]) <= int(row["Total"])
        assert (row["Financial Status"] == "partially_refunded") == (
            0 < int(row["Refunded Amount"]) < int(row["Total"])
        )


def test_what_was_sold_is_in_the_catalogue_at_its_price(shop: DemoFiles) -> None:
    prices = {row["SKU"]: row["Price"] for row in rows(shop.products)}
    assert {(row["Lineitem sku"], row["Lineitem price"]) for row in rows(shop.orders)} <= set(prices.items())


def test_an_order_is_sent_after_it_is_paid_and_a_waiting_one_is_not_sent(shop: DemoFiles) -> None:
    for row in orders(shop):
        if row["Fulfilled at"]:
            assert row["Created at"] <= row["Paid at"] <= row["Fulfilled at"]
        if row["Financial Status"] in {"pending", "voided"}:
            assert row["Paid at"] == row["Fulfilled at"] == ""


def test_a_customer_s_totals_agree_with_the_orders(shop: DemoFiles) -> None:
    spent: dict[str, int] = defaultdict(int)
    for row in orders(shop):
        if row["Financial Status"] in {"paid", "partially_refunded"} and not row["Cancelled at"]:
            spent[row["Email"]] += int(row["Total"]) - int(row["Refunded Amount"])
    for row in rows(shop.customers):
        if row["Email"]:
            assert int(row["Total Spent"]) == spent[row["Email"]]


def test_the_ordinary_troubles_of_a_shop_are_there_in_small_shares(any_day: tuple[date, DemoFiles]) -> None:
    _, files = any_day
    found = orders(files)
    count = {
        s: sum(row["Financial Status"] == s for row in found)
        for s in {row["Financial Status"] for row in found}
    }
    assert count.keys() == {"paid", "pending", "refunded", "partially_refunded", "voided"}
    assert count["paid"] / len(found) > 0.92
    assert sum(bool(row["Cancelled at"]) for row in found) / len(found) < 0.04


def test_names_that_software_gets_wrong_are_there_and_hostile_text_is_rare(shop: DemoFiles) -> None:
    members = rows(shop.customers)
    families = [row["Last Name"] for row in members]
    assert {"𠮷田", "髙橋", "山﨑", "O'Neil"} <= set(families)
    assert families.count("<script>") == 1
    assert sum("SYSTEM:" in row["Note"] for row in members) == 1
    assert 30 <= sum(bool(row["Note"]) for row in members) <= 60


def test_the_stall_s_list_is_half_known_customers_and_in_the_encoding_of_excel(shop: DemoFiles) -> None:
    stall = rows(shop.store_sales, "cp932")
    known = {row["Email"] for row in rows(shop.customers) if row["Email"]}
    assert len(stall) == 60
    assert sum(row["メール"].casefold() in known for row in stall) == 30
    assert {row["メルマガ可否"] for row in stall} == {"可", "否", ""}
    assert all(re.fullmatch(r"(U[0-9a-f]{32})?", row["LINE ID"]) for row in stall)
    assert not any(row["LINE配信可否"] for row in stall if not row["LINE ID"])
    assert {_slashed(row["購入日"]).weekday() for row in stall} == {5}


def test_nobody_in_a_scene_refused_e_mail_or_has_a_name_we_cannot_greet(
    any_day: tuple[date, DemoFiles],
) -> None:
    _, files = any_day
    by_mail = {row["Email"]: row for row in rows(files.customers)}
    for email in (email for emails in files.moments.values() for email in emails):
        assert by_mail[email]["Accepts Email Marketing"] == "yes"
        assert re.fullmatch(
            r"[ぁ-んァ-ヶ一-龠々]+", by_mail[email]["Last Name"] + by_mail[email]["First Name"]
        )


def test_somebody_first_bought_in_the_last_three_days(any_day: tuple[date, DemoFiles]) -> None:
    today, files = any_day
    days = bought_on(files)
    newcomers = files.moments[Occasion.THANK_YOU]
    assert len(newcomers) >= 4
    assert all(len(days[email]) == 1 and 1 <= (today - days[email][0]).days <= 3 for email in newcomers)


def test_somebody_is_ten_to_fourteen_days_into_using_what_they_bought(
    any_day: tuple[date, DemoFiles],
) -> None:
    today, files = any_day
    days = bought_on(files)
    assert len(files.moments[Occasion.FOLLOW_UP]) >= 6
    assert all(10 <= (today - days[email][-1]).days <= 14 for email in files.moments[Occasion.FOLLOW_UP])


def test_regulars_have_fallen_silent_for_more_than_twice_their_gap(any_day: tuple[date, DemoFiles]) -> None:
    today, files = any_day
    days = bought_on(files)
    assert len(files.moments[Occasion.WIN_BACK]) >= 6
    for email in files.moments[Occasion.WIN_BACK]:
        own = days[email]
        gap = statistics.mean((b - a).days for a, b in pairwise(own))
        assert len(own) >= 4
        assert (today - own[-1]).days > 2 * gap


def test_the_dearest_customers_are_among_the_highest_spenders(any_day: tuple[date, DemoFiles]) -> None:
    _, files = any_day
    spent = sorted(rows(files.customers), key=lambda row: -int(row["Total Spent"]))
    top = {row["Email"] for row in spent[: len(spent) // 20]}
    assert set(files.moments[Occasion.VIP]) <= top


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match="file"):
        write_exports(tmp_path / "file" / "shop", today=TODAY)
