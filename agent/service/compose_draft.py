"""Compose a draft: decide whether to write, gather, plan, write, assemble, judge, and store it with all its evidence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import uuid4

from agent.chains.letter import Letter
from agent.chains.model import ChatModel, ModelDown
from agent.domain.draft import Draft, DraftState, DraftVersion
from agent.domain.errors import CallerMistake, NotFound
from agent.domain.message import WrittenMessage
from agent.domain.occasion import Channel, Occasion
from agent.ports import (
    Catalogue,
    Charts,
    Clock,
    Experiences,
    ForDraft,
    ModelCallMade,
    Retriever,
    UnitOfWork,
    UnitsOfWork,
)
from agent.service.advise import Degree, recipient
from agent.service.ask_judges import AskJudges
from agent.service.audit_text import version_sealed
from agent.service.lay_out_desk import Desk, LayOutDesk, Sender
from agent.service.promise_reward import PromiseReward, RewardGone, kept_reward, only_if_told
from agent.service.speak_as_shop import SpeakAsShop
from agent.service.struck_facts import gone_facts
from agent.service.write_draft import Composed, Gate, WriteDraft
from agent.service.write_together import Together, WriteTogether
from evals.checks.gate import run_checks


class ComposeDraft:
    """The use case behind `okaeri draft`, the demo, the triggers and the console's rewrite."""

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        charts: Charts,
        catalogue: Catalogue,
        retriever: Retriever,
        model: ChatModel | None,
        clock: Clock,
        sender: Sender,
        public_base: str,
        on_model_down: Literal["embedded", "wait"] = "embedded",
        gate: Gate = run_checks,
        judges: AskJudges | None = None,
        experiences: Experiences | None = None,
        rewards: PromiseReward | None = None,
        voice: SpeakAsShop | None = None,
        together: Together | None = None,
    ) -> None:
        """model: None for the embedded writer.    judges: the gate's third tier, when a judge model is set.

        sender: `Settings.sender`.    public_base: `Settings.public_base`.    together: where whoever else has drafts in
        flight writes too; None for a place of its own.
        """
        self._together = together or WriteTogether(units)
        self._units, self._clock = units, clock
        self._write = WriteDraft(model=model, gate=gate, judges=judges, on_model_down=on_model_down)
        self._lay_out = LayOutDesk(
            units=units,
            charts=charts,
            catalogue=catalogue,
            retriever=retriever,
            sender=sender,
            public_base=public_base,
            with_policies=model is not None,
            experiences=experiences,
            rewards=rewards,
            voice=voice,
        )
        self._rewards = rewards

    async def __call__(
        self,
        *,
        customer: str,
        occasion: Occasion,
        channel: Channel,
        instruct: str | None = None,
        trigger: str = "cli",
        supersede: str | None = None,
        draft_id: str | None = None,
        against_advice: bool = True,
    ) -> Draft:
        """Compose, judge and store one draft; older undecided drafts of the same kind are superseded.

        customer: any reference a chart is found by.    instruct: a person's words on how to write.    supersede: a draft to
        replace as well, for instance one that waited for a model.    draft_id: the id it shall have, so that a draft whose
        making crashed can be made again: it comes back as stored, else uses the answers it already has.
        against_advice: also write what we advise not to send, for somebody who asked for it.
        Returns a draft that is `waiting`, `held` (the gate, or a reason not to send), or `composing` (waiting for the model).
        Raises NotFound for an unknown customer.
        """
        now = self._clock.now()
        resumed = draft_id is not None
        if draft_id is not None and (standing := self._stored(draft_id)):
            return standing
        draft_id = draft_id or f"d{uuid4().hex[:11]}"
        money = True
        while True:
            desk = self._lay_out(
                draft_id,
                customer=customer,
                occasion=occasion,
                channel=channel,
                now=now,
                variation="",
                money=money,
            )
            degree = desk.advice.degree
            if degree is Degree.DO_NOT_COMPOSE or (degree is not Degree.WRITE and not against_advice):
                return await self._store(desk, None, now, trigger=trigger, supersede=supersede)
            call = ForDraft(draft_id, desk.chart.customer_id, version=1, resumed=resumed)
            composed = await self._write(desk, call, instruct=instruct or "", earlier=None)
            try:
                return await self._store(desk, composed, now, trigger=trigger, supersede=supersede)
            except RewardGone:  # somebody was quicker: the same letter once more, promising less
                await self._record_calls(
                    composed.calls, draft_id=draft_id, customer_id=desk.chart.customer_id
                )
                if not money:
                    raise
                money = False

    def desk(self, *, customer: str, occasion: Occasion, channel: Channel) -> Desk:
        """What a draft would be composed from now, for an estimate; nothing is stored. Raises NotFound."""
        now = self._clock.now()
        return self._lay_out(
            "estimate", customer=customer, occasion=occasion, channel=channel, now=now, variation=""
        )

    async def rewrite(self, draft_id: str, *, instruct: str | None, by: str) -> Draft:
        """Write a new version of a draft from a reviewer's words, with today's facts.

        Without a model the embedded writer words it differently and the step says that the wish could not be followed.
        Raises NotFound, CallerMistake when the draft is past changing, StaleVersion when somebody was quicker, ModelDown when
        the model is down and the shop prefers to wait.
        """
        return await self._new_version(draft_id, instruct=instruct or "", alternative=False, by=by)

    async def add_variant(self, draft_id: str, *, by: str) -> Draft:
        """Write the same draft once more from another angle, as its next version; what came before stays as a version.

        Raises what `rewrite` raises.
        """
        return await self._new_version(draft_id, instruct="", alternative=True, by=by)

    async def _new_version(self, draft_id: str, *, instruct: str, alternative: bool, by: str) -> Draft:
        now = self._clock.now()
        with self._units(read_only=True) as work:
            draft = work.drafts.get(draft_id)
            versions = work.drafts.versions(draft_id)
        number = len(versions) + 1
        if draft.state not in (DraftState.HELD, DraftState.WAITING) or draft.version is None:
            raise CallerMistake(
                f"a draft that is {draft.state} cannot be rewritten",
                ja="この下書きは書き直せる状態ではありません。画面を更新してご確認ください。",
            )
        desk = self._lay_out(
            draft_id,
            customer=draft.customer_id,
            occasion=draft.occasion,
            channel=draft.channel,
            now=now,
            variation=str(number),
            reward=kept_reward(draft),
        )
        if desk.advice.degree is Degree.DO_NOT_COMPOSE:
            raise CallerMistake("the customer must not be written to any more", ja=desk.advice.why)
        # A text that was shown a fact struck out since may carry it along: then nothing of it is shown to the model.
        gone = bool(gone_facts(draft, desk.chart))
        others = _angles(versions) if alternative and not gone else ()
        call = ForDraft(draft_id, draft.customer_id, version=number, resumed=True)
        composed = await self._write(
            desk,
            call,
            instruct=instruct,
            earlier=None if gone or alternative else draft.version,
            others=others,
        )
        if composed.letter is None or composed.message is None:
            await self._record_calls(composed.calls, draft_id=draft_id, customer_id=draft.customer_id)
            raise ModelDown(
                "the model is down and the shop waits for it",
                ja=f"{composed.fallback} 時間をおいてお試しください。",
            )
        after = self._state(desk, composed)
        asked = "別の切り口の案" if alternative else f"書き直しの希望: {instruct or '別の言い方で'}"
        with self._units() as work:
            work.model_calls.record(composed.calls, draft_id=draft_id, customer_id=draft.customer_id)
            version = self._version(desk, composed.letter, composed.message, now, number=number)
            work.drafts.add_version(
                draft_id,
                version,
                composed.findings,
                stage="compose",
                after=after,
                by=by,
                why=composed.fallback or asked,
            )
            work.audit.record(
                actor=by,
                action="variant" if alternative else "rewrite",
                object_kind="draft",
                object_id=draft_id,
                detail=version_sealed(draft, version),
            )
            work.commit()
        with self._units(read_only=True) as work:
            return work.drafts.get(draft_id)

    # -- storing

    def _stored(self, draft_id: str) -> Draft | None:
        with self._units(read_only=True) as work:
            try:
                return work.drafts.get(draft_id)
            except NotFound:
                return None

    async def _store(
        self, desk: Desk, composed: Composed | None, now: datetime, *, trigger: str, supersede: str | None
    ) -> Draft:
        chart, context = desk.chart, desk.context
        version = None
        if composed and composed.letter and composed.message:
            version = self._version(desk, composed.letter, composed.message, now, number=1)
        state = self._state(desk, composed)
        why = desk.advice.why
        if state is DraftState.COMPOSING and composed:
            why = f"{composed.fallback} モデルが戻ってから、もう一度作成してください。"
        draft = Draft(
            draft_id=desk.draft_id,
            customer_id=chart.customer_id,
            occasion=context.occasion,
            channel=context.channel,
            recipient=recipient(chart, context.channel),
            state=state,
            recommendation=desk.advice.recommendation,
            why=why,
            reward=only_if_told(desk.gathered.material.reward, version.paragraphs).document()
            if version
            else None,
            fallback=composed.fallback if composed and version else None,
            context=context,
            version=version,
            findings=composed.findings if composed else (),
            created_at=now,
            expires_at=desk.expires_at,
        )

        def write(work: UnitOfWork) -> Draft:
            if supersede and (there := _after(work, supersede, desk.draft_id)):
                return there
            standing = work.drafts.open_for(chart.customer_id, context.occasion, context.channel)
            replaced = {supersede} if supersede and not _is_over(work, supersede) else set()
            # While nothing is written: a text that is there is worth more than one that is not.
            replaced |= {
                old
                for old, is_ in standing.items()
                if state is not DraftState.COMPOSING or is_ is DraftState.COMPOSING
            }
            for old in sorted(replaced):
                work.drafts.move(old, DraftState.SUPERSEDED, by="okaeri", why="新しい下書きに差し替え")
            kept = draft
            if self._rewards is not None:
                kept = self._rewards.reserve(work, draft, on=context.today)
            work.drafts.add(kept, by="okaeri", trigger=trigger)
            if composed:
                work.model_calls.record(composed.calls, draft_id=kept.draft_id, customer_id=chart.customer_id)
            return kept

        kept = await self._together(write)
        # As `DraftStore.get` shows it: how the text came about is looked up by who asks for it.
        return replace(kept, version=replace(kept.version, steps=())) if kept.version else kept

    @staticmethod
    def _state(desk: Desk, composed: Composed | None) -> DraftState:
        if composed is None:
            return DraftState.HELD
        if composed.letter is None:
            return DraftState.COMPOSING
        held = composed.blocked or desk.advice.degree is Degree.HOLD
        return DraftState.HELD if held else DraftState.WAITING

    def _version(
        self, desk: Desk, letter: Letter, message: WrittenMessage, now: datetime, *, number: int
    ) -> DraftVersion:
        material = desk.gathered.material
        facts = {i for p in letter.paragraphs for i in p.fact_ids}
        passages = {i for p in letter.paragraphs for i in p.passage_ids}
        return DraftVersion(
            number=number,
            author=letter.author,
            subject=message.subject,
            body=message.body,
            paragraphs=letter.paragraphs,
            evidence_facts={i: text for i, text in material.facts.items() if i in facts},
            evidence_passages=tuple(p for p in material.passages if p.passage_id in passages),
            plan=letter.plan | ({"voice": material.voice.version} if material.voice.version else {}),
            prompt=letter.prompt,
            created_at=now,
            preheader=message.preheader,
            layout=message.layout,
            steps=letter.steps,
        )

    async def _record_calls(self, calls: Sequence[ModelCallMade], *, draft_id: str, customer_id: str) -> None:
        await self._together(
            lambda work: work.model_calls.record(calls, draft_id=draft_id, customer_id=customer_id)
        )


def _after(work: UnitOfWork, replaced: str, following: str) -> Draft | None:
    """The draft that has taken another's place already, seen while nobody else may replace it; None when none has."""
    work.drafts.get(replaced, lock=True)
    try:
        return work.drafts.get(following)
    except NotFound:
        return None


def _is_over(work: UnitOfWork, draft_id: str) -> bool:
    """True for a draft that expired: it keeps that end."""
    return work.drafts.get(draft_id).state is DraftState.EXPIRED


def _angles(versions: Sequence[DraftVersion]) -> tuple[str, ...]:
    """What each text so far starts from."""
    angles = (str(version.plan.get("angle") or version.subject or "") for version in versions)
    return tuple(dict.fromkeys(f"（同じ便りの別の案）{angle}"[:120] for angle in angles))
