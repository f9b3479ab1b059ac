"""A campaign as its own process, for tests that kill it: the real composer, store and model client."""

import asyncio
import sys

from agent.domain.occasion import Channel, Occasion
from agent.llm.make_model import make_chat_model
from agent.service.campaign import Wish
from agent.settings import load_settings
from agent.store.engine import open_engine
from tests.support.campaigning import campaigning, people


async def draft(count: int, campaign_id: str | None) -> None:
    """Draft for so many, or go on with a campaign; says its id first and how it stands last."""
    settings = load_settings()
    engine = open_engine(settings.sqlalchemy_url)
    clock = settings.clock()
    _, drafting = campaigning(
        engine,
        clock,  # type: ignore[arg-type]
        people(count),
        model=lambda shop: make_chat_model(settings, shop.units, clock),  # type: ignore[arg-type,return-value]
    )
    wish = Wish(("new",), Occasion.THANK_YOU, Channel.EMAIL)
    campaign_id = campaign_id or drafting.plan(wish).campaign_id
    sys.stdout.write(f"{campaign_id}\n")
    sys.stdout.flush()
    standing = await drafting.run(campaign_id, told=lambda draft: None, advance=lambda done, of: None)
    sys.stdout.write(f"{standing.waiting} {standing.failed} {standing.pending}\n")
    engine.dispose()


if __name__ == "__main__":
    asyncio.run(draft(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
