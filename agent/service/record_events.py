"""Record what customers did: many events at once, each exactly once, and say which were refused and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.clock import TOKYO
from agent.domain.event import CustomerNamed, Event, EventRefused, kind_of, make_event
from agent.domain.identity import email_key, line_key
from agent.ports import Clock, UnitsOfWork

DIFFERS = "同じIDで内容の違うイベントがすでにあります。先に届いた内容を残しました。"
_VALUES = ("value", "score", "stars", "rating")
_TEXTS = ("text", "comment")
_MESSAGES = ("message_id", "draft_id")
_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class RefusedEvent:
    """position: in the list handed in, from 0.    event_id: as stated, None when there was none.    reason: Japanese."""

    position: int
    event_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class RecordedEvents:
    """What became of a list of events. stored: new ones; known: the very same were there already."""

    stored: int
    known: int
    refused: tuple[RefusedEvent, ...]

    def as_json(self) -> dict[str, object]:
        """As a document."""
        refused = [{"position": r.position, "id": r.event_id, "reason": r.reason} for r in self.refused]
        return {"stored": self.stored, "known": self.known, "refused": refused}


class RecordEvents:
    """The use case behind `POST /events`. One transaction: when it returns, everything it counts as stored is.

    An event of somebody the shop does not know yet is stored and joins its person once an import names that address, LINE
    id or number; one that names nobody is refused. Moments without an offset are Asia/Tokyo.
    """

    def __init__(self, *, units: UnitsOfWork, clock: Clock) -> None:
        self._units, self._clock = units, clock

    def __call__(self, documents: Sequence[object], *, source: str = "api") -> RecordedEvents:
        """Record events as the contract writes them: `{"id","type","customer":{"email"|"line_user_id"|"id"},"at","data"}`.

        data: `value` (nps 0-10, stars 1-5; also `score`, `stars`, `rating`), `text` (also `comment`), `sku`, `message_id` (also
        `draft_id`). Never raises for what a document holds: it is refused, with its reason.
        """
        now = self._clock.now()
        events: list[Event] = []
        places: list[int] = []
        refused: list[RefusedEvent] = []
        for position, document in enumerate(documents):
            try:
                events.append(read_event(document, now=now))
                places.append(position)
            except EventRefused as flaw:
                refused.append(RefusedEvent(position, _stated_id(document), str(flaw)))
        with self._units() as unit:
            before = unit.events.add(events, source=source)
            unit.commit()
        for position, event, standing in zip(places, events, before, strict=True):
            if standing == "differs":
                refused.append(RefusedEvent(position, event.event_id, DIFFERS))
        refused.sort(key=lambda each: each.position)
        return RecordedEvents(before.count(None), before.count("known"), tuple(refused))


def read_event(document: object, *, now: datetime) -> Event:
    """An event from its document. Raises EventRefused with what to mend, in Japanese."""
    if not isinstance(document, Mapping):
        raise EventRefused("イベントは項目の組（JSON のオブジェクト）で送ってください。")
    data = document.get("data") or {}
    if not isinstance(data, Mapping):
        raise EventRefused("data は項目の組（JSON のオブジェクト）で送ってください。")
    word = _text(document.get("type"), "type")
    kind = kind_of(word or "")
    if kind is None:
        raise EventRefused(
            f"種類「{(word or '')[:_LONGEST_SHOWN]}」は知らない言葉です。visit や nps などにしてください。"
        )
    return make_event(
        event_id=_text(document.get("id"), "id"),
        kind=kind,
        customer=_customer(document.get("customer")),
        happened_at=_moment(document.get("at")),
        sku=_text(data.get("sku"), "sku"),
        value=_whole(_first(data, _VALUES)),
        text=_text(_first(data, _TEXTS), "text"),
        message_id=_text(_first(data, _MESSAGES), "message_id"),
        now=now,
    )


def _customer(stated: object) -> CustomerNamed:
    if not isinstance(stated, Mapping):
        raise EventRefused("customer に email・line_user_id・id のいずれかを入れてください。")
    address, line = _text(stated.get("email"), "email"), _text(stated.get("line_user_id"), "line_user_id")
    key = email_key(address) if address else None
    if address and key is None:
        raise EventRefused("メールアドレスの形ではありません。")
    return CustomerNamed(_text(stated.get("id"), "id"), key, line_key(line) if line else None)


def _moment(stated: object) -> datetime:
    try:
        moment = datetime.fromisoformat(stated.strip()) if isinstance(stated, str) else None
        # Brought to UTC here, so that a moment at the very edge of the calendar is refused rather than fails later.
        moment = moment and (moment if moment.tzinfo else moment.replace(tzinfo=TOKYO)).astimezone(TOKYO)
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise EventRefused("日時（at）を読めません。2026-11-21T10:00:00+09:00 の形にしてください。")
    return moment


def _whole(stated: object) -> int | None:
    """A whole number, also as text or as 9.0; None for nothing."""
    if stated is None or stated == "":
        return None
    if isinstance(stated, int | float | str) and not isinstance(stated, bool):
        try:
            number = float(stated)
            if number == int(number):
                return int(number)
        except (ValueError, OverflowError):
            pass
    raise EventRefused("値は整数にしてください。")


def _text(stated: object, name: str) -> str | None:
    """Trimmed text without signs no database stores; a number as its digits; None for nothing."""
    if stated is None:
        return None
    if isinstance(stated, bool) or not isinstance(stated, str | int):
        raise EventRefused(f"{name} は文字で送ってください。")
    return str(stated).replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip() or None


def _first(data: Mapping[object, object], names: Sequence[str]) -> object:
    return next((data[name] for name in names if data.get(name) not in (None, "")), None)


def _stated_id(document: object) -> str | None:
    stated = document.get("id") if isinstance(document, Mapping) else None
    return str(stated)[:_LONGEST_SHOWN] if isinstance(stated, str | int) else None
