"""One address, spelt two ways."""

from agent.domain.identity import email_key, mailable


def test_a_full_width_address_is_one_key_and_can_be_mailed() -> None:
    assert email_key("ＴＡＲＯ@ｅxample.com") == "taro@example.com"
    assert mailable(" ＴＡＲＯ@ｅxample.com ") == "TARO@example.com"


def test_dots_and_plus_are_part_of_an_address() -> None:
    assert email_key("Ta.ro+Shop@Example.com") == "ta.ro+shop@example.com"
    assert mailable("Ta.ro+Shop@Example.com") == "Ta.ro+Shop@Example.com"
