"""What did a customer do besides buying? The kinds of events, the words for them, and what an event must hold."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What happened. `send` is what we did; all others the customer did."""

    VISIT = "visit"
    VIEW = "view"
    CART = "cart"
    SEND = "send"
    OPEN = "open"
    CLICK = "click"
    REVIEW = "review"
    REFERRAL = "referral"
    CHAT = "chat"
    STORE_VISIT = "store_visit"
    NPS = "nps"


EVENT_JA = {
    EventKind.VISIT: "サイト訪問",
    EventKind.VIEW: "商品閲覧",
    EventKind.CART: "カート追加",
    EventKind.SEND: "配信",
    EventKind.OPEN: "開封",
    EventKind.CLICK: "クリック",
    EventKind.REVIEW: "レビュー",
    EventKind.REFERRAL: "紹介",
    EventKind.CHAT: "チャット",
    EventKind.STORE_VISIT: "来店",
    EventKind.NPS: "アンケート（NPS）",
}
"""How staff read each kind."""

_WORDS: Mapping[EventKind, tuple[str, ...]] = {
    EventKind.VISIT: ("訪問", "サイト訪問", "アクセス", "site_visit", "session", "visited"),
    EventKind.VIEW: ("閲覧", "商品閲覧", "ページ閲覧", "page_view", "product_view", "pageview", "viewed"),
    EventKind.CART: ("カート", "カート追加", "かご", "買い物かご", "add_to_cart", "cart_add"),
    EventKind.SEND: ("配信", "送信", "メール配信", "LINE配信", "sent", "delivered", "delivery"),
    EventKind.OPEN: ("開封", "メール開封", "既読", "opened", "email_open"),
    EventKind.CLICK: ("クリック", "リンククリック", "clicked", "email_click"),
    EventKind.REVIEW: ("レビュー", "口コミ", "クチコミ", "商品レビュー", "reviewed", "product_review"),
    EventKind.REFERRAL: ("紹介", "お友達紹介", "友達紹介", "友だち紹介", "referred", "refer"),
    EventKind.CHAT: ("チャット", "問い合わせ", "お問い合わせ", "inquiry"),
    EventKind.STORE_VISIT: ("来店", "店舗来店", "ご来店", "storevisit", "shop_visit"),
    EventKind.NPS: ("アンケート", "NPS", "NPS回答", "アンケート(NPS)", "アンケート/NPS", "推奨度", "survey", "nps_answer"),
}  # fmt: skip

VALUES: Mapping[EventKind, tuple[int, int]] = {EventKind.NPS: (0, 10), EventKind.REVIEW: (1, 5)}
"""The least and the greatest value of kinds that carry a score: the answer to NPS, the stars of a review."""

FIRST_YEAR = 1980
"""Before it nobody's click was recorded: the cell is a slip, as for orders."""

LONGEST_ID = 200
LONGEST_TEXT = 10_000
"""Characters of an id and of a comment beyond which a row is a slip."""


class EventRefused(ValueError):
    """An event that cannot be kept. `str()` is the reason in Japanese; field: which part is wrong (an argument of `make_event`)."""

    def __init__(self, reason: str, *, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


def kind_of(word: str) -> EventKind | None:
    """The kind a word names, English or Japanese, whatever its width and case; None when no kind is called so."""
    return _KIND_OF.get(_folded(word))


def _folded(word: str) -> str:
    text = unicodedata.normalize("NFKC", word).strip().casefold()
    return text.replace(" ", "_").replace("-", "_")


_KIND_OF = {
    _folded(word): kind for kind in EventKind for word in (kind.value, EVENT_JA[kind], *_WORDS.get(kind, ()))
}


@dataclass(frozen=True, slots=True)
class CustomerNamed:
    """How a source names the person an event is about; at least one must be there.

    customer_id: our own id, or the shop's own number.    email_key: the folded address (`agent.domain.identity.email_key`).
    """

    customer_id: str | None = None
    email_key: str | None = None
    line_user_id: str | None = None

    @property
    def nobody(self) -> bool:
        """True when the source says nothing about who it was."""
        return not (self.customer_id or self.email_key or self.line_user_id)


@dataclass(frozen=True, slots=True)
class Event:
    """One event as its source stated it. happened_at: aware.    value: nps 0-10, review 1-5.    message_id: the draft it is about.

    event_id: the source's own, else a digest of what it says: told twice, the same event is one.
    """

    event_id: str
    kind: EventKind
    customer: CustomerNamed
    happened_at: datetime
    sku: str | None = None
    value: int | None = None
    text: str | None = None
    message_id: str | None = None

    @property
    def seal(self) -> str:
        """A digest of all it says, its id excepted: tells an event sent twice from two events under one id."""
        return seal_of(
            self.kind,
            self.customer.customer_id,
            self.customer.email_key,
            self.customer.line_user_id,
            self.happened_at.timestamp(),
            self.sku,
            self.value,
            self.text,
            self.message_id,
        )


def make_event(
    *,
    event_id: str | None,
    kind: EventKind,
    customer: CustomerNamed,
    happened_at: datetime,
    sku: str | None = None,
    value: int | None = None,
    text: str | None = None,
    message_id: str | None = None,
    now: datetime,
) -> Event:
    """An event that holds what its kind needs. now: the business clock's. Raises EventRefused for the first flaw."""
    found = flaws(
        event_id=event_id,
        kind=kind,
        customer=customer,
        happened_at=happened_at,
        value=value,
        text=text,
        message_id=message_id,
        now=now,
    )
    for field, reason in found:
        raise EventRefused(reason, field=field)
    stated = Event(event_id or "", kind, customer, happened_at, sku, value, text, message_id)
    if event_id:
        return stated
    return Event(own_id(stated.seal), kind, customer, happened_at, sku, value, text, message_id)


def flaws(
    *,
    event_id: str | None,
    kind: EventKind,
    customer: CustomerNamed,
    happened_at: datetime,
    value: int | None,
    text: str | None,
    message_id: str | None,
    now: datetime,
) -> list[tuple[str, str]]:
    """Which parts cannot be kept, each with the reason in Japanese; empty when all can."""
    found = []
    if customer.nobody:
        reason = "どのお客さまか分かりません。メールアドレス・LINE ID・顧客IDのいずれかを入れてください。"
        found.append(("customer", reason))
    if happened_at > now:
        found.append(("happened_at", "未来の日時です。日時を確かめてください。"))
    if happened_at.year < FIRST_YEAR:
        found.append(("happened_at", "年が範囲外です。西暦4桁の正しい年に直してください。"))
    if kind is EventKind.NPS and value is None:
        found.append(("value", "アンケート（NPS）の点数がありません。0から10の整数を入れてください。"))
    if value is not None and kind in VALUES and not VALUES[kind][0] <= value <= VALUES[kind][1]:
        least, most = VALUES[kind]
        name = "アンケート（NPS）の点数" if kind is EventKind.NPS else "レビューの星"
        found.append(("value", f"{name}は{least}から{most}の整数です。"))
    elif value is not None and not -(2**31) <= value < 2**31:
        found.append(("value", "値の桁が多すぎます。"))
    if any(len(name or "") > LONGEST_ID for name in (event_id, message_id)):
        found.append(("event_id", f"IDが長すぎます。{LONGEST_ID}文字以内にしてください。"))
    if text and len(text) > LONGEST_TEXT:
        found.append(("text", f"コメントが長すぎます。{LONGEST_TEXT:,}文字以内にしてください。"))
    return found


def seal_of(*parts: object) -> str:
    """A digest of everything an event says, in the order of `Event`'s fields without the id."""
    said = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def own_id(seal: str) -> str:
    """The id of an event whose source gave it none."""
    return f"e_{seal}"
