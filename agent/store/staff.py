"""Who works here, who is logged in, who keeps guessing passwords: rows of staff."""

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from agent.domain.errors import CallerMistake
from agent.domain.staff import Role, StaffMember, StaffSession, fold_name
from agent.ports import Clock
from agent.store import tables


class SqlStaffStore:
    """The StaffStore port on a database session."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def add(self, name: str, *, role: Role, password_hash: str) -> None:
        """Store a new member. Raises CallerMistake when the name is taken."""
        if self._user(name) is not None:
            raise CallerMistake(
                f"user {name!r} exists already",
                ja=f"「{name}」は既に登録されています。別の名前にするか、パスワードの変更をお使いください。",
            )
        self._session.add(
            tables.User(
                shop_id=self._shop,
                name=name,
                role=role.value,
                password_hash=password_hash,
                created_at=self._clock.now(),
                disabled_at=None,
            )
        )
        self._session.flush()

    def find(self, name: str) -> tuple[StaffMember, str] | None:
        """The member and the password hash, or None. The name may be typed as people type it."""
        user = self._user(fold_name(name))
        return (_member(user), user.password_hash) if user else None

    def members(self) -> list[StaffMember]:
        """Everybody, by name."""
        users = self._session.scalars(
            select(tables.User).where(tables.User.shop_id == self._shop).order_by(tables.User.name)
        )
        return [_member(user) for user in users]

    def set_password(self, name: str, password_hash: str) -> None:
        """Replace the password hash."""
        self._change(name, password_hash=password_hash)

    def set_role(self, name: str, role: Role) -> None:
        """Trust a person with more or less."""
        self._change(name, role=role.value)

    def emails(self) -> dict[str, str]:
        """Mail addresses of living accounts, by name; who has none is left out."""
        user = tables.User
        query = select(user.name, user.email).where(
            user.shop_id == self._shop, user.email.is_not(None), user.disabled_at.is_(None)
        )
        return {name: email for name, email in self._session.execute(query) if email}

    def set_email(self, name: str, email: str | None) -> None:
        """Where notices to this person go."""
        self._change(name, email=email)

    def disable(self, name: str) -> None:
        """Shut an account."""
        self._change(name, disabled_at=self._clock.now())

    def open_session(self, token_hash: str, *, name: str, csrf: str, real_now: float) -> None:
        """Store a new session."""
        self._session.add(
            tables.StaffSession(
                shop_id=self._shop,
                token_hash=token_hash,
                user_name=name,
                csrf=csrf,
                started=real_now,
                last_seen=real_now,
            )
        )
        self._session.flush()

    def session(self, token_hash: str) -> StaffSession | None:
        """The session behind a hashed token, whatever its age, or None."""
        row = self._session.get(tables.StaffSession, (self._shop, token_hash))
        user = self._user(row.user_name) if row else None
        if row is None or user is None:
            return None
        return StaffSession(_member(user), row.csrf, row.started, row.last_seen)

    def touch_session(self, token_hash: str, *, real_now: float) -> None:
        """Remember that the session was used."""
        self._session.execute(
            update(tables.StaffSession)
            .where(tables.StaffSession.shop_id == self._shop, tables.StaffSession.token_hash == token_hash)
            .values(last_seen=real_now)
        )

    def close_session(self, token_hash: str) -> None:
        """End one session; nothing happens when there is none."""
        self._session.execute(
            delete(tables.StaffSession).where(
                tables.StaffSession.shop_id == self._shop, tables.StaffSession.token_hash == token_hash
            )
        )

    def close_sessions(self, *, name: str | None = None, started_before: float | None = None) -> None:
        """End the sessions of a person, or those begun before a moment. Without either, everybody's."""
        ending = delete(tables.StaffSession).where(tables.StaffSession.shop_id == self._shop)
        if name is not None:
            ending = ending.where(tables.StaffSession.user_name == name)
        if started_before is not None:
            ending = ending.where(tables.StaffSession.started < started_before)
        self._session.execute(ending)

    def failures(self, key: str) -> tuple[int, float]:
        """How many log-ins failed under this key and when the last did; (0, 0.0) for none. Holds the row."""
        table = tables.LoginAttempt
        fresh = {"shop_id": self._shop, "key": key, "failures": 0, "last_failure": 0.0}
        insert = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        # A row to hold must exist first, or two first guesses at once would both count as the first.
        self._session.execute(insert(table).values(**fresh).on_conflict_do_nothing())
        row = self._session.get_one(table, (self._shop, key), with_for_update=True, populate_existing=True)
        return row.failures, row.last_failure

    def set_failures(self, key: str, failures: int, *, at: float) -> None:
        """Store the count under a key."""
        self._session.merge(
            tables.LoginAttempt(shop_id=self._shop, key=key, failures=failures, last_failure=at)
        )
        self._session.flush()

    def forget_failures(self, *, before: float) -> None:
        """Drop counts whose last failure is older than a moment."""
        self._session.execute(
            delete(tables.LoginAttempt).where(
                tables.LoginAttempt.shop_id == self._shop, tables.LoginAttempt.last_failure < before
            )
        )

    def _user(self, name: str) -> tables.User | None:
        return self._session.get(tables.User, (self._shop, name))

    def _change(self, name: str, **values: object) -> None:
        self._session.execute(
            update(tables.User)
            .where(tables.User.shop_id == self._shop, tables.User.name == name)
            .values(**values)
        )
        self._session.expire_all()


def _member(user: tables.User) -> StaffMember:
    return StaffMember(user.name, Role(user.role), disabled=user.disabled_at is not None)
