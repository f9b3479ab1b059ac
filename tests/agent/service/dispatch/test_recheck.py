"""What changed in the shop between approval and sending holds a message."""

from datetime import date, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from agent.clock import FixedClock
from agent.domain.draft import DraftState
from agent.domain.message import Offer, ProductFacts
from agent.domain.occasion import Occasion
from agent.store.tables import Order
from tests.support.scripted_channel import dispatch
from tests.support.sending_desk import SendingDesk


def test_stock_that_ran_out_after_approval_holds_the_message(desk: SendingDesk) -> None:
    desk.rows.product("月の化粧水", ("SKU-1", None, 2_200))
    product = ProductFacts("SKU-1", "月の化粧水", 2_200, 7)
    desk.approved(text="新しい「月の化粧水」をご用意しました。", occasion=Occasion.VIP, products=(product,))
    desk.set_variant("SKU-1", stock=0)
    assert [line["code"] for line in dispatch(desk).suppressed] == ["sold_out"]
    assert desk.state() is DraftState.HELD


def test_an_order_cancelled_after_approval_holds_its_thank_you(desk: SendingDesk) -> None:
    bought = [("SKU-1", "月の化粧水", 1, 2_200)]
    order = desk.rows.order("c1", date(2026, 11, 18), lines=bought)
    desk.approved(evidence={f"line:{order}:1": "11月18日に化粧水をご購入", f"order:{order}": "ご購入"})
    with Session(desk.engine) as session:
        session.execute(update(Order).where(Order.order_id == order).values(is_revenue=False, net_yen=0))
        session.commit()
    assert [line["code"] for line in dispatch(desk).suppressed] == ["order_gone"]


def test_an_order_that_stands_lets_its_thank_you_leave(desk: SendingDesk) -> None:
    order = desk.rows.order("c1", date(2026, 11, 18), lines=[("SKU-1", "月の化粧水", 1, 2_200)])
    desk.approved(evidence={f"line:{order}:1": "11月18日に化粧水をご購入", f"order:{order}": "ご購入"})
    assert len(dispatch(desk).sent) == 1


def test_an_offer_that_ended_before_sending_holds_the_message(desk: SendingDesk, clock: FixedClock) -> None:
    offer = Offer("coupon", None, None, clock.now().date(), None)
    desk.approved(offer=offer, occasion=Occasion.VIP, text="いつもご愛顧いただきありがとうございます。")
    clock.moment += timedelta(days=1)
    assert [line["code"] for line in dispatch(desk).suppressed] == ["offer_over"]


def test_a_message_past_its_expiry_is_not_sent(desk: SendingDesk, clock: FixedClock) -> None:
    desk.approved(expires_at=clock.now() + timedelta(hours=2))
    clock.moment += timedelta(hours=3)
    assert [line["code"] for line in dispatch(desk).suppressed] == ["expired"]
    assert desk.state() is DraftState.EXPIRED
