"""Where members of staff and their log-ins are kept."""

from typing import Protocol

from agent.domain.staff import Role, StaffMember, StaffSession


class StaffStore(Protocol):
    """Members of staff, their sessions and their failed log-ins. Moments of sessions and attempts are real seconds."""

    def add(self, name: str, *, role: Role, password_hash: str) -> None:
        """Store a new member. Raises CallerMistake when the name is taken."""
        ...

    def find(self, name: str) -> tuple[StaffMember, str] | None:
        """The member and the password hash, or None."""
        ...

    def members(self) -> list[StaffMember]:
        """Everybody, by name."""
        ...

    def set_password(self, name: str, password_hash: str) -> None:
        """Replace the password hash."""
        ...

    def set_role(self, name: str, role: Role) -> None:
        """Trust a person with more or less."""
        ...

    def emails(self) -> dict[str, str]:
        """Mail addresses of living accounts, by name; who has none is left out."""
        ...

    def set_email(self, name: str, email: str | None) -> None:
        """Where notices to this person go."""
        ...

    def disable(self, name: str) -> None:
        """Shut an account."""
        ...

    def open_session(self, token_hash: str, *, name: str, csrf: str, real_now: float) -> None:
        """Store a new session."""
        ...

    def session(self, token_hash: str) -> StaffSession | None:
        """The session behind a hashed token, whatever its age, or None."""
        ...

    def touch_session(self, token_hash: str, *, real_now: float) -> None:
        """Remember that the session was used."""
        ...

    def close_session(self, token_hash: str) -> None:
        """End one session; nothing happens when there is none."""
        ...

    def close_sessions(self, *, name: str | None = None, started_before: float | None = None) -> None:
        """End the sessions of a person, or those begun before a moment."""
        ...

    def failures(self, key: str) -> tuple[int, float]:
        """How many log-ins failed under this key and when the last did; (0, 0.0) for none. Holds the row."""
        ...

    def set_failures(self, key: str, failures: int, *, at: float) -> None:
        """Store the count under a key."""
        ...

    def forget_failures(self, *, before: float) -> None:
        """Drop counts whose last failure is older than a moment."""
        ...
