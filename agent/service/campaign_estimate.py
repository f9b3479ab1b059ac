"""Say before a campaign how many calls, tokens and yen it takes: from a sample laid out as it will be, without asking anybody."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from agent.chains.model import Answer
from agent.chains.plan import Plan
from agent.domain.errors import OkaeriError
from agent.domain.message import WrittenMessage
from agent.ports import ModelCallMade, Spent, UnitsOfWork
from agent.ports.campaigns import Campaign
from agent.service.advise import Degree
from agent.service.assemble_message import greeting
from agent.service.campaign import general
from agent.service.compose_draft import ComposeDraft
from agent.service.lay_out_desk import Desk
from agent.service.pseudonyms import Pseudonyms
from agent.service.write_with_model import ROUNDS, write_with_model
from agent.settings import ModelPrice
from prompts.registry import RenderedPrompt

SAMPLE = 20
"""People laid out for the estimate, evenly spread: a second of work, and a share told within some ten points."""
LOOKED_BACK = timedelta(days=90)
ENOUGH = 20
"""Calls of a task from which its own past says how long its answers are."""
ASSUMED_ANSWER = {"plan": 250, "write": 500, "judge": 150}
"""Tokens of an answer while there is no past: what letters of our length take."""
ASSUMED_REVISIONS = 0.3
LIKELY_TOKENS = 0.7
"""A likely count of tokens beside the most there can be: about one a Japanese sign."""


@dataclass(frozen=True, slots=True)
class TaskEstimate:
    """One task of the whole campaign. likely and most: calls, tokens read, tokens written, yen (None without a price)."""

    task: str
    model: str
    calls: tuple[int, int]
    read: tuple[int, int]
    written: tuple[int, int]
    yen: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a campaign will likely take. people: all; sampled: laid out for this; to_write: who likely gets a text.

    reasons: why not, by how many of the sample, each kind in the words of its first.    tasks: empty without a model.
    from_past: answers' lengths and revisions are this shop's own of the last 90 days, else assumed.
    """

    people: int
    sampled: int
    to_write: int
    reasons: Mapping[str, int]
    tasks: tuple[TaskEstimate, ...]
    from_past: bool
    in_batches: bool

    @property
    def yen(self) -> tuple[float, float] | None:
        """Likely and most; None when a task has no price."""
        if any(task.yen is None for task in self.tasks):
            return None
        told = [task.yen for task in self.tasks if task.yen is not None]
        return sum(one[0] for one in told), sum(one[1] for one in told)


@dataclass(frozen=True, slots=True)
class TaskPrice:
    """The model of a task and its price, None when nobody set one."""

    model: str
    price: ModelPrice | None


class EstimateCampaign:
    """Lays out a sample and counts what its prompts hold."""

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        composer: Callable[[], ComposeDraft],
        tasks: Mapping[str, TaskPrice],
        tokens: Callable[[str], int],
    ) -> None:
        """tasks: plan, write and judge as routed; empty for the embedded writer.    tokens: the most a text can have."""
        self._units, self._composer, self._tasks, self._tokens = units, composer, tasks, tokens

    async def __call__(self, campaign: Campaign, *, today: date) -> Estimate:
        """Estimate a planned campaign."""
        read: dict[str, list[int]] = {"plan": [], "write": []}
        reasons: Counter[str] = Counter()
        told: dict[str, str] = {}
        sampled = writes = 0
        composer = self._composer()
        for customer in self._sample(campaign):
            try:
                desk = composer.desk(customer=customer, occasion=campaign.occasion, channel=campaign.channel)
            except OkaeriError as error:
                sampled += 1
                reasons[told.setdefault(general(error.ja), error.ja)] += 1
                continue
            sampled += 1
            if desk.advice.degree is not Degree.WRITE:
                reasons[told.setdefault(general(desk.advice.why), desk.advice.why)] += 1
                continue
            writes += 1
            if self._tasks:
                for step, tokens in (await self._prompts(desk, campaign.instruct or "")).items():
                    read[step].append(tokens)
        with self._units(read_only=True) as work:
            past = {one.task: one for one in work.spend.between(today - LOOKED_BACK, today)}
        to_write = round(campaign.people * writes / sampled) if sampled else 0
        return Estimate(
            people=campaign.people,
            sampled=sampled,
            to_write=to_write,
            reasons=dict(reasons.most_common()),
            tasks=tuple(self._estimated(to_write, read, past, campaign.in_batches)),
            from_past=_enough(past.get("write")),
            in_batches=campaign.in_batches,
        )

    def _sample(self, campaign: Campaign) -> Iterable[str]:
        step = max(1.0, campaign.people / SAMPLE)
        with self._units(read_only=True) as work:
            for turn in range(min(SAMPLE, campaign.people)):
                for one in work.campaigns.pending(campaign.campaign_id, after=int(turn * step) - 1, most=1):
                    yield one.customer_id

    async def _prompts(self, desk: Desk, instruct: str) -> dict[str, int]:
        """Most tokens of the plan's and the letter's prompt."""
        measure = _Measure(self._tokens)
        try:
            await write_with_model(
                measure,
                desk.gathered.material,
                Pseudonyms(desk.chart, addressed=greeting(desk.gathered.addressee)),
                may_name=True,
                instruct=instruct,
                earlier=None,
                judge=lambda letter: (WrittenMessage("", "", None, ""), ()),
                journal=[],
            )
        except OkaeriError:  # not to be shown to a model: the embedded writer writes it
            return {}
        return measure.read

    def _estimated(
        self, letters: int, read: Mapping[str, list[int]], past: Mapping[str, Spent], in_batches: bool
    ) -> Iterable[TaskEstimate]:
        for task, priced in self._tasks.items():
            times = self._times(task, past)
            if times is None:
                continue
            likely, most = (round(letters * one) for one in times)
            own = past.get(task)
            known = own if _enough(own) else None
            tokens = read.get(task) or []
            if tokens:
                top = sum(tokens) / len(tokens)
                prompt = (top * LIKELY_TOKENS, float(max(tokens)))
            else:
                mean = known.prompt_tokens / known.calls if known else 1_500.0
                prompt = (mean, mean * 1.5)
            answer = known.completion_tokens / known.calls if known else float(ASSUMED_ANSWER.get(task, 300))
            reads = round(likely * prompt[0]), round(most * prompt[1])
            writes = round(likely * answer), round(most * answer * 2)
            batch = in_batches and task != "judge"
            yen = _yen(priced.price, reads, writes, batch=batch)
            yield TaskEstimate(task, priced.model, (likely, most), reads, writes, yen)

    @staticmethod
    def _times(task: str, past: Mapping[str, Spent]) -> tuple[float, float] | None:
        """Calls a letter, likely and most; None for a task letters do not need."""
        plans, own = past.get("plan"), past.get(task)
        if task == "plan":
            return 1.0, 1.0
        if task not in ("write", "judge"):
            return None
        most = 1.0 + ROUNDS
        if plans is not None and own is not None and _enough(plans):
            return min(most, max(own.calls / plans.calls, 1.0 if task == "write" else 0.0)), most
        return (1.0 + ASSUMED_REVISIONS, most) if task == "write" else (1.0, most)


class _Measure:
    """`agent.chains.model.ChatModel` that counts what it is shown and says as little as possible."""

    name = "measure"

    def __init__(self, tokens: Callable[[str], int]) -> None:
        self._tokens = tokens
        self.read: dict[str, int] = {}

    async def answer(
        self, prompt: RenderedPrompt, schema: type[Answer], *, step: str, journal: list[ModelCallMade]
    ) -> Answer:
        """See `ChatModel.answer`."""
        self.read[step] = sum(self._tokens(text) for _, text in prompt.messages)
        if schema is Plan:
            said: dict[str, object] = {
                "angle": "", "fact_ids": [], "passage_ids": [], "useful": "", "request": "", "avoid": [],
            }  # fmt: skip
        else:
            said = {"paragraphs": [{"text": "。", "fact_ids": [], "passage_ids": []}]}
            if "subject" in schema.model_fields:
                said |= {"subject": "。", "preheader": ""}
        return schema.model_validate(said)


def _enough(spent: Spent | None) -> bool:
    return spent is not None and spent.calls >= ENOUGH


def _yen(
    price: ModelPrice | None, read: tuple[int, int], written: tuple[int, int], *, batch: bool
) -> tuple[float, float] | None:
    if price is None:
        return None
    share = (price.batch if batch else 1.0) / 1_000_000
    likely, most = ((price.read * r + price.written * w) * share for r, w in zip(read, written, strict=True))
    return likely, most
