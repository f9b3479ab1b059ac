"""A writer for the console's tests: the real composer on the desk's database, with a model that says what it is told."""

from agent.chains.model import ChatModel
from agent.service.compose_draft import ComposeDraft
from agent.store.documents import SqlKnowledgeStore
from agent.store.experience import SqlExperiences
from agent.store.history import SqlHistory
from customers.charting.chart import CustomerCharts
from retrieval.catalogue import StoredCatalogue
from tests.support.drafting import HandRetriever
from tests.support.sending_desk import SHOP, SendingDesk

PLAN: dict[str, object] = {
    "angle": "お買い上げへのお礼",
    "fact_ids": [],
    "passage_ids": [],
    "useful": "",
    "request": "",
    "avoid": [],
}


def letter(*paragraphs: str, subject: str = "お買い上げのお礼") -> dict[str, object]:
    """A model's answer that rests on nothing."""
    said = [{"text": text, "fact_ids": [], "passage_ids": []} for text in paragraphs]
    return {"subject": subject, "paragraphs": said}


def composer(desk: SendingDesk, model: ChatModel | None) -> ComposeDraft:
    """The composer as the composition root builds it, but for the passages."""
    return ComposeDraft(
        units=desk.units,
        charts=CustomerCharts(SqlHistory(desk.engine, shop_id=SHOP)),
        catalogue=StoredCatalogue(SqlKnowledgeStore(desk.engine, shop_id=SHOP, clock=desk.clock)),
        retriever=HandRetriever(),
        model=model,
        clock=desk.clock,
        sender=desk.settings.sender,
        public_base=desk.settings.public_base,
        experiences=SqlExperiences(desk.engine, shop_id=SHOP),
    )
