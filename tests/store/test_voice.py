"""voice.md is read when it changed, and every text it ever had is kept; rules of shops do not mix."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.demo.voice import GUIDE
from agent.domain.errors import OperatorMustFix
from agent.domain.house_rule import HouseRule, RuleExample, RuleKind, RuleState, RuleStep
from agent.domain.occasion import Channel, Occasion
from agent.domain.voice import NO_GUIDE
from agent.store.shops import ensure_shop
from agent.store.unit_of_work import SqlUnitOfWork
from agent.store.voice_file import VoiceFile


class Store:
    """One shop's transactions."""

    def __init__(self, engine: Engine, clock: FixedClock, shop_id: str = "default") -> None:
        self.engine, self.clock, self.shop_id = engine, clock, shop_id
        ensure_shop(engine, shop_id=shop_id, name=None, now=clock.now())

    def __call__(self, *, read_only: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine, shop_id=self.shop_id, clock=self.clock, read_only=read_only)


@pytest.fixture
def store(engine: Engine, clock: FixedClock) -> Store:
    return Store(engine, clock)


def test_a_shop_without_a_file_has_no_guide(store: Store, tmp_path: Path) -> None:
    assert VoiceFile(tmp_path, units=store)() == NO_GUIDE


def test_every_change_of_the_file_is_a_version(store: Store, tmp_path: Path) -> None:
    file = VoiceFile(tmp_path, units=store)
    assert file.put(GUIDE, by="oono")
    assert not file.put(GUIDE, by="oono")
    changed = GUIDE.replace("静かにあたたかく", "明るく")
    (tmp_path / "voice.md").write_text(changed, encoding="utf-8")
    file()
    VoiceFile(tmp_path, units=store)()
    with store(read_only=True) as work:
        kept = work.voice.guides()
    assert [(k.number, k.by) for k in kept] == [(2, "okaeri"), (1, "oono")]
    assert "明るく" in kept[0].text
    assert "静かにあたたかく" in kept[1].text


def test_a_wrong_guide_is_neither_written_nor_kept(store: Store, tmp_path: Path) -> None:
    file = VoiceFile(tmp_path, units=store)
    file.put(GUIDE, by="oono")
    with pytest.raises(OperatorMustFix):
        file.put("## 口癖\nですね", by="oono")
    assert (tmp_path / "voice.md").read_text(encoding="utf-8") == GUIDE
    (tmp_path / "voice.md").write_bytes("## 口調\nていねいに".encode("cp932"))
    with pytest.raises(OperatorMustFix) as error:
        file()
    assert "UTF-8" in error.value.ja


def test_a_rule_comes_back_as_it_was_stored_and_shops_do_not_mix(
    store: Store, engine: Engine, clock: FixedClock
) -> None:
    rule = HouseRule(
        RuleKind.CLOSING,
        "",
        "お返事は不要です。",
        5,
        6,
        5,
        ("mori", "saeki"),
        (RuleExample("d1", "前", "後"),),
        Occasion.FOLLOW_UP,
        Channel.LINE,
    )
    step = RuleStep(rule, RuleState.PROPOSED, "okaeri", "なぜ", clock.now())
    with store() as work:
        work.voice.add_step(step)
        work.commit()
    with store(read_only=True) as work:
        assert work.voice.rules() == {rule.rule_id: step}
    with Store(engine, clock, "other")(read_only=True) as work:
        assert work.voice.rules() == {}
        assert work.voice.guides() == []
