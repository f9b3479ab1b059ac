"""Approve, edit, reject, later, never: what each leaves behind."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.decision import Verb
from agent.domain.draft import DraftState, Recommendation
from agent.domain.errors import CallerMistake, NotFound, OperatorMustFix, PolicyRefusal, StaleVersion
from agent.domain.message import ProductFacts
from agent.domain.occasion import Channel, Occasion
from agent.service.decide_draft import next_morning
from tests.support.sending_desk import SETTINGS, SendingDesk, without


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> SendingDesk:
    desk = SendingDesk(engine, clock)
    desk.customer()
    return desk


def test_an_approval_binds_the_exact_text_and_writes_the_outbox_row_with_it(desk: SendingDesk) -> None:
    desk.draft()
    draft = desk.read()
    assert draft.version is not None
    digest = draft.version.digest(channel=draft.channel, recipient=draft.recipient)

    decided = desk.decide.approve("d1", by="mori", expected_digest=digest)

    assert decided.decision is not None
    assert decided.decision.digest == digest
    assert decided.state is desk.state() is DraftState.SCHEDULED
    (row,) = desk.outbox()
    assert (row.payload["body"], row.recipient) == (draft.version.body, "c1@example.com")
    assert row.message_id == "<d1.1@hana.example>"


def test_a_second_approval_gives_the_first_ones_answer_and_no_second_message(desk: SendingDesk) -> None:
    desk.draft()
    first = desk.decide.approve("d1", by="mori")
    second = desk.decide.approve("d1", by="mori")
    assert second.repeated
    assert second.decision == first.decision
    assert len(desk.outbox()) == 1


def test_eight_people_approving_at_once_make_one_message(desk: SendingDesk) -> None:
    desk.draft()
    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda _: desk.decide.approve("d1", by="mori"), range(8)))
    assert sorted(answer.repeated for answer in answers) == [False] + [True] * 7
    assert len(desk.outbox()) == 1
    with desk.units(read_only=True) as unit:
        assert len(unit.drafts.decisions("d1")) == 1
        assert unit.audit.verify() is None


def test_an_approval_of_a_text_that_changed_meanwhile_is_refused(desk: SendingDesk) -> None:
    desk.draft()
    with pytest.raises(StaleVersion):
        desk.decide.approve("d1", by="mori", expected_digest="0" * 64)
    assert desk.outbox() == []


@pytest.mark.parametrize("consent", [None, False])
def test_without_a_recorded_yes_nothing_is_approved(
    engine: Engine, clock: FixedClock, consent: bool | None
) -> None:
    desk = SendingDesk(engine, clock)
    desk.customer("c2", consent_email=consent)
    desk.draft(customer="c2")
    decided = desk.decide.approve("d1", by="mori")
    assert decided.refusal is not None
    assert decided.refusal.code == ("consent_unknown" if consent is None else "consent_no")
    assert desk.state() is DraftState.HELD
    assert desk.outbox() == []


def test_without_sender_settings_nothing_can_be_approved(desk: SendingDesk) -> None:
    desk.draft()
    bare = SendingDesk(desk.engine, desk.clock, settings=without(SETTINGS, shop_address=None), staff=False)
    with pytest.raises(OperatorMustFix, match="OKAERI_SHOP_ADDRESS"):
        bare.decide.approve("d1", by="mori")
    assert desk.state() is DraftState.WAITING


def test_the_gate_runs_again_at_approval_and_its_findings_are_kept(desk: SendingDesk) -> None:
    desk.draft(text="{{ first_name }}さま、ありがとうございました。")
    decided = desk.decide.approve("d1", by="mori")
    assert decided.refusal is not None
    assert decided.refusal.code == "gate"
    assert desk.state() is DraftState.HELD
    assert "placeholder_or_template_residue" in {finding.check for finding in desk.read().findings}


def test_a_product_that_sold_out_since_stops_the_approval(desk: SendingDesk) -> None:
    desk.rows.product("月の化粧水", ("SKU-1", None, 2_200))
    product = ProductFacts("SKU-1", "月の化粧水", 2_200, 7)
    desk.draft(text="新しい「月の化粧水」をご用意しました。", occasion=Occasion.VIP, products=(product,))
    desk.set_variant("SKU-1", stock=0)
    decided = desk.decide.approve("d1", by="mori")
    assert decided.refusal is not None
    assert decided.refusal.code == "sold_out"


def test_a_customer_who_bought_meanwhile_is_not_asked_to_come_back(
    desk: SendingDesk, clock: FixedClock
) -> None:
    desk.draft(occasion=Occasion.WIN_BACK, text="その後お変わりなくお過ごしでしょうか。")
    clock.moment += timedelta(days=1)
    desk.rows.order("c1", date(2026, 11, 22))
    decided = desk.decide.approve("d1", by="mori")
    assert decided.refusal is not None
    assert decided.refusal.code == "bought_since"


def test_an_expired_draft_cannot_be_approved(desk: SendingDesk, clock: FixedClock) -> None:
    desk.draft(expires_at=clock.now() + timedelta(hours=1))
    clock.moment += timedelta(hours=1)
    assert desk.decide.approve("d1", by="mori").refusal is not None
    assert desk.state() is DraftState.EXPIRED


def test_sending_against_the_advice_needs_a_reason(desk: SendingDesk) -> None:
    desk.draft(recommendation=Recommendation.DO_NOT_SEND)
    refused = desk.decide.approve("d1", by="mori")
    assert refused.refusal is not None
    assert refused.refusal.code == "do_not_send"
    assert desk.decide.approve("d1", by="mori", reason="店頭でお約束しました").refusal is None


def test_only_people_with_the_right_may_decide(desk: SendingDesk) -> None:
    desk.draft()
    for name in ("kaki", "mita"):
        with pytest.raises(PolicyRefusal):
            desk.decide.approve("d1", by=name)
    with pytest.raises(NotFound, match="dareka"):
        desk.decide.approve("d1", by="dareka")
    with pytest.raises(PolicyRefusal):
        desk.decide.edit("d1", by="mita", text="あ")


def test_an_edit_is_a_new_version_judged_like_any_other(desk: SendingDesk) -> None:
    desk.draft()
    before = desk.read().version
    assert before is not None
    text = "件名：あらためてのお礼\n" + before.body.replace("誠に", "本当に")
    decided = asyncio.run(desk.decide.decide("d1", Verb.EDIT, by="kaki", text=text))
    after = desk.read().version
    assert after is not None
    assert (after.number, after.author, after.subject) == (2, "staff:kaki", "あらためてのお礼")
    assert decided.state is desk.state() is DraftState.WAITING
    assert desk.decide.approve("d1", by="mori").refusal is None
    assert desk.outbox()[0].payload["subject"] == "あらためてのお礼"


def test_an_edit_that_drops_the_opt_out_is_held(desk: SendingDesk) -> None:
    desk.draft()
    decided = desk.decide.edit("d1", by="kaki", text="いつもありがとうございます。")
    assert decided.state is desk.state() is DraftState.HELD
    assert {finding.check for finding in decided.findings or ()} >= {"missing_optout_or_sender"}
    refused = desk.decide.approve("d1", by="mori")
    assert refused.refusal is not None
    assert desk.outbox() == []


def test_unchanged_paragraphs_keep_their_evidence_through_an_edit(desk: SendingDesk) -> None:
    desk.draft()
    before = desk.read().version
    assert before is not None
    desk.decide.edit("d1", by="kaki", text=before.body.replace("佐藤さま", "佐藤さま、こんにちは。"))
    after = desk.read().version
    assert after is not None
    assert after.paragraphs == before.paragraphs


def test_a_rejection_needs_a_reason_and_is_final(desk: SendingDesk) -> None:
    desk.draft()
    with pytest.raises(CallerMistake):
        desk.decide.reject("d1", by="mori", reason="")
    desk.decide.reject("d1", by="mori", reason="tone")
    assert desk.state() is DraftState.REJECTED
    with pytest.raises(CallerMistake):
        desk.decide.approve("d1", by="mori")


def test_later_hides_the_draft_until_the_next_morning(desk: SendingDesk, clock: FixedClock) -> None:
    desk.draft()
    decided = desk.decide.later("d1", by="mori")
    assert decided.due_at == datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
    with desk.units(read_only=True) as unit:
        assert unit.drafts.listed({DraftState.WAITING}) == []
    clock.moment = decided.due_at
    with desk.units(read_only=True) as unit:
        assert len(unit.drafts.listed({DraftState.WAITING})) == 1


def test_next_morning_over_the_end_of_a_year() -> None:
    late = datetime(2026, 12, 31, 14, 30, tzinfo=UTC)  # 23:30 in Tokyo
    assert next_morning(late) == datetime(2027, 1, 1, 0, 0, tzinfo=UTC)


def test_never_stops_everything_on_its_way_to_the_customer(desk: SendingDesk) -> None:
    desk.approved("d1")
    desk.draft("d2", channel=Channel.LINE)
    desk.draft("d3", occasion=Occasion.VIP, text="いつもご愛顧いただきありがとうございます。")
    decided = desk.decide.never("d3", by="mori", reason="ご本人のご希望")
    assert set(decided.suppressed) == {"d1", "d2", "d3"}
    assert {desk.state(draft) for draft in ("d1", "d2", "d3")} == {DraftState.SUPPRESSED}
    assert desk.outbox()[0].state == "cancelled"
    with desk.units(read_only=True) as unit:
        assert unit.consents.suppressed(Channel.EMAIL, "C1@Example.com ") == "console"
    desk.draft("d4")
    refused = desk.decide.approve("d4", by="mori")
    assert refused.refusal is not None


def test_an_approval_can_be_taken_back_and_given_again(desk: SendingDesk) -> None:
    desk.draft()
    desk.decide.approve("d1", by="mori", hold=timedelta(seconds=10))
    assert desk.decide.undo_approval("d1", by="mori")
    assert desk.state() is DraftState.WAITING
    again = desk.decide.approve("d1", by="mori")
    assert not again.repeated
    (row,) = desk.outbox()
    assert (row.state, row.message_id) == ("scheduled", "<d1.1@hana.example>")
