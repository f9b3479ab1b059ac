"""What happened around a customer since a draft was written: trouble, a promise that fell through, a purchase nobody knew of."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from agent.clock import TOKYO
from agent.domain.chart import Chart
from agent.domain.draft import Draft, DraftState
from agent.domain.errors import OperatorMustFix
from agent.domain.occasion import Occasion
from agent.domain.provenance import is_recorded
from agent.domain.reward import Reward, RewardKind, reward_from
from agent.ports import Experiences, ReadPolicy, UnitOfWork
from agent.service.about_occasion import LOOKED_BACK
from agent.service.advise import UNWANTED
from agent.service.refusal import Refusal
from agent.service.trouble import TROUBLE_DAYS, WENT_WRONG, find_trouble

ENDED_BY_A_PURCHASE = frozenset({Occasion.WIN_BACK, Occasion.REPLENISHMENT})
"""「お久しぶり」 and 「そろそろ補充」 are no longer true once the customer has bought again."""
LAST_ORDER = "summary:last_order"
"""The chart's fact that names the day of the newest order."""
_DAY = re.compile(r"(\d+)年(\d+)月(\d+)日")
SHOWN = 60
"""Characters of a record that a refusal quotes."""


def trouble_since(
    draft: Draft, chart: Chart, experiences: Experiences, unit: UnitOfWork, *, today: date
) -> Iterator[Refusal]:
    """A complaint, a refund, a late parcel or a bad score that was not known when the draft was written.

    What the draft's own reason names was known: whoever approves it all the same has read it. After an apology for it other
    letters may leave again; an apology for what is settled by now may not.
    """
    if wish := next((f.text for f in chart.facts if not is_recorded(f.id) and UNWANTED.search(f.text)), None):
        reason = f"連絡を控えてほしいというご希望の記録があります：{_short(wish)}。送信できません。"
        yield Refusal("unwanted", reason, DraftState.SUPPRESSED)
    experience = experiences.of(chart.customer_id, since=today - LOOKED_BACK, until=today)
    trouble = find_trouble(chart, experience, {}, today=today)
    if draft.occasion is Occasion.SERVICE_RECOVERY:
        settled = find_trouble(chart, experience, {}, today=today, settled=True)
        if trouble is None and settled is not None:
            yield Refusal(
                "trouble_settled",
                f"この出来事は対応済みと記録されています：{_short(settled.text)}。あらためてのお詫びは控えます。",
                DraftState.HELD,
            )
        return
    if trouble is None or _was_known(draft, trouble.text) or _apologised(draft, unit, trouble.on, today):
        return
    if trouble.refunded_yen or trouble.kind == "refund":
        code, what = "refunded", "ご返金"
    elif WENT_WRONG.search(trouble.text) or trouble.kind != "low_score":
        code, what = "complaint", "お困りごと"
    else:
        code, what = "low_score", "低い評価"
    yield Refusal(
        code,
        f"下書きのあとに、{what}の記録が見つかりました：{_short(trouble.text)}。"
        "ご対応が落ち着くまで、このお便りは控えます。",
        DraftState.HELD,
    )


def bought_since(draft: Draft, chart: Chart) -> Iterator[Refusal]:
    """A purchase after the draft, or an older one whose record came later."""
    bought = chart.last_order_at
    if draft.occasion not in ENDED_BY_A_PURCHASE or bought is None:
        return
    known = _last_order_known(draft)
    if bought > draft.created_at or (known and bought.astimezone(TOKYO).date() > known):
        yield Refusal(
            "bought_since",
            "下書きのあとにご購入がありました。この文面は合わなくなりました。",
            DraftState.SUPPRESSED,
        )


def promise_fell_through(
    draft: Draft, unit: UnitOfWork, read_policy: ReadPolicy, *, today: date
) -> Iterator[Refusal]:
    """A reward the text promises that the book, the policy or the month's budget no longer bears."""
    reward = reward_from(draft.reward)
    if reward.kind is RewardKind.NONE or not _promises(draft, reward):
        return
    granted = unit.rewards.of_draft(draft.draft_id)
    if granted is None:
        return
    again = "特典を選び直すため、いまの内容で書き直してください。"
    if granted.state in ("released", "void"):
        yield Refusal(
            "reward_gone", f"特典「{granted.campaign}」のお約束は取り消されています。{again}", DraftState.HELD
        )
        return
    try:
        policy = read_policy()
    except OperatorMustFix as error:
        yield Refusal("reward_unread", error.ja, DraftState.HELD)
        return
    campaign = policy.campaign(granted.campaign)
    if campaign is None:
        reason = f"特典「{granted.campaign}」は、お店のきまり（rewards.yaml）からなくなりました。{again}"
        yield Refusal("reward_gone", reason, DraftState.HELD)
    elif campaign.ends and campaign.ends < today:
        reason = f"特典「{granted.campaign}」の期間（{campaign.ends.month}月{campaign.ends.day}日まで）が終わりました。{again}"
        yield Refusal("offer_over", reason, DraftState.HELD)
    elif granted.cost_yen:
        spent = unit.rewards.standing(draft.customer_id, on=granted.promised_on).spent_yen
        if spent > policy.monthly_budget_yen:
            reason = f"お約束した特典（{spent:,}円）が、いまの予算（{policy.monthly_budget_yen:,}円）を超えています。{again}"
            yield Refusal("reward_budget", reason, DraftState.HELD)


# -- inside


def _was_known(draft: Draft, text: str) -> bool:
    return text[: SHOWN // 2] in draft.why


def _apologised(draft: Draft, unit: UnitOfWork, since: date | None, today: date) -> bool:
    """True when an apology has been on its way since the trouble."""
    first = since or today - timedelta(days=TROUBLE_DAYS)
    told = unit.drafts.told(draft.customer_id, since=datetime.combine(first, time(), TOKYO))
    return any(one.occasion is Occasion.SERVICE_RECOVERY for one in told if one.draft_id != draft.draft_id)


def _last_order_known(draft: Draft) -> date | None:
    """The day of the newest order the writer was told of; None when it was told of none."""
    facts = draft.context.customer.facts if draft.context else ()
    told = next((fact.text for fact in facts if fact.fact_id == LAST_ORDER), "")
    found = _DAY.search(told)
    return date(int(found[1]), int(found[2]), int(found[3])) if found else None


def _promises(draft: Draft, reward: Reward) -> bool:
    """True while the newest text still speaks of the reward; an editor may have taken it out."""
    if draft.version is None:
        return False
    if reward.code:
        return reward.code in draft.version.body
    return not reward.says or any(said in draft.version.body for said in reward.says) or reward.cost_yen > 0


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
