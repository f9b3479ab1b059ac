"""Send collected requests to a provider's batch endpoint, ask how they stand, and write the answers into their drafts' records.

Every step can be repeated after a crash: a batch has its row before the provider hears of it and carries our id in its metadata, by
which it is found again; an answer, its bill and its request's state are one transaction.
"""

import json
from collections.abc import Sequence
from typing import Any, Literal
from uuid import uuid4

from agent.chains.model import ModelMisconfigured
from agent.llm.call_book import CallBook
from agent.llm.lean_chat import message_of
from agent.llm.openai_compatible import OpenAICompatible
from agent.llm.read_answer import said
from agent.llm.translate_errors import translate
from agent.llm.wire import WireRefused, WireUnreadable
from agent.ports import ForDraft, ModelCallMade, Spent, UnitOfWork, UnitsOfWork
from agent.ports.model_batches import Batch, BatchRequest

MOST_REQUESTS = 5_000
"""In one batch: some 25 MB of letters; providers take 50,000 and 200 MB."""
MOST_ANSWER_BYTES = 200_000_000
OURS = "okaeri_batch"
"""The metadata field by which a batch is found again."""
_NO_SUCH_ROAD = frozenset({404, 405, 501})
_ENDED = {"completed", "failed", "expired", "cancelled"}


class BatchDesk:
    """Batches of one model."""

    def __init__(self, model: OpenAICompatible, units: UnitsOfWork, book: CallBook) -> None:
        self._model, self._units, self._book = model, units, book
        self._wire = model.client.wire

    async def submit(self) -> int:
        """Send everything that waits; returns how many requests left. Batches whose sending crashed are sent or found first.

        Raises CapReached or PriceUnknown before anything leaves, ModelDown or ModelMisconfigured when the provider refuses: what
        was prepared is sent by the next call.
        """
        sent = 0
        for batch in self._unfinished():
            if batch.provider_id is None:
                sent += await self._send(batch, find_first=True)
        while requests := self._open():
            sent += await self._send(await self._prepare(requests), find_first=False)
        return sent

    async def collect(self) -> int:
        """Ask how running batches stand and take in what has come; returns how many are still under way. Raises as `submit`."""
        left = 0
        for batch in self._unfinished():
            if batch.provider_id is None:
                left += 1
                continue
            try:
                standing = await self._wire.get(f"batches/{batch.provider_id}")
                if standing.get("status") not in _ENDED:
                    left += 1
                    continue
                await self._take_in(batch, standing)
            except Exception as error:
                raise translate(error) from error
        return left

    # -- sending

    async def _prepare(self, requests: Sequence[BatchRequest]) -> Batch:
        """Set the money aside, then one transaction for the batch and its requests."""
        texts = [message["content"] for request in requests for message in request.body["messages"]]
        answers = sum(int(request.body.get("max_tokens") or 2_000) for request in requests)
        task = requests[0].task
        held = await self._book.hold(task, self._model.name, texts, answers, batch=True)
        batch = Batch(f"b{uuid4().hex[:16]}", task, self._model.name, "made", None, held.micro_yen, held.day)
        with self._units() as work:
            work.batches.begin(batch, requests)
            work.commit()
        return batch

    async def _send(self, batch: Batch, *, find_first: bool) -> int:
        with self._units(read_only=True) as work:
            requests = work.batches.requests_of(batch.batch_id)
        try:
            provider_id = await self._found(batch) if find_first else None
            if provider_id is None:
                provider_id = await self._create(batch, requests)
        except WireRefused as error:
            raise (self._no_batches() if error.status in _NO_SUCH_ROAD else translate(error)) from error
        except Exception as error:
            raise translate(error) from error
        with self._units() as work:
            work.batches.running(batch.batch_id, provider_id=provider_id)
            work.commit()
        return len(requests)

    def _no_batches(self) -> ModelMisconfigured:
        return ModelMisconfigured(
            f"{self._model.name} has no batch endpoint",
            ja=f"モデル「{self._model.name}」のつなぎ先には、まとめ依頼（batch）の窓口がありません。"
            "--batch を付けずに作成してください。",
        )

    async def _found(self, batch: Batch) -> str | None:
        """The provider's id of a batch that was created although we did not live to note it."""
        page = await self._wire.get("batches?limit=100")
        for standing in page.get("data", []):
            if (standing.get("metadata") or {}).get(OURS) == batch.batch_id:
                return str(standing["id"])
        return None

    async def _create(self, batch: Batch, requests: Sequence[BatchRequest]) -> str:
        lines = [
            json.dumps(
                {
                    "custom_id": request.custom_id,
                    "method": "POST",
                    "url": "/v1/chat/completions",
                    "body": request.body,
                },
                ensure_ascii=False,
            )
            for request in requests
        ]
        content = ("\n".join(lines) + "\n").encode()
        file = await self._wire.upload("files", f"{batch.batch_id}.jsonl", content, {"purpose": "batch"})
        made = await self._wire.post(
            "batches",
            {
                "input_file_id": file["id"],
                "endpoint": "/v1/chat/completions",
                "completion_window": "24h",
                "metadata": {OURS: batch.batch_id},
            },
        )
        return str(made["id"])

    # -- taking in

    async def _take_in(self, batch: Batch, standing: dict[str, Any]) -> None:
        """Apply what came, also of a batch that expired half-way; the rest is asked directly."""
        with self._units(read_only=True) as work:
            waiting = {request.custom_id: request for request in work.batches.requests_of(batch.batch_id)}
        if output := standing.get("output_file_id"):
            content = await self._wire.download(f"files/{output}/content", most=MOST_ANSWER_BYTES)
            for line in content.splitlines():
                await self._apply(line, waiting)
        state: Literal["done", "failed"] = "done" if standing["status"] == "completed" else "failed"
        with self._units() as work:
            if batch.held_on:
                nothing = Spent(batch.task, 0, 0, 0, 0, 0)
                work.spend.settle(batch.held_on, nothing, held_micro_yen=batch.held_micro_yen)
            work.batches.end(batch.batch_id, state=state, why=str(standing["status"]))
            work.commit()

    async def _apply(self, line: bytes, waiting: dict[str, BatchRequest]) -> None:
        """One line of the answers' file. Lines that are none, or not ours, are passed over: their requests have failed."""
        try:
            given = json.loads(line)
            request = waiting[given["custom_id"]]
            answer = given["response"]
            if answer["status_code"] != 200:
                return
            message = message_of(answer["body"])
        except (ValueError, KeyError, TypeError, WireUnreadable):
            return
        usage = message.usage_metadata
        call = ModelCallMade(
            step=request.step,
            prompt_name=request.prompt_name,
            prompt_version=request.prompt_version,
            prompt_digest=request.prompt_digest,
            model=request.model,
            method=request.method,
            messages=tuple((talk["role"], talk["content"]) for talk in request.body["messages"]),
            response=said(message),
            error=None,
            prompt_tokens=usage["input_tokens"] if usage else None,
            completion_tokens=usage["output_tokens"] if usage else None,
            duration_ms=0,
            request_digest=request.request_digest,
        )

        def answered(work: UnitOfWork) -> None:
            work.batches.mark(request.custom_id, "answered")

        await self._book.settle(
            call,
            self._book.nothing_held(request.task, request.model),
            task=request.task,
            draft=ForDraft(request.draft_id, request.customer_id, request.version),
            batch=True,
            also=answered,
        )

    def _unfinished(self) -> list[Batch]:
        with self._units(read_only=True) as work:
            return work.batches.unfinished(self._model.name)

    def _open(self) -> list[BatchRequest]:
        with self._units(read_only=True) as work:
            return work.batches.open_requests(self._model.name, most=MOST_REQUESTS)
