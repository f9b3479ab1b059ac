"""Take an import back: `okaeri import undo`."""

from dataclasses import asdict, dataclass
from typing import Any

from agent.domain.errors import PolicyRefusal
from agent.domain.hindrance import Hindrance
from agent.ports import Clock
from customers.importing.people import resolve_people
from customers.importing.ports import ImportLedger


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What an undo did. removed: orders, customer rows, products and events the import had brought."""

    import_id: str
    state: str
    removed: int

    def as_json(self) -> dict[str, Any]:
        """As a document."""
        return asdict(self)


def undo_import(import_id: str, *, ledger: ImportLedger, clock: Clock) -> UndoReport:
    """Restore what was there before an import.

    Raises NotFound for an unknown import, and PolicyRefusal when drafts or later imports rest on it: nothing changes then.
    """
    if (hindrance := ledger.hindrance(import_id)) is not None:
        raise _refusal(import_id, hindrance)
    with ledger.undoing(import_id, at=clock.now()) as transaction:
        removed = transaction.put_rows_back()
        resolve_people(transaction)
        transaction.put_pointers_back()
    return UndoReport(import_id, "undone", removed)


def _refusal(import_id: str, hindrance: Hindrance) -> PolicyRefusal:
    shown = "、".join(hindrance.names[:5]) + (
        f" ほか{len(hindrance.names) - 5}件" if len(hindrance.names) > 5 else ""
    )
    if hindrance.kind == "drafts":
        return PolicyRefusal(
            f"drafts rest on import {import_id}: {shown}",
            ja=f"この取り込みのお客さまや商品について、下書きが {len(hindrance.names)} 件あるため取り消せません（{shown}）。",
        )
    if hindrance.kind == "imports":
        return PolicyRefusal(
            f"later imports rest on {import_id}: {shown}",
            ja=f"後の取り込み（{shown}）がこの取り込みの行を使っています。先にそちらを取り消してください。",
        )
    return PolicyRefusal(
        f"import {import_id} is undone already", ja=f"取り込み {import_id} はすでに取り消されています。"
    )
