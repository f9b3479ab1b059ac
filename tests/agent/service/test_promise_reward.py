"""A reward from the policy to the stored draft: known to writer, gate and evidence, promised once, kept by a rewrite."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.chart import Segment
from agent.domain.draft import Draft, DraftState
from agent.domain.finding import Verdict
from agent.domain.message import Addressee, MessageContext, Paragraph, WrittenMessage
from agent.domain.occasion import Channel, Occasion
from agent.domain.reward import REWARD_FACT, RewardKind
from agent.domain.reward_policy import FreeCode, RewardPolicy
from agent.ports import Granted, Leaning
from agent.service.assemble_message import assemble_message
from agent.service.compose_draft import ComposeDraft
from agent.service.promise_reward import UNTOLD, PromiseReward, only_if_told
from agent.service.word_reward import word_reward
from agent.service.write_draft import Gate
from evals.checks.gate import run_checks
from tests.support.drafting import LOTION, HandCharts, Shop, chart_of, sender
from tests.support.rewarding import MOVED, POLICY, STORY, TODAY, UNMOVED, WELCOME, coupon

SILENT = chart_of(bought=((LOTION, date(2026, 3, 2)), (LOTION, date(2026, 5, 2))), segment=Segment.AT_RISK)


class Rewarding:
    """A drafting shop with a reward policy."""

    def __init__(self, engine: Engine, clock: FixedClock, policy: RewardPolicy = POLICY) -> None:
        self.shop = Shop(engine, clock, HandCharts(SILENT))
        self.policy = policy
        self.promise = PromiseReward(
            units=self.shop.units, policy=lambda: self.policy, leanings=lambda chart: self.leaning
        )
        self.leaning: Leaning = MOVED

    def fill(self, *codes: str) -> None:
        with self.shop.units() as work:
            work.rewards.add_codes(WELCOME.name, [FreeCode(code, None) for code in codes])
            work.commit()

    def composer(self, gate: Gate = run_checks) -> ComposeDraft:
        return ComposeDraft(
            units=self.shop.units,
            charts=self.shop.charts,
            catalogue=self.shop.catalogue,
            retriever=self.shop.retriever,
            model=None,
            clock=self.shop.clock,
            sender=sender,
            public_base="https://koharudo.example",
            gate=gate,
            rewards=self.promise,
        )

    async def compose(self, gate: Gate = run_checks, occasion: Occasion = Occasion.WIN_BACK) -> Draft:
        return await self.composer(gate)(customer="c1", occasion=occasion, channel=Channel.EMAIL)

    def grants(self) -> list[Granted]:
        with self.shop.units(read_only=True) as work:
            return work.rewards.grants()


@pytest.fixture
def rewarding(engine: Engine, clock: FixedClock) -> Rewarding:
    return Rewarding(engine, clock)


async def test_writer_gate_and_draft_know_the_same_reward(rewarding: Rewarding) -> None:
    rewarding.fill("OKAERI-001")
    draft = await rewarding.compose()
    assert draft.reward is not None
    assert (draft.reward["kind"], draft.reward["code"]) == ("coupon", "OKAERI-001")
    assert draft.context is not None
    assert draft.context.offer is not None
    assert draft.context.offer.code == "OKAERI-001"
    assert draft.state is DraftState.WAITING, draft.findings
    assert [(grant.draft_id, grant.state) for grant in rewarding.grants()] == [(draft.draft_id, "reserved")]
    assert draft.version is not None
    assert "OKAERI-001" in draft.version.body
    assert REWARD_FACT in draft.version.evidence_facts


async def test_a_draft_ends_early_enough_to_leave_the_customer_a_week(rewarding: Rewarding) -> None:
    with rewarding.shop.units() as work:
        work.rewards.add_codes(WELCOME.name, [FreeCode("OKAERI-001", date(2026, 12, 5))])
        work.commit()
    draft = await rewarding.compose()
    assert draft.expires_at is not None
    assert draft.expires_at.date() == date(2026, 11, 28)


async def test_a_rewrite_keeps_what_was_promised(rewarding: Rewarding) -> None:
    rewarding.fill("OKAERI-001", "OKAERI-002")
    first = await rewarding.compose()
    rewarding.leaning = Leaning()  # today the policy would choose something else
    again = await rewarding.composer().rewrite(first.draft_id, instruct="もう少し短く", by="mori")
    assert again.reward == first.reward
    assert len(rewarding.grants()) == 1
    assert again.version is not None
    assert "OKAERI-001" in again.version.body


async def test_a_draft_made_anew_takes_over_what_the_old_one_held(rewarding: Rewarding) -> None:
    rewarding.fill("OKAERI-001")
    first = await rewarding.compose()
    second = await rewarding.compose()
    assert second.reward is not None
    assert second.reward["code"] == "OKAERI-001"
    states = {grant.draft_id: grant.state for grant in rewarding.grants()}
    assert states == {first.draft_id: "released", second.draft_id: "reserved"}


async def test_whoever_comes_second_to_the_last_code_is_written_to_without_it(rewarding: Rewarding) -> None:
    rewarding.fill("OKAERI-001")

    def steal(context: MessageContext, message: WrittenMessage) -> Verdict:
        """Somebody else takes the code while this text is being judged."""
        if context.offer is not None:
            with rewarding.shop.units() as work:
                work.rewards.reserve("other", "c9", coupon("OKAERI-001"), on=TODAY, until=TODAY)
                work.commit()
        return run_checks(context, message)

    draft = await rewarding.compose(gate=steal)
    assert draft.reward is not None
    assert (
        draft.reward["why"] == UNTOLD
    )  # the next best thing, a story, costs nothing and did not fit the letter
    assert draft.version is not None
    assert "OKAERI" not in draft.version.body
    codes = {grant.draft_id: grant.code for grant in rewarding.grants()}
    assert codes == {"other": "OKAERI-001"}


async def test_whoever_comes_second_gets_another_code_everywhere_in_the_text(rewarding: Rewarding) -> None:
    rewarding.fill("OKAERI-001", "OKAERI-002")
    taken: list[str] = []

    def steal(context: MessageContext, message: WrittenMessage) -> Verdict:
        if not taken:
            taken.append("OKAERI-001")
            with rewarding.shop.units() as work:
                work.rewards.reserve("other", "c9", coupon("OKAERI-001"), on=TODAY, until=TODAY)
                work.commit()
        return run_checks(context, message)

    draft = await rewarding.compose(gate=steal)
    assert draft.reward is not None
    assert draft.reward["code"] == "OKAERI-002"
    assert draft.version is not None
    assert "OKAERI-002" in draft.version.body
    assert "OKAERI-001" not in str(draft)


async def test_what_should_not_be_sent_promises_nothing(rewarding: Rewarding) -> None:
    rewarding.fill("OKAERI-001")
    rewarding.shop.charts.known["c1"] = replace(SILENT, consent_email=None)
    draft = await rewarding.compose()
    assert draft.reward is not None
    assert draft.reward["kind"] == "none"
    assert rewarding.grants() == []


async def test_without_a_policy_a_draft_says_why_it_gives_nothing(rewarding: Rewarding) -> None:
    rewarding.policy = RewardPolicy()
    draft = await rewarding.compose()
    assert draft.reward is not None
    assert (draft.reward["kind"], draft.reward["cost_yen"]) == ("none", 0)
    assert "rewards.yaml" in str(draft.reward["why"])


@pytest.mark.parametrize("channel", list(Channel))
def test_the_gate_has_nothing_against_the_words_of_any_reward(channel: Channel) -> None:
    shop, who = sender(unsubscribe_url="https://koharudo.example/o/abc"), Addressee("c1", "石田", "花子")
    for campaign in POLICY.campaigns:
        for occasion in campaign.occasions:
            code = FreeCode("OKAERI-001", None)
            reward = word_reward(campaign, occasion=occasion, why="", code=code, today=TODAY)
            told = () if reward.cost_yen else reward.says
            context = MessageContext("d", shop, who, (), told, reward.offer, occasion, channel, TODAY)
            message = assemble_message(
                draft_id="d",
                channel=channel,
                shop=shop,
                customer=who,
                greetable=True,
                subject="お元気でいらっしゃいますか",
                paragraphs=(
                    Paragraph("いつもご利用いただき、ありがとうございます。"),
                    Paragraph("".join(reward.says)),
                ),
            )
            assert run_checks(context, message).findings == (), (campaign.name, occasion)


async def test_a_story_is_booked_only_when_the_letter_tells_it(rewarding: Rewarding) -> None:
    rewarding.leaning = UNMOVED
    draft = await rewarding.compose()
    assert draft.reward is not None
    assert draft.version is not None
    told = STORY.tells[0] in draft.version.body
    assert (draft.reward["kind"] == "story") is told is bool(rewarding.grants())


def test_a_story_left_out_is_none_with_its_reason_and_money_stays_promised() -> None:
    story = word_reward(STORY, occasion=Occasion.WIN_BACK, why="", code=None, today=TODAY)
    silent, telling = (Paragraph("ご無沙汰しております。"),), (Paragraph(STORY.tells[0], (REWARD_FACT,)),)
    left = only_if_told(story, silent)
    assert (left.kind, left.why, left.says) == (RewardKind.NONE, UNTOLD, ())
    assert only_if_told(story, telling) == story
    assert only_if_told(coupon(), silent) == coupon()
