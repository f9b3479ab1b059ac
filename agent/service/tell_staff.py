"""Tell staff what cannot wait: an apology appeared, a draft wants a second approval. Rows first, then sending, again until it worked."""

import hashlib
import time
from collections.abc import Callable, Iterator, Set
from datetime import datetime, timedelta

from agent.domain.delivery import Outcome, SendResult
from agent.domain.draft import Draft, DraftState
from agent.domain.errors import NotFound
from agent.domain.occasion import OCCASION_JA, Occasion
from agent.domain.occasion_brief import TWO_PEOPLE
from agent.domain.staff import Right
from agent.ports import Clock, UnitOfWork, UnitsOfWork
from agent.ports.notices import Kind, Medium, Notice, NoticeCarrier, NoticeText
from agent.service.notice_link import notice_secret, notice_token
from agent.service.second_person import FIRST_APPROVAL

LINK_LIFE = timedelta(days=3)
LEASE_SECONDS = 120.0
MOST_TRIES = 12
LONGEST_PAUSE = 3600.0
FIRST_PAUSE = 30.0
LOOKED_AT = 500
"""Open apologies, and waiting drafts of two-people occasions, that are looked through at once."""
SHOP = "shop"
"""The webhook's target."""


class TellStaff:
    """Collects notices from what is true now and sends what is due. Running it twice, or twice at once, tells nobody twice."""

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        carrier: NoticeCarrier,
        clock: Clock,
        public_base: str,
        webhook: bool,
        two_people: Set[Occasion] = TWO_PEOPLE,
        real_now: Callable[[], float] = time.time,
    ) -> None:
        """webhook: there is one to tell. public_base: where staff reach the console, without a slash at the end."""
        self._units, self._carrier, self._clock = units, carrier, clock
        self._base, self._webhook, self._two_people = public_base.rstrip("/"), webhook, two_people
        self._real_now = real_now

    async def run(self) -> dict[str, int]:
        """Collect and send until nothing is due. How many were new, sent, dropped, put off and failed."""
        told = {"new": self.collect(), "sent": 0, "dropped": 0, "later": 0, "failed": 0}
        while True:
            with self._units() as unit:
                claimed = unit.notices.claim(real_now=self._real_now(), lease_seconds=LEASE_SECONDS, limit=1)
                unit.commit()
            if not claimed:
                return told
            told[await self._send(claimed[0])] += 1

    def collect(self) -> int:
        """Write a row for whoever has to be told and was not; how many were new."""
        with self._units() as unit:
            new = unit.notices.add(list(self._due(unit)))
            if new:
                unit.commit()
        return new

    # -- inside

    def _due(self, unit: UnitOfWork) -> Iterator[Notice]:
        emails = unit.staff.emails()
        deciders = [one.name for one in unit.staff.members() if one.may(Right.DECIDE) and one.name in emails]
        for waiting in unit.day.open_of(Occasion.SERVICE_RECOVERY, limit=LOOKED_AT):
            yield from self._each("sorry", waiting.draft_id, "", deciders)
        for occasion in sorted(self._two_people):
            for waiting in unit.day.open_of(occasion, limit=LOOKED_AT):
                first = _first_of_two(unit, waiting.draft_id)
                if first is not None:
                    number, by = first
                    others = [name for name in deciders if name != by]
                    yield from self._each("second", waiting.draft_id, str(number), others)

    def _each(self, kind: Kind, draft_id: str, step: str, names: list[str]) -> Iterator[Notice]:
        targets: list[tuple[Medium, str]] = [("mail", name) for name in names]
        if self._webhook:
            targets.append(("webhook", SHOP))
        for medium, target in targets:
            sealed = hashlib.sha256("\n".join((kind, draft_id, step, medium, target)).encode()).hexdigest()
            yield Notice(f"nt_{sealed[:32]}", kind, draft_id, medium, target, self._clock.now())

    async def _send(self, notice: Notice) -> str:
        with self._units(read_only=True) as unit:
            text = self._text(unit, notice)
        if text is None:
            return self._close(notice, "dropped", "もう知らせる必要がありません")
        result = await self._carrier.carry(text)
        if result.outcome is Outcome.DELIVERED:
            return self._close(notice, "sent", result.detail)
        if result.outcome in (Outcome.BOUNCED, Outcome.REFUSED) or notice.attempts >= MOST_TRIES:
            return self._close(notice, "failed", result.detail)
        return self._later(notice, result)

    def _close(self, notice: Notice, state: str, detail: str) -> str:
        with self._units() as unit:
            unit.notices.finish(notice, state=state, detail=detail[:500])
            unit.commit()
        return state

    def _later(self, notice: Notice, result: SendResult) -> str:
        """A second copy does less harm than silence: an unknown outcome is tried again, with the same ids."""
        pause = min(FIRST_PAUSE * 2 ** (notice.attempts - 1), LONGEST_PAUSE)
        with self._units() as unit:
            unit.notices.put_back(notice, retry_at=self._real_now() + pause, detail=result.detail[:500])
            unit.commit()
        return "later"

    def _text(self, unit: UnitOfWork, notice: Notice) -> NoticeText | None:
        """What to say; None when it is no longer true, or the person left or lost the right."""
        try:
            draft = unit.drafts.get(notice.draft_id)
        except NotFound:
            return None
        if draft.state not in (DraftState.WAITING, DraftState.HELD):
            return None
        if notice.kind == "second" and _first_of_two(unit, notice.draft_id) is None:
            return None
        to = ""
        if notice.medium == "mail":
            member = unit.staff.find(notice.target)
            to = unit.staff.emails().get(notice.target, "")
            if not to or member is None or not member[0].may(Right.DECIDE):
                return None
        return self._worded(notice, draft, to)

    def _worded(self, notice: Notice, draft: Draft, to: str) -> NoticeText:
        until = link_ends(notice.created_at)
        link = f"{self._base}/console/notice/{notice_token(notice_secret(self._units), draft.draft_id, until=until)}"
        what = (
            "お詫びのお便りが返答を待っています" if notice.kind == "sorry" else "二人目の承認を待っています"
        )
        about = f"{OCCASION_JA[draft.occasion]}（{initials(draft)}）"
        return NoticeText(
            notice_id=notice.notice_id,
            medium=notice.medium,
            to=to,
            subject=f"【おかえり】{what}",
            body=f"{what}。\n用件: {about}\n\n確認する（ログインが必要です。リンクは3日間使えます）:\n{link}\n",
            link=link,
        )


def link_ends(created_at: datetime) -> datetime:
    """Until when a notice's link works."""
    return created_at + LINK_LIFE


def initials(draft: Draft) -> str:
    """The first letter of the family name: enough to know whom colleagues talk about, too little to know who it is."""
    name = draft.context.customer.family_name.strip() if draft.context and draft.context.customer else ""
    return f"{name[0]}○さま" if name else "お客さま"


def _first_of_two(unit: UnitOfWork, draft_id: str) -> tuple[int, str] | None:
    """The step and the person of a first approval that still stands."""
    steps = unit.drafts.steps(draft_id)
    if steps and steps[-1].why == FIRST_APPROVAL and steps[-1].after is DraftState.WAITING:
        return steps[-1].number, steps[-1].by
    return None
