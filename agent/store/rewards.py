"""Codes and promises of rewards, in the database: never the same code to two people, never more than was allowed."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from agent.domain.draft import DraftState
from agent.domain.reward import MONEY, Reward, RewardKind
from agent.domain.reward_policy import FreeCode, RewardStanding
from agent.ports import Clock
from agent.ports.rewards import Granted, PoolCount
from agent.store.tables import DraftRow, RewardCode, RewardGrant

FREE, RESERVED, GIVEN, RELEASED, VOID = "free", "reserved", "given", "released", "void"
COUNTS = (RESERVED, GIVEN)
"""What was promised and stands."""
_UNDECIDED = (DraftState.HELD.value, DraftState.WAITING.value)
_CODES_AT_A_TIME = 500
_OVERDUE_AT_A_TIME = 200


class SqlRewardStore:
    """`agent.ports.rewards.RewardStore` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    # -- codes

    def add_codes(self, campaign: str, codes: Sequence[FreeCode]) -> int:
        """Put codes into a campaign's pool; how many were new."""
        self.lock()
        new = 0
        for start in range(0, len(codes), _CODES_AT_A_TIME):
            some = {each.code: each for each in codes[start : start + _CODES_AT_A_TIME]}
            known = self._session.scalars(
                select(RewardCode.code).where(RewardCode.shop_id == self._shop, RewardCode.code.in_(some))
            )
            for code in known.all():
                del some[code]
            rows = [
                {
                    "shop_id": self._shop,
                    "code": each.code,
                    "campaign": campaign,
                    "expires_on": each.expires,
                    "state": FREE,
                    "draft_id": None,
                    "added_at": self._clock.now(),
                }
                for each in some.values()
            ]
            if rows:
                self._session.execute(insert(RewardCode), rows)
            new += len(rows)
        return new

    def free_code(self, campaign: str, *, until: date) -> FreeCode | None:
        """A code nobody has, good at least until a day; the one that ends first. Only looked at, not taken."""
        row = self._session.scalars(self._free(campaign, until)).first()
        return FreeCode(row.code, row.expires_on) if row else None

    def held_code(self, campaign: str, draft_ids: Collection[str], *, until: date) -> FreeCode | None:
        """A code of a campaign reserved for one of these drafts, good at least until a day."""
        query = select(RewardCode).where(
            RewardCode.shop_id == self._shop,
            RewardCode.campaign == campaign,
            RewardCode.state == RESERVED,
            RewardCode.draft_id.in_(draft_ids),
            or_(RewardCode.expires_on.is_(None), RewardCode.expires_on >= until),
        )
        row = self._session.scalars(query.order_by(RewardCode.code).limit(1)).first() if draft_ids else None
        return FreeCode(row.code, row.expires_on) if row else None

    def _free(self, campaign: str, until: date) -> Any:
        return (
            select(RewardCode)
            .where(
                RewardCode.shop_id == self._shop,
                RewardCode.campaign == campaign,
                RewardCode.state == FREE,
                or_(RewardCode.expires_on.is_(None), RewardCode.expires_on >= until),
            )
            .order_by(RewardCode.expires_on, RewardCode.code)
            .limit(1)
            .execution_options(populate_existing=True)
        )

    # -- promises

    def lock(self) -> None:
        """Hold the shop's book of rewards until the transaction ends (on SQLite every writer waits anyway).

        Not a row lock: approvals hold draft rows and the shop's row in another order, and two orders are a deadlock.
        """
        if self._session.get_bind().dialect.name == "postgresql":
            digest = hashlib.blake2b(f"okaeri:rewards:{self._shop}".encode(), digest_size=8).digest()
            key = int.from_bytes(digest, "big", signed=True)
            self._session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": key})

    def standing(self, customer_id: str, *, on: date, but: Collection[str] = ()) -> RewardStanding:
        """What was promised so far, seen from a day in Asia/Tokyo; drafts in `but` do not count."""
        given = {"shop": self._shop, "but": list(but)}
        spent = self._session.execute(_SPENT, {**given, "month": _month(on)}).scalar()
        mine = self._session.execute(_PROMISED, {**given, "customer": customer_id}).all()
        money = {kind.value for kind in MONEY}
        return RewardStanding(
            spent_yen=int(spent or 0),
            last_money_on=max((day for _, kind, day in mine if kind in money), default=None),
            had=frozenset(campaign for campaign, _, _ in mine),
        )

    def reserve(
        self, draft_id: str, customer_id: str, reward: Reward, *, on: date, until: date
    ) -> str | None:
        """Promise a reward in a draft, under `lock`; see the port."""
        code = self._take(draft_id, reward, until) if reward.code else ""
        if code is None:
            return None
        self._session.add(
            RewardGrant(
                shop_id=self._shop,
                draft_id=draft_id,
                customer_id=customer_id,
                kind=reward.kind.value,
                campaign=reward.campaign,
                code=code or None,
                cost_yen=reward.cost_yen,
                promised_on=on,
                month=_month(on),
                state=RESERVED,
                changed_at=self._clock.now(),
            )
        )
        self._session.flush()
        return code

    def _take(self, draft_id: str, reward: Reward, until: date) -> str | None:
        """The reward's own code, or another one as long and good as long: a text is written that places and dates it."""
        own = self._session.get(RewardCode, (self._shop, reward.code), populate_existing=True)
        same = own.expires_on if own else None
        wanted = reward.code
        for _ in range(100):  # pragma: no branch - the pool runs dry long before
            if wanted and self._turn(wanted, draft_id):
                return wanted
            row = self._session.scalars(
                self._free(reward.campaign, until).where(
                    RewardCode.expires_on.is_(None) if same is None else RewardCode.expires_on == same,
                    func.length(RewardCode.code) == len(reward.code or ""),
                )
            ).first()
            if row is None:
                return None
            wanted = row.code
        return None

    def _turn(self, code: str, draft_id: str) -> bool:
        """Take a free code; False when it is not free."""
        changed = cast(
            "CursorResult[Any]",
            self._session.execute(
                update(RewardCode)
                .where(RewardCode.shop_id == self._shop, RewardCode.code == code, RewardCode.state == FREE)
                .values(state=RESERVED, draft_id=draft_id)
                .execution_options(synchronize_session=False)
            ),
        )
        return changed.rowcount == 1

    def of_draft(self, draft_id: str) -> Granted | None:
        """What a draft promised, whatever became of it; None when it never promised anything."""
        row = self._session.get(RewardGrant, (self._shop, draft_id), populate_existing=True)
        return _granted(row) if row else None

    def overdue(self) -> list[str]:
        """Drafts with a reservation whose time is over undecided, held for this transaction; those somebody holds are left out."""
        given = {"shop": self._shop}
        reserved = [row[0] for row in self._session.connection().execute(_RESERVED, given)]
        late: list[str] = []
        for start in range(0, len(reserved), _CODES_AT_A_TIME):
            some = reserved[start : start + _CODES_AT_A_TIME]
            late += self._session.scalars(_OVERDUE, {**given, "now": self._clock.now(), "drafts": some})
        return late[:_OVERDUE_AT_A_TIME]

    # -- looking

    def pools(self) -> list[PoolCount]:
        """How many codes there are, by campaign."""
        query = (
            select(RewardCode.campaign, RewardCode.state, func.count())
            .where(RewardCode.shop_id == self._shop)
            .group_by(RewardCode.campaign, RewardCode.state)
        )
        counts: dict[str, dict[str, int]] = {}
        for campaign, state, count in self._session.execute(query):
            counts.setdefault(campaign, {})[state] = count
        return [
            PoolCount(name, of.get(FREE, 0), of.get(RESERVED, 0), of.get(GIVEN, 0), of.get(VOID, 0))
            for name, of in sorted(counts.items())
        ]

    def grants(self, *, limit: int = 200) -> list[Granted]:
        """The newest promises first."""
        query = (
            select(RewardGrant)
            .where(RewardGrant.shop_id == self._shop)
            .order_by(RewardGrant.changed_at.desc(), RewardGrant.draft_id)
            .limit(limit)
        )
        return [_granted(row) for row in self._session.scalars(query)]


def _granted(row: RewardGrant) -> Granted:
    return Granted(
        row.draft_id,
        row.customer_id,
        RewardKind(row.kind),
        row.campaign,
        row.code,
        row.cost_yen,
        row.state,
        row.changed_at,
        row.promised_on,
    )


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


_COUNTED = (
    RewardGrant.shop_id == bindparam("shop"),
    RewardGrant.state.in_(COUNTS),
    RewardGrant.draft_id.not_in(bindparam("but", expanding=True)),
)
_SPENT = select(func.coalesce(func.sum(RewardGrant.cost_yen), 0)).where(
    *_COUNTED, RewardGrant.month == bindparam("month")
)
_PROMISED = select(RewardGrant.campaign, RewardGrant.kind, RewardGrant.promised_on).where(
    *_COUNTED, RewardGrant.customer_id == bindparam("customer")
)
_RESERVED = (
    select(RewardGrant.draft_id)
    .where(RewardGrant.shop_id == bindparam("shop"), RewardGrant.state == RESERVED)
    .order_by(RewardGrant.draft_id)
)
_OVERDUE = (
    select(DraftRow.draft_id)
    .where(
        DraftRow.shop_id == bindparam("shop"),
        DraftRow.draft_id.in_(bindparam("drafts", expanding=True)),
        DraftRow.state.in_(_UNDECIDED),
        DraftRow.expires_at <= bindparam("now"),
    )
    .order_by(DraftRow.draft_id)
    .limit(_OVERDUE_AT_A_TIME)
    .with_for_update(of=DraftRow, skip_locked=True)
)
"""Asked before every draft: the few promises first, since undecided drafts may be many and long. Built once."""
