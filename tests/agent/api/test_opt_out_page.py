"""The customer's way out."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.draft import DraftState
from agent.domain.occasion import Channel
from agent.domain.opt_out import OptOut
from agent.service.unsubscribe import short_unsubscribe_url, unsubscribe_secret
from tests.support.console_desk import HTTPS, ConsoleDesk


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    desk = ConsoleDesk(engine, clock)
    desk.customer()
    return desk


@pytest.fixture
def client(desk: ConsoleDesk) -> TestClient:
    return TestClient(desk.app(), base_url=HTTPS, follow_redirects=False)


def stopped(desk: ConsoleDesk) -> str | None:
    with desk.units(read_only=True) as unit:
        return unit.consents.suppressed(Channel.EMAIL, "c1@example.com")


def test_looking_at_the_page_changes_nothing(desk: ConsoleDesk, client: TestClient) -> None:
    page = client.get(f"/u/{desk.opt_out_token()}")
    assert page.status_code == 200
    assert "配信を停止しますか" in page.text
    assert stopped(desk) is None


def test_one_click_from_a_mail_program_stops_everything_on_its_way(
    desk: ConsoleDesk, client: TestClient
) -> None:
    desk.draft("waiting")
    desk.draft("queued")
    desk.decide.approve("queued", by="mori")
    answer = client.post(f"/u/{desk.opt_out_token()}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert stopped(desk) == "one_click"
    assert {desk.state("waiting"), desk.state("queued")} == {DraftState.SUPPRESSED}


def test_the_short_address_of_a_line_message_stops_line_alone(desk: ConsoleDesk, client: TestClient) -> None:
    line = "U" + "0" * 32
    address = short_unsubscribe_url(
        unsubscribe_secret(desk.units), base_url=HTTPS, customer_id="c1", channel=Channel.LINE, recipient=line
    )
    path = address.removeprefix(HTTPS)
    assert client.get(path).status_code == 404
    with desk.units() as unit:
        unit.opt_outs.keep(path.removeprefix("/u/"), OptOut("c1", Channel.LINE, line))
        unit.commit()
    assert "LINE" in client.get(path).text
    assert client.post(path).status_code == 200
    with desk.units(read_only=True) as unit:
        assert unit.consents.suppressed(Channel.LINE, line) == "one_click"
    assert stopped(desk) is None
    guessed = path[:-1] + ("1" if path[-1] != "1" else "2")
    assert client.post(guessed).status_code == 404


def test_one_click_as_multipart_counts_too(desk: ConsoleDesk, client: TestClient) -> None:
    answer = client.post(
        f"/u/{desk.opt_out_token()}",
        files={"List-Unsubscribe": (None, "One-Click")},
        headers={"Origin": "null"},
    )
    assert answer.status_code == 200
    assert stopped(desk)


def test_a_second_no_is_answered_like_the_first(desk: ConsoleDesk, client: TestClient) -> None:
    token = desk.opt_out_token()
    pages = [client.post(f"/u/{token}").text for _ in range(2)]
    assert pages[0] == pages[1]
    assert "配信を停止しました" in client.get(f"/u/{token}").text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_changed_token_is_refused_with_a_page_that_helps(
    desk: ConsoleDesk, client: TestClient, method: str
) -> None:
    token = desk.opt_out_token()
    for bad in (("aa" if token[:2] != "aa" else "bb") + token[2:], token[:-8], "x", "%00", "a" * 3000):
        answer = client.request(method, f"/u/{bad}")
        assert answer.status_code == 404
        assert "確認できませんでした" in answer.text
    assert stopped(desk) is None


def test_the_page_veils_the_address_from_people_looking_over_the_shoulder(
    desk: ConsoleDesk, client: TestClient
) -> None:
    page = client.get(f"/u/{desk.opt_out_token()}").text
    assert "c1…@example.com" in page
