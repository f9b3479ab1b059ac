"""A dispatcher as its own process, for tests that kill it: the real store, channels and rules, set up from OKAERI_*."""

import asyncio
import json
import signal
import sys

from agent.service.dispatch import Until
from agent.service.quiet_hours import QuietHours
from agent.settings import load_settings
from agent.store.engine import open_engine
from channels.choose import choose_channel
from tests.support.sending_desk import SETTINGS, SendingDesk


async def work(owner: str) -> None:
    """Send until told to stop (SIGTERM), then print the report."""
    settings = load_settings()
    clock = settings.clock()
    engine = open_engine(settings.sqlalchemy_url)
    desk = SendingDesk(engine, clock, settings=SETTINGS, staff=False)
    dispatcher = desk.dispatcher(
        choose_channel(settings, clock),
        owner=owner,
        quiet=QuietHours.read(settings.quiet_hours),
        lease_seconds=settings.lease_seconds,
        concurrency=settings.dispatch_threads,
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, dispatcher.stop)
    report = await dispatcher.run(Until.STOPPED)
    sys.stdout.write(json.dumps(report.document(), ensure_ascii=False))
    engine.dispose()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
