"""Make the chat model that the settings ask for, or none."""

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
    key = settings.chat_api_key.get_secret_value() if settings.chat_api_key else "none"
    endpoint = Endpoint(
        base_url=settings.chat_base_url or PUBLIC_ENDPOINT,
        model=settings.chat_model,
        api_key=key,
        total_seconds=settings.chat_timeout_seconds,
    )
    return OpenAICompatible(endpoint, Abilities(units))
