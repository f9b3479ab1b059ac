"""A world that changed after the draft refuses it, in Japanese, at approval and again just before it leaves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from agent.clock import FixedClock
from agent.domain.draft import DraftState, Recommendation
from agent.domain.message import Offer, ProductFacts, StatedFact
from agent.domain.occasion import Channel, Occasion
from agent.domain.reward_policy import FreeCode, RewardPolicy
from agent.domain.staff import Role
from agent.store.engine import migrate, open_engine
from agent.store.tables import Customer, Order
from tests.support.rewarding import POLICY, TODAY, WELCOME, coupon, promising
from tests.support.scripted_channel import dispatch
from tests.support.sending_desk import SendingDesk

LOTION = ProductFacts("SKU-1", "月の化粧水", 2_200, 7)
SHOWN: dict[str, Any] = {
    "occasion": Occasion.VIP,
    "products": (LOTION,),
    "text": "新しい「月の化粧水」（2,200円・税込）をご用意しました。",
}
GREETING: dict[str, Any] = {
    "occasion": Occasion.WIN_BACK,
    "text": "その後お変わりなくお過ごしでしょうか。",
}


class World(SendingDesk):
    """A desk whose shop, customer and rewards a test may change."""

    policy: RewardPolicy = POLICY

    def set_customer(self, **values: Any) -> None:
        self._set(update(Customer).where(Customer.customer_id == "c1").values(**values))

    def set_order(self, **values: Any) -> None:
        self._set(update(Order).where(Order.customer_id == "c1").values(**values))

    def _set(self, statement: Any) -> None:
        with Session(self.engine) as session:
            session.execute(statement)
            session.commit()


@pytest.fixture
def world(tmp_path: Path, clock: FixedClock) -> Iterator[World]:
    engine = open_engine(f"sqlite:///{tmp_path / 'world.sqlite'}")
    migrate(engine)
    changing: World = World(engine, clock, rewards=lambda: changing.policy)
    changing.customer()
    changing.rows.product("月の化粧水", ("SKU-1", None, 2_200))
    yield changing
    engine.dispose()


@dataclass(frozen=True)
class Change:
    """What happens after the draft, and what the refusal must say. draft: how the letter is."""

    code: str
    happens: Callable[[World], object]
    says: str
    draft: dict[str, Any] = field(default_factory=dict)


def _note(text: str, **more: Any) -> Callable[[World], None]:
    at = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
    return lambda world: world.rows.note("c1", text, **({"at": at} | more))


CHANGES = {
    "stock": Change("sold_out", lambda w: w.set_variant("SKU-1", stock=0), "在庫切れ", SHOWN),
    "price": Change("gate", lambda w: w.set_variant("SKU-1", price_yen=2_500), "登録価格は2,500円", SHOWN),
    "consent taken back": Change(
        "consent_no", lambda w: w.set_customer(consent_email=False), "希望されていません"
    ),
    "consent lost": Change("consent_unknown", lambda w: w.set_customer(consent_email=None), "確認できません"),
    "withdrawn": Change("not_contactable", lambda w: w.set_customer(withdrawn=True), "送信できません"),
    "address stopped": Change(
        "suppressed", lambda w: w.rows.suppress(Channel.EMAIL, "c1@example.com"), "停止されています"
    ),
    "address changed": Change(
        "address_changed",
        lambda w: w.set_customer(email="new@example.com", email_key="new@example.com"),
        "宛先が変わりました",
    ),
    "order since": Change(
        "bought_since",
        lambda w: w.rows.order("c1", TODAY, at=time(10, 30)),
        "ご購入がありました",
        GREETING,
    ),
    "complaint": Change("complaint", _note("お届けした器が割れていたとの苦情"), "お困りごと"),
    "wish": Change("unwanted", _note("今後は連絡不要とのこと"), "ご希望の記録"),
    "refund": Change(
        "refunded",
        lambda w: w.rows.order("c1", date(2026, 11, 20), refunded_yen=1_000),
        "ご返金",
    ),
    "offer ended": Change(
        "offer_over",
        lambda w: setattr(w.clock, "moment", w.clock.now() + timedelta(days=1)),
        "特典の期限",
        {
            "occasion": Occasion.VIP,
            "text": "いつもご愛顧いただきありがとうございます。",
            "offer": Offer("coupon", None, None, TODAY, None),
        },
    ),
    "expired": Change(
        "expired",
        lambda w: setattr(w.clock, "moment", w.clock.now() + timedelta(hours=2)),
        "有効期限",
        {"expires_at": datetime(2026, 11, 21, 2, 0, tzinfo=UTC)},
    ),
}
each_change = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())


@each_change
def test_a_changed_world_refuses_the_approval_and_says_why(world: World, change: Change) -> None:
    world.draft(**change.draft)
    change.happens(world)
    decided = world.decide.approve("d1", by="mori")
    assert decided.refusal is not None
    assert decided.refusal.code == change.code
    assert change.says in decided.refusal.reason
    assert world.outbox() == []
    assert world.state() is (DraftState.EXPIRED if change.code == "expired" else DraftState.HELD)


@each_change
def test_a_changed_world_stops_what_was_approved_before_it_leaves(world: World, change: Change) -> None:
    world.approved(**change.draft)
    change.happens(world)
    report = dispatch(world)
    assert report.sent == []
    (line,) = report.suppressed
    assert line["code"] == change.code
    assert change.says in str(line["reason"])
    assert world.state() in (DraftState.HELD, DraftState.SUPPRESSED, DraftState.EXPIRED)


@pytest.mark.parametrize("draft", [SHOWN, GREETING, {}], ids=["vip", "win_back", "thank_you"])
def test_a_world_that_stayed_the_same_lets_it_leave(world: World, draft: dict[str, Any]) -> None:
    world.approved(**draft)
    assert len(dispatch(world).sent) == 1


def test_an_older_order_whose_record_came_late_ends_a_greeting_too(world: World) -> None:
    composed = world.composed(**GREETING)
    assert composed.context is not None
    known = replace(
        composed.context.customer,
        facts=(StatedFact("summary:last_order", "直近のご注文は2026年10月1日"),),
    )
    stored = replace(composed, context=replace(composed.context, customer=known))
    with world.units() as unit:
        unit.drafts.add(stored, by="test", trigger="d1")
        unit.commit()
    world.rows.order("c1", date(2026, 11, 5))
    decided = world.decide.approve("d1", by="mori")
    assert decided.refusal is not None
    assert decided.refusal.code == "bought_since"


def test_a_trouble_that_the_draft_itself_names_was_known_to_whoever_approves(world: World) -> None:
    note = "お届けした器が割れていたとの苦情"
    composed = replace(
        world.composed(recommendation=Recommendation.DO_NOT_SEND), why=f"先にお詫びが要りそうです：{note}。"
    )
    with world.units() as unit:
        unit.drafts.add(composed, by="test", trigger="d1")
        unit.commit()
    _note(note)(world)
    assert world.decide.approve("d1", by="mori", reason="電話でお話し済み").refusal is None


def test_after_an_apology_other_letters_may_leave_again(world: World) -> None:
    _note("お届けした器が割れていたとの苦情")(world)
    apology = "このたびは、お届けした器が割れており、誠に申し訳ございませんでした。"
    world.approved("d0", occasion=Occasion.SERVICE_RECOVERY, text=apology)
    with world.units() as unit:
        unit.staff.add("oba", role=Role.APPROVER, password_hash="-")
        unit.commit()
    assert world.decide.approve("d0", by="oba").state is DraftState.SCHEDULED
    world.draft("d1")
    assert world.decide.approve("d1", by="mori").refusal is None


def test_an_apology_for_what_is_settled_is_stopped(world: World) -> None:
    apology = "このたびは、お届けした器が割れており、誠に申し訳ございませんでした。"
    world.draft(occasion=Occasion.SERVICE_RECOVERY, text=apology)
    _note("器の破損の件、交換品をお届けして解決済")(world)
    decided = world.decide.approve("d1", by="mori")
    assert decided.refusal is not None
    assert decided.refusal.code == "trouble_settled"


# -- rewards


def promised(world: World) -> None:
    """A waiting draft that promises a coupon of 500 yen out of a pool of one."""
    draft = promising(world, "d1", coupon(), customer="c1")
    with world.units() as unit:
        unit.rewards.add_codes(WELCOME.name, [FreeCode("OKAERI-001", None)])
        unit.drafts.add(draft, by="test", trigger="d1")
        unit.rewards.reserve("d1", "c1", coupon(), on=TODAY, until=TODAY)
        unit.commit()


FALLEN = {
    "reward_gone": replace(POLICY, campaigns=()),
    "offer_over": replace(POLICY, campaigns=(replace(WELCOME, ends=TODAY - timedelta(days=1)),)),
    "reward_budget": replace(POLICY, monthly_budget_yen=400),
}
each_fallen = pytest.mark.parametrize(("code", "policy"), FALLEN.items(), ids=FALLEN.keys())


@each_fallen
def test_a_promise_the_shop_no_longer_bears_refuses_the_approval(
    world: World, code: str, policy: RewardPolicy
) -> None:
    promised(world)
    world.policy = policy
    decided = world.decide.approve("d1", by="mori")
    assert decided.refusal is not None
    assert decided.refusal.code == code
    assert "書き直し" in decided.refusal.reason


@each_fallen
def test_a_promise_the_shop_no_longer_bears_does_not_leave(
    world: World, code: str, policy: RewardPolicy
) -> None:
    promised(world)
    assert world.decide.approve("d1", by="mori").refusal is None
    world.policy = policy
    assert [line["code"] for line in dispatch(world).suppressed] == [code]


def test_a_promise_that_stands_leaves(world: World) -> None:
    promised(world)
    assert world.decide.approve("d1", by="mori").refusal is None
    assert len(dispatch(world).sent) == 1


def test_a_code_an_editor_took_out_is_no_promise(world: World) -> None:
    promised(world)
    text = world.read().version
    assert text is not None
    world.decide.edit("d1", by="mori", text=text.body.replace("OKAERI-001", ""), subject=text.subject)
    world.policy = FALLEN["reward_gone"]
    refusal = world.decide.approve("d1", by="mori").refusal
    assert refusal is None or refusal.code != "reward_gone"
