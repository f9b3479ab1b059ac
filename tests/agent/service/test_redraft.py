"""A draft the world overtook is written anew for today, once, by the normal chain; its old text stays on record."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.domain.audit import AuditFilter
from agent.domain.draft import Draft, DraftState
from agent.domain.errors import CallerMistake, NotFound, PolicyRefusal
from agent.domain.occasion import Channel, Occasion
from agent.domain.staff import Role
from agent.service.redraft import Redraft
from tests.support.drafting import Shop, chart_of


@pytest.fixture
def redraft(drafting_shop: Shop) -> Redraft:
    with drafting_shop.units() as work:
        for name, role in (("kaki", Role.WRITER), ("mita", Role.VIEWER)):
            work.staff.add(name, role=role, password_hash="-")
        work.commit()
    return Redraft(units=drafting_shop.units, composer=drafting_shop.composer())


async def composed(shop: Shop) -> Draft:
    return await shop.composer()(
        customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL, trigger="order:1"
    )


def stored(shop: Shop, draft_id: str) -> Draft:
    with shop.units(read_only=True) as work:
        return work.drafts.get(draft_id)


async def test_the_new_draft_knows_todays_address_and_takes_the_old_ones_place(
    drafting_shop: Shop, redraft: Redraft
) -> None:
    shop = drafting_shop
    old = await composed(shop)
    shop.charts.known["c1"] = replace(chart_of(), email="new@example.com")
    new = await redraft(old.draft_id, by="kaki")
    assert new.draft_id != old.draft_id
    assert (new.occasion, new.channel) == (old.occasion, old.channel)
    kept = stored(shop, old.draft_id)
    assert kept.state is DraftState.SUPERSEDED
    assert kept.version == old.version
    with shop.units(read_only=True) as work:
        assert work.drafts.trigger_of(new.draft_id) == "order:1"


async def test_pressing_twice_gives_the_same_new_draft(drafting_shop: Shop, redraft: Redraft) -> None:
    old = await composed(drafting_shop)
    first = await redraft(old.draft_id, by="kaki")
    second = await redraft(old.draft_id, by="kaki")
    assert second.draft_id == first.draft_id
    with drafting_shop.units(read_only=True) as work:
        assert work.drafts.count() == {first.state: 1, DraftState.SUPERSEDED: 1}


async def test_two_people_at_the_same_moment_make_one_new_draft(
    drafting_shop: Shop, redraft: Redraft
) -> None:
    old = await composed(drafting_shop)
    both = await asyncio.gather(*(redraft(old.draft_id, by="kaki") for _ in range(2)))
    assert both[0].draft_id == both[1].draft_id
    with drafting_shop.units(read_only=True) as work:
        assert sum(work.drafts.count().values()) == 2


async def test_an_expired_draft_keeps_its_end_and_gets_a_successor(
    drafting_shop: Shop, redraft: Redraft
) -> None:
    old = await composed(drafting_shop)
    drafting_shop.forward(days=4)
    assert stored(drafting_shop, old.draft_id).state is DraftState.EXPIRED
    new = await redraft(old.draft_id, by="kaki")
    assert new.created_at - old.created_at == timedelta(days=4)
    assert stored(drafting_shop, old.draft_id).state in (DraftState.EXPIRED, DraftState.SUPERSEDED)


async def test_both_presses_and_texts_stand_in_the_audit_log_without_a_word_of_the_letter(
    drafting_shop: Shop, redraft: Redraft
) -> None:
    old = await composed(drafting_shop)
    new = await redraft(old.draft_id, by="kaki")
    assert old.version is not None
    digest = old.version.digest(channel=old.channel, recipient=old.recipient)
    with drafting_shop.units(read_only=True) as work:
        said = work.audit.page(AuditFilter(), limit=10)
    asked = next(entry for entry in said if entry.action == "redraft_asked")
    done = next(entry for entry in said if entry.action == "redrafted")
    assert (asked.actor, asked.object_id, asked.detail["digest"]) == ("kaki", old.draft_id, digest)
    assert (done.object_id, done.detail["digest_before"]) == (new.draft_id, digest)
    assert "さっぱり化粧水" not in str([entry.detail for entry in said])


async def test_who_may_not_write_may_not_have_it_written(drafting_shop: Shop, redraft: Redraft) -> None:
    old = await composed(drafting_shop)
    with pytest.raises(PolicyRefusal):
        await redraft(old.draft_id, by="mita")
    with pytest.raises(NotFound):
        await redraft(old.draft_id, by="nobody")
    with pytest.raises(NotFound):
        await redraft("d_forged", by="kaki")


async def test_what_was_answered_stays_answered(drafting_shop: Shop, redraft: Redraft) -> None:
    old = await composed(drafting_shop)
    with drafting_shop.units() as work:
        work.drafts.move(old.draft_id, DraftState.REJECTED, by="mori", why="事実が違う")
        work.commit()
    with pytest.raises(CallerMistake):
        await redraft(old.draft_id, by="kaki")
