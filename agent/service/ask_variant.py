"""Ask for another text beside the ones there are, told from another angle; the draft keeps them all to choose from."""

from agent.domain.draft import Draft, DraftVersion
from agent.domain.errors import CallerMistake, NotFound, PolicyRefusal
from agent.domain.staff import ROLE_JA, Right
from agent.ports import UnitOfWork, UnitsOfWork, VariantWriter

MOST_TEXTS = 3
"""Texts side by side: more than three nobody compares, and each costs money."""


class AskVariant:
    """One more text, within MOST_TEXTS."""

    def __init__(self, *, units: UnitsOfWork, writer: VariantWriter) -> None:
        self._units, self._writer = units, writer

    async def __call__(self, draft_id: str, *, by: str) -> Draft:
        """Have one more written; it becomes the newest. Raises NotFound, PolicyRefusal, CallerMistake, and what the writer raises."""
        with self._units(read_only=True) as unit:
            _require_writer(unit, by)
            there = len(different_texts(unit.drafts.versions(draft_id)))
        if there >= MOST_TEXTS:
            raise CallerMistake(
                f"draft {draft_id} has {there} texts already",
                ja=f"案は{MOST_TEXTS}つまでです。近いものを選び、言葉で書き直しを頼んでください。",
            )
        return await self._writer.add_variant(draft_id, by=by)


def different_texts(versions: list[DraftVersion]) -> list[DraftVersion]:
    """The texts among the versions, newest first; of the same words only the newest."""
    found: dict[tuple[str | None, str | None, str], DraftVersion] = {}
    for version in reversed(versions):
        found.setdefault((version.subject, version.preheader, version.body), version)
    return list(found.values())


def _require_writer(unit: UnitOfWork, by: str) -> None:
    found = unit.staff.find(by)
    if found is None:
        raise NotFound(f"no member of staff {by!r}", ja=f"担当者「{by}」は登録されていません。")
    if not found[0].may(Right.WRITE):
        raise PolicyRefusal(
            f"{by} ({found[0].role}) may not write",
            ja=f"「{by}」さんの権限（{ROLE_JA[found[0].role]}）では、この操作はできません。",
        )
