"""A chat model whose questions are collected for a batch: the draft stops there and is composed again when the answer has come."""

from collections import Counter
from typing import Self

from agent.chains.model import Answer, AwaitingBatch
from agent.llm.answers_kept import AnswersKept, request_digest
from agent.llm.openai_compatible import OpenAICompatible
from agent.llm.routed import RoutedModel
from agent.llm.tasks import task_of
from agent.llm.ways_of_asking import asking, with_form
from agent.ports import ForDraft, ModelCallMade, UnitsOfWork
from agent.ports.model_batches import BatchRequest
from prompts.registry import RenderedPrompt


class BatchingModel:
    """`agent.chains.model.ChatModel` that answers from a draft's record, else puts the question in and raises AwaitingBatch.

    Asked directly after all: a request whose batch failed or brought nothing usable, and the first of a model nobody has asked yet
    (which way of asking it understands must be found out first).
    """

    def __init__(self, model: OpenAICompatible | RoutedModel, units: UnitsOfWork) -> None:
        """model: made with a book, so that answers are kept."""
        self._model, self._units = model, units
        self._draft: ForDraft | None = None
        self._kept = AnswersKept(())
        self._asked: Counter[str] = Counter()

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def for_draft(self, draft: ForDraft) -> Self:
        """The same for one draft, with the answers it has."""
        with self._units(read_only=True) as work:
            calls = work.model_calls.of_draft(draft.draft_id)
        bound = type(self)(self._model.for_draft(draft), self._units)
        bound._draft = draft
        bound._kept = AnswersKept(
            call
            for call in calls
            if call.draft_version == draft.version and call.error is None and call.request_digest
        )
        return bound

    async def answer(
        self, prompt: RenderedPrompt, schema: type[Answer], *, step: str, journal: list[ModelCallMade]
    ) -> Answer:
        """See `ChatModel.answer`. Raises AwaitingBatch until the answer has come."""
        model = self._model.of(step) if isinstance(self._model, RoutedModel) else self._model
        digest = request_digest(model.name, prompt, schema)
        if (standing := self._kept.take(digest, schema)) is not None:
            self._asked[digest] += 1
            return standing
        method, draft = model.method(), self._draft
        if draft is None or method is None:
            return await model.answer(prompt, schema, step=step, journal=journal)
        custom_id = f"{draft.draft_id}.{draft.version}|{step}|{digest[:24]}.{self._asked[digest]}"
        self._asked[digest] += 1
        with self._units() as work:
            state = work.batches.state_of(custom_id)
            if state is None:
                messages = with_form(prompt.messages, schema) if method == "json_in_text" else prompt.messages
                talk = [{"role": role, "content": text} for role, text in messages]
                fields = asking(method, schema, prompt, warm=model.warm)
                work.batches.put(
                    BatchRequest(
                        custom_id=custom_id,
                        draft_id=draft.draft_id,
                        customer_id=draft.customer_id,
                        version=draft.version,
                        task=task_of(step),
                        step=step,
                        prompt_name=prompt.name,
                        prompt_version=prompt.version,
                        prompt_digest=prompt.digest,
                        request_digest=digest,
                        model=model.name,
                        method=method,
                        body={"model": model.name, "messages": talk, **fields},
                    )
                )
                work.commit()
        if state in ("answered", "failed"):
            return await model.answer(prompt, schema, step=step, journal=journal)
        raise AwaitingBatch(
            f"{step} of draft {draft.draft_id} waits for a batch",
            ja="AIモデルのまとめ依頼の返事を待っています。",
        )
