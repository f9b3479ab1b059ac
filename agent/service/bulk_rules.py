"""May this draft be approved together with others, unread?"""

from collections.abc import Sequence

from agent.domain.draft import STATE_JA, Draft, DraftState, Recommendation
from agent.domain.finding import Finding
from agent.domain.occasion import OCCASION_JA, Occasion
from agent.domain.occasion_brief import BRIEFS
from agent.service.refusal import Refusal

ONE_BY_ONE = frozenset(
    occasion for occasion, brief in BRIEFS.items() if brief.by_people_only or brief.two_people
)
"""Occasions that deserve a person's eyes each time: apologies, special customers, whatever two people approve."""


def not_together(
    draft: Draft, findings: Sequence[Finding], *, alone: frozenset[Occasion] = ONE_BY_ONE
) -> Refusal | None:
    """Why a draft must be answered by itself; None when every check is green and the occasion allows it.

    findings: the newest ones on its text.    alone: occasions that are never approved together.
    """
    if draft.state is not DraftState.WAITING:
        return _alone(draft, "state", f"いまの状態は「{STATE_JA[draft.state]}」です。")
    if draft.version is None:
        return _alone(draft, "no_text", "文面がありません。")
    if draft.recommendation is not Recommendation.SEND:
        return _alone(draft, "do_not_send", "「送らない」がおすすめです。")
    if draft.occasion in alone | ONE_BY_ONE:
        return _alone(draft, "occasion", f"「{OCCASION_JA[draft.occasion]}」は一通ずつ承認する用件です。")
    if findings:
        return _alone(draft, "not_green", f"検査の指摘があります（{findings[0].message}）。")
    return None


def _alone(draft: Draft, code: str, why: str) -> Refusal:
    return Refusal(code, f"{why}一通ずつご確認ください。", draft.state)
