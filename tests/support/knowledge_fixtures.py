"""Fixtures for tests of product knowledge: a database, a Chroma of its own, and a Chroma server."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.ports import KnowledgeStore
from agent.store.documents import SqlKnowledgeStore
from agent.store.engine import migrate, open_engine
from retrieval.chroma import EmbeddedChroma
from tests.conftest import missing


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Engine]:
    """A migrated SQLite database, where the engine does not matter to the test."""
    engine = open_engine(f"sqlite:///{tmp_path / 'okaeri.sqlite'}")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def open_store(lite: Engine, clock: FixedClock) -> Callable[[str], KnowledgeStore]:
    """The knowledge of a shop by its id."""
    return lambda shop_id: SqlKnowledgeStore(lite, shop_id=shop_id, clock=clock)


@pytest.fixture
def chroma(tmp_path: Path) -> EmbeddedChroma:
    """An embedded Chroma in a folder of its own."""
    return EmbeddedChroma(tmp_path / "chroma")


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Chroma server on a free loopback port."""
    program = Path(sys.executable).parent / "chroma"
    if not program.exists():
        missing("the chroma program", "it comes with the package chromadb; install the requirements")
    folder = tmp_path_factory.mktemp("chroma-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(program),
        "run",
        "--path",
        str(folder / "data"),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            _await(f"http://127.0.0.1:{port}", server, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def _await(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until it answers. Asks again every tenth of a second, for half a minute at most."""
    pause, until = threading.Event(), time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"{url}/api/v2/heartbeat").is_success:
                return
        except httpx.TransportError:
            pause.wait(0.1)
    pytest.fail(f"the Chroma server did not start: {log.read_text()[-2000:]}")
