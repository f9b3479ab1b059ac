"""okaeri audit: verify names the first broken row and exits 1; export writes a file nobody can rig."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from agent.cli.command import app
from agent.clock import FixedClock
from agent.store.engine import migrate, open_engine
from tests.support.sending_desk import SendingDesk

RUN = CliRunner()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> Iterator[SendingDesk]:
    url = f"sqlite:///{tmp_path / 'okaeri.sqlite'}"
    monkeypatch.setenv("OKAERI_HOME", str(tmp_path))
    monkeypatch.setenv("OKAERI_DATABASE_URL", url)
    engine = open_engine(url)
    migrate(engine)
    made = SendingDesk(engine, clock)
    made.customer()
    made.draft("d1")
    made.decide.approve("d1", by="mori")
    made.draft("d2")
    made.decide.reject("d2", by="mori", reason="=1+1")
    yield made
    engine.dispose()


def said(*words: str, code: int = 0) -> str:
    result = RUN.invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result.stdout


def test_a_chain_that_holds_exits_0_and_a_broken_one_1_naming_its_row(desk: SendingDesk) -> None:
    assert json.loads(said("audit", "verify", "--json"))["holds"] is True
    with desk.engine.begin() as connection:
        connection.execute(text("update audit set actor = 'mallory' where sequence = 2"))
    told = json.loads(said("audit", "verify", "--json", code=1))
    assert (told["holds"], told["first_broken"], told["how"]) == (False, 2, "altered")
    assert "2行目で鎖が切れています" in said("audit", "verify", code=1)


@pytest.mark.parametrize(("encoding", "codec"), [("utf-8", "utf-8-sig"), ("cp932", "cp932")])
def test_the_export_holds_every_decision_with_its_text(
    desk: SendingDesk, tmp_path: Path, encoding: str, codec: str
) -> None:
    place = tmp_path / "audit.csv"
    said("audit", "export", "--csv", str(place), "--encoding", encoding, "--by", "mori")
    rows = list(csv.DictReader(io.StringIO(place.read_bytes().decode(codec), newline="")))
    assert [row["操作"] for row in rows] == ["承認", "却下"]
    assert all(len(row["文面のハッシュ"]) == 64 for row in rows)
    assert rows[1]["理由"] == "'=1+1"


def test_a_wrong_call_is_told_as_one(desk: SendingDesk, tmp_path: Path) -> None:
    said("audit", "export", "--csv", str(tmp_path / "a.csv"), "--encoding", "ebcdic", code=2)
    said("audit", "export", "--csv", str(tmp_path / "a.csv"), "--day", "yesterday", code=2)
    said("audit", "export", "--csv", str(tmp_path / "no" / "a.csv"), code=2)
