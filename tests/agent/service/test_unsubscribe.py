"""Opt-out addresses: opaque, the same every time, and impossible to make or change from outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.errors import NotFound
from agent.domain.occasion import Channel
from agent.domain.opt_out import OptOut
from agent.service.unsubscribe import (
    read_opt_out,
    read_token,
    short_unsubscribe_url,
    unsubscribe_secret,
    unsubscribe_url,
)
from tests.support.drafting import Shop

SECRET = bytes(range(32))


def url(recipient: str = "hanako@mail.example", channel: Channel = Channel.EMAIL) -> str:
    return unsubscribe_url(
        SECRET, base_url="https://shop.example/", customer_id="c1", channel=channel, recipient=recipient
    )


def test_an_address_names_its_recipient_to_us_and_to_nobody_else() -> None:
    made = url()
    token = made.removeprefix("https://shop.example/u/")
    assert read_token(SECRET, token) == OptOut("c1", Channel.EMAIL, "hanako@mail.example")
    assert "hanako" not in token
    assert not set(token) & set("ontx-_="), "a token must not spell a template's residue"
    assert read_token(SECRET, token.upper()) == read_token(SECRET, token)
    assert url() == made
    assert url(channel=Channel.LINE) != made


@given(st.text(min_size=1), st.text(), st.sampled_from(list(Channel)))
def test_any_recipient_comes_back_whole(customer: str, recipient: str, channel: Channel) -> None:
    made = unsubscribe_url(
        SECRET, base_url="https://s.example", customer_id=customer, channel=channel, recipient=recipient
    )
    assert read_token(SECRET, made.rsplit("/", 1)[1]) == OptOut(customer, channel, recipient)


def test_every_changed_letter_is_noticed() -> None:
    token = url().rsplit("/", 1)[1]
    for place, letter in enumerate(token[:-1]):
        changed = token[:place] + ("1" if letter != "1" else "2") + token[place + 1 :]
        with pytest.raises(NotFound):
            read_token(SECRET, changed)


@pytest.mark.parametrize("token", ["", "x", "あ", "a" * 40, "../../etc", "%00", "A" * 5000])
def test_what_we_did_not_make_is_unknown(token: str) -> None:
    with pytest.raises(NotFound):
        read_token(SECRET, token)


def test_another_shops_secret_reads_nothing() -> None:
    with pytest.raises(NotFound):
        read_token(bytes(32), url().rsplit("/", 1)[1])


def test_the_secret_is_made_once_and_kept(drafting_shop: Shop) -> None:
    first = unsubscribe_secret(drafting_shop.units)
    assert len(first) == 32
    assert unsubscribe_secret(drafting_shop.units) == first


def short(secret: bytes, recipient: str = "U" + "0" * 32, channel: Channel = Channel.LINE) -> str:
    made = short_unsubscribe_url(
        secret, base_url="https://shop.example", customer_id="c1", channel=channel, recipient=recipient
    )
    return made.removeprefix("https://shop.example/u/")


def test_a_short_address_is_one_a_recipient_and_channel_and_holds_nothing_of_them() -> None:
    token = short(SECRET)
    assert len(token) == 24
    assert short(SECRET) == token
    assert not set(token) & set("ontx-_=")
    others = {short(SECRET, "U" + "1" * 32), short(SECRET, channel=Channel.EMAIL), short(bytes(32))}
    assert len(others | {token}) == 4


def test_a_short_address_names_whom_it_was_kept_for_and_a_long_one_still_works(drafting_shop: Shop) -> None:
    secret = unsubscribe_secret(drafting_shop.units)
    token, named = short(secret), OptOut("c1", Channel.LINE, "U" + "0" * 32)
    with pytest.raises(NotFound):
        read_opt_out(drafting_shop.units, token)
    with drafting_shop.units() as work:
        work.opt_outs.keep(token, named)
        work.opt_outs.keep(token, named)
        work.commit()
    assert read_opt_out(drafting_shop.units, token) == named
    assert read_opt_out(drafting_shop.units, token.upper()) == named
    long = unsubscribe_url(
        secret,
        base_url="https://shop.example",
        customer_id="c2",
        channel=Channel.EMAIL,
        recipient="h@mail.example",
    )
    assert read_opt_out(drafting_shop.units, long.rsplit("/", 1)[1]) == OptOut(
        "c2", Channel.EMAIL, "h@mail.example"
    )


def test_a_row_the_secret_does_not_prove_names_nobody(drafting_shop: Shop) -> None:
    forged = "0" * 24
    with drafting_shop.units() as work:
        work.opt_outs.keep(forged, OptOut("c1", Channel.LINE, "U" + "0" * 32))
        work.commit()
    with pytest.raises(NotFound):
        read_opt_out(drafting_shop.units, forged)
