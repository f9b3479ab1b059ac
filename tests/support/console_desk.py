"""The console on a real shop: a running app, people of each role, and a browser-like client."""

import re
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine

from agent.api.app import create_app
from agent.api.opt_out import opt_out_error_page, opt_out_router
from agent.domain.draft import Draft
from agent.domain.errors import CallerMistake
from agent.domain.staff import Role
from agent.domain.voice import NO_GUIDE
from agent.ports import Clock, Rewriter, VariantWriter
from agent.service.approve_draft import ApproveDraft
from agent.service.ask_variant import AskVariant
from agent.service.audit_trail import AuditTrail
from agent.service.bulk_approve import BulkApprove
from agent.service.decide_draft import DecideDraft
from agent.service.earned_autonomy import EarnedAutonomy
from agent.service.house_rules import HouseRules
from agent.service.mend_outbox import MendOutbox
from agent.service.redraft import Composer, Redraft
from agent.service.share_work import ShareWork
from agent.service.staff import Staff
from agent.service.take_version import TakeVersion
from agent.service.tell_settings import tell_settings
from agent.service.unsubscribe import SECRET_NAME
from agent.store.experience import SqlExperiences
from agent.store.history import SqlHistory
from agent.store.status import SqlStatus
from console.frame.errors import error_page
from console.frame.render import STATIC
from console.router import console_router
from console.today.today_page import Limits
from customers.charting.chart import CustomerCharts
from evals.checks.gate import run_checks
from tests.support.insight import InMemoryInsight
from tests.support.sending_desk import SECRET, SHOP, SendingDesk

HTTPS = "https://console.example"
PEOPLE = {"oono": Role.OWNER, "mori": Role.APPROVER, "kaki": Role.WRITER, "mita": Role.VIEWER}
PASSWORD = "harukaze to matsubokkuri"
QUICK_HASH = Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1)
"""Real argon2id, cheap: the tests log in hundreds of times."""


class ConsoleDesk(SendingDesk):
    """A sending desk with its console. real_time: what the sessions' clock shows; move it to let time pass."""

    def __init__(self, engine: Engine, clock: Clock, *, public_url: str | None = HTTPS) -> None:
        super().__init__(engine, clock, staff=False)
        self.real_time = 1_000_000.0
        self.public_url = public_url
        self.insight = InMemoryInsight()
        self.writer: VariantWriter | None = None
        self.limits = Limits()
        self.composer: Composer = no_composer
        approve = ApproveDraft(recheck=self.recheck, clock=clock, mail_from=self.settings.mail_from)
        self.autonomy = EarnedAutonomy(units=self.units, approve=approve, clock=clock)
        self.rules = HouseRules(units=self.units, clock=clock, gate=run_checks, guide=lambda: NO_GUIDE)
        self.staff = Staff(self.units, real_now=lambda: self.real_time, hasher=QUICK_HASH)
        with self.units() as unit:
            unit.kept.put_once(SECRET_NAME, {"hex": SECRET.hex()})
            unit.commit()
        for name, role in PEOPLE.items():
            self.staff.add_user(name, role, PASSWORD)

    def rewrite_with(self, rewriter: Rewriter, *, variants: VariantWriter | None = None) -> None:
        """Let rewrites, and further texts, be written by these writers."""
        self.writer = variants
        self.decide = DecideDraft(
            units=self.units,
            recheck=self.recheck,
            clock=self.clock,
            mail_from=self.settings.mail_from,
            rewriter=rewriter,
        )

    def router(self) -> APIRouter:
        """The console alone."""
        return console_router(
            units=self.units,
            charts=CustomerCharts(SqlHistory(self.engine, shop_id=SHOP)),
            decisions=self.decide,
            staff=self.staff,
            clock=self.clock,
            public_url=self.public_url,
            shop_name=self.settings.shop_name,
            insight=self.insight,
            keeping=self.insight,
            autonomy=self.autonomy,
            rules=self.rules,
            trail=AuditTrail(units=self.units, clock=self.clock),
            status=SqlStatus(self.engine, shop_id=SHOP, clock=self.clock),
            mend=MendOutbox(units=self.units, decisions=self.decide),
            told_settings=tell_settings(dict(self.settings)),
            redraft=Redraft(units=self.units, composer=self.composer),
            experiences=SqlExperiences(self.engine, shop_id=SHOP),
            take_version=TakeVersion(units=self.units, recheck=self.recheck, clock=self.clock),
            ask_variant=AskVariant(units=self.units, writer=self.writer) if self.writer else None,
            limits=self.limits,
            work=ShareWork(units=self.units, clock=self.clock, real_now=lambda: self.real_time),
            bulk=BulkApprove(units=self.units, decisions=self.decide, clock=self.clock),
        )

    def app(self) -> FastAPI:
        """The service as the composition root builds it."""
        return create_app(
            routers=[self.router(), opt_out_router(units=self.units, shop_name=self.settings.shop_name)],
            static={"/console/static": STATIC},
            error_pages=[
                error_page(public_url=self.public_url, shop_name=self.settings.shop_name),
                opt_out_error_page,
            ],
            public_url=self.public_url,
        )

    def browser(self, who: str | None = None, *, base_url: str = HTTPS) -> "Browser":
        """A client, logged in as somebody."""
        browser = Browser(self.app(), base_url)
        if who:
            assert browser.log_in(who).status_code == 303
        return browser


async def no_composer(**asked: Any) -> Draft:
    """Writes nothing."""
    raise CallerMistake(f"nobody writes {asked}", ja="いまは書けません。")


class Browser:
    """A client that keeps cookies, follows no redirect, and fills forms with the tokens a page showed."""

    def __init__(self, app: FastAPI, base_url: str) -> None:
        self.client = TestClient(app, base_url=base_url, follow_redirects=False, client=("127.0.0.1", 50000))
        self.base_url = base_url

    def get(self, path: str, **more: Any) -> Response:
        """Open a page."""
        return self.client.get(path, **more)

    def fields(self, path: str) -> dict[str, str]:
        """The hidden fields of a page's last form."""
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.get(path).text)
        return dict(found)

    def post(self, path: str, *, page: str, **fields: str) -> Response:
        """Send a form as the page would."""
        return self.client.post(path, data=self.fields(page) | fields, headers={"Origin": self.base_url})

    def log_in(self, name: str, password: str = PASSWORD) -> Response:
        """Fill in the log-in form."""
        return self.post("/console/login", page="/console/login", name=name, password=password)

    def answer(self, draft_id: str, verb: str, **fields: str) -> Response:
        """Answer a draft from its own page."""
        page = f"/console/drafts/{draft_id}"
        return self.post(f"{page}/{verb}", page=page, **fields)
