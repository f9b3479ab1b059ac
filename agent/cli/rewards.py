"""Commands on rewards: rewards add-codes, rewards status, rewards policy."""

import csv
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli.output import AsJson, document, errors_explained, say, table, yen
from agent.domain.chart import SEGMENT_JA, Segment
from agent.domain.errors import CallerMistake
from agent.domain.occasion import OCCASION_JA
from agent.domain.reward import REWARD_JA, RewardKind
from agent.domain.reward_policy import Campaign, FreeCode, RewardPolicy
from agent.main import open_app

commands = typer.Typer()
rewards = typer.Typer(
    help="What may be given, the codes for it, and what was promised.", no_args_is_help=True
)
commands.add_typer(rewards, name="rewards")

SHORTEST, LONGEST = 4, 20
"""Characters of a code: shorter ones are guessed, longer ones are mistyped, and the gate reads no longer one as a code."""
_STATE_JA = {"reserved": "取り置き", "given": "進呈済み", "released": "取り消し", "void": "使用しない"}


@rewards.command("add-codes")
def add_codes(
    file: Annotated[Path, typer.Argument(help="A code a line, or CSV: code[,last day as 2026-12-31]; UTF-8")],
    campaign: Annotated[str, typer.Option(help="The name of a coupon in rewards.yaml")],
    as_json: AsJson = False,
) -> None:
    """Put coupon codes that the shop system already knows into a campaign's pool."""
    with errors_explained(as_json=as_json):
        app = open_app()
        known = app.rewards.policy().campaign(campaign)
        if known is None or known.kind is not RewardKind.COUPON:
            coupons = [c.name for c in app.rewards.policy().campaigns if c.kind is RewardKind.COUPON]
            raise CallerMistake(
                f"no coupon campaign {campaign!r}",
                ja=f"「{campaign}」というクーポンは rewards.yaml にありません。"
                f"あるのは {'、'.join(coupons) or 'まだ1つもありません'} です。",
            )
        codes = read_codes(file)
        with app.units() as work:
            new = work.rewards.add_codes(campaign, codes)
            work.commit()
        if as_json:
            document({"campaign": campaign, "read": len(codes), "added": new, "known": len(codes) - new})
        else:
            say(f"「{campaign}」に{new}件のコードを加えました（すでにあったもの {len(codes) - new}件）。")


@rewards.command("status")
def status(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many promises to list")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show the month's budget, the codes left, and what was promised to whom."""
    with errors_explained(as_json=as_json):
        app = open_app()
        app.rewards.release_overdue()
        policy = app.rewards.policy()
        with app.units(read_only=True) as work:
            spent = work.rewards.standing("", on=app.today()).spent_yen
            pools = {pool.campaign: pool for pool in work.rewards.pools()}
            grants = work.rewards.grants(limit=limit)
        counts = [
            {
                "campaign": name,
                "in_policy": policy.campaign(name) is not None,
                "free": pool.free,
                "reserved": pool.reserved,
                "given": pool.given,
                "void": pool.void,
            }
            for name, pool in pools.items()
        ]
        empty = [
            c.name
            for c in policy.campaigns
            if c.kind is RewardKind.COUPON and (c.name not in pools or not pools[c.name].free)
        ]
        if as_json:
            document(
                {
                    "month": f"{app.today():%Y-%m}",
                    "budget_yen": policy.monthly_budget_yen,
                    "promised_yen": spent,
                    "left_yen": max(policy.monthly_budget_yen - spent, 0),
                    "pools": counts,
                    "without_codes": empty,
                    "promises": [
                        {
                            "draft_id": g.draft_id,
                            "customer_id": g.customer_id,
                            "kind": g.kind.value,
                            "campaign": g.campaign,
                            "code": g.code,
                            "cost_yen": g.cost_yen,
                            "state": g.state,
                            "at": g.at,
                        }
                        for g in grants
                    ],
                }
            )
            return
        left = max(policy.monthly_budget_yen - spent, 0)
        say(f"今月の予算 {yen(policy.monthly_budget_yen)}　お約束した分 {yen(spent)}　残り {yen(left)}")
        if counts:
            table(
                "クーポンコード",
                ("特典", "残り", "取り置き", "進呈済み", "使用しない"),
                [(c["campaign"], c["free"], c["reserved"], c["given"], c["void"]) for c in counts],
            )
        for name in empty:
            say(
                f"「{name}」のコードがありません。okaeri rewards add-codes FILE --campaign {name} で加えられます。"
            )
        if grants:
            table(
                "お約束（新しい順）",
                ("下書き", "お客さま", "特典", "名前", "コード", "費用", "状態"),
                [
                    (
                        g.draft_id,
                        g.customer_id,
                        REWARD_JA[g.kind],
                        g.campaign,
                        g.code or "",
                        yen(g.cost_yen) if g.cost_yen else "",
                        _STATE_JA[g.state],
                    )
                    for g in grants
                ],
            )


@rewards.command("policy")
def policy(as_json: AsJson = False) -> None:
    """Show the rules as they are read from rewards.yaml, or what is wrong with the file."""
    with errors_explained(as_json=as_json):
        app = open_app()
        found, path = app.rewards.policy(), app.settings.home / "rewards.yaml"
        if as_json:
            document({"file": str(path) if path.is_file() else None, **policy_document(found)})
            return
        if not found.campaigns:
            say(f"{path} に特典のきまりがありません。金額の特典は、どのお客さまにもお約束しません。")
            return
        say(
            f"今月の予算 {yen(found.monthly_budget_yen)}　金額の特典は{found.money_every_days}日に1回まで"
            f"　粗利 {found.margin_percent}%（そのうち{found.margin_share_percent}%まで）"
        )
        table(
            "特典",
            ("名前", "種類", "用件", "相手", "内容", "期限"),
            [_row(campaign) for campaign in found.campaigns],
        )


def read_codes(file: Path) -> list[FreeCode]:
    """Codes of a file, each once. Raises CallerMistake that names the line that is wrong."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CallerMistake(f"{file}: {error}", ja=f"{file} をUTF-8のファイルとして読めません。") from error
    found: dict[str, FreeCode] = {}
    for number, row in enumerate(csv.reader(text.splitlines()), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and cells[0].lower() in ("code", "コード", "クーポンコード")):
            continue
        found.setdefault(cells[0], FreeCode(_code(cells[0], file, number), _last_day(cells, file, number)))
    if not found:
        raise CallerMistake(f"{file} holds no code", ja=f"{file} にコードがありません。")
    return list(found.values())


def _code(text: str, file: Path, line: int) -> str:
    plain = text.isascii() and text.replace("-", "").replace("_", "").isalnum()
    telling = any(sign.isdigit() for sign in text) or text.isupper()
    if not (plain and telling and SHORTEST <= len(text) <= LONGEST and not text.isdigit()):
        raise CallerMistake(
            f"{file}:{line}: not a code: {text!r}",
            ja=f"{file} の{line}行目「{text[:30]}」はコードとして使えません。"
            f"半角の英数字と - _ で{SHORTEST}〜{LONGEST}文字、英字を含めてください。",
        )
    return text


def _last_day(cells: list[str], file: Path, line: int) -> date | None:
    if len(cells) < 2 or not cells[1]:
        return None
    try:
        return date.fromisoformat(cells[1].replace("/", "-"))
    except ValueError as error:
        raise CallerMistake(
            f"{file}:{line}: not a day: {cells[1]!r}",
            ja=f"{file} の{line}行目の日付「{cells[1][:30]}」を読めません。2026-12-31 の形で書いてください。",
        ) from error


def policy_document(found: RewardPolicy) -> dict[str, Any]:
    """A policy as JSON."""
    return {
        "monthly_budget_yen": found.monthly_budget_yen,
        "money_every_days": found.money_every_days,
        "margin_percent": found.margin_percent,
        "margin_by_category": dict(found.margin_by_category),
        "margin_share_percent": found.margin_share_percent,
        "campaigns": [
            {
                "name": c.name,
                "kind": c.kind.value,
                "occasions": sorted(o.value for o in c.occasions),
                "starts": c.starts,
                "ends": c.ends,
                "ranks": sorted(c.ranks),
                "segments": sorted(c.segments),
                "tells": list(c.tells),
                "yen_off": c.yen_off,
                "percent_off": c.percent_off,
                "at_most_yen": c.at_most_yen,
                "minimum_yen": c.minimum_yen,
                "points": c.points,
                "valid_days": c.valid_days,
                "conditions": c.conditions,
                "cost_yen": c.cost_yen,
            }
            for c in found.campaigns
        ],
    }


def _row(campaign: Campaign) -> tuple[str, ...]:
    who = [*sorted(campaign.ranks), *(SEGMENT_JA[Segment(each)] for each in sorted(campaign.segments))]
    what = "".join(campaign.tells)
    if campaign.points:
        what = f"{campaign.points:,}ポイント"
    elif campaign.yen_off:
        what = f"{campaign.yen_off:,}円引き（{campaign.minimum_yen:,}円以上）"
    elif campaign.percent_off:
        what = f"{campaign.percent_off}%引き（上限{campaign.cost_yen:,}円）"
    until = f"{campaign.ends:%Y-%m-%d}まで" if campaign.ends else ""
    held = f"お約束から{campaign.valid_days}日" if campaign.valid_days else ""
    return (
        campaign.name,
        REWARD_JA[campaign.kind],
        "、".join(OCCASION_JA[o] for o in sorted(campaign.occasions)),
        "、".join(who) or "どなたでも",
        what,
        "　".join(filter(None, (held, until))),
    )
