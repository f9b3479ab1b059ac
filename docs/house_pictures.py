"""A bad day for the pictures of the record, of how things stand, and of a draft the world overtook."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from agent.domain.delivery import Outcome, SendResult
from agent.domain.draft import DraftState
from agent.ports.model_calls import Spent
from agent.service.audit_trail import AuditTrail
from agent.store.status import SqlStatus
from console.today.today_page import Limits
from tests.support.console_desk import ConsoleDesk
from tests.support.scripted_channel import ScriptedChannel
from tests.support.sending_desk import SHOP

SPENT = (12, 9, 31, 22, 0, 4, 18, 26, 41, 38, 12, 0, 29, 83)
"""Yen a day, the last one today."""


def live_through_a_bad_day(desk: ConsoleDesk) -> str:
    """Let sendings fail, money run low and a draft be overtaken; gives that draft's id."""
    desk.limits = Limits(None, 100)
    for name, answer in (
        ("h1", SendResult(Outcome.UNKNOWN, "送ったあと、応答がありませんでした。")),
        ("h2", SendResult(Outcome.RETRY, "451 相手のサーバーが混み合っています。")),
        ("h3", SendResult(Outcome.BOUNCED, "550 この宛先はありません。")),
    ):
        desk.customer(name)
        desk.approved(f"d_{name}", customer=name)
        run = desk.dispatcher(ScriptedChannel(answer), concurrency=1).run()
        with ThreadPoolExecutor(1) as aside:  # a browser keeps this thread's loop to itself
            aside.submit(asyncio.run, run).result()
    book = SqlStatus(desk.engine, shop_id=SHOP, clock=desk.clock)
    book.beat("work-1@okaeri", "dispatch", real_now=time.time() - 180, ended=True)
    today = date(2026, 11, 21)
    with desk.units() as unit:
        for back, yen in enumerate(reversed(SPENT)):
            spent = Spent("write", yen * 1_000_000, 1, 0, 10, 10)
            unit.spend.settle(today - timedelta(days=back), spent, held_micro_yen=0)
        unit.commit()
    desk.customer("h4")
    desk.draft("d_h4", customer="h4")
    with desk.units() as unit:
        why = "「さっぱり化粧水 150mL」は在庫切れになりました。商品を変えて書き直してください。"
        unit.drafts.move("d_h4", DraftState.HELD, by="mori", why=why)
        unit.commit()
    AuditTrail(units=desk.units, clock=desk.clock).verify()
    return "d_h4"
