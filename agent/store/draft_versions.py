"""The texts of a draft: written once, never changed."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agent.domain.draft import DraftVersion, PromptUsed
from agent.domain.errors import StaleVersion
from agent.domain.layout import layout_document, layout_from
from agent.store.draft_documents import paragraph_documents, paragraphs_from, passages_from
from agent.store.tables import DraftVersionRow

_INSERT = insert(DraftVersionRow.__table__)  # type: ignore[arg-type]


class DraftVersions:
    """The texts of one shop's drafts. Every call works in the session's transaction."""

    def __init__(self, session: Session, shop_id: str) -> None:
        self._session, self._shop = session, shop_id

    def all(self, draft_id: str) -> list[DraftVersion]:
        """All texts, oldest first."""
        query = (
            select(DraftVersionRow)
            .where(DraftVersionRow.shop_id == self._shop, DraftVersionRow.draft_id == draft_id)
            .order_by(DraftVersionRow.number)
        )
        return [version_from(row) for row in self._session.scalars(query)]

    def row(self, draft_id: str, number: int) -> DraftVersionRow | None:
        """One text as stored, or None."""
        return self._session.get(DraftVersionRow, (self._shop, draft_id, number))

    def steps(self, draft_id: str, number: int) -> tuple[dict[str, object], ...]:
        """How one text came about; empty when no model wrote it."""
        query = select(DraftVersionRow.steps).where(
            DraftVersionRow.shop_id == self._shop,
            DraftVersionRow.draft_id == draft_id,
            DraftVersionRow.number == number,
        )
        return tuple(self._session.scalars(query).one_or_none() or ())

    def add(self, draft_id: str, version: DraftVersion) -> None:
        """Append a text. Raises StaleVersion when its number is taken."""
        try:
            with self._session.begin_nested():
                self._session.add(DraftVersionRow(**self._values(draft_id, version, gate_round=0)))
        except IntegrityError as error:
            raise changed_meanwhile(draft_id) from error

    def add_first(self, draft_id: str, version: DraftVersion) -> None:
        """The text of a draft that begins in this transaction, with its first round of findings to follow."""
        self._session.connection().execute(_INSERT, self._values(draft_id, version, gate_round=1))

    def _values(self, draft_id: str, version: DraftVersion, *, gate_round: int) -> dict[str, Any]:
        return {
            "shop_id": self._shop,
            "draft_id": draft_id,
            "number": version.number,
            "author": version.author,
            "subject": version.subject,
            "body": version.body,
            "paragraphs": paragraph_documents(version.paragraphs),
            "evidence": {
                "facts": version.evidence_facts,
                "passages": [asdict(passage) for passage in version.evidence_passages],
            },
            "plan": version.plan,
            "prompt_name": version.prompt.name if version.prompt else None,
            "prompt_version": version.prompt.version if version.prompt else None,
            "prompt_digest": version.prompt.digest if version.prompt else None,
            "gate_round": gate_round,
            "preheader": version.preheader,
            "layout": layout_document(version.layout) if version.layout else None,
            "steps": list(version.steps) or None,
            "created_at": version.created_at,
        }


def version_from(row: DraftVersionRow) -> DraftVersion:
    """The text a row holds."""
    prompt = None
    if row.prompt_name and row.prompt_version and row.prompt_digest:
        prompt = PromptUsed(row.prompt_name, row.prompt_version, row.prompt_digest)
    return DraftVersion(
        number=row.number,
        author=row.author,
        subject=row.subject,
        body=row.body,
        paragraphs=paragraphs_from(row.paragraphs),
        evidence_facts=row.evidence["facts"],
        evidence_passages=passages_from(row.evidence["passages"]),
        plan=row.plan,
        prompt=prompt,
        created_at=row.created_at,
        preheader=row.preheader,
        layout=layout_from(row.layout) if row.layout else None,
    )


def changed_meanwhile(draft_id: str) -> StaleVersion:
    """The error for whoever came second to a draft."""
    return StaleVersion(
        f"draft {draft_id} was changed by somebody else meanwhile",
        ja="この下書きは、ほかの方が先に更新しました。画面を開き直して、最新の文面をご確認ください。",
    )
