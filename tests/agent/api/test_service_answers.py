"""What every answer of the web service carries, good or bad."""

import logging
from collections import defaultdict
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy import Engine
from starlette.responses import PlainTextResponse

from agent.api.app import LARGEST_BODY, create_app
from agent.api.headers import CONTENT_SECURITY_POLICY, HSTS
from agent.clock import FixedClock
from agent.domain.errors import (
    CallerMistake,
    MachineRetries,
    NotFound,
    OkaeriError,
    OperatorMustFix,
    PolicyRefusal,
    StaleVersion,
)
from tests.support.console_desk import HTTPS, ConsoleDesk

ERRORS: dict[str, OkaeriError] = {
    "missing": NotFound("no such thing", ja="見つかりません。"),
    "stale": StaleVersion("changed", ja="先に更新されました。"),
    "mistake": CallerMistake("wrong", ja="入力をご確認ください。"),
    "policy": PolicyRefusal("no", ja="送れません。"),
    "operator": OperatorMustFix("set it", ja="設定してください。"),
    "machine": MachineRetries("busy", ja="少し待ってください。"),
}
STATUS = {"missing": 404, "stale": 409, "mistake": 422, "policy": 403, "operator": 503, "machine": 503}


class Wanted(BaseModel):
    number: int


def trouble() -> APIRouter:
    """Routes that fail in every way."""
    router = APIRouter()

    @router.get("/trouble/{kind}")
    def raise_it(kind: str) -> None:
        raise ERRORS[kind]

    @router.post("/wanted")
    def want(wanted: Wanted) -> int:
        return wanted.number

    return router


def service(*, base_url: str = HTTPS, **more: Any) -> TestClient:
    app = create_app(routers=[trouble()], **more)
    return TestClient(app, base_url=base_url, follow_redirects=False)


@pytest.mark.parametrize("kind", sorted(ERRORS))
def test_each_of_our_errors_has_its_code_and_says_what_to_do(kind: str) -> None:
    answer = service().get(f"/trouble/{kind}")
    assert answer.status_code == STATUS[kind]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == ERRORS[kind].ja
    assert answer.json()["status"] == STATUS[kind]


def test_an_unknown_address_and_a_wrong_method_are_problems_in_japanese() -> None:
    client = service()
    assert "見つかりません" in client.get("/nothing").json()["detail"]
    assert client.post("/healthz").status_code == 405


def test_wrong_input_names_the_field() -> None:
    answer = service().post("/wanted", json={"number": "many"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "body.number"


def test_a_crash_is_a_plain_500_that_tells_nothing_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = service().get("/trouble/unheard-of")
    assert answer.status_code == 500
    assert "unheard-of" not in answer.text
    assert "KeyError" in caplog.text
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_a_huge_body_is_refused() -> None:
    answer = service().post(
        "/wanted", content=b"x" * (LARGEST_BODY + 1), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413


def test_the_service_says_when_it_lives_and_when_it_can_work() -> None:
    def away() -> None:
        raise MachineRetries("database away", ja="データベースに接続できません。")

    assert service().get("/healthz").json() == {"status": "ok"}
    assert service().get("/readyz").status_code == 200
    assert service(ready=away).get("/healthz").status_code == 200
    assert service(ready=away).get("/readyz").status_code == 503


def test_every_answer_of_every_route_carries_the_security_headers(engine: Engine, clock: FixedClock) -> None:
    desk = ConsoleDesk(engine, clock)
    client = desk.browser("oono").client
    blanks = defaultdict(lambda: "x", occasion="birthday")
    paths = [path.format_map(blanks) for path in desk.app().openapi()["paths"]]
    for path in (*paths, "/nothing", "/openapi.json", "/console/static/console.css", "/console/static/none"):
        for method in ("GET", "POST", "DELETE"):
            headers = client.request(method, path).headers
            policy = headers["content-security-policy"]
            for rule in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
                assert rule in policy, path
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"]
            assert headers["strict-transport-security"] == HSTS
            assert "access-control-allow-origin" not in headers


def test_hsts_is_promised_only_over_https() -> None:
    plain = "http://127.0.0.1:8000"
    assert "strict-transport-security" not in service(base_url=plain).get("/healthz").headers
    behind = service(base_url=plain, public_url="https://desk.example")
    assert behind.get("/healthz").headers["strict-transport-security"] == HSTS


def test_pages_are_not_kept_by_caches(engine: Engine, clock: FixedClock) -> None:
    answer = ConsoleDesk(engine, clock).browser("oono").get("/console/")
    assert answer.headers["cache-control"] == "no-store"


def test_a_stamped_file_may_be_kept_and_an_unstamped_one_is_asked_for_again(
    engine: Engine, clock: FixedClock
) -> None:
    client = ConsoleDesk(engine, clock).browser().client
    assert "immutable" in client.get("/console/static/console.css?v=1").headers["cache-control"]
    assert client.get("/console/static/console.css").headers["cache-control"] == "no-cache"
    assert client.get("/console/static/none.css?v=1").headers["cache-control"] == "no-cache"


def test_long_answers_are_packed_for_whoever_takes_gzip_and_events_are_not() -> None:
    router = APIRouter()

    @router.get("/long")
    def long() -> PlainTextResponse:
        return PlainTextResponse("毎度ありがとうございます。" * 200)

    @router.get("/events")
    def events() -> PlainTextResponse:
        return PlainTextResponse("data: x\n\n" * 500, media_type="text/event-stream")

    client = TestClient(create_app(routers=[router]))
    packed = client.get("/long", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.text == "毎度ありがとうございます。" * 200
    assert "Content-Encoding" not in client.get("/long", headers={"Accept-Encoding": "identity"}).headers
    assert "Content-Encoding" not in client.get("/events", headers={"Accept-Encoding": "gzip"}).headers
