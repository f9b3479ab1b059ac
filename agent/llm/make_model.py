"""Make the chat model and the judge that the settings ask for, or none."""

from pydantic import SecretStr

from agent.llm.abilities import Abilities
from agent.llm.chat_client import Endpoint
from agent.llm.openai_compatible import OpenAICompatible
from agent.ports import UnitsOfWork
from agent.settings import Settings

PUBLIC_ENDPOINT = "https://api.openai.com/v1"
"""Where a key without an address belongs."""


def make_chat_model(settings: Settings, units: UnitsOfWork) -> OpenAICompatible | None:
    """The configured model; None without one: then the embedded writer writes."""
    if not settings.model_configured or settings.chat_model is None:
        return None
    return _model(
        settings, units, settings.chat_model, base_url=settings.chat_base_url, api_key=settings.chat_api_key
    )


def make_judge_model(settings: Settings, units: UnitsOfWork) -> OpenAICompatible | None:
    """The model that judges; None without one named. Address and key are the chat model's where it has none of its own."""
    if not settings.judge_configured or settings.judge_model is None:
        return None
    own_address = settings.judge_base_url is not None
    return _model(
        settings,
        units,
        settings.judge_model,
        base_url=settings.judge_base_url or settings.chat_base_url,
        # The chat model's key belongs to the chat model's address and goes nowhere else.
        api_key=settings.judge_api_key or (None if own_address else settings.chat_api_key),
    )


def _model(
    settings: Settings, units: UnitsOfWork, name: str, *, base_url: str | None, api_key: SecretStr | None
) -> OpenAICompatible:
    endpoint = Endpoint(
        base_url=base_url or PUBLIC_ENDPOINT,
        model=name,
        api_key=api_key.get_secret_value() if api_key else "none",
        total_seconds=settings.chat_timeout_seconds,
    )
    return OpenAICompatible(endpoint, Abilities(units))
