"""The demo: a shop's export files through the front door, to messages a person can approve. No key, no network."""

import asyncio
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from agent.clock import TOKYO, FixedClock
from agent.demo.choose import Chosen, Fits, choose
from agent.demo.rewards import COUPON_CAMPAIGN, demo_codes, write_policy
from agent.demo.shop import identity
from agent.demo.shop.write_exports import DemoFiles, write_exports
from agent.demo.voice import write_guide
from agent.domain.chart import Chart
from agent.domain.decision import Verb
from agent.domain.draft import Draft, DraftState
from agent.domain.errors import CallerMistake
from agent.domain.occasion import Channel, Occasion
from agent.domain.reward import RewardKind
from agent.main import App
from agent.service.about_occasion import LOOKED_BACK, read_about
from agent.service.advise import Degree, advise
from agent.service.approve_draft import Decided
from agent.settings import Settings, load_settings
from agent.store.experience import SqlExperiences

Progress = Callable[[str, int, int | None], None]
MARK = "demo"
IMPORTS = 2
"""Runs of the importer a demo makes: the online shop's files, the market stall's list."""
OPENING = time(10, 0)
"""The demo's business clock stands at ten in the morning of the day it is made, so that it works at any hour."""


@dataclass(frozen=True, slots=True)
class Written:
    """One chosen person and the draft made for them."""

    chosen: Chosen
    draft: Draft


@dataclass(frozen=True, slots=True)
class DemoRun:
    """Everything the demo did, for whoever prints it.

    imports: the importer's reports.    scores: the report of `okaeri score`.    rejected_edit: what the gate said to a bad edit.
    approved, dispatched: one message's way out through the dry run.    password: of the demo's owner; made anew at every run.
    """

    app: App
    files: DemoFiles
    imports: tuple[dict[str, Any], ...]
    index: dict[str, int]
    scores: dict[str, Any]
    written: tuple[Written, ...]
    shown: Written
    bad_edit: str
    rejected_edit: Decided
    approved: Decided
    dispatched: dict[str, Any]
    user: str
    password: str

    def as_json(self) -> dict[str, Any]:
        """A summary for programs."""
        return {
            "home": str(self.app.settings.home),
            "now": self.app.clock.now().isoformat(),
            "imports": list(self.imports),
            "index": self.index,
            "scores": self.scores,
            "drafts": [
                {
                    "draft_id": w.draft.draft_id,
                    "customer_id": w.draft.customer_id,
                    "occasion": w.draft.occasion.value,
                    "channel": w.draft.channel.value,
                    "state": w.draft.state.value,
                    "why": w.chosen.reason,
                }
                for w in self.written
            ],
            "dispatched": self.dispatched,
            "console": {
                "url": self.app.settings.console_address,
                "user": self.user,
                "password": self.password,
            },
        }


def run_demo(*, progress: Progress) -> DemoRun:
    """Load, draft, check, approve one, send it to the dry run. Raises CallerMistake when the home holds a real shop."""
    app = _open()
    files = write_exports(app.settings.home / "demo-exports", today=_today(app))
    shopify = [path for path in files.imports if path != files.store_sales]
    reports = tuple(
        app.import_files(paths, platform="auto", dry_run=False, progress=progress).as_json()
        for paths in (shopify, [files.store_sales])
    )
    app.add_policies(files.policies)
    _give_rewards(app)
    write_guide(app.settings.home)
    index = app.index(progress=progress).as_json()
    scores = app.score(
        None, cut=_today(app) + timedelta(days=1), horizon_days=None, out=None, progress=progress
    )
    written = asyncio.run(_write(app, progress))
    user, password = identity.STAFF[0], secrets.token_urlsafe(9)
    app.put_user(user, "owner", password)
    shown = next(
        w for w in written if w.draft.channel is Channel.EMAIL and w.draft.state is DraftState.WAITING
    )
    bad_edit, rejected = _spoil(app, shown.draft, user)
    approved, dispatched = asyncio.run(_approve_one(app, written, shown, user))
    return DemoRun(
        app,
        files,
        reports,
        index,
        scores,
        written,
        shown,
        bad_edit,
        rejected,
        approved,
        dispatched,
        user,
        password,
    )


def _open() -> App:
    """The app on a fresh demo home. An earlier demo there is thrown away; anything else is left alone and refused."""
    settings = load_settings()
    home, pinned = settings.home, settings.home / "okaeri.toml"
    _refuse_a_real_shop(settings, pinned)
    for name in (
        "okaeri.sqlite",
        "okaeri.sqlite-wal",
        "okaeri.sqlite-shm",
        "okaeri.toml",
        "rewards.yaml",
        "voice.md",
    ):
        (home / name).unlink(missing_ok=True)
    for name in ("chroma", "outbox", "demo-exports"):
        shutil.rmtree(home / name, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    asked = Settings()  # without the old demo's pinned day
    now = asked.clock().now() if asked.now or asked.now_file else datetime.now(UTC)
    moment = datetime.combine(now.astimezone(TOKYO).date(), OPENING, tzinfo=TOKYO)
    pinned.write_text(_toml(moment), encoding="utf-8")
    app = App(load_settings(), clock=FixedClock(moment))
    with app.units() as unit:
        unit.kept.put(MARK, {"since": app.clock.now().isoformat()})
        unit.commit()
    return app


def _refuse_a_real_shop(settings: Settings, pinned: Path) -> None:
    """Raises CallerMistake when the home or the database holds anything but an earlier demo."""
    if settings.database_url:
        app = App(settings)
        if next(iter(app.charts.charts(as_of=_today(app), top=1)), None) is not None:
            raise CallerMistake(
                "this database already holds a shop",
                ja="OKAERI_DATABASE_URL のデータベースにはすでにお店のデータがあります。空のデータベースを指定してください。",
            )
    mine = pinned.is_file() and "[demo]" in pinned.read_text(encoding="utf-8") and _untouched(settings)
    if not mine and (pinned.is_file() or (settings.home / "okaeri.sqlite").is_file()):
        raise CallerMistake(
            f"{settings.home} already holds a shop",
            ja=f"{settings.home} にはすでにお店のデータがあります。デモは別の場所で: OKAERI_HOME=./demo okaeri demo",
        )


def _untouched(settings: Settings) -> bool:
    """True while the home holds the demo's own imports only: a shop's real files must never be thrown away."""
    if settings.database_url or not (settings.home / "okaeri.sqlite").is_file():
        return True
    with App(settings).engine.connect() as connection:
        made: int = connection.execute(text("select count(*) from imports")).scalar_one()
    return made <= IMPORTS


def _toml(moment: datetime) -> str:
    names = {name.removeprefix("shop_"): value for name, value in identity.as_settings().items()}
    mail_from = names.pop("mail_from")
    shop = "\n".join(f'{name} = "{value}"' for name, value in names.items())
    return (
        "# The demo's settings. Delete this folder to start anew; use another folder for a real shop.\n"
        f'now = "{moment.isoformat()}"\nmail_from = "{mail_from}"\n\n[shop]\n{shop}\n\n[demo]\nmade = true\n'
    )


def _today(app: App) -> date:
    return app.clock.now().astimezone(TOKYO).date()


async def _write(app: App, progress: Progress) -> tuple[Written, ...]:
    chosen = choose(app.charts.charts(as_of=_today(app)), fits=_fits(app), coupon_due=_coupon_due(app))
    written = []
    for done, one in enumerate(chosen):
        progress("下書きを作っています", done, len(chosen))
        draft = await app.composer(
            customer=one.chart.customer_id, occasion=one.occasion, channel=one.channel, trigger="demo"
        )
        written.append(Written(one, draft))
    progress("下書きを作っています", len(chosen), len(chosen))
    return tuple(written)


def _fits(app: App) -> Fits:
    """Asks the advice a composer would ask, the quick part of it first, without writing anything."""
    experiences, today = SqlExperiences(app.engine, shop_id=app.shop_id), _today(app)

    def fits(summary: Chart, occasion: Occasion, channel: Channel) -> str | None:
        chart = app.charts.chart(summary.customer_id, as_of=today)
        about = read_about(
            chart,
            occasion=occasion,
            today=today,
            catalogue=app.catalogue,
            retriever=app.retriever,
            experience=experiences.of(chart.customer_id, since=today - LOOKED_BACK, until=today),
        )
        advice = advise(
            chart,
            occasion=occasion,
            channel=channel,
            told=(),
            suppressed=None,
            now=app.clock.now(),
            about=about,
        )
        if advice.degree is not Degree.WRITE:
            return None
        best = app.composer.desk(customer=chart.customer_id, occasion=occasion, channel=channel).advice
        return best.why if best.degree is Degree.WRITE else None

    return fits


def _coupon_due(app: App) -> Callable[[Chart, Channel], bool]:
    """Whether the policy would grant this person a coupon with a win-back sent today."""

    def due(summary: Chart, channel: Channel) -> bool:
        desk = app.composer.desk(customer=summary.customer_id, occasion=Occasion.WIN_BACK, channel=channel)
        return desk.advice.degree is Degree.WRITE and desk.gathered.material.reward.kind is RewardKind.COUPON

    return due


def _give_rewards(app: App) -> None:
    """The shop's reward policy and a pool of codes."""
    write_policy(app.settings.home, today=_today(app))
    with app.units() as unit:
        unit.rewards.add_codes(COUPON_CAMPAIGN, demo_codes())
        unit.commit()


def _spoil(app: App, draft: Draft, user: str) -> tuple[str, Decided]:
    """What happens when somebody writes too much: the gate holds the edit, then the good text comes back."""
    assert draft.version  # noqa: S101 - a waiting draft has a text
    good = draft.version.body
    sentence = "この化粧水でシミが消えます。今だけ全品50%OFFです。"
    head, _, rest = good.partition("\n\n")
    held = app.decisions.edit(draft.draft_id, by=user, text=f"{head}\n\n{sentence}\n\n{rest}")
    app.decisions.edit(draft.draft_id, by=user, text=good, reason="元の文面に戻しました")
    return sentence, held


async def _approve_one(
    app: App, written: tuple[Written, ...], shown: Written, user: str
) -> tuple[Decided, dict[str, Any]]:
    approved = await app.decisions.decide(shown.draft.draft_id, Verb.APPROVE, by=user)
    return approved, await app.dispatch(once=True)
