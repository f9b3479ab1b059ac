"""What staff write down: in the chart with author and date, gone from everything once struck, back when restored."""

import json
from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from agent.clock import FixedClock
from agent.domain.draft import DraftState
from agent.domain.errors import CallerMistake, NotFound, PolicyRefusal
from agent.service.keep_facts import KeepFacts
from agent.store import tables
from agent.store.history import SqlHistory
from customers.charting.chart import CustomerCharts
from tests.support.sending_desk import SHOP, SendingDesk

TODAY = date(2026, 11, 21)
SAID = "柚子の香りがお好き"


class Notebook(SendingDesk):
    """A desk with customer c1 and the notes kept of them."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        super().__init__(engine, clock)
        self.customer()
        self.charts = CustomerCharts(SqlHistory(engine, shop_id=SHOP))
        self.facts = KeepFacts(units=self.units, charts=self.charts, clock=clock)

    def shown(self) -> list[tuple[str, str]]:
        """Written facts in the chart: text and source."""
        return [
            (f.text, f.source) for f in self.charts.chart("c1", as_of=TODAY).facts if f.id.startswith("note:")
        ]


@pytest.fixture
def book(engine: Engine, clock: FixedClock) -> Notebook:
    return Notebook(engine, clock)


def test_a_fact_stands_in_the_chart_with_author_date_and_the_customers_words(book: Notebook) -> None:
    fact = book.facts.add("c1@example.com", f"{SAID}\n", quote="やっぱり柚子よね", by="kaki")
    source = f"notes:{fact.fact_id} 2026年11月21日 店頭メモ（kaki）"
    assert book.shown() == [(f"{SAID}（お客さまの言葉「やっぱり柚子よね」）", source)]


def test_a_struck_fact_is_shown_nowhere_and_kept_with_who_and_why(book: Notebook) -> None:
    fact = book.facts.add("c1", SAID, by="kaki")
    struck = book.facts.strike(f"note:{fact.fact_id}", by="mori", reason="別のお客さまのこと")
    assert (book.shown(), book.facts.listed("c1")) == ([], [])
    assert book.facts.listed("c1", struck=True) == [struck]
    assert (struck.text, struck.struck_by, struck.struck_reason) == (SAID, "mori", "別のお客さまのこと")


def test_a_restored_fact_counts_again(book: Notebook) -> None:
    fact = book.facts.add("c1", SAID, by="kaki")
    book.facts.strike(fact.fact_id, by="kaki")
    assert book.facts.restore(fact.fact_id, by="mori") == fact
    assert [text for text, _ in book.shown()] == [SAID]


def test_everything_is_audited_without_the_words_themselves(book: Notebook) -> None:
    fact = book.facts.add("c1", SAID, by="kaki")
    book.facts.strike(fact.fact_id, by="mori", reason="古い")
    book.facts.strike(fact.fact_id, by="kaki", reason="もう一度")
    book.facts.restore(fact.fact_id, by="mori")
    with Session(book.engine) as session:
        rows = list(session.scalars(select(tables.AuditRow).order_by(tables.AuditRow.sequence)))
    assert [(row.actor, row.action) for row in rows] == [
        ("kaki", "fact_added"),
        ("mori", "fact_struck"),
        ("mori", "fact_restored"),
    ]
    assert rows[2].detail == {"customer_id": "c1", "struck_by": "mori", "reason": "古い"}
    assert SAID not in json.dumps([row.detail for row in rows], ensure_ascii=False)
    with book.units(read_only=True) as unit:
        assert unit.audit.verify() is None


def test_a_viewer_may_neither_write_nor_strike(book: Notebook) -> None:
    fact = book.facts.add("c1", SAID, by="kaki")
    with pytest.raises(PolicyRefusal):
        book.facts.add("c1", "犬がいる", by="mita")
    with pytest.raises(PolicyRefusal):
        book.facts.strike(fact.fact_id, by="mita")
    with pytest.raises(PolicyRefusal):
        book.facts.restore(fact.fact_id, by="mita")
    assert [text for text, _ in book.shown()] == [SAID]


def test_what_cannot_be_a_fact_is_refused(book: Notebook) -> None:
    for customer, text, author, error in (
        ("c1", " \n", "kaki", CallerMistake),
        ("c1", "あ" * 5_001, "kaki", CallerMistake),
        ("nobody", SAID, "kaki", NotFound),
        ("c1", SAID, "nobody", NotFound),
    ):
        with pytest.raises(error):
            book.facts.add(customer, text, by=author)
    for unknown in ("f_0", "order:shopify:#1", "summary:orders"):
        with pytest.raises(NotFound):
            book.facts.strike(unknown, by="kaki")


def test_a_waiting_draft_that_rests_on_a_struck_fact_cannot_be_approved(book: Notebook) -> None:
    fact = book.facts.add("c1", SAID, by="kaki")
    book.draft(evidence={f"note:{fact.fact_id}": SAID})
    book.facts.strike(fact.fact_id, by="mori")
    decided = book.decide.approve("d1", by="mori")
    assert decided.refusal is not None
    assert decided.refusal.code == "fact_struck"
    assert SAID in decided.refusal.reason
    assert "書き直し" in decided.refusal.reason
    assert (decided.state, book.outbox()) == (DraftState.HELD, [])


def test_an_approved_message_is_stopped_when_its_fact_is_struck_before_it_leaves(book: Notebook) -> None:
    fact = book.facts.add("c1", SAID, by="kaki")
    book.draft(evidence={f"note:{fact.fact_id}": SAID})
    assert book.decide.approve("d1", by="mori").refusal is None
    book.facts.strike(fact.fact_id, by="mori")
    with book.units(read_only=True) as unit:
        judged = book.recheck.judge(unit.drafts.get("d1"), unit)
    assert judged.refusal is not None
    assert (judged.refusal.code, judged.refusal.after) == ("fact_struck", DraftState.HELD)


def test_a_draft_that_never_used_the_fact_can_still_be_approved(book: Notebook) -> None:
    fact = book.facts.add("c1", SAID, by="kaki")
    book.draft(evidence={"f1": "購入"})
    book.facts.strike(fact.fact_id, by="mori")
    assert book.decide.approve("d1", by="mori").refusal is None
