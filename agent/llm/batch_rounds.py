"""Compose through providers' batches, one desk a model: send what the drafts wait for, ask until every answer is there, compose again."""

import asyncio

from agent.domain.errors import OperatorMustFix
from agent.llm.batch import BatchDesk
from agent.llm.batching_model import BatchingModel
from agent.llm.call_book import CallBook
from agent.llm.openai_compatible import OpenAICompatible
from agent.llm.routed import RoutedModel
from agent.ports import UnitsOfWork
from agent.service.compose_draft import ComposeDraft

STEPS = ("plan", "write")
"""Steps whose models may differ."""


class ProviderRounds:
    """`agent.service.campaign.BatchRounds` on one or several models that take batches."""

    def __init__(
        self,
        composer: ComposeDraft,
        model: OpenAICompatible | RoutedModel,
        units: UnitsOfWork,
        book: CallBook,
        *,
        pause_seconds: float,
    ) -> None:
        """composer: made with `batching(model)`.    pause_seconds: real time between two questions how batches stand.

        Raises OperatorMustFix when planner and writer are one name at two places: requests are kept by the model's name.
        """
        self.composer = composer
        models = list({id(one): one for one in (_of(model, step) for step in STEPS)}.values())
        if len({one.name for one in models}) < len(models):
            raise OperatorMustFix(
                f"two endpoints serve a model called {models[0].name!r}; a batch cannot tell them apart",
                ja=f"組み立て用と文章用に、同じ名前のモデル「{models[0].name}」が別々のつなぎ先で設定されています。"
                "--batch では見分けられません。つなぎ先をそろえるか、--batch を付けずに作成してください。",
            )
        self._desks = [BatchDesk(one, units, book) for one in models]
        self._pause = pause_seconds

    async def round(self) -> None:
        """Send and wait. Raises what `BatchDesk.submit` raises; what was sent stays sent."""
        for desk in self._desks:
            await desk.submit()
        while sum([await desk.collect() for desk in self._desks]):
            await asyncio.sleep(self._pause)


def batching(model: OpenAICompatible | RoutedModel, units: UnitsOfWork) -> BatchingModel:
    """The model for a composer whose questions travel in batches."""
    return BatchingModel(model, units)


def _of(model: OpenAICompatible | RoutedModel, step: str) -> OpenAICompatible:
    return model.of(step) if isinstance(model, RoutedModel) else model
