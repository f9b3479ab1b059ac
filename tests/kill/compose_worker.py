"""Composing one draft as its own process, for tests that kill it: the real composer, store and model client."""

import asyncio
import sys

from agent.domain.occasion import Channel, Occasion
from agent.llm.make_model import make_chat_model
from agent.settings import load_settings
from agent.store.engine import open_engine
from tests.support.drafting import HandCharts, Shop, chart_of


async def compose(draft_id: str) -> None:
    """Compose under an id, and say how it stands."""
    settings = load_settings()
    engine = open_engine(settings.sqlalchemy_url)
    clock = settings.clock()
    shop = Shop(engine, clock, HandCharts(chart_of()))  # type: ignore[arg-type]
    model = make_chat_model(settings, shop.units, clock)
    assert model is not None
    draft = await shop.composer(model)(
        customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL, draft_id=draft_id
    )
    sys.stdout.write(f"{draft.state} {draft.version.author if draft.version else None}")
    await model.aclose()
    engine.dispose()


if __name__ == "__main__":
    asyncio.run(compose(sys.argv[1]))
