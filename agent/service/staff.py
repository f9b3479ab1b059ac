"""Who is at the desk: add a member of staff, log in, stay logged in, log out."""

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from agent.domain.errors import CallerMistake, NotFound, PolicyRefusal
from agent.domain.staff import Role, StaffMember, StaffSession, fold_name
from agent.ports import StaffStore, UnitsOfWork

IDLE_SECONDS = 8 * 3600.0
"""A session unused this long ends: a working day at a packing table. Source: docs/adr/0008-console-and-sessions.md."""
ABSOLUTE_SECONDS = 24 * 3600.0
"""Every session ends after this, used or not."""
FAILURES_ALLOWED = 10
"""Log-ins that may fail under one name, or from one address, before both have to wait."""
LOCK_SECONDS = 15 * 60.0
"""How long they wait; also how long a failure is remembered."""
SHORTEST, LONGEST = 8, 256
"""Length of a password in characters. The floor is ASVS 6.2.1; the ceiling only bounds the work of hashing."""
TOUCH_SECONDS = 60.0
"""A session's last use is written at most this often, so that reading pages stays cheap."""

OPERATOR = "operator"
"""Whoever reaches the command line."""
_ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_EASY = frozenset({"", "abc", "admin", "iloveyou", "letmein", "okaeri", "pass", "passw0rd", "password"}) | {
    *("qwerty", "qwertyuiop", "shop", "test", "user", "welcome")
}
"""What anybody would try first, with digits and signs around it taken off."""


class LogInRefused(PolicyRefusal):
    """Wrong name or password; which one is never told."""


class TooManyFailures(PolicyRefusal):
    """Too many failed log-ins under this name or from this address; seconds says how long to wait."""

    def __init__(self, seconds: int) -> None:
        minutes = max(1, -(-seconds // 60))
        super().__init__(
            f"too many failed log-ins, wait {seconds} s",
            ja=f"ログインの失敗が続いたため、一時的に止めています。{minutes}分ほど待ってからお試しください。",
        )
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A new session. token goes into the cookie and is never stored as it is."""

    token: str
    session: StaffSession


class Staff:
    """The people who may use the console. real_now: seconds since the epoch; sessions and locks use real time."""

    def __init__(
        self,
        units: UnitsOfWork,
        *,
        real_now: Callable[[], float] = time.time,
        hasher: Argon2Hasher | None = None,
    ) -> None:
        self._units, self._real_now = units, real_now
        self._passwords = PasswordHash((hasher or Argon2Hasher(),))
        # An unknown name is checked against this, so that it takes as long as a known one.
        self._nobody = self._passwords.hash(secrets.token_urlsafe(16))

    def add_user(self, name: str, role: Role | str, password: str, *, by: str = OPERATOR) -> StaffMember:
        """Let a person in. Raises CallerMistake for a bad name, role or password, or a name that is taken."""
        name = require_name(name)
        member = StaffMember(name, require_role(role))
        hashed = self._passwords.hash(require_password(password, name=name))
        with self._units() as unit:
            unit.staff.add(name, role=member.role, password_hash=hashed)
            unit.audit.record(
                actor=by,
                action="user_added",
                object_kind="user",
                object_id=name,
                detail={"role": member.role.value},
            )
            unit.commit()
        return member

    def members(self) -> list[StaffMember]:
        """Everybody, by name."""
        with self._units(read_only=True) as unit:
            return unit.staff.members()

    def change_password(self, name: str, password: str, *, by: str = OPERATOR) -> None:
        """Set a new password and end all sessions of that person. Raises NotFound, CallerMistake."""
        name = fold_name(name)
        hashed = self._passwords.hash(require_password(password, name=name))
        with self._units() as unit:
            _require_known(unit.staff, name)
            unit.staff.set_password(name, hashed)
            unit.staff.close_sessions(name=name)
            unit.audit.record(
                actor=by, action="password_changed", object_kind="user", object_id=name, detail={}
            )
            unit.commit()

    def change_role(self, name: str, role: Role | str, *, by: str = OPERATOR) -> StaffMember:
        """Trust a person with more or less, from their next click on. Raises NotFound, CallerMistake."""
        name, wanted = fold_name(name), require_role(role)
        with self._units() as unit:
            before = _require_known(unit.staff, name)
            if wanted is not Role.OWNER:
                _require_another_owner(unit.staff, before, by=by)
            unit.staff.set_role(name, wanted)
            unit.audit.record(
                actor=by,
                action="role_changed",
                object_kind="user",
                object_id=name,
                detail={"before": before.role.value, "after": wanted.value},
            )
            unit.commit()
        return StaffMember(name, wanted, disabled=before.disabled)

    def disable(self, name: str, *, by: str = OPERATOR) -> None:
        """Shut an account and end its sessions. Raises NotFound."""
        name = fold_name(name)
        with self._units() as unit:
            _require_another_owner(unit.staff, _require_known(unit.staff, name), by=by)
            unit.staff.disable(name)
            unit.staff.close_sessions(name=name)
            unit.audit.record(actor=by, action="user_disabled", object_kind="user", object_id=name, detail={})
            unit.commit()

    def emails(self) -> dict[str, str]:
        """Where notices go, by name."""
        with self._units(read_only=True) as unit:
            return unit.staff.emails()

    def change_email(self, name: str, email: str | None, *, by: str = OPERATOR) -> None:
        """Where this person's notices go; None for nowhere. Raises NotFound, CallerMistake for what is no address."""
        name, email = fold_name(name), (email or "").strip() or None
        if email and not _ADDRESS.fullmatch(email):
            raise CallerMistake(
                f"not a mail address: {email!r}",
                ja="メールアドレスの形になっていません。もう一度ご確認ください。",
            )
        with self._units() as unit:
            _require_known(unit.staff, name)
            if unit.staff.emails().get(name) == email:
                return
            unit.staff.set_email(name, email)
            unit.audit.record(
                actor=by,
                action="email_changed",
                object_kind="user",
                object_id=name,
                detail={"set": email is not None},
            )
            unit.commit()

    def log_in(self, name: str, password: str, *, address: str) -> LoggedIn:
        """Open a new session. Raises LogInRefused, or TooManyFailures while the name or the address has to wait."""
        name = fold_name(name)
        keys = (f"user:{name}", f"ip:{address[:100]}")
        self._charge(keys)
        with self._units(read_only=True) as unit:
            known = unit.staff.find(name)
        right = self._passwords.verify(password[: LONGEST + 1], known[1] if known else self._nobody)
        if known is None or not right or known[0].disabled:
            raise LogInRefused(
                "wrong name or password",
                ja="お名前またはパスワードが違います。もう一度ご確認ください。",
            )
        now, token = self._real_now(), secrets.token_urlsafe(32)
        session = StaffSession(known[0], secrets.token_urlsafe(32), now, now)
        with self._units() as unit:
            unit.staff.set_failures(keys[0], 0, at=now)
            failures, at = unit.staff.failures(keys[1])
            unit.staff.set_failures(keys[1], max(0, failures - 1), at=at)
            unit.staff.forget_failures(before=now - LOCK_SECONDS)
            unit.staff.close_sessions(started_before=now - ABSOLUTE_SECONDS)
            unit.staff.open_session(hash_token(token), name=name, csrf=session.csrf, real_now=now)
            unit.commit()
        return LoggedIn(token, session)

    def session(self, token: str) -> StaffSession | None:
        """The living session behind a cookie, or None when there is none, it is too old, or the account was shut."""
        hashed, now = hash_token(token), self._real_now()
        with self._units(read_only=True) as unit:
            session = unit.staff.session(hashed)
        if session is None or session.member.disabled:
            return None
        if now - session.last_seen > IDLE_SECONDS or now - session.started > ABSOLUTE_SECONDS:
            return None
        if now - session.last_seen > TOUCH_SECONDS:
            with self._units() as unit:
                unit.staff.touch_session(hashed, real_now=now)
                unit.commit()
        return session

    def log_out(self, token: str) -> None:
        """End the session on the server; the cookie is worthless afterwards."""
        with self._units() as unit:
            unit.staff.close_session(hash_token(token))
            unit.commit()

    def _charge(self, keys: tuple[str, ...]) -> None:
        """Count the attempt as failed before the password is looked at, so that parallel guesses are counted too."""
        now = self._real_now()
        with self._units() as unit:
            counts = {}
            for key in keys:
                failures, at = unit.staff.failures(key)
                if now - at >= LOCK_SECONDS:
                    failures = 0
                if failures >= FAILURES_ALLOWED:
                    raise TooManyFailures(int(LOCK_SECONDS - (now - at)) + 1)
                counts[key] = failures
            for key, failures in counts.items():
                unit.staff.set_failures(key, failures + 1, at=now)
            unit.commit()


def hash_token(token: str) -> str:
    """SHA-256 of a session token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def require_name(name: str) -> str:
    """The folded name. Raises CallerMistake when nothing is left of it."""
    folded = fold_name(name)
    if not folded:
        raise CallerMistake("a user needs a name", ja="ユーザー名を入力してください。")
    return folded


def require_role(role: Role | str) -> Role:
    """The role with that code. Raises CallerMistake naming the roles there are."""
    try:
        return Role(role)
    except ValueError as error:
        known = "、".join(Role)
        raise CallerMistake(
            f"no such role: {role!r}; one of {', '.join(Role)}",
            ja=f"役割「{role}」はありません。{known} のいずれかにしてください。",
        ) from error


def require_password(password: str, *, name: str) -> str:
    """The password itself. Raises CallerMistake when it is too short, too long or the first thing anybody would try."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise CallerMistake(
            f"a password has {SHORTEST} to {LONGEST} characters",
            ja=f"パスワードは{SHORTEST}文字以上{LONGEST}文字以下にしてください。",
        )
    folded = fold_name(password)
    core = folded.strip("0123456789!?#$%&._-@+*")
    if folded == name or core in _EASY or core == name or len(set(password)) < 4:
        raise CallerMistake(
            "this password is too easy to guess",
            ja="推測されやすいパスワードです。名前や連番を避け、いくつかの言葉を組み合わせてください。",
        )
    return password


def _require_known(staff: StaffStore, name: str) -> StaffMember:
    known = staff.find(name)
    if known is None:
        raise NotFound(f"no user {name!r}", ja=f"「{name}」という名前の利用者は登録されていません。")
    return known[0]


def _require_another_owner(staff: StaffStore, member: StaffMember, *, by: str) -> None:
    """In the console nobody may lock the shop's last owner out; the command line can always add another."""
    if by == OPERATOR or member.role is not Role.OWNER or member.disabled:
        return
    others = [one for one in staff.members() if one.role is Role.OWNER and not one.disabled]
    if len(others) <= 1:
        raise PolicyRefusal(
            f"{member.name} is the last owner",
            ja="オーナーが一人もいなくなるため、変更できません。先に別の方をオーナーにしてください。",
        )
