"""Campaigns and whom they draft for."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Executable, delete, func, insert, select, update
from sqlalchemy.orm import Session

from agent.domain.errors import NotFound
from agent.domain.occasion import Channel, Occasion
from agent.ports import Clock
from agent.ports.campaigns import Campaign, Outcome, Recipient, Standing
from agent.store.tables import CampaignRecipientRow, CampaignRow, DraftRow, ModelCall

AT_A_TIME = 500
MOST_REASONS = 50
"""Kinds of reason told; they are kept without figures and names, so there are few."""


class SqlCampaignStore:
    """`agent.ports.campaigns.CampaignStore` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def plan(self, campaign: Campaign, people: Iterable[Recipient]) -> int:
        """Add the rows, people some hundred at a time."""
        row = CampaignRow(
            shop_id=self._shop,
            campaign_id=campaign.campaign_id,
            audience=list(campaign.audience),
            occasion=campaign.occasion.value,
            channel=campaign.channel.value,
            instruct=campaign.instruct,
            most=campaign.most,
            in_batches=campaign.in_batches,
            as_of=campaign.as_of,
            state=campaign.state,
            people=0,
            made_at=campaign.made_at,
            ended_at=campaign.ended_at,
        )
        self._session.add(row)
        self._session.flush()
        left, count = iter(people), 0
        while some := list(islice(left, AT_A_TIME)):
            rows = [
                {
                    "shop_id": self._shop,
                    "campaign_id": campaign.campaign_id,
                    "position": one.position,
                    "customer_id": one.customer_id,
                    "draft_id": one.draft_id,
                    "state": "pending",
                }
                for one in some
            ]
            self._session.execute(insert(CampaignRecipientRow), rows)
            count += len(rows)
        self._change(campaign.campaign_id, people=count)
        return count

    def start(self, campaign_id: str) -> None:
        """Set it running."""
        self._change(campaign_id, state="running", ended_at=None)

    def discard(self, campaign_id: str) -> None:
        """Delete it with its people."""
        for row in (CampaignRecipientRow, CampaignRow):
            self._session.execute(
                delete(row).where(row.shop_id == self._shop, row.campaign_id == campaign_id)
            )

    def get(self, campaign_id: str) -> Campaign:
        """Raises NotFound."""
        row = self._session.get(CampaignRow, (self._shop, campaign_id))
        if row is None:
            raise NotFound(
                f"no campaign {campaign_id}",
                ja=f"一斉作成「{campaign_id}」は見つかりません。okaeri campaigns で番号をご確認ください。",
            )
        return _campaign(row)

    def listed(self, *, limit: int) -> list[Campaign]:
        """Newest first."""
        row = CampaignRow
        query = (
            select(row)
            .where(row.shop_id == self._shop)
            .order_by(row.made_at.desc(), row.campaign_id.desc())
            .limit(limit)
        )
        return [_campaign(found) for found in self._session.scalars(query)]

    def pending(self, campaign_id: str, *, after: int, most: int) -> list[Recipient]:
        """In order of position."""
        row = CampaignRecipientRow
        query = (
            select(row.position, row.customer_id, row.draft_id)
            .where(*self._of(campaign_id), row.state == "pending", row.position > after)
            .order_by(row.position)
            .limit(most)
        )
        return [Recipient(*found) for found in self._session.execute(query)]

    def try_again(self, campaign_id: str) -> int:
        """Failed becomes pending."""
        row = CampaignRecipientRow
        count = select(func.count()).where(*self._of(campaign_id), row.state == "failed")
        failed = self._session.scalar(count) or 0
        if failed:
            self._session.execute(
                update(row)
                .where(*self._of(campaign_id), row.state == "failed")
                .values(state="pending", why=None)
            )
        return failed

    def finish(
        self,
        campaign_id: str,
        position: int,
        *,
        outcome: Outcome,
        why: str | None,
        writer: str | None,
        fallback: str | None,
    ) -> None:
        """Note the end."""
        self._settle(
            campaign_id,
            position,
            state="done",
            outcome=outcome,
            why=why,
            writer=writer,
            fallback=fallback,
        )

    def fail(self, campaign_id: str, position: int, *, why: str, draft_id: str | None = None) -> None:
        """Note the failure, and another id for the next attempt."""
        more = {} if draft_id is None else {"draft_id": draft_id}
        self._settle(campaign_id, position, state="failed", why=why, **more)

    def end(self, campaign_id: str) -> None:
        """Close it."""
        self._change(campaign_id, state="done", ended_at=self._clock.now())

    def standing(self, campaign_id: str) -> Standing:
        """Counted in the database."""
        row = CampaignRecipientRow
        of = self._of(campaign_id)
        states = self._counts(select(row.state, func.count()).where(*of).group_by(row.state))
        done = row.state == "done"
        outcomes = self._counts(select(row.outcome, func.count()).where(*of, done).group_by(row.outcome))
        text = row.writer.is_not(None)
        return Standing(
            pending=states.get("pending", 0),
            failed=states.get("failed", 0),
            waiting=outcomes.get("waiting", 0),
            held=outcomes.get("held", 0),
            do_not_send=outcomes.get("do_not_send", 0),
            reasons=self._as_told(DraftRow.why, row.why, *of, done, row.outcome == "do_not_send"),
            failures=self._told(row.why, *of, row.state == "failed"),
            fallbacks=self._as_told(DraftRow.fallback, row.fallback, *of, done, row.fallback.is_not(None)),
            writers=self._told(row.writer, *of, done, text),
            cost_micro_yen=self._cost(campaign_id),
        )

    def _told(self, column: Any, *where: ColumnElement[bool]) -> dict[str, int]:
        """Most frequent first."""
        query = (
            select(column, func.count())
            .where(*where)
            .group_by(column)
            .order_by(func.count().desc(), column)
            .limit(MOST_REASONS)
        )
        return self._counts(query)

    def _as_told(self, said: Any, kind: Any, *where: ColumnElement[bool]) -> dict[str, int]:
        """Likewise, each kind in the words of its first draft; as it was counted where no draft is left to say it."""
        row, draft = CampaignRecipientRow, DraftRow
        found: dict[str, int] = {}
        for counted, people in self._told(kind, *where).items():
            words = self._session.scalar(
                select(said)
                .select_from(row)
                .join(draft, (draft.shop_id == row.shop_id) & (draft.draft_id == row.draft_id))
                .where(*where, kind == counted)
                .order_by(row.position)
                .limit(1)
            )
            found[words or counted] = people
        return found

    def _counts(self, query: Executable) -> dict[str, int]:
        return {str(name): int(count) for name, count in self._session.execute(query)}

    def _cost(self, campaign_id: str) -> int | None:
        row, call = CampaignRecipientRow, ModelCall
        query = (
            select(func.count(), func.count(call.cost_micro_yen), func.sum(call.cost_micro_yen))
            .select_from(row)
            .join(call, (call.shop_id == row.shop_id) & (call.draft_id == row.draft_id))
            .where(*self._of(campaign_id), call.response.is_not(None))
        )
        answered, priced, total = self._session.execute(query).one()
        return int(total or 0) if answered and answered == priced else None

    def _of(self, campaign_id: str) -> tuple[ColumnElement[bool], ...]:
        row = CampaignRecipientRow
        return row.shop_id == self._shop, row.campaign_id == campaign_id

    def _settle(self, campaign_id: str, position: int, **values: object) -> None:
        row = CampaignRecipientRow
        self._session.execute(
            update(row)
            .where(*self._of(campaign_id), row.position == position, row.state == "pending")
            .values(**values)
        )

    def _change(self, campaign_id: str, **values: object) -> None:
        row = CampaignRow
        self._session.execute(
            update(row).where(row.shop_id == self._shop, row.campaign_id == campaign_id).values(**values)
        )


def _campaign(row: CampaignRow) -> Campaign:
    return Campaign(
        campaign_id=row.campaign_id,
        audience=tuple(row.audience),
        occasion=Occasion(row.occasion),
        channel=Channel(row.channel),
        instruct=row.instruct,
        most=row.most,
        in_batches=row.in_batches,
        as_of=row.as_of,
        state=row.state,  # type: ignore[arg-type]
        people=row.people,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )
