"""Drafts for many: `okaeri draft --segment`, and the list of campaigns."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import typer

from agent.cli.documents import draft_document
from agent.cli.output import REFUSED, AsJson, aside, document, errors_explained, lines, progress, say, table
from agent.domain.draft import Draft
from agent.domain.errors import OkaeriError
from agent.domain.occasion import OCCASION_JA, Channel, Occasion
from agent.main import App, open_app
from agent.ports.campaigns import Campaign, Standing
from agent.service.campaign import DraftCampaign, Wish
from agent.service.campaign_estimate import Estimate

commands = typer.Typer()

STATE_JA = {"planned": "見積もりのみ", "running": "途中", "done": "完了"}
TASK_JA = {"plan": "設計", "write": "執筆", "judge": "読み直し"}
LISTED = 200


@dataclass(frozen=True, slots=True)
class DraftMany:
    """What the command was asked for. resume: a campaign's id, and nothing else counts but the pause."""

    audience: tuple[str, ...] = ()
    occasion: Occasion = Occasion.THANK_YOU
    channel: Channel = Channel.EMAIL
    instruct: str | None = None
    limit: int | None = None
    yes: bool = False
    batch: bool = False
    resume: str | None = None
    poll_seconds: float = 60.0


def draft_many(app: App, wanted: DraftMany, *, as_json: bool) -> None:
    """Estimate, ask, compose, and say how it ended. Exits with 1 when a draft failed or was held by the gate."""
    drafting = app.campaigns(pause_seconds=wanted.poll_seconds)
    campaign = drafting.campaign(wanted.resume) if wanted.resume else _agreed(app, drafting, wanted, as_json)
    standing = _run(app, drafting, campaign, as_json=as_json)
    campaign = drafting.campaign(campaign.campaign_id)
    if as_json:
        document({"summary": campaign_document(campaign, standing)})
    else:
        _show_end(campaign, standing)
    if standing.failed or standing.held or standing.pending:
        raise typer.Exit(REFUSED)


def _agreed(app: App, drafting: DraftCampaign, wanted: DraftMany, as_json: bool) -> Campaign:
    """Plan, show what it takes, and have it agreed to; a planned campaign nobody wants leaves nothing behind."""
    wish = Wish(wanted.audience, wanted.occasion, wanted.channel, wanted.instruct, wanted.limit, wanted.batch)
    campaign = drafting.plan(wish)
    estimate = asyncio.run(app.estimate_campaign(campaign, today=app.today()))
    _show_estimate(campaign, estimate, print_line=_aside if as_json else say)
    if not wanted.yes and sys.stdin.isatty() and sys.stderr.isatty():
        aside.print("この内容で作成を始めますか？ [y/N] ", end="")
        if sys.stdin.readline().strip().lower() not in ("y", "yes", "はい"):
            drafting.discard(campaign.campaign_id)
            aside.print("作成しませんでした。")
            raise typer.Exit(0)
    return campaign


def _run(app: App, drafting: DraftCampaign, campaign: Campaign, *, as_json: bool) -> Standing:
    def told(draft: Draft) -> None:
        if not as_json:
            return
        with app.units(read_only=True) as work:
            cost = work.model_calls.cost_of(draft.draft_id)
        document({"campaign_id": campaign.campaign_id, **draft_document(draft, cost_micro_yen=cost)})

    try:
        with progress(as_json=as_json) as advance:
            return asyncio.run(
                drafting.run(
                    campaign.campaign_id,
                    told=told,
                    advance=lambda done, people: advance("下書き", done, people),
                )
            )
    except (OkaeriError, KeyboardInterrupt):
        _aside(f"続きから作成するには: okaeri draft --resume {campaign.campaign_id}")
        raise


@commands.command()
def campaigns(as_json: AsJson = False) -> None:
    """List campaigns, newest first, and how they stand."""
    with errors_explained(as_json=as_json):
        app = open_app()
        with app.units(read_only=True) as work:
            found = [
                (one, work.campaigns.standing(one.campaign_id)) for one in work.campaigns.listed(limit=LISTED)
            ]
        if as_json:
            lines(campaign_document(*one) for one in found)
            return
        table(
            "一斉作成",
            ("番号", "状態", "対象", "用件", "人数", "内訳"),
            [
                (
                    one.campaign_id,
                    STATE_JA[one.state],
                    "、".join(one.audience),
                    f"{OCCASION_JA[one.occasion]}（{one.channel.value}）",
                    one.people,
                    f"確認待ち{standing.waiting} 保留{standing.held} 送らない{standing.do_not_send} "
                    f"失敗{standing.failed} 残り{standing.pending}",
                )
                for one, standing in found
            ],
        )
        if not found:
            say("一斉作成はまだありません。okaeri draft --segment で始められます。")


def campaign_document(campaign: Campaign, standing: Standing) -> dict[str, Any]:
    """A campaign and how it stands. Counts are people; cost_yen is null when a call has no price or none was made."""
    cost = standing.cost_micro_yen
    return {
        "campaign_id": campaign.campaign_id,
        "state": campaign.state,
        "audience": list(campaign.audience),
        "occasion": campaign.occasion.value,
        "channel": campaign.channel.value,
        "instruct": campaign.instruct,
        "batch": campaign.in_batches,
        "as_of": campaign.as_of.isoformat(),
        "people": campaign.people,
        "drafted": standing.waiting + standing.held,
        "waiting": standing.waiting,
        "held": standing.held,
        "do_not_send": {"count": standing.do_not_send, "reasons": standing.reasons},
        "failed": {"count": standing.failed, "reasons": standing.failures},
        "pending": standing.pending,
        "writers": standing.writers,
        "fallbacks": standing.fallbacks,
        "cost_yen": None if cost is None else round(cost / 1_000_000, 2),
        "made_at": campaign.made_at.isoformat(),
        "ended_at": campaign.ended_at.isoformat() if campaign.ended_at else None,
    }


def _show_estimate(campaign: Campaign, estimate: Estimate, *, print_line: Callable[[str], None]) -> None:
    print_line(
        f"一斉作成 {campaign.campaign_id}　{OCCASION_JA[campaign.occasion]}（{campaign.channel.value}）"
    )
    print_line(
        f"対象 {estimate.people:,}人（{estimate.sampled}人を試しに調べた目安: 文面を作成 約{estimate.to_write:,}人）"
    )
    for why, count in estimate.reasons.items():
        print_line(f"  送らないおすすめ: {why}（{estimate.sampled}人中{count}人）")
    for task in estimate.tasks:
        cost = (
            "価格の設定なし" if task.yen is None else f"約{task.yen[0]:,.1f}円（多くて{task.yen[1]:,.1f}円）"
        )
        print_line(
            f"  {TASK_JA.get(task.task, task.task)} {task.model}: "
            f"約{task.calls[0]:,}回（多くて{task.calls[1]:,}回）、"
            f"入力 約{task.read[0]:,}・出力 約{task.written[0]:,}トークン、{cost}"
        )
    if not estimate.tasks:
        print_line("AIの費用: なし（定型文で作成します）")
    elif estimate.yen is None:
        print_line("AIの費用: 価格が設定されていないため分かりません（okaeri.toml の [prices]）")
    else:
        basis = "この店の実績" if estimate.from_past else "仮の長さ"
        half = "、まとめ依頼の割引を含む" if estimate.in_batches else ""
        likely, most = estimate.yen
        print_line(f"AIの費用: 約{likely:,.0f}円、多くて{most:,.0f}円（返答の長さは{basis}による{half}）")
    if campaign.channel is Channel.LINE:
        print_line(
            f"LINEの通数: すべて承認すると約{estimate.to_write:,}通（公式アカウントの料金プランの通数に入ります）"
        )


def _show_end(campaign: Campaign, standing: Standing) -> None:
    say(
        f"一斉作成 {campaign.campaign_id}: 対象{campaign.people:,}人のうち、確認待ち{standing.waiting:,}・"
        f"保留{standing.held:,}・送らないおすすめ{standing.do_not_send:,}・失敗{standing.failed:,}"
    )
    for title, counts in (
        ("送らないおすすめの理由（日付や品名は、お一人の例）", standing.reasons),
        ("失敗の理由（お一人の例）", standing.failures),
        ("定型文になった理由（お一人の例）", standing.fallbacks),
    ):
        _show_counts(title, counts)
    if standing.cost_micro_yen is not None:
        say(f"AIの費用: {standing.cost_micro_yen / 1_000_000:,.2f}円")
    if standing.failed:
        say(f"失敗した方をもう一度: okaeri draft --resume {campaign.campaign_id}")
    if standing.waiting:
        say("文面の確認: okaeri queue、またはコンソールの「確認待ち」")


def _show_counts(title: str, counts: Mapping[str, int]) -> None:
    if counts:
        table(title, ("人数", "理由"), [(count, why) for why, count in counts.items()])


def _aside(text: str) -> None:
    aside.print(text, markup=False)
