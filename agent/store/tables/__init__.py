"""Every table of the store. One schema for SQLite and PostgreSQL; every row belongs to a shop.

Money is integer yen. Moments are UTC. A day column (`Date`) is a calendar day in Asia/Tokyo. JSON columns hold documents we
only read whole. Nothing that says what happened is ever overwritten: versions, findings, decisions, deliveries, audit.
"""

from agent.store.tables.autonomy import AutonomySwitch
from agent.store.tables.base import Base, Shop, ShopRow, Utc
from agent.store.tables.campaigns import CampaignRecipientRow, CampaignRow
from agent.store.tables.desk import AssignmentRow, BulkSelectionRow, DraftLookRow, NoticeRow
from agent.store.tables.drafts import (
    DecisionRow,
    DraftRow,
    DraftStep,
    DraftVersionRow,
    FindingRow,
    OccasionRow,
)
from agent.store.tables.events import Event
from agent.store.tables.expected import ExpectedValue
from agent.store.tables.features import ChangedCustomer, CustomerFeatures, ShopModel
from agent.store.tables.imports import Import, ReplacedRecord
from agent.store.tables.kept import KeptValueRow
from agent.store.tables.knowledge import IndexedDocument, IndexedPassage, Policy
from agent.store.tables.model_work import ModelBatchRequestRow, ModelBatchRow, ModelSpendRow
from agent.store.tables.orders import Order, OrderLine
from agent.store.tables.outbox import DeliveryRow, OptOutLinkRow, OutboxRow, Suppression
from agent.store.tables.people import Consent, Customer, CustomerRecord, Fact, Identity
from agent.store.tables.products import Product, Variant
from agent.store.tables.records import AuditRow, ModelCall
from agent.store.tables.rewards import RewardCode, RewardGrant
from agent.store.tables.staff import LoginAttempt, StaffSession, User
from agent.store.tables.voice import HouseRuleStepRow, VoiceGuideRow
from agent.store.tables.workers import WorkerRow

__all__ = [
    "AssignmentRow",
    "AuditRow",
    "AutonomySwitch",
    "Base",
    "BulkSelectionRow",
    "CampaignRecipientRow",
    "CampaignRow",
    "ChangedCustomer",
    "Consent",
    "Customer",
    "CustomerFeatures",
    "CustomerRecord",
    "DecisionRow",
    "DeliveryRow",
    "DraftLookRow",
    "DraftRow",
    "DraftStep",
    "DraftVersionRow",
    "Event",
    "ExpectedValue",
    "Fact",
    "FindingRow",
    "HouseRuleStepRow",
    "Identity",
    "Import",
    "IndexedDocument",
    "IndexedPassage",
    "KeptValueRow",
    "LoginAttempt",
    "ModelBatchRequestRow",
    "ModelBatchRow",
    "ModelCall",
    "ModelSpendRow",
    "NoticeRow",
    "OccasionRow",
    "OptOutLinkRow",
    "Order",
    "OrderLine",
    "OutboxRow",
    "Policy",
    "Product",
    "ReplacedRecord",
    "RewardCode",
    "RewardGrant",
    "Shop",
    "ShopModel",
    "ShopRow",
    "StaffSession",
    "Suppression",
    "User",
    "Utc",
    "Variant",
    "VoiceGuideRow",
    "WorkerRow",
]
