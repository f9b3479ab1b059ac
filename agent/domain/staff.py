"""Who may do what at the review desk."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is trusted with."""

    OWNER = "owner"
    APPROVER = "approver"
    WRITER = "writer"
    VIEWER = "viewer"


class Right(StrEnum):
    """read: see drafts and charts. write: change a text or ask for another. decide: approve, reject, later, never.

    manage: see the settings, look after people; owners only.
    """

    READ = "read"
    WRITE = "write"
    DECIDE = "decide"
    MANAGE = "manage"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.APPROVER: frozenset({Right.READ, Right.WRITE, Right.DECIDE}),
    Role.WRITER: frozenset({Right.READ, Right.WRITE}),
    Role.VIEWER: frozenset({Right.READ}),
}
"""Everything a role may do; what is not listed is denied."""

ROLE_JA = {Role.OWNER: "オーナー", Role.APPROVER: "承認者", Role.WRITER: "書き手", Role.VIEWER: "閲覧のみ"}
"""How staff read each role."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person with a log-in. disabled: may no longer log in."""

    name: str
    role: Role
    disabled: bool = False

    def may(self, right: Right) -> bool:
        """True when this person's role includes the right and the account is alive."""
        return not self.disabled and right in RIGHTS[self.role]


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A log-in that is alive. csrf: what each form must carry; started and last_seen: real seconds since the epoch."""

    member: StaffMember
    csrf: str
    started: float
    last_seen: float


def fold_name(name: str) -> str:
    """A log-in name as stored: NFKC, trimmed, lower case, without control characters, at most 80 characters."""
    folded = unicodedata.normalize("NFKC", name).strip().casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] != "C")[:80]
