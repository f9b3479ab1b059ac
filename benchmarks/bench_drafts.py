"""What does a finished draft cost in CPU, against a bare four-node LangGraph with ChatOpenAI that checks and keeps nothing?

    python -m benchmarks.bench_drafts [--drafts 300] [--latency-drafts 384] [--memory-drafts 1000] [--full]

The demo shop in a folder of its own; a model server in a process of its own that answers at once; CPU is this process's. The graph's
four calls are typed answers as ours are (`with_structured_output`); ours are three, and a fourth where a model judges too. Then the
same with a second of latency and 64 drafts in flight, against the ideal rate; and memory over many drafts (10,000 with --full).
Written to are customers whom something true can be said today (win-backs first): a draft nobody should get asks no model.
"""

import argparse
import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict, cast

import psutil
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, StateGraph
from pydantic import SecretStr

from agent.chains.plan import Plan
from agent.chains.write import MailAnswer
from agent.domain.draft import DraftState
from agent.domain.errors import OkaeriError
from agent.domain.occasion import Channel, Occasion
from agent.llm.openai_compatible import OpenAICompatible
from agent.main import App, open_app
from agent.service.advise import Degree

AT_ONCE = 64
ROOT = Path(__file__).parents[1]
OCCASIONS = (Occasion.WIN_BACK, Occasion.VIP, Occasion.FOLLOW_UP, Occasion.THANK_YOU)
PEOPLE = 128
"""Customers written to, in turn."""


@contextmanager
def model_server(seconds: float) -> Iterator[str]:
    """The address of a model that answers after so many seconds."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.instant_model", str(seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}/v1"
        finally:
            server.kill()


def demo_shop(home: Path) -> None:
    """Load the demo shop."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("OKAERI_", "OPENAI_"))
    }
    subprocess.run(
        [sys.executable, "-c", "from agent.cli import main; main()", "demo", "--no-serve", "--json"],
        cwd=home,
        env={**environment, "OKAERI_HOME": str(home), "PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def shop(home: Path, base_url: str, *, judge: bool) -> App:
    """The demo shop writing with the model."""
    os.environ["OKAERI_HOME"] = str(home)
    return open_app(
        chat_base_url=base_url,
        chat_model="instant",
        judge_model="instant" if judge else None,
        prices={"instant": {"in": 20.0, "out": 80.0}},
        daily_yen_cap=10_000_000,
    )


Compose = Callable[[], Awaitable[DraftState | None]]


Turn = tuple[Occasion, str]


def writable(app: App) -> list[Turn]:
    """Customers with an occasion for which there is something true to write today: the others cost no call and would flatter us."""
    people = (
        chart.customer_id
        for chart in app.charts.charts(as_of=app.today())
        if chart.consent_email and chart.email
    )

    def may_be_written(customer: str, occasion: Occasion) -> bool:
        desk = app.composer.desk(customer=customer, occasion=occasion, channel=Channel.EMAIL)
        return desk.advice.degree is not Degree.DO_NOT_COMPOSE

    found = (
        (occasion, customer)
        for customer in people
        for occasion in [next((one for one in OCCASIONS if may_be_written(customer, one)), None)]
        if occasion
    )
    return list(itertools.islice(found, PEOPLE))


def composing(app: App, turns: Iterable[Turn]) -> Compose:
    """Composes for the next customer, whoever may be written to. None: nothing was to be written."""
    following = itertools.cycle(turns)

    async def compose() -> DraftState | None:
        occasion, customer = next(following)
        try:
            draft = await app.composer(customer=customer, occasion=occasion, channel=Channel.EMAIL)
        except OkaeriError:
            return None
        written = draft.version is not None and draft.version.author.startswith("model:")
        return draft.state if written else None

    return compose


class Bare(TypedDict, total=False):
    """The bare graph's state."""

    brief: str
    plan: Plan
    letter: MailAnswer
    verdict: MailAnswer


def bare_graph(base_url: str) -> Compose:
    """plan, write, judge, revise: four structured calls of ChatOpenAI, no gate, no store."""
    model = ChatOpenAI(
        model="instant", base_url=base_url, api_key=SecretStr("x"), max_retries=0, use_responses_api=False
    )
    planner = model.with_structured_output(Plan, method="json_schema")
    writer = model.with_structured_output(MailAnswer, method="json_schema")
    brief = "事実: これまでのご注文は3回。\n" * 30

    async def plan(state: Bare) -> Bare:
        ask = [SystemMessage("設計します。" * 80), HumanMessage(state["brief"])]
        return {"plan": cast("Plan", await planner.ainvoke(ask))}

    async def write(state: Bare) -> Bare:
        ask = [SystemMessage("書きます。" * 80), HumanMessage(state["brief"] + state["plan"].angle)]
        return {"letter": cast("MailAnswer", await writer.ainvoke(ask))}

    async def judge(state: Bare) -> Bare:
        ask = [SystemMessage("読みます。" * 80), HumanMessage(state["letter"].model_dump_json())]
        return {"verdict": cast("MailAnswer", await writer.ainvoke(ask))}

    async def revise(state: Bare) -> Bare:
        ask = [
            SystemMessage("直します。" * 80),
            HumanMessage(state["letter"].model_dump_json() + "WELCOME50"),
        ]
        return {"letter": cast("MailAnswer", await writer.ainvoke(ask))}

    graph = StateGraph(Bare)
    for name, node in (("plan", plan), ("write", write), ("judge", judge), ("revise", revise)):
        graph.add_node(name, node)
    for before, after in itertools.pairwise((START, "plan", "write", "judge", "revise", END)):
        graph.add_edge(before, after)
    compiled = graph.compile()

    async def run() -> DraftState | None:
        await compiled.ainvoke({"brief": brief})
        return DraftState.WAITING

    return run


async def many(
    compose: Compose, count: int, *, told: Callable[[int], None] | None = None
) -> tuple[int, float, float]:
    """Finish so many drafts, 64 in flight. Returns how many a model finished, CPU seconds, wall seconds."""
    finished = 0
    left = iter(range(count))

    async def carry() -> None:
        nonlocal finished
        for _ in left:
            done = await compose() is not None
            finished += done
            if told:
                told(finished)

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(carry() for _ in range(AT_ONCE)))
    return finished, time.process_time() - cpu, time.perf_counter() - wall


async def close(app: App) -> None:
    """Close the model's connections before the next shop opens its own."""
    if isinstance(app.model, OpenAICompatible):
        await app.model.aclose()


def calls(app: App) -> int:
    """How often models were asked today."""
    with app.units(read_only=True) as work:
        return sum(one.calls for one in work.spend.between(app.today(), app.today()) if one.task == "all")


async def cpu_of_a_draft(home: Path, drafts: int, turns: list[Turn]) -> None:
    """Ours and the bare graph, one after the other in this run."""
    with model_server(0) as base_url:
        graph = bare_graph(base_url)
        await many(graph, AT_ONCE)
        done, cpu, _ = await many(graph, drafts)
        bare = cpu / done
        print(f"bare LangGraph, ChatOpenAI, 4 calls, no gate, no store: {bare * 1000:6.1f} ms CPU a draft")
        for name, judge in (("gate as judge", False), ("gate and model judges", True)):
            app = shop(home, base_url, judge=judge)
            compose = composing(app, turns)
            await many(compose, AT_ONCE)
            before = calls(app)
            done, cpu, _ = await many(compose, drafts)
            await close(app)
            asked = (calls(app) - before) / done
            print(
                f"okaeri, {name}, {asked:4.1f} calls: {cpu / done * 1000:6.1f} ms CPU a draft,"
                f" {cpu / done / bare:.2f} x the bare graph ({done} finished of {drafts})",
                flush=True,
            )


async def rate_with_latency(home: Path, drafts: int, turns: list[Turn]) -> None:
    """One second a call, 64 drafts in flight: how near to the rate at which waiting would be all there is?"""
    with model_server(1.0) as base_url:
        app = shop(home, base_url, judge=False)
        compose = composing(app, turns)
        await many(compose, AT_ONCE)
        before = calls(app)
        done, cpu, wall = await many(compose, drafts)
        asked = calls(app) - before
        ideal = -(-drafts // AT_ONCE) * (asked / drafts)
        print(
            f"1 s latency, {AT_ONCE} in flight: {drafts / wall:.1f} drafts/s, {ideal / wall:.0%} of the ideal rate"
            f" ({done} finished, {asked} calls, {wall:.1f} s, {cpu:.1f} s CPU)",
            flush=True,
        )


async def memory(home: Path, drafts: int, turns: list[Turn]) -> None:
    """Resident memory after each tenth of many drafts."""
    process, seen = psutil.Process(), set[int]()

    def told(finished: int) -> None:
        tenth = finished * 10 // drafts
        if tenth not in seen:
            seen.add(tenth)
            print(f"  {finished:6} drafts: {process.memory_info().rss / 2**20:6.0f} MB", flush=True)

    with model_server(0) as base_url:
        app = shop(home, base_url, judge=False)
        print("memory")
        await many(composing(app, turns), drafts, told=told)


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--drafts", type=int, default=300)
    arguments.add_argument("--latency-drafts", type=int, default=384)
    arguments.add_argument("--memory-drafts", type=int, default=1_000)
    arguments.add_argument("--full", action="store_true", help="memory over 10,000 drafts")
    arguments.add_argument("--home", type=Path, help="a demo shop loaded before, instead of a fresh one")
    arguments.add_argument("--only", choices=("cpu", "latency", "memory"))
    given = arguments.parse_args()
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    print(f"load before (1, 5, 15 minutes): {load} on {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        if not (home / "okaeri.sqlite").exists():
            demo_shop(home)
        turns = writable(shop(home, "http://127.0.0.1:9/v1", judge=False))
        if given.only in (None, "cpu"):
            asyncio.run(cpu_of_a_draft(home, given.drafts, turns))
        if given.only in (None, "latency"):
            asyncio.run(rate_with_latency(home, given.latency_drafts, turns))
        if given.only in (None, "memory"):
            asyncio.run(memory(home, 10_000 if given.full else given.memory_drafts, turns))


if __name__ == "__main__":
    main()
