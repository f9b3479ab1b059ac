"""Staff are told what cannot wait: once, durably, with nothing of the customer but an initial and the occasion."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.occasion import Occasion
from agent.service.notice_link import notice_secret, notice_token
from agent.service.tell_staff import LEASE_SECONDS, LINK_LIFE, MOST_TRIES, TellStaff
from channels.notices import NoticeChannel
from tests.support.console_desk import PASSWORD, ConsoleDesk
from tests.support.smtp_sink import Sink, smtp_sink

SORRY = "お届けが遅れましたこと、誠に申し訳ございません。ご都合のよいときに、お聞かせください。"


class Hook:
    """A webhook's other end. answers: status codes to give, 200 when there are none left."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.got: list[tuple[dict[str, Any], str]] = []
        self.url = ""


@contextmanager
def hook_server() -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.got.append((json.loads(body), self.headers["X-Dedupe-Key"]))
            self.send_response(hook.answers.pop(0) if hook.answers else 200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hook.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield hook
    server.shutdown()
    thread.join(10)
    server.server_close()


class Telling:
    """A desk with staff to tell."""

    def __init__(self, engine: Engine, clock: FixedClock, sink: Sink, hook: Hook, home: Path) -> None:
        self.desk = ConsoleDesk(engine, clock)
        self.desk.customer()
        self.desk.staff.change_email("mori", "mori@shop.example")
        self.desk.staff.change_email("oono", "oono@shop.example")
        self.desk.staff.change_email("mita", "mita@shop.example")
        self.sink, self.hook, self.real = sink, hook, 1_000.0
        self.settings = self.desk.settings.model_copy(
            update={
                "home": home,
                "send": "live",
                "smtp_host": "127.0.0.1",
                "smtp_port": sink.port,
                "notify_webhook_url": SecretStr(hook.url),
            }
        )

    def teller(self, **changed: Any) -> TellStaff:
        return TellStaff(
            units=self.desk.units,
            carrier=NoticeChannel(self.settings.model_copy(update=changed), clock=self.desk.clock),
            clock=self.desk.clock,
            public_base="https://console.example",
            webhook=True,
            real_now=lambda: self.real,
        )

    def run(self, **changed: Any) -> dict[str, int]:
        return asyncio.run(self.teller(**changed).run())

    def sorry(self) -> None:
        self.desk.draft(occasion=Occasion.SERVICE_RECOVERY, text=SORRY, subject="お詫び")

    def to(self) -> list[str]:
        return sorted(str(mail["To"]) for mail in self.sink.mails())


@pytest.fixture
def telling(engine: Engine, clock: FixedClock, tmp_path: Path) -> Iterator[Telling]:
    with smtp_sink() as sink, hook_server() as hook:
        yield Telling(engine, clock, sink, hook, tmp_path)


def words(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_an_apology_is_told_once_to_all_who_decide_and_to_the_webhook(telling: Telling) -> None:
    telling.sorry()
    assert telling.run() == {"new": 3, "sent": 3, "dropped": 0, "later": 0, "failed": 0}
    assert telling.run()["new"] == 0
    assert telling.to() == ["mori@shop.example", "oono@shop.example"]
    assert len(telling.hook.got) == 1


def test_nothing_of_the_customer_leaves_but_an_initial_and_the_occasion(telling: Telling) -> None:
    telling.sorry()
    telling.run()
    told = [words(mail) + str(mail["Subject"]) for mail in telling.sink.mails()]
    for text in (*told, telling.hook.got[0][0]["text"]):
        assert "お詫び（佐○さま）" in text
        for private in ("佐藤", "花子", "c1", "d1", "@example.com", "遅れました"):
            assert private not in text.split("https://")[0]
    assert set(telling.hook.got[0][0]) == {"text"}


def test_a_first_approval_asks_everybody_but_the_first(telling: Telling) -> None:
    telling.desk.draft(occasion=Occasion.VIP)
    telling.run()
    assert telling.sink.raw == []
    assert telling.desk.decide.approve("d1", by="mori").awaits_second
    telling.run()
    assert telling.to() == ["oono@shop.example"]
    assert "二人目の承認" in str(telling.sink.mails()[0]["Subject"])


def test_a_passing_fault_is_tried_again_later_with_the_same_ids(telling: Telling) -> None:
    telling.sorry()
    telling.hook.answers = [503]
    telling.sink.rcpt_reply = lambda address: "451 later" if address.startswith("mori") else None
    assert telling.run()["later"] == 2
    assert telling.run()["later"] == 0
    telling.sink.rcpt_reply = lambda _: None
    telling.real += 31
    assert telling.run()["sent"] == 2
    assert telling.to() == ["mori@shop.example", "oono@shop.example"]
    assert telling.hook.got[0][1] == telling.hook.got[1][1]


def test_what_never_works_ends_as_failed(telling: Telling) -> None:
    telling.sorry()
    telling.hook.answers = [500] * MOST_TRIES
    for _ in range(MOST_TRIES):
        telling.run()
        telling.real += 3601
    with telling.desk.units(read_only=True) as unit:
        states = {medium: state for _, medium, _, state in unit.notices.states("d1")}
    assert states["webhook"] == "failed"


def test_a_worker_that_died_while_sending_is_followed_by_another(telling: Telling) -> None:
    telling.sorry()
    telling.teller().collect()
    with telling.desk.units() as unit:
        dead = unit.notices.claim(real_now=telling.real, lease_seconds=LEASE_SECONDS, limit=1)[0]
        unit.commit()
    assert telling.run()["sent"] == 2
    telling.real += LEASE_SECONDS + 1
    assert telling.run()["sent"] == 1
    with telling.desk.units() as unit:
        assert not unit.notices.finish(dead, state="sent", detail="late")


def test_what_was_answered_meanwhile_is_not_told_any_more(telling: Telling) -> None:
    telling.sorry()
    telling.teller().collect()
    telling.desk.decide.reject("d1", by="oono", reason="timing")
    assert telling.run()["dropped"] == 3
    assert telling.sink.raw == []


def test_a_dry_run_writes_files_unless_the_address_is_allowed(telling: Telling) -> None:
    telling.sorry()
    telling.run(send="dry_run", allow_to="mori@shop.example")
    assert telling.to() == ["mori@shop.example"]
    assert telling.hook.got == []
    files = sorted(path.suffix for path in (telling.settings.home / "outbox" / "notices").iterdir())
    assert files == [".eml", ".json"]


def test_the_link_leads_through_the_door_to_the_draft_and_logs_nobody_in(telling: Telling) -> None:
    telling.sorry()
    telling.run()
    link = words(telling.sink.mails()[0]).split("https://console.example")[1].split()[0]
    stranger = telling.desk.browser()
    answer = stranger.get(link)
    assert answer.headers["location"] == "/console/login?next=/console/drafts/d1"
    assert "okaeri=" not in answer.headers.get("set-cookie", "")
    entered = stranger.post("/console/login", page=answer.headers["location"], name="mori", password=PASSWORD)
    assert entered.headers["location"] == "/console/drafts/d1"
    assert stranger.get(link).headers["location"] == "/console/drafts/d1"


def test_an_old_or_a_broken_link_is_a_page_that_helps(telling: Telling) -> None:
    desk = telling.desk
    secret = notice_secret(desk.units)
    until = desk.clock.now() - timedelta(seconds=1)
    old = desk.browser().get(f"/console/notice/{notice_token(secret, 'd1', until=until)}")
    assert old.status_code == 410
    assert "「本日」を開く" in old.text
    good = notice_token(secret, "d1", until=desk.clock.now() + LINK_LIFE)
    for forged in (good[:-3], good[:10] + "AAAA" + good[14:], "x", "😀", good + "A" * 5000):
        broken = desk.browser().get(f"/console/notice/{forged}")
        assert broken.status_code == 404
        assert "確認できません" in broken.text
