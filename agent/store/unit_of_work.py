"""One transaction and the stores that work inside it."""

from functools import cached_property
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from agent.ports import Clock
from agent.store.audit import SqlAuditLog
from agent.store.autonomy import SqlAutonomyStore
from agent.store.campaigns import SqlCampaignStore
from agent.store.consents import SqlConsentLedger
from agent.store.desk_people import SqlDeskPeople
from agent.store.drafts import SqlDraftStore
from agent.store.engine import READ_ONLY
from agent.store.events import SqlEventStore
from agent.store.facts import SqlFactStore
from agent.store.kept import SqlKeptValues
from agent.store.labels import SqlLabelStore
from agent.store.model_batches import SqlBatchStore
from agent.store.model_calls import SqlModelCalls
from agent.store.model_spend import SqlSpendLedger
from agent.store.notices import SqlNotices
from agent.store.opt_outs import SqlOptOutLinks
from agent.store.outbox import SqlOutbox
from agent.store.rewards import SqlRewardStore
from agent.store.selections import SqlSelections
from agent.store.staff import SqlStaffStore
from agent.store.today import SqlDeskDay
from agent.store.voice import SqlVoiceStore


class SqlUnitOfWork:
    """A transaction on the shop's rows. Leaving the `with` block without `commit()` undoes everything."""

    def __init__(self, engine: Engine, *, shop_id: str, clock: Clock, read_only: bool = False) -> None:
        self._engine = engine.execution_options(**{READ_ONLY: True}) if read_only else engine
        self.shop_id, self.clock = shop_id, clock

    def __enter__(self) -> Self:
        self.session = Session(self._engine, expire_on_commit=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def commit(self) -> None:
        """Make it last."""
        self.session.commit()

    @cached_property
    def drafts(self) -> SqlDraftStore:
        """Drafts and what belongs to them."""
        return SqlDraftStore(self.session, self.shop_id, self.clock)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """Messages that will leave."""
        return SqlOutbox(self.session, self.shop_id, self.clock)

    @cached_property
    def consents(self) -> SqlConsentLedger:
        """Who may be written to."""
        return SqlConsentLedger(self.session, self.shop_id, self.clock)

    @cached_property
    def opt_outs(self) -> SqlOptOutLinks:
        """Whom short opt-out addresses name."""
        return SqlOptOutLinks(self.session, self.shop_id)

    @cached_property
    def audit(self) -> SqlAuditLog:
        """Who did what."""
        return SqlAuditLog(self.session, self.shop_id, self.clock)

    @cached_property
    def model_calls(self) -> SqlModelCalls:
        """What was shown to a model."""
        return SqlModelCalls(self.session, self.shop_id, self.clock)

    @cached_property
    def spend(self) -> SqlSpendLedger:
        """What models cost."""
        return SqlSpendLedger(self.session, self.shop_id)

    @cached_property
    def batches(self) -> SqlBatchStore:
        """Requests handed to a provider in batches."""
        return SqlBatchStore(self.session, self.shop_id, self.clock)

    @cached_property
    def campaigns(self) -> SqlCampaignStore:
        """Drafts for many."""
        return SqlCampaignStore(self.session, self.shop_id, self.clock)

    @cached_property
    def kept(self) -> SqlKeptValues:
        """Small values the program keeps for itself."""
        return SqlKeptValues(self.session, self.shop_id)

    @cached_property
    def rewards(self) -> SqlRewardStore:
        """What may be given, and what was promised."""
        return SqlRewardStore(self.session, self.shop_id, self.clock)

    @cached_property
    def events(self) -> SqlEventStore:
        """What customers did besides buying."""
        return SqlEventStore(self.session, self.shop_id)

    @cached_property
    def facts(self) -> SqlFactStore:
        """What somebody told us or wrote down."""
        return SqlFactStore(self.session, self.shop_id)

    @cached_property
    def staff(self) -> SqlStaffStore:
        """Who works here and who is logged in."""
        return SqlStaffStore(self.session, self.shop_id, self.clock)

    @cached_property
    def labels(self) -> SqlLabelStore:
        """What people's decisions say about the drafts."""
        return SqlLabelStore(self.session, self.shop_id)

    @cached_property
    def autonomy(self) -> SqlAutonomyStore:
        """Who switched what to automatic."""
        return SqlAutonomyStore(self.session, self.shop_id)

    @cached_property
    def day(self) -> SqlDeskDay:
        """The day at the desk."""
        return SqlDeskDay(self.session, self.shop_id, self.clock)

    @cached_property
    def selections(self) -> SqlSelections:
        """What people approve together."""
        return SqlSelections(self.session, self.shop_id)

    @cached_property
    def people(self) -> SqlDeskPeople:
        """Who looks after a draft and who is looking."""
        return SqlDeskPeople(self.session, self.shop_id)

    @cached_property
    def notices(self) -> SqlNotices:
        """Messages to staff."""
        return SqlNotices(self.session, self.shop_id, self.clock)

    @cached_property
    def voice(self) -> SqlVoiceStore:
        """How the shop speaks."""
        return SqlVoiceStore(self.session, self.shop_id, self.clock)
