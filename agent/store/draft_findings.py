"""What the gate found on a draft's texts, round by round."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from agent.domain.finding import FieldName, Finding, Severity
from agent.ports import Clock
from agent.store.tables import DraftVersionRow, FindingRow

_INSERT = insert(FindingRow.__table__)  # type: ignore[arg-type]


class DraftFindings:
    """The findings of one shop's drafts. Every call works in the session's transaction."""

    def __init__(self, session: Session, shop_id: str, clock: Clock) -> None:
        self._session, self._shop, self._clock = session, shop_id, clock

    def newest(self, version: DraftVersionRow) -> tuple[Finding, ...]:
        """The newest round on a version, in the gate's order."""
        query = (
            select(FindingRow)
            .where(
                FindingRow.shop_id == self._shop,
                FindingRow.draft_id == version.draft_id,
                FindingRow.version == version.number,
                FindingRow.round == version.gate_round,
            )
            .order_by(FindingRow.position)
        )
        return tuple(_finding(row) for row in self._session.scalars(query))

    def record(self, draft_id: str, version: int, findings: Sequence[Finding], *, stage: str) -> None:
        """Append a round on a version; an empty one says that nothing was found."""
        number = self._newest_round(draft_id, version) + 1
        self._add(draft_id, version, findings, stage=stage, number=number)
        self._session.execute(
            update(DraftVersionRow)
            .where(
                DraftVersionRow.shop_id == self._shop,
                DraftVersionRow.draft_id == draft_id,
                DraftVersionRow.number == version,
            )
            .values(gate_round=number)
        )

    def record_first(self, draft_id: str, version: int, findings: Sequence[Finding], *, stage: str) -> None:
        """The round that a text begins with (`DraftVersions.add_first`)."""
        self._add(draft_id, version, findings, stage=stage, number=1)

    def _add(
        self, draft_id: str, version: int, findings: Sequence[Finding], *, stage: str, number: int
    ) -> None:
        rows = [
            {
                "shop_id": self._shop,
                "draft_id": draft_id,
                "version": version,
                "stage": stage,
                "round": number,
                "position": position,
                "check_name": finding.check,
                "severity": finding.severity.value,
                "field": finding.field,
                "span_from": finding.span[0],
                "span_to": finding.span[1],
                "quote": finding.quote,
                "message": finding.message,
                "suggestion": finding.suggestion,
                "at": self._clock.now(),
            }
            for position, finding in enumerate(findings)
        ]
        if rows:
            self._session.connection().execute(_INSERT, rows)

    def _newest_round(self, draft_id: str, version: int) -> int:
        found = self._session.scalar(
            select(DraftVersionRow.gate_round).where(
                DraftVersionRow.shop_id == self._shop,
                DraftVersionRow.draft_id == draft_id,
                DraftVersionRow.number == version,
            )
        )
        return found or 0


def _finding(row: FindingRow) -> Finding:
    return Finding(
        check=row.check_name,
        severity=Severity(row.severity),
        field=cast("FieldName", row.field),
        span=(row.span_from, row.span_to),
        quote=row.quote,
        message=row.message,
        suggestion=row.suggestion,
    )
