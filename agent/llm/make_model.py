"""Make the chat model and the judge that the settings ask for, or none: each task may have a model of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from agent.llm.abilities import Abilities
from agent.llm.call_book import CallBook
from agent.llm.chat_client import Endpoint
from agent.llm.openai_compatible import OpenAICompatible
from agent.llm.pace import Pace
from agent.llm.prices import Prices
from agent.llm.routed import RoutedModel
from agent.llm.tasks import TASKS, Task
from agent.ports import Clock, UnitsOfWork
from agent.service.write_together import Together
from agent.settings import ModelPrice, Settings

PUBLIC_ENDPOINT = "https://api.openai.com/v1"
"""Where a key without an address belongs."""


@dataclass(frozen=True, slots=True)
class Route:
    """Which model does a task. own: named for this task, not the chat model stepping in.    price: None when nobody set one."""

    task: Task
    model: str
    base_url: str
    api_key: str
    own: bool
    price: ModelPrice | None


def routes(settings: Settings) -> dict[Task, Route]:
    """The models of the settings, task by task. plan and write fall back to chat; judge and embed have none unless named."""
    found: dict[Task, Route] = {}
    for task in TASKS:
        route = _route(settings, task)
        if route:
            found[task] = route
    return found


def _route(settings: Settings, task: Task) -> Route | None:
    def own(end: str) -> object:
        return getattr(settings, f"{task}_{end}")

    named, address, key = own("model"), own("base_url"), own("api_key")
    alone = task in ("judge", "embed", "chat")
    model = named or (None if alone else settings.chat_model)
    reachable = address or key or settings.chat_base_url or settings.chat_api_key
    if not isinstance(model, str) or not reachable:
        return None
    # The chat model's key belongs to the chat model's address and goes nowhere else.
    secret = key or (None if address and address != settings.chat_base_url else settings.chat_api_key)
    base_url = str(address or settings.chat_base_url or PUBLIC_ENDPOINT)
    return Route(
        task,
        model,
        base_url,
        secret.get_secret_value() if isinstance(secret, SecretStr) else "none",
        bool(named),
        Prices(settings.prices).of(task, model),
    )


def make_book(
    settings: Settings, units: UnitsOfWork, clock: Clock | None = None, *, together: Together | None = None
) -> CallBook:
    """The book every call of this process goes through. together: see `CallBook`."""
    return CallBook(
        units,
        clock or settings.clock(),
        prices=Prices(settings.prices),
        cap_yen=settings.daily_yen_cap,
        region=settings.model_region,
        together=together,
    )


def make_chat_model(
    settings: Settings, units: UnitsOfWork, clock: Clock | None = None, *, together: Together | None = None
) -> OpenAICompatible | RoutedModel | None:
    """The model that plans, writes and chats; None without one: then the embedded writer writes."""
    known = routes(settings)
    if "write" not in known or "plan" not in known:
        return None
    models = _models(settings, units, known, ("plan", "write", "chat"), clock, together)
    writer = models["write"]
    return writer if all(m is writer for m in models.values()) else RoutedModel(models, otherwise=writer)


def make_judge_model(
    settings: Settings, units: UnitsOfWork, clock: Clock | None = None, *, together: Together | None = None
) -> OpenAICompatible | None:
    """The model that judges; None without one named. Address and key are the chat model's where it has none of its own."""
    known = routes(settings)
    return _models(settings, units, known, ("judge",), clock, together).get("judge")


def _models(
    settings: Settings,
    units: UnitsOfWork,
    known: Mapping[Task, Route],
    tasks: tuple[Task, ...],
    clock: Clock | None,
    together: Together | None,
) -> dict[Task, OpenAICompatible]:
    """One client for each model, shared by its tasks; one pace for each address."""
    book, abilities = make_book(settings, units, clock, together=together), Abilities(units)
    paces: dict[str, Pace] = {}
    made: dict[tuple[str, str, str], OpenAICompatible] = {}
    for task in tasks:
        if not (route := known.get(task)):
            continue
        pace = paces.setdefault(
            route.base_url,
            Pace(at_once=settings.model_concurrency, per_minute=settings.model_requests_per_minute),
        )
        at = Endpoint(
            route.base_url,
            route.model,
            route.api_key,
            settings.chat_timeout_seconds,
            pace=pace,
            connections=settings.model_concurrency,
        )
        made.setdefault((route.base_url, route.model, route.api_key), OpenAICompatible(at, abilities, book))
    return {
        task: made[(route.base_url, route.model, route.api_key)]
        for task in tasks
        if (route := known.get(task))
    }
