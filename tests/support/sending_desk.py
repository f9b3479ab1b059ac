"""A shop ready to approve and send: real store, charts, catalogue and gate, with a few customers and drafts."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from agent.domain.draft import Draft, DraftState, DraftVersion, Recommendation
from agent.domain.message import Addressee, MessageContext, Offer, Paragraph, ProductFacts, ShopIdentity
from agent.domain.occasion import Channel, Occasion
from agent.domain.staff import Role
from agent.ports import Clock, MessageChannel, ReadPolicy, UnitsOfWork
from agent.service.approve_draft import ApproveDraft
from agent.service.assemble_message import assemble_message
from agent.service.decide_draft import DecideDraft
from agent.service.dispatch import Dispatcher
from agent.service.quiet_hours import QuietHours
from agent.service.recheck import Recheck
from agent.service.unsubscribe import SECRET_NAME, unsubscribe_url
from agent.settings import Settings
from agent.store.documents import SqlKnowledgeStore
from agent.store.experience import SqlExperiences
from agent.store.history import SqlHistory
from agent.store.tables import OutboxRow, Variant
from agent.store.unit_of_work import SqlUnitOfWork
from customers.charting.chart import CustomerCharts
from evals.checks.gate import run_checks
from retrieval.catalogue import StoredCatalogue
from tests.support.shop_rows import ShopRows

SHOP = "default"
SETTINGS = Settings(
    shop_name="花の店",
    shop_sender_name="花の店 店長 石田",
    shop_address="東京都杉並区西荻北1-2-3",
    shop_contact="support@hana.example",
    shop_domain="hana.example",
    mail_from="tencho@hana.example",
)
SECRET = bytes(range(32))
"""Fixed, so that opt-out addresses and with them all texts are the same in every run."""


PEOPLE = (
    ("oono", Role.OWNER),
    ("mori", Role.APPROVER),
    ("kaki", Role.WRITER),
    ("mita", Role.VIEWER),
)
"""Who may be at the desk."""


class SendingDesk:
    """Everything around one database. Members: mori (approver), kaki (writer), mita (viewer)."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        settings: Settings = SETTINGS,
        staff: bool = True,
        rewards: ReadPolicy | None = None,
    ) -> None:
        self.engine, self.clock, self.settings = engine, clock, settings
        self.rows = ShopRows(engine, SHOP)
        self.recheck = Recheck(
            charts=CustomerCharts(SqlHistory(engine, shop_id=SHOP)),
            catalogue=StoredCatalogue(SqlKnowledgeStore(engine, shop_id=SHOP, clock=clock)),
            gate=run_checks,
            sender=settings.sender,
            clock=clock,
            experiences=SqlExperiences(engine, shop_id=SHOP),
            rewards=rewards,
        )
        self.decide = DecideDraft(
            units=self.units, recheck=self.recheck, clock=clock, mail_from=settings.mail_from
        )
        if staff:
            with self.units() as unit:
                unit.kept.put_once(SECRET_NAME, {"hex": SECRET.hex()})
                for name, role in PEOPLE:
                    unit.staff.add(name, role=role, password_hash="-")
                unit.commit()

    def units(self, *, read_only: bool = False) -> SqlUnitOfWork:
        """Open a transaction (`agent.ports.UnitsOfWork`)."""
        return SqlUnitOfWork(self.engine, shop_id=SHOP, clock=self.clock, read_only=read_only)

    def dispatcher(self, channel: MessageChannel, **more: Any) -> Dispatcher:
        """A dispatcher over this database."""
        units: UnitsOfWork = self.units
        given: dict[str, Any] = {"owner": "w1", "quiet": QuietHours.read("21:00-08:00"), "concurrency": 2}
        return Dispatcher(
            units=units, channel=channel, recheck=self.recheck, clock=self.clock, **(given | more)
        )

    def customer(self, name: str = "c1", **fields: Any) -> str:
        """A customer with an order, who said yes to both channels."""
        known: dict[str, Any] = {"line_user_id": f"U{name:0>32}", "consent_line": True}
        customer_id = self.rows.customer(name, **(known | fields))
        self.rows.order(customer_id, date(2026, 10, 1), net_yen=3_300)
        return customer_id

    def draft(self, draft_id: str = "d1", **more: Any) -> str:
        """A stored draft."""
        with self.units() as unit:
            unit.drafts.add(self.composed(draft_id, **more), by="test", trigger=draft_id)
            unit.commit()
        return draft_id

    def approved_in_bulk(self, count: int, **more: Any) -> None:
        """Customers m0, m1, … each with a scheduled draft, written in one transaction through the real approval."""
        for number in range(count):
            self.rows.customer(f"m{number}", line_user_id=f"U{f'm{number}':0>32}", consent_line=True)
        drafts = [
            self.composed(f"dm{number}", customer=f"m{number}", occasion=Occasion.FOLLOW_UP, **more)
            for number in range(count)
        ]
        approve = ApproveDraft(recheck=self.recheck, clock=self.clock, mail_from=self.settings.mail_from)
        with self.units() as unit:
            for draft in drafts:
                unit.drafts.add(draft, by="test", trigger=draft.draft_id)
                decided = approve.approve(
                    unit, draft.draft_id, by="mori", reason=None, expected_digest=None, hold=timedelta(0)
                )
                assert decided.refusal is None, decided.refusal
            unit.commit()

    def composed(
        self,
        draft_id: str = "d1",
        *,
        customer: str = "c1",
        channel: Channel = Channel.EMAIL,
        state: DraftState = DraftState.WAITING,
        occasion: Occasion = Occasion.THANK_YOU,
        text: str = "先日はお買い上げいただき、誠にありがとうございました。",
        subject: str = "先日のお買い物のお礼",
        products: tuple[ProductFacts, ...] = (),
        offer: Offer | None = None,
        recommendation: Recommendation = Recommendation.SEND,
        expires_at: datetime | None = None,
        evidence: dict[str, str] | None = None,
    ) -> Draft:
        """A draft, put together the way the product does."""
        recipient = f"{customer}@example.com" if channel is Channel.EMAIL else f"U{customer:0>32}"
        paragraphs = (Paragraph(text, ("f1",), ()),)
        shop = self._shop(customer, channel, recipient)
        addressee = Addressee(customer, "佐藤", "花子")
        written = assemble_message(
            draft_id=draft_id,
            channel=channel,
            shop=shop,
            customer=addressee,
            greetable=True,
            subject=subject,
            paragraphs=paragraphs,
        )
        now = self.clock.now()
        context = MessageContext(
            context_id=draft_id,
            shop=shop,
            customer=addressee,
            products=products,
            policies=(),
            offer=offer,
            occasion=occasion,
            channel=channel,
            today=now.astimezone(ZoneInfo("Asia/Tokyo")).date(),
        )
        version = DraftVersion(
            1,
            "embedded",
            written.subject,
            written.body,
            paragraphs,
            evidence or {"f1": "購入"},
            (),
            {},
            None,
            now,
            preheader=written.preheader,
            layout=written.layout,
        )
        return Draft(
            draft_id=draft_id,
            customer_id=customer,
            occasion=occasion,
            channel=channel,
            recipient=recipient,
            state=state,
            recommendation=recommendation,
            why="ご購入のお礼",
            reward=None,
            fallback=None,
            context=context,
            version=version,
            findings=(),
            created_at=now,
            expires_at=expires_at,
        )

    def approved(self, draft_id: str = "d1", **more: Any) -> str:
        """A draft that is scheduled; where the occasion asks for it, two people approved."""
        self.draft(draft_id, **more)
        decided = self.decide.approve(draft_id, by="mori")
        if decided.awaits_second:
            decided = self.decide.approve(draft_id, by="oono")
        assert decided.refusal is None, decided.refusal
        return draft_id

    def state(self, draft_id: str = "d1") -> DraftState:
        """Where a draft stands now."""
        return self.read(draft_id).state

    def read(self, draft_id: str = "d1") -> Draft:
        """A draft as stored now."""
        with self.units(read_only=True) as unit:
            return unit.drafts.get(draft_id)

    def outbox(self, **where: Any) -> list[OutboxRow]:
        """Outbox rows as stored now."""
        with Session(self.engine) as session:
            return list(session.query(OutboxRow).filter_by(**where).order_by(OutboxRow.draft_id))

    def set_outbox(self, **values: Any) -> None:
        """Change all outbox rows behind the program's back."""
        with Session(self.engine) as session:
            session.execute(update(OutboxRow).values(**values))
            session.commit()

    def set_variant(self, sku: str, **values: Any) -> None:
        """Change a product's live price or stock."""
        with Session(self.engine) as session:
            session.execute(update(Variant).where(Variant.sku == sku).values(**values))
            session.commit()

    def opt_out_token(self, customer: str = "c1") -> str:
        """The token in the customer's mails."""
        return self._shop(customer, Channel.EMAIL, f"{customer}@example.com").unsubscribe_url.rsplit("/", 1)[
            -1
        ]

    def _shop(self, customer: str, channel: Channel, recipient: str) -> ShopIdentity:
        url = unsubscribe_url(
            SECRET,
            base_url=self.settings.public_base,
            customer_id=customer,
            channel=channel,
            recipient=recipient,
        )
        return self.settings.sender(unsubscribe_url=url)


def without(settings: Settings, **fields: Any) -> Settings:
    """The same settings with some changed."""
    return settings.model_copy(update=fields)
