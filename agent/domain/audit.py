"""An entry of the audit log, what is looked for in it, and whether its chain holds."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

ACTION_JA: dict[str, str] = {
    "approved": "承認",
    "first_approval": "お一人目の承認",
    "approval_refused": "承認できず",
    "approval_undone": "承認の取り消し",
    "decided_edit": "手直し",
    "decided_reject": "却下",
    "decided_rewrite": "書き直しの依頼",
    "decided_later": "あとで",
    "decided_never": "今後送らない",
    "rewrite": "書き直し",
    "variant": "別の案",
    "took_version": "版の選び直し",
    "redraft_asked": "いまの内容での書き直しの依頼",
    "redrafted": "いまの内容で書き直し",
    "expired": "期限切れ",
    "dispatched": "送信",
    "dispatch_refused": "送信の取りやめ",
    "send_again": "送り直し",
    "retry_now": "すぐに再送",
    "gave_up": "再送の取りやめ",
    "settled_unknown": "結果不明の確認",
    "consent_refused": "配信停止",
    "fact_added": "メモの追加",
    "fact_struck": "メモの取り消し",
    "fact_restored": "メモの復元",
    "rule_proposed": "きまりの案",
    "rule_accepted": "きまりの採用",
    "rule_rejected": "きまりの不採用",
    "rule_undone": "きまりの取り消し",
    "autonomy_on": "自動送信を開始",
    "autonomy_off": "自動送信を終了",
    "autonomy_lost": "自動送信の取り消し",
    "user_added": "担当者の追加",
    "role_changed": "役割の変更",
    "password_changed": "パスワードの変更",
    "user_disabled": "担当者の停止",
}
"""How staff read what was done. An action that is missing here is shown by its own name."""

BrokenHow = Literal["altered", "missing", "rewritten"]
BROKEN_JA: dict[BrokenHow, str] = {
    "altered": "この行の内容が、記録したときと違います。",
    "missing": "この番号の行がありません。",
    "rewritten": "以前に確かめた行と、鎖の値が違います。",
}
"""How staff read what is wrong with a row."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what, and when. detail: plain JSON, ids and digests, never a word of a letter.    sequence: from 1, no gaps."""

    sequence: int
    at: datetime
    actor: str
    action: str
    object_kind: str
    object_id: str
    detail: dict[str, object]
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; None: everything. object_id: a draft, a person, a rule.    day: in Tokyo."""

    actor: str | None = None
    action: str | None = None
    object_id: str | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """The first row at which the chain does not hold."""

    sequence: int
    how: BrokenHow


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """What a look at the chain found.

    through: the last row that holds, 0 for none; head: its hash.    at: when it was looked at, business clock.    whole_at: when
    every row from the first one was last looked at.
    """

    through: int
    head: str
    at: datetime
    whole_at: datetime
    broken: BrokenRow | None
