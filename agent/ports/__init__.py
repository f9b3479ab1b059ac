"""What the middle asks of the world. Each Protocol has a real implementation and, where a test needs one, a shipped fake."""

from agent.ports.audit import AuditLog
from agent.ports.channels import MessageChannel
from agent.ports.charts import Charts
from agent.ports.clock import Clock
from agent.ports.consents import ConsentLedger
from agent.ports.customer_search import CustomerSearch, FoundCustomer
from agent.ports.drafts import DraftStepTaken, DraftStore
from agent.ports.events import EventHistory, EventRecord, EventStore
from agent.ports.expected_values import ExpectedValues
from agent.ports.experience import Experiences
from agent.ports.facts import FactStore, WrittenFact
from agent.ports.history import History
from agent.ports.kept import KeptValues
from agent.ports.knowledge import Catalogue, KnowledgeStore, Retriever
from agent.ports.labels import AutonomyStore, LabelledText, LabelStore
from agent.ports.model_calls import ForDraft, ModelCallMade, ModelCalls, SpendLedger, Spent
from agent.ports.opt_outs import OptOutLinks
from agent.ports.outbox import OutboxEntry, OutboxStore
from agent.ports.purchases import Changed, KeptFeatures, KeptModel, KeptModels, PurchaseHistory
from agent.ports.rewards import Granted, Leaning, Leanings, PoolCount, ReadPolicy, RewardStore
from agent.ports.rewriting import Rewriter, VariantWriter
from agent.ports.sales import ProductSales
from agent.ports.staff import StaffStore
from agent.ports.voice import KeptGuide, LookedAt, ReadGuide, VoiceStore
from agent.ports.work import UnitOfWork, UnitsOfWork

__all__ = [
    "AuditLog",
    "AutonomyStore",
    "Catalogue",
    "Changed",
    "Charts",
    "Clock",
    "ConsentLedger",
    "CustomerSearch",
    "DraftStepTaken",
    "DraftStore",
    "EventHistory",
    "EventRecord",
    "EventStore",
    "ExpectedValues",
    "Experiences",
    "FactStore",
    "ForDraft",
    "FoundCustomer",
    "Granted",
    "History",
    "KeptFeatures",
    "KeptGuide",
    "KeptModel",
    "KeptModels",
    "KeptValues",
    "KnowledgeStore",
    "LabelStore",
    "LabelledText",
    "Leaning",
    "Leanings",
    "LookedAt",
    "MessageChannel",
    "ModelCallMade",
    "ModelCalls",
    "OptOutLinks",
    "OutboxEntry",
    "OutboxStore",
    "PoolCount",
    "ProductSales",
    "PurchaseHistory",
    "ReadGuide",
    "ReadPolicy",
    "Retriever",
    "RewardStore",
    "Rewriter",
    "SpendLedger",
    "Spent",
    "StaffStore",
    "UnitOfWork",
    "UnitsOfWork",
    "VariantWriter",
    "VoiceStore",
    "WrittenFact",
]
