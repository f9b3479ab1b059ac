"""The shop keeps its own written policies."""

import re
from datetime import datetime, timedelta
from random import Random

from agent.clock import TOKYO
from agent.demo.shop import identity
from agent.demo.shop.orders import FREE_SHIPPING_YEN, shipping_yen
from agent.demo.shop.outcomes import shipped_at
from agent.demo.shop.places import Address
from agent.demo.shop.policies import policy_texts
from agent.settings import load_settings

_TOKYO_HOME = Address("JP-13", "東京都", "文京区", "112-0000", "ひばり野1-1-1", "")
_NAHA_HOME = Address("JP-47", "沖縄県", "那覇市", "900-0000", "青嵐1-1-1", "")


def test_ten_policies_each_open_with_their_title() -> None:
    texts = policy_texts()
    assert len(texts) == 10
    assert all(re.match(r"# \S+について\n\n", text) for text in texts.values())


def test_shipping_costs_what_the_policy_says() -> None:
    table = policy_texts()["02-souryou.md"]
    assert f"{FREE_SHIPPING_YEN:,}円" in table
    for home, region in ((_TOKYO_HOME, "本州・四国・九州"), (_NAHA_HOME, "北海道・沖縄県")):
        below, above = shipping_yen(FREE_SHIPPING_YEN - 1, home), shipping_yen(FREE_SHIPPING_YEN, home)
        assert f"| {region} | {below:,}円 | {above:,}円 |" in table


def test_a_parcel_leaves_on_a_working_day_within_the_promised_time() -> None:
    rng = Random(1)
    friday_evening = datetime(2026, 11, 20, 19, 0, tzinfo=TOKYO)
    assert shipped_at(friday_evening, rng).date().isoformat() == "2026-11-23"
    monday_morning = datetime(2026, 11, 23, 9, 0, tzinfo=TOKYO)
    assert shipped_at(monday_morning, rng).date() == monday_morning.date()
    new_year = datetime(2026, 12, 28, 13, 0, tzinfo=TOKYO)
    assert shipped_at(new_year, rng).date().isoformat() == "2027-01-05"


def test_nothing_is_sent_on_a_day_the_shop_is_closed() -> None:
    rng = Random(2)
    for hours in range(0, 24 * 400, 7):
        sent = shipped_at(datetime(2026, 1, 1, tzinfo=TOKYO) + timedelta(hours=hours), rng)
        assert sent.weekday() < 5
        assert (1, 4) < (sent.month, sent.day) < (12, 29)


def test_the_sender_of_a_message_is_the_shop_of_the_policies() -> None:
    contact = policy_texts()["10-toiawase.md"]
    assert identity.MAIL_FROM in contact
    assert identity.CONTACT.split("（")[0].split(" / ")[1] in contact
    assert all(name in contact for name in identity.STAFF)


def test_the_shop_can_sign_a_message_with_its_own_settings() -> None:
    settings = load_settings(**identity.as_settings())
    sender = settings.sender(unsubscribe_url=f"https://{identity.DOMAIN}/u/x")
    assert (sender.name, sender.site_domain) == (identity.SHOP_NAME, identity.DOMAIN)
