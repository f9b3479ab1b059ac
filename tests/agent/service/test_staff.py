"""People, passwords, sessions and patience with wrong guesses."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from agent.clock import FixedClock
from agent.domain.errors import CallerMistake, NotFound
from agent.domain.staff import RIGHTS, Right, Role
from agent.service.staff import (
    ABSOLUTE_SECONDS,
    FAILURES_ALLOWED,
    IDLE_SECONDS,
    LOCK_SECONDS,
    LogInRefused,
    Staff,
    TooManyFailures,
)
from agent.store import tables
from agent.store.unit_of_work import SqlUnitOfWork

PASSWORD = "harukaze to matsubokkuri"
QUICK = Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1)


class Door:
    """A shop's door with a clock of its own, on one database."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self.engine, self.clock, self.now = engine, clock, 1_000_000.0
        self.staff = self.restarted()

    def restarted(self) -> Staff:
        """What a new process would use."""
        return Staff(self.units, real_now=lambda: self.now, hasher=QUICK)

    def units(self, *, read_only: bool = False) -> SqlUnitOfWork:
        """Open a transaction."""
        return SqlUnitOfWork(self.engine, shop_id="default", clock=self.clock, read_only=read_only)

    def log_in(self, password: str = PASSWORD, *, name: str = "hana", address: str = "10.0.0.1") -> str:
        """The token of a new session."""
        return self.staff.log_in(name, password, address=address).token

    def fail(self, times: int, *, name: str = "hana", address: str = "10.0.0.1") -> None:
        """Guess wrongly."""
        for _ in range(times):
            with pytest.raises(LogInRefused):
                self.log_in("wrong", name=name, address=address)


@pytest.fixture
def door(engine: Engine, clock: FixedClock) -> Door:
    door = Door(engine, clock)
    door.staff.add_user("Hana", Role.APPROVER, PASSWORD)
    return door


def test_the_right_password_opens_a_session_of_that_person(door: Door) -> None:
    session = door.staff.session(door.log_in())
    assert session is not None
    assert (session.member.name, session.member.role) == ("hana", Role.APPROVER)


def test_a_name_means_the_same_however_it_is_typed(door: Door) -> None:
    assert door.log_in(name=" ＨＡＮＡ ")


def test_a_wrong_password_and_an_unknown_name_are_told_alike(door: Door) -> None:
    said = []
    for name in ("hana", "nobody"):
        with pytest.raises(LogInRefused) as refused:
            door.log_in("wrong", name=name)
        said.append((str(refused.value), refused.value.ja))
    assert said[0] == said[1]


def test_a_password_is_stored_as_argon2id_and_a_token_only_as_its_hash(door: Door) -> None:
    token = door.log_in()
    with Session(door.engine) as session:
        user = session.scalars(select(tables.User)).one()
        kept = session.scalars(select(tables.StaffSession)).one()
    assert user.password_hash.startswith("$argon2id$")
    assert token not in (kept.token_hash, kept.csrf)


def test_every_log_in_gets_its_own_token_and_form_secret(door: Door) -> None:
    first, second = door.log_in(), door.log_in()
    sessions = [door.staff.session(token) for token in (first, second)]
    assert first != second
    assert len({session.csrf for session in sessions if session}) == 2


def test_logging_out_ends_the_session_on_the_server(door: Door) -> None:
    token = door.log_in()
    door.staff.log_out(token)
    assert door.staff.session(token) is None


def test_a_new_password_ends_every_session_of_that_person(door: Door) -> None:
    token = door.log_in()
    door.staff.change_password("hana", "another long secret")
    assert door.staff.session(token) is None
    assert door.log_in("another long secret")


def test_a_shut_account_is_out_at_once_and_cannot_come_back(door: Door) -> None:
    token = door.log_in()
    door.staff.disable("hana")
    assert door.staff.session(token) is None
    with pytest.raises(LogInRefused):
        door.log_in()


def test_an_idle_session_ends(door: Door) -> None:
    token = door.log_in()
    door.now += IDLE_SECONDS + 1
    assert door.staff.session(token) is None


def test_a_session_in_use_lives_on_but_never_beyond_a_day(door: Door) -> None:
    token = door.log_in()
    started = door.now
    while door.now - started < ABSOLUTE_SECONDS - IDLE_SECONDS / 2:
        door.now += IDLE_SECONDS / 2
        assert door.staff.session(token) is not None
    door.now = started + ABSOLUTE_SECONDS + 1
    assert door.staff.session(token) is None


def test_ten_failures_make_the_account_wait_even_with_the_right_password(door: Door) -> None:
    door.fail(FAILURES_ALLOWED)
    with pytest.raises(TooManyFailures):
        door.log_in(address="10.9.9.9")
    door.now += LOCK_SECONDS
    assert door.log_in()


def test_ten_failures_under_many_names_make_the_address_wait(door: Door) -> None:
    for n in range(FAILURES_ALLOWED):
        door.fail(1, name=f"guess{n}")
    with pytest.raises(TooManyFailures):
        door.log_in()
    assert door.log_in(address="10.9.9.9")


def test_guesses_in_parallel_are_all_counted(door: Door) -> None:
    def guess(_: int) -> type[Exception]:
        try:
            door.log_in("wrong")
        except (LogInRefused, TooManyFailures) as refused:
            return type(refused)
        raise AssertionError("a wrong password opened the door")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert answers.count(LogInRefused) == FAILURES_ALLOWED


def test_the_wait_survives_a_restart(door: Door) -> None:
    door.fail(FAILURES_ALLOWED)
    door.staff = door.restarted()
    with pytest.raises(TooManyFailures):
        door.log_in()


def test_an_unknown_name_has_to_wait_like_a_known_one(door: Door) -> None:
    door.fail(FAILURES_ALLOWED, name="nobody")
    with pytest.raises(TooManyFailures):
        door.log_in(name="nobody", address="10.9.9.9")


def test_a_success_forgives_the_failures_before_it(door: Door) -> None:
    for _ in range(3):
        door.fail(FAILURES_ALLOWED - 2)
        assert door.log_in(address="10.0.0.2")
        door.now += LOCK_SECONDS


def test_an_unknown_name_takes_as_long_as_a_known_one(door: Door) -> None:
    door.staff = Staff(door.units, real_now=lambda: door.now, hasher=Argon2Hasher(time_cost=4))
    door.staff.add_user("slow", Role.VIEWER, PASSWORD)
    took: dict[str, list[float]] = {"slow": [], "nobody": []}
    for round_ in range(12):
        for name, times in took.items():
            began = time.process_time()
            with pytest.raises(LogInRefused):
                door.log_in("wrong", name=name, address=f"10.1.{len(name)}.{round_}")
            times.append(time.process_time() - began)
            door.now += LOCK_SECONDS
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) / known < 0.2


def test_a_new_role_counts_from_the_next_click_on(door: Door) -> None:
    token = door.log_in()
    assert door.staff.change_role("HANA", "viewer").role is Role.VIEWER
    session = door.staff.session(token)
    assert session is not None
    assert not session.member.may(Right.DECIDE)


@pytest.mark.parametrize(
    "password", ["short", "hana", "hana2026", "password123", "okaeri!!", "12345678", "aaaaaaaaaa", "x" * 257]
)
def test_a_password_anybody_would_try_is_refused(door: Door, password: str) -> None:
    with pytest.raises(CallerMistake):
        door.staff.add_user("hana", Role.VIEWER, password)


def test_a_long_password_is_welcome(door: Door) -> None:
    long = "ほうじ茶と 松ぼっくり " * 8
    door.staff.add_user("long", Role.VIEWER, long)
    assert door.log_in(long, name="long")


@pytest.mark.parametrize(
    ("name", "role"), [("", "owner"), ("\x00", "owner"), ("x", "king"), ("hana", "owner")]
)
def test_a_bad_name_or_role_and_a_taken_name_are_refused(door: Door, name: str, role: str) -> None:
    with pytest.raises(CallerMistake):
        door.staff.add_user(name, role, PASSWORD)


def test_a_person_who_is_not_there_cannot_be_changed(door: Door) -> None:
    with pytest.raises(NotFound):
        door.staff.change_password("nobody", PASSWORD)
    with pytest.raises(NotFound):
        door.staff.disable("nobody")


def test_roles_hold_exactly_the_rights_written_down() -> None:
    assert dict(RIGHTS) == {
        Role.OWNER: {Right.READ, Right.WRITE, Right.DECIDE, Right.MANAGE},
        Role.APPROVER: {Right.READ, Right.WRITE, Right.DECIDE},
        Role.WRITER: {Right.READ, Right.WRITE},
        Role.VIEWER: {Right.READ},
    }
