"""One transaction over all that is kept."""

from contextlib import AbstractContextManager
from typing import Protocol

from agent.ports.audit import AuditLog
from agent.ports.campaigns import CampaignStore
from agent.ports.consents import ConsentLedger
from agent.ports.desk_people import DeskPeople
from agent.ports.drafts import DraftStore
from agent.ports.events import EventStore
from agent.ports.facts import FactStore
from agent.ports.kept import KeptValues
from agent.ports.labels import AutonomyStore, LabelStore
from agent.ports.model_batches import BatchStore
from agent.ports.model_calls import ModelCalls, SpendLedger
from agent.ports.notices import NoticeStore
from agent.ports.opt_outs import OptOutLinks
from agent.ports.outbox import OutboxStore
from agent.ports.rewards import RewardStore
from agent.ports.selections import SelectionStore
from agent.ports.staff import StaffStore
from agent.ports.today import DeskDay
from agent.ports.voice import VoiceStore


class UnitOfWork(AbstractContextManager["UnitOfWork"], Protocol):
    """One transaction. Leaving the block without `commit()` undoes everything."""

    @property
    def drafts(self) -> DraftStore: ...
    @property
    def outbox(self) -> OutboxStore: ...
    @property
    def audit(self) -> AuditLog: ...
    @property
    def consents(self) -> ConsentLedger: ...
    @property
    def opt_outs(self) -> OptOutLinks: ...
    @property
    def model_calls(self) -> ModelCalls: ...
    @property
    def spend(self) -> SpendLedger: ...
    @property
    def batches(self) -> BatchStore: ...
    @property
    def campaigns(self) -> CampaignStore: ...
    @property
    def kept(self) -> KeptValues: ...
    @property
    def rewards(self) -> RewardStore: ...
    @property
    def events(self) -> EventStore: ...
    @property
    def facts(self) -> FactStore: ...
    @property
    def staff(self) -> StaffStore: ...
    @property
    def labels(self) -> LabelStore: ...
    @property
    def autonomy(self) -> AutonomyStore: ...
    @property
    def day(self) -> DeskDay: ...
    @property
    def selections(self) -> SelectionStore: ...
    @property
    def people(self) -> DeskPeople: ...
    @property
    def notices(self) -> NoticeStore: ...
    @property
    def voice(self) -> VoiceStore: ...

    def commit(self) -> None:
        """Make it last."""
        ...


class UnitsOfWork(Protocol):
    """Opens transactions. Call it, use the result in a `with` block."""

    def __call__(self, *, read_only: bool = False) -> UnitOfWork: ...
