"""The composition root: joins settings, store, knowledge, writers, gate, channels and web into one running shop.

Imports inside methods are meant: this is the one module that knows every part, and it loads only what a command needs, so
that reading a chart does not pay for a vector store, nor deciding on a draft for a language model.
"""

import asyncio
import gc
import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from sqlalchemy import Engine

from agent.clock import TOKYO
from agent.domain.errors import MachineRetries, OperatorMustFix
from agent.ports import Clock, Experiences, Leaning, Retriever
from agent.settings import DEFAULT_SHOP, Settings, load_settings
from agent.store.engine import migrate, open_engine
from agent.store.shops import ensure_shop
from agent.store.unit_of_work import SqlUnitOfWork

if TYPE_CHECKING:
    from fastapi import FastAPI

    from agent.chains.model import ChatModel
    from agent.domain.chart import Chart
    from agent.domain.customer_summary import CustomerSummary
    from agent.domain.draft import Draft
    from agent.domain.prediction import BehaviourGroup
    from agent.domain.staff import StaffMember
    from agent.ports.encoding import SentenceEncoder
    from agent.ports.insight import CustomerInsight
    from agent.service.ask_judges import AskJudges
    from agent.service.audit_trail import AuditTrail
    from agent.service.campaign import BatchRounds, DraftCampaign
    from agent.service.campaign_estimate import EstimateCampaign
    from agent.service.compose_draft import ComposeDraft
    from agent.service.decide_draft import DecideDraft
    from agent.service.dispatch import Dispatcher
    from agent.service.earned_autonomy import EarnedAutonomy
    from agent.service.expire_drafts import ExpireDrafts
    from agent.service.house_rules import HouseRules
    from agent.service.keep_facts import KeepFacts
    from agent.service.promise_reward import PromiseReward
    from agent.service.recheck import Recheck
    from agent.service.record_events import RecordEvents
    from agent.service.redraft import Redraft
    from agent.service.speak_as_shop import SpeakAsShop
    from agent.service.staff import Staff
    from agent.service.take_version import TakeVersion
    from agent.service.tell_staff import TellStaff
    from agent.service.write_together import WriteTogether
    from agent.store.documents import SqlKnowledgeStore
    from agent.store.status import SqlStatus
    from agent.store.voice_file import VoiceFile
    from customers.charting.chart import CustomerCharts
    from customers.charting.product_sales import ProductSale
    from customers.importing.report import ImportReport
    from customers.importing.undo import UndoReport
    from customers.insight.audience import ShopAudience
    from customers.insight.shop_insight import ShopInsight
    from customers.scoring.shop_fit import ShopFits
    from evals.checks.gate import Gate
    from retrieval.catalogue import StoredCatalogue
    from retrieval.embed import EmbeddingModel
    from retrieval.index import IndexReport
    from retrieval.policies import PolicyReport
    from retrieval.vectors import ShopVectors

TELL_SECONDS = 30.0
"""How often the service looks whom it has to tell (real time)."""
Progress = Callable[[str, int, int | None], None]
Platform = Literal["auto", "shopify", "eccube", "generic"]


class App:
    """One shop, opened. Parts are made when first asked for and kept."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock: Clock = clock or settings.clock()
        self.shop_id = DEFAULT_SHOP

    @cached_property
    def engine(self) -> Engine:
        """The database, its schema brought up to date. Raises OperatorMustFix when it cannot be reached."""
        engine = open_engine(self.settings.sqlalchemy_url)
        migrate(engine)
        ensure_shop(engine, shop_id=self.shop_id, name=self.settings.shop_name, now=self.clock.now())
        return engine

    def units(self, *, read_only: bool = False) -> SqlUnitOfWork:
        """A new unit of work."""
        return SqlUnitOfWork(self.engine, shop_id=self.shop_id, clock=self.clock, read_only=read_only)

    @cached_property
    def together(self) -> "WriteTogether":
        """Where drafts in flight share their commits."""
        from agent.service.write_together import WriteTogether

        return WriteTogether(self.units)

    # -- customers

    @cached_property
    def charts(self) -> "CustomerCharts":
        """Customer charts."""
        from agent.store.history import SqlHistory
        from customers.charting.chart import CustomerCharts
        from customers.charting.ranks import RankSteps

        return CustomerCharts(
            SqlHistory(self.engine, shop_id=self.shop_id), rank_steps=RankSteps(**self.settings.rank)
        )

    def import_files(
        self, paths: Sequence[Path], *, platform: Platform, dry_run: bool, progress: Progress | None = None
    ) -> "ImportReport":
        """Take in export files. Raises CallerMistake for a wrong call; refused files and rows are in the report."""
        from agent.store.ledger import SqlImportLedger
        from customers.importing.run import import_files

        return import_files(
            paths,
            platform=platform,
            dry_run=dry_run,
            ledger=SqlImportLedger(self.engine, shop_id=self.shop_id),
            clock=self.clock,
            progress=progress,
        )

    def undo_import(self, import_id: str) -> "UndoReport":
        """Restore what was there before an import. Raises PolicyRefusal when something rests on it."""
        from agent.store.ledger import SqlImportLedger
        from customers.importing.undo import undo_import

        return undo_import(
            import_id, ledger=SqlImportLedger(self.engine, shop_id=self.shop_id), clock=self.clock
        )

    @cached_property
    def facts(self) -> "KeepFacts":
        """What staff write down of customers."""
        from agent.service.keep_facts import KeepFacts

        return KeepFacts(units=self.units, charts=self.charts, clock=self.clock)

    @cached_property
    def record_events(self) -> "RecordEvents":
        """Takes in what customers did."""
        from agent.service.record_events import RecordEvents

        return RecordEvents(units=self.units, clock=self.clock)

    def product_sales(self) -> "Iterator[ProductSale]":
        """What each SKU sold, best first."""
        from agent.store.sales import SqlProductSales
        from customers.charting.product_sales import product_sales

        return product_sales(SqlProductSales(self.engine, shop_id=self.shop_id))

    # -- predictions

    @cached_property
    def fits(self) -> "ShopFits":
        """Models fitted on the shop's own records."""
        from agent.store.history import SqlHistory
        from agent.store.purchases import SqlPurchaseHistory
        from agent.store.sales import SqlProductSales
        from agent.store.shop_models import SqlKeptModels
        from customers.scoring.shop_fit import ShopFits

        return ShopFits(
            history=SqlHistory(self.engine, shop_id=self.shop_id),
            purchases=SqlPurchaseHistory(self.engine, shop_id=self.shop_id),
            kept=SqlKeptModels(self.engine, shop_id=self.shop_id, clock=self.clock),
            catalogue=SqlProductSales(self.engine, shop_id=self.shop_id),
        )

    @cached_property
    def insight(self) -> "ShopInsight":
        """Customers as staff look at them: charts with what is expected, lists, back-tests."""
        from agent.store.customer_search import SqlCustomerSearch
        from agent.store.events import SqlEventHistory
        from agent.store.features import SqlKeptFeatures
        from agent.store.history import SqlHistory
        from agent.store.purchases import SqlPurchaseHistory
        from customers.insight.shop_insight import ShopInsight
        from customers.scoring.expect import Expecting
        from customers.scoring.standings import Standings
        from customers.worth.gain import Stakes

        history = SqlHistory(self.engine, shop_id=self.shop_id)
        purchases = SqlPurchaseHistory(self.engine, shop_id=self.shop_id)
        events = SqlEventHistory(self.engine, shop_id=self.shop_id)
        features = SqlKeptFeatures(self.engine, shop_id=self.shop_id)
        stakes = Stakes(**self.settings.gain)
        return ShopInsight(
            history=history,
            charts=self.charts,
            fits=self.fits,
            standings=Standings(
                history=history,
                purchases=purchases,
                features=features,
                fits=self.fits,
                today=self.today,
                stakes=stakes,
            ),
            expecting=Expecting(
                history=history, purchases=purchases, events=events, features=features, stakes=stakes
            ),
            events=events,
            search=SqlCustomerSearch(self.engine, shop_id=self.shop_id),
            units=self.units,
            today=self.today,
        )

    async def summarise_customer(self, chart: "Chart") -> "CustomerSummary":
        """A customer in one paragraph: by the chat model where one is set and proves it, else by code."""
        from agent.service.summarise_customer import SummariseCustomer

        return await SummariseCustomer(self.model, self.units)(chart)

    async def groups(self, as_of: date) -> "tuple[list[BehaviourGroup], str]":
        """The shop's groups, named by the chat model where one is set and its names hold; and why there are none, in Japanese."""
        from agent.service.name_groups import NameGroups

        fit = self.fits.at(as_of + timedelta(days=1))
        found = [fit.groups.group(at) for at in range(len(fit.groups.ids))] if fit.groups else []
        return await NameGroups(self.model, self.units)([one for one in found if one]), fit.no_groups

    def today(self) -> date:
        """The day on the business clock, in Tokyo."""
        return self.clock.now().astimezone(TOKYO).date()

    def score(
        self,
        orders: Path | None,
        *,
        cut: date,
        horizon_days: int | None,
        out: Path | None,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Score every customer of a transaction table, or of the shop itself. Raises CallerMistake."""
        from customers.scoring.past import silent
        from customers.scoring.score_file import score_file
        from customers.scoring.score_shop import ScoreShop

        if orders is None:
            from agent.store.expected_values import SqlExpectedValues

            own = ScoreShop(
                fits=self.fits,
                standings=self.insight.standings,
                expected=SqlExpectedValues(self.engine, shop_id=self.shop_id),
            )
            return own.run(cut=cut, horizon_days=horizon_days, out=out, progress=progress or silent)
        return score_file(orders, cut=cut, horizon_days=horizon_days, out=out, progress=progress or silent)

    def next_products(
        self,
        orders: Path | None,
        *,
        cut: date,
        within_days: int,
        k: int,
        out: Path | None,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """What each customer of a transaction table, or of the shop itself, buys next. Raises CallerMistake."""
        from customers.scoring.next_products_file import next_products, next_products_file
        from customers.scoring.past import silent

        if orders is None:
            from agent.store.purchases import SqlPurchaseHistory
            from customers.scoring.shop_purchases import read_purchases

            own = read_purchases(SqlPurchaseHistory(self.engine, shop_id=self.shop_id), before=cut)
            return next_products(
                own, cut=cut, within_days=within_days, k=k, out=out, progress=progress or silent
            )
        return next_products_file(
            orders, cut=cut, within_days=within_days, k=k, out=out, progress=progress or silent
        )

    # -- knowledge

    @cached_property
    def catalogue(self) -> "StoredCatalogue":
        """Products and policies with live price and stock."""
        from retrieval.catalogue import StoredCatalogue
        from retrieval.product_page import ProductPages

        settings = self.settings
        pages = ProductPages(settings.shop_product_url, settings.shop_review_url, settings.shop_domain)
        return StoredCatalogue(self._knowledge, pages)

    @cached_property
    def retriever(self) -> Retriever:
        """Search over catalogue and policies."""
        from retrieval.search import HybridSearch

        return HybridSearch(self._knowledge, self._vectors, self._search_model)

    def add_policies(self, paths: Sequence[Path]) -> "PolicyReport":
        """Read policy files into the store."""
        from retrieval.policies import add_policies

        return add_policies(self._knowledge, paths)

    def take_knowledge(
        self, paths: Sequence[Path], *, progress: Progress | None = None
    ) -> list[dict[str, object]]:
        """Read policies into the store and hand every other file to the importer; returns what was refused, and why."""
        from retrieval.policies import policy_files

        policies, exports = policy_files(paths)
        refused: list[dict[str, object]] = []
        if exports:
            report = self.import_files(exports, platform="auto", dry_run=False, progress=progress)
            refused += report.as_json()["rejected"]
        if policies:
            unread = self.add_policies(paths).rejected
            refused += [{"file": file.file, "reason": file.reason} for file in unread]
        return refused

    def index(self, *, progress: Progress | None = None) -> "IndexReport":
        """Bring the search index up to date with the store."""
        from retrieval.index import index_documents

        return index_documents(self._knowledge, self._vectors, self._search_model, progress=progress)

    # -- messages

    @cached_property
    def gate(self) -> "Gate":
        """The checks: tiers one and two."""
        return open_gate()

    @cached_property
    def recheck(self) -> "Recheck":
        """The gate and the world, looked at again."""
        from agent.service.recheck import Recheck
        from agent.store.reward_file import RewardFile

        return Recheck(
            charts=self.charts,
            catalogue=self.catalogue,
            gate=self.gate,
            sender=self.settings.sender,
            clock=self.clock,
            experiences=self.experiences,
            rewards=RewardFile(self.settings.home),
        )

    @cached_property
    def model(self) -> "ChatModel | None":
        """The chat model of the settings, or None for the embedded writer."""
        if not self.settings.model_configured:
            return None
        from agent.llm.make_model import make_chat_model

        return make_chat_model(self.settings, self.units, self.clock, together=self.together)

    @cached_property
    def judges(self) -> "AskJudges | None":
        """The gate's third tier, when a judge model is named."""
        from agent.llm.make_model import make_judge_model
        from agent.llm.trusted_judges import TrustedJudges
        from agent.service.ask_judges import AskJudges

        model = make_judge_model(self.settings, self.units, self.clock, together=self.together)
        return None if model is None else AskJudges(model, trusted=TrustedJudges(self.settings.home))

    @cached_property
    def experiences(self) -> Experiences:
        """What customers went through with the shop."""
        from agent.store.experience import SqlExperiences

        return SqlExperiences(self.engine, shop_id=self.shop_id)

    @cached_property
    def composer(self) -> "ComposeDraft":
        """Composes drafts."""
        made = self._composer(self.model)
        gc.freeze()  # what is loaded by now stays: looking through it for cycles cost 2 ms a draft
        return made

    def _composer(self, model: "ChatModel | None") -> "ComposeDraft":
        """A composer that writes with this model."""
        from agent.service.compose_draft import ComposeDraft

        return ComposeDraft(
            units=self.units,
            charts=self.charts,
            catalogue=self.catalogue,
            retriever=self.retriever,
            model=model,
            clock=self.clock,
            sender=self.settings.sender,
            public_base=self.settings.public_base,
            on_model_down=self.settings.on_model_down,
            gate=self.gate,
            judges=self.judges,
            experiences=self.experiences,
            rewards=self.rewards,
            voice=self.voice,
            together=self.together,
        )

    @cached_property
    def audience(self) -> "ShopAudience":
        """Who belongs to a segment, a rank or a named group."""
        from agent.store.purchases import SqlPurchaseHistory
        from customers.insight.audience import ShopAudience

        return ShopAudience(
            charts=self.charts,
            standings=self.insight.standings,
            fits=self.fits,
            purchases=SqlPurchaseHistory(self.engine, shop_id=self.shop_id),
        )

    def campaigns(self, *, pause_seconds: float = 60.0) -> "DraftCampaign":
        """Drafts for many. pause_seconds: real time between two questions how a provider's batches stand."""
        from agent.service.campaign import DraftCampaign

        return DraftCampaign(
            units=self.units,
            audience=self.audience,
            composer=lambda: self.composer,
            batches=lambda: self._batch_rounds(pause_seconds),
            clock=self.clock,
            at_once=self.settings.model_concurrency if self.model else 1,
            together=self.together,
        )

    def _batch_rounds(self, pause_seconds: float) -> "BatchRounds | None":
        from agent.llm.batch_rounds import ProviderRounds, batching
        from agent.llm.make_model import make_book, make_chat_model

        model = make_chat_model(self.settings, self.units, self.clock, together=self.together)
        if model is None:
            return None
        book = make_book(self.settings, self.units, self.clock, together=self.together)
        composer = self._composer(batching(model, self.units))
        return ProviderRounds(composer, model, self.units, book, pause_seconds=pause_seconds)

    @property
    def estimate_campaign(self) -> "EstimateCampaign":
        """Says before a campaign what it takes."""
        from agent.llm.make_model import routes
        from agent.llm.prices import most_tokens
        from agent.service.campaign_estimate import EstimateCampaign, TaskPrice

        used = ("plan", "write", "judge") if self.model else ("judge",)
        known = routes(self.settings)
        return EstimateCampaign(
            units=self.units,
            composer=lambda: self.composer,
            tasks={task: TaskPrice(known[task].model, known[task].price) for task in used if task in known},
            tokens=most_tokens,
        )

    @cached_property
    def voice_file(self) -> "VoiceFile":
        """The shop's guide, `voice.md`."""
        from agent.store.voice_file import VoiceFile

        return VoiceFile(self.settings.home, units=self.units)

    @cached_property
    def voice(self) -> "SpeakAsShop":
        """How the shop speaks: its guide, its rules, its letters."""
        from agent.service.speak_as_shop import SpeakAsShop

        encoder = cast("SentenceEncoder", _Late(lambda: _carried_model().embeddings))
        return SpeakAsShop(units=self.units, guide=self.voice_file, encoder=encoder)

    @cached_property
    def house_rules(self) -> "HouseRules":
        """Rules learned from edits, and what a manager says to them."""
        from agent.service.house_rules import HouseRules

        return HouseRules(units=self.units, clock=self.clock, gate=self.gate, guide=self.voice_file)

    @cached_property
    def rewards(self) -> "PromiseReward":
        """What the shop's policy grants, and the book of what was promised."""
        from agent.service.promise_reward import PromiseReward
        from agent.store.reward_file import RewardFile

        return PromiseReward(units=self.units, policy=RewardFile(self.settings.home), leanings=self._leaning)

    def _leaning(self, chart: "Chart") -> Leaning:
        """What moves a person, from what is expected of them and what they answered."""
        expected, nps = self.insight.expectations(chart), self.insight.nps_of(chart)
        return Leaning(
            sale=expected.sale_affinity,
            uplift=expected.uplift,
            novelty=expected.taste.novelty_level if expected.taste else None,
            nps=nps.score if nps else None,
        )

    @cached_property
    def decisions(self) -> "DecideDraft":
        """Records what people decide."""
        from agent.service.decide_draft import DecideDraft

        return DecideDraft(
            units=self.units,
            recheck=self.recheck,
            clock=self.clock,
            mail_from=self.settings.mail_from,
            rewriter=_LateRewriter(self),
            two_people=self.settings.two_people_for,
        )

    @cached_property
    def take_version(self) -> "TakeVersion":
        """Takes an earlier text of a draft again."""
        from agent.service.take_version import TakeVersion

        return TakeVersion(units=self.units, recheck=self.recheck, clock=self.clock)

    @cached_property
    def autonomy(self) -> "EarnedAutonomy":
        """Who may send without a person, and the approvals nobody gives."""
        from agent.service.approve_draft import ApproveDraft
        from agent.service.earned_autonomy import EarnedAutonomy

        approve = ApproveDraft(
            recheck=self.recheck,
            clock=self.clock,
            mail_from=self.settings.mail_from,
            two_people=self.settings.two_people_for,
        )
        return EarnedAutonomy(units=self.units, approve=approve, clock=self.clock)

    @cached_property
    def audit_trail(self) -> "AuditTrail":
        """The audit log as people look at it, and its chain watched over."""
        from agent.service.audit_trail import AuditTrail

        return AuditTrail(units=self.units, clock=self.clock)

    @cached_property
    def expire_drafts(self) -> "ExpireDrafts":
        """Takes drafts whose time is over out of the queue."""
        from agent.service.expire_drafts import ExpireDrafts

        return ExpireDrafts(units=self.units)

    @cached_property
    def redraft(self) -> "Redraft":
        """Writes a draft anew for today."""
        from agent.service.redraft import Redraft

        return Redraft(units=self.units, composer=_LateComposer(self))

    def dispatcher(self) -> "Dispatcher":
        """A dispatcher of this process."""
        from agent.service.dispatch import Dispatcher
        from agent.service.quiet_hours import QuietHours
        from channels.choose import choose_channel

        return Dispatcher(
            units=self.units,
            channel=choose_channel(self.settings, self.clock),
            recheck=self.recheck,
            clock=self.clock,
            quiet=QuietHours.read(self.settings.quiet_hours),
            owner=f"{self.settings.executor_id}@{socket.gethostname()}:{os.getpid()}",
            lease_seconds=self.settings.lease_seconds,
            concurrency=self.settings.dispatch_threads,
            beat=lambda ended: self.status.beat(
                f"{self.settings.executor_id}@{socket.gethostname()}",
                "dispatch",
                real_now=time.time(),
                ended=ended,
            ),
        )

    @cached_property
    def status(self) -> "SqlStatus":
        """How the machinery stands."""
        from agent.store.status import SqlStatus

        return SqlStatus(self.engine, shop_id=self.shop_id, clock=self.clock)

    async def dispatch(self, *, once: bool) -> dict[str, object]:
        """Approve what may go without a person, then send what may leave; SIGTERM and Ctrl-C end it in good order."""
        from agent.service.dispatch import Until

        await asyncio.to_thread(self.expire_drafts.run)
        verdict = await asyncio.to_thread(self.audit_trail.keep_up)
        if verdict.broken:
            logging.getLogger(__name__).error("the audit chain breaks at row %d", verdict.broken.sequence)
        await asyncio.to_thread(self.autonomy.run)
        await self.tell_staff.run()

        dispatcher = self.dispatcher()
        loop = asyncio.get_running_loop()
        for ending in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(ending, dispatcher.stop)
        return (await dispatcher.run(Until.ONCE if once else Until.DRAINED)).document()

    # -- people and web

    @cached_property
    def tell_staff(self) -> "TellStaff":
        """Tells staff what cannot wait."""
        from agent.service.tell_staff import TellStaff
        from channels.notices import NoticeChannel

        settings = self.settings
        return TellStaff(
            units=self.units,
            carrier=NoticeChannel(settings, clock=self.clock),
            clock=self.clock,
            public_base=settings.console_address.removesuffix("/console/"),
            webhook=settings.notify_webhook_url is not None,
            two_people=settings.two_people_for,
        )

    @cached_property
    def staff(self) -> "Staff":
        """Who may log in."""
        from agent.service.staff import Staff

        return Staff(self.units)

    def put_user(self, name: str, role: str, password: str) -> "StaffMember":
        """Add a member of staff, or give a known one this role and password. Raises CallerMistake."""
        with self.units(read_only=True) as unit:
            known = unit.staff.find(name)
        if known is None:
            return self.staff.add_user(name, role, password)
        member = self.staff.change_role(name, role)
        self.staff.change_password(name, password)
        return member

    def known_or_added(self, name: str) -> bool:
        """Make sure a decider from the command line has a row; True when one was added (as approver, without a log-in).

        Whoever reaches the command line can add staff anyway (docs/adr/0009); roles of known people still hold.
        """
        with self.units(read_only=True) as unit:
            if unit.staff.find(name):
                return False
        self.staff.add_user(name, "approver", secrets.token_urlsafe(32))
        return True

    def web(self) -> "FastAPI":
        """The web service."""
        from agent.api.app import create_app
        from agent.api.opt_out import opt_out_error_page, opt_out_router
        from agent.service.ask_variant import AskVariant
        from agent.service.bulk_approve import BulkApprove
        from agent.service.mend_outbox import MendOutbox
        from agent.service.share_work import ShareWork
        from agent.service.tell_settings import tell_settings
        from console.frame.errors import error_page
        from console.frame.render import STATIC
        from console.router import console_router
        from console.today.today_page import Limits

        settings = self.settings
        console = console_router(
            units=self.units,
            charts=self.charts,
            decisions=self.decisions,
            staff=self.staff,
            clock=self.clock,
            public_url=settings.public_url,
            shop_name=settings.shop_name,
            insight=cast("CustomerInsight", _Late(lambda: self.insight)),
            keeping=self.facts,
            autonomy=self.autonomy,
            rules=self.house_rules,
            trail=self.audit_trail,
            redraft=self.redraft,
            status=self.status,
            mend=MendOutbox(units=self.units, decisions=self.decisions),
            told_settings=tell_settings(dict(settings)),
            experiences=self.experiences,
            take_version=self.take_version,
            ask_variant=AskVariant(units=self.units, writer=_LateRewriter(self)),
            limits=Limits(settings.line_monthly_quota, settings.daily_yen_cap),
            work=ShareWork(units=self.units, clock=self.clock),
            bulk=BulkApprove(
                units=self.units,
                decisions=self.decisions,
                clock=self.clock,
                two_people=settings.two_people_for,
            ),
        )
        return create_app(
            routers=[console, opt_out_router(units=self.units, shop_name=settings.shop_name)],
            static={"/console/static": STATIC},
            ready=self._require_ready,
            error_pages=[
                error_page(public_url=settings.public_url, shop_name=settings.shop_name),
                opt_out_error_page,
            ],
            public_url=settings.public_url,
        )

    def serve(self) -> None:
        """Run the web service until stopped."""
        import uvicorn

        threading.Thread(target=self._warm, name="warm", daemon=True).start()
        threading.Thread(target=self._keep_telling, name="tell-staff", daemon=True).start()
        host, _, port = self.settings.bind.rpartition(":")
        uvicorn.run(self.web(), host=host.strip("[]") or "127.0.0.1", port=int(port), log_level="warning")

    # -- inside

    def _keep_telling(self) -> None:
        """Tell staff while the service runs; a fault waits for the next round."""
        while True:
            try:
                asyncio.run(self.tell_staff.run())
            except Exception:
                logging.getLogger(__name__).exception("staff could not be told")
            time.sleep(TELL_SECONDS)

    def _warm(self) -> None:
        """Load the gate's encoder and read everybody before somebody asks: the first page and the first edit need not wait."""
        try:
            _carried_model().embeddings.embed_documents(["お待たせいたしました。"])
        except Exception:
            logging.getLogger(__name__).exception("the gate's encoder could not be loaded ahead")
        try:
            self.insight.standings.at(self.today() + timedelta(days=1))
        except Exception:
            logging.getLogger(__name__).exception("the customers' standings could not be read ahead")

    def _require_ready(self) -> None:
        from sqlalchemy import text
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self.engine.connect() as connection:
                connection.execute(text("select 1"))
        except SQLAlchemyError as error:
            raise MachineRetries(
                "the database does not answer",
                ja="データベースに接続できません。少し待ってからお試しください。",
            ) from error

    @cached_property
    def _knowledge(self) -> "SqlKnowledgeStore":
        from agent.store.documents import SqlKnowledgeStore

        return SqlKnowledgeStore(self.engine, shop_id=self.shop_id, clock=self.clock)

    @cached_property
    def _vectors(self) -> "ShopVectors":
        from retrieval.chroma import open_chroma
        from retrieval.vectors import ShopVectors

        place = open_chroma(home=self.settings.home, url=self.settings.chroma_url)
        return ShopVectors(place, shop_id=self.shop_id, model=self._search_model.name)

    @cached_property
    def _search_model(self) -> "EmbeddingModel":
        """The encoder of index and search: the served one where it is named, else the one we carry."""
        settings = self.settings
        if not settings.embed_model:
            return _carried_model()
        from agent.llm.embeddings import ServedEmbeddings
        from agent.llm.make_model import make_book, routes
        from retrieval.embed import EmbeddingModel

        route = routes(settings).get("embed")
        if route is None:
            raise OperatorMustFix(
                "OKAERI_EMBED_MODEL is set without an address or key",
                ja="OKAERI_EMBED_MODEL がありますが、つなぐ先がありません。OKAERI_EMBED_BASE_URL を設定してください。",
            )
        served = ServedEmbeddings(route, make_book(settings, self.units, self.clock))
        return EmbeddingModel(served.name, served, settings.embed_floor, settings.embed_ceiling)

    def index_fits(self) -> bool:
        """False when the vectors were made by another encoder, so that searches go by words until `okaeri index` ran."""
        return self._vectors.made_by_this_encoder()


class _Late:
    """Something heavy, made when first asked for anything: serving begins before it is loaded."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> object:
        return getattr(self._make(), name)


class _LateComposer:
    """Loads the composer only when somebody asks for a draft."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, **asked: Any) -> "Draft":
        """See `agent.service.compose_draft.ComposeDraft`."""
        return await self._app.composer(**asked)


class _LateRewriter:
    """Loads the composer only when somebody asks for a rewrite."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def rewrite(self, draft_id: str, *, instruct: str | None, by: str) -> "Draft":
        """See `agent.ports.Rewriter`."""
        return await self._app.composer.rewrite(draft_id, instruct=instruct, by=by)

    async def add_variant(self, draft_id: str, *, by: str) -> "Draft":
        """See `agent.ports.VariantWriter`."""
        return await self._app.composer.add_variant(draft_id, by=by)


@cache
def _carried_model() -> "EmbeddingModel":
    """The encoder we carry, one for the gate, the voice and a search without a served one."""
    from retrieval.embed import carried_model

    return carried_model()


def open_gate() -> "Gate":
    """The gate without a shop: rules, and the classifier for the sentences they leave open (docs/adr/0016).

    The encoder is loaded at the first doubtful sentence: that takes longer than the rules take for a hundred drafts.
    """
    from evals.checks.gate import Gate
    from evals.checks.second.classifier import SecondTier

    return Gate(SecondTier(cast("SentenceEncoder", _Late(lambda: _carried_model().embeddings))))


def open_app(**flags: object) -> App:
    """Read the settings and open the shop. Raises OperatorMustFix."""
    # Python's own 700 objects make it look for cycles 4 times a draft among half a million objects: 7 ms of 100.
    gc.set_threshold(20_000, 20, 20)
    return App(load_settings(**flags))
