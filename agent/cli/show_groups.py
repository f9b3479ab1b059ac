"""The groups found in the charts, as `okaeri customers --groups` lists them."""

from collections.abc import Iterable, Sequence

from agent.cli.output import lines, say, table
from agent.domain.prediction import BehaviourGroup


def show_groups(groups: Sequence[BehaviourGroup], *, why_none: str, as_json: bool) -> None:
    """Print one line a group. why_none: Japanese, said when there are none."""
    if as_json:
        lines(group_document(group) for group in groups)
        return
    if not groups:
        say(why_none)
        return
    table(
        "お買い物の仲間",
        ("番号", "呼び名", "割合", "どんな方々か"),
        [
            (
                group.group_id,
                group.phrase.text if group.phrase else group.name,
                f"{group.share:.0%}",
                _told(fact.text for fact in group.facts) or group.name,
            )
            for group in groups
        ],
    )


def group_document(group: BehaviourGroup) -> dict[str, object]:
    """A group for programs. name: of the fit; phrase: what it is called aloud, null in a fit of before there were phrases."""
    phrase = group.phrase
    return {
        "id": group.group_id,
        "name": group.name,
        "phrase": phrase
        and {"text": phrase.text, "fact_ids": list(phrase.fact_ids), "author": phrase.author},
        "share": round(group.share, 4),
        "facts": [{"id": fact.fact_id, "text": fact.text} for fact in group.facts],
    }


def _told(texts: Iterable[str]) -> str:
    return "。".join(texts)
