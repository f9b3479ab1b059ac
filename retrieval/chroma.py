"""Reach Chroma: inside this process with its files in the home, or its server.

Embedded Chroma is not made for two processes on one folder. Measured with 1.5.9: two writers left 3 % of vectors
unfindable, and a reader beside a writer got errors and then never saw the new vectors. So every use takes a lock on a file
beside the data (shared to read, exclusive to write), and a process that finds another one wrote since it opened the folder
opens it again. With that, two writers and a reader for 25 s: no error, nothing lost, a reopening costs 14 ms.
"""

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import urlsplit

import chromadb
import httpx
from chromadb.api import ClientAPI
from chromadb.api.client import Client
from chromadb.config import Settings
from chromadb.errors import ChromaError

from agent.domain.errors import MachineRetries, OperatorMustFix


class ChromaPlace(Protocol):
    """Somewhere collections are kept."""

    def use(self, *, writing: bool) -> AbstractContextManager[ClientAPI]:
        """A client for one short piece of work. Raises MachineRetries when Chroma cannot be reached."""
        ...


class EmbeddedChroma:
    """Chroma in this process. Make it with `embedded_chroma`: Chroma shares one system a folder within a process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._client: ClientAPI | None = None
        self._opened_at = ""
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def use(self, *, writing: bool) -> Iterator[ClientAPI]:
        """A client for one short piece of work, with nobody writing meanwhile."""
        with self._one_at_a_time, (self._folder / "okaeri.lock").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX if writing else fcntl.LOCK_SH)
            try:
                yield self._fresh(lock)
            except ChromaError as error:
                raise _damaged(self._folder, error) from error
            finally:
                if writing:
                    self._leave_mark(lock)

    def _fresh(self, lock: IO[str]) -> ClientAPI:
        lock.seek(0)
        mark = lock.read()
        if isinstance(self._client, Client) and mark != self._opened_at:
            self._client.close()
            self._client = None
        if self._client is None:
            quiet = Settings(anonymized_telemetry=False)
            self._client = chromadb.PersistentClient(self._folder, settings=quiet)
            self._opened_at = mark
        return self._client

    def _leave_mark(self, lock: IO[str]) -> None:
        self._opened_at = f"{time.time_ns()}-{id(self)}"
        lock.truncate(0)
        lock.write(self._opened_at)
        lock.flush()


class ServedChroma:
    """A Chroma server; it takes many clients by itself."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise OperatorMustFix(
                f"not a Chroma address: {url!r}",
                ja=f"OKAERI_CHROMA_URL「{url}」を読めません。例: http://127.0.0.1:8001",
            )
        self._url = url
        self._host, self._tls = parts.hostname, parts.scheme == "https"
        self._port = parts.port or (443 if self._tls else 8000)
        self._client: ClientAPI | None = None

    @contextmanager
    def use(self, *, writing: bool) -> Iterator[ClientAPI]:
        """A client for one short piece of work."""
        try:
            if self._client is None:
                quiet = Settings(anonymized_telemetry=False)
                self._client = chromadb.HttpClient(self._host, self._port, ssl=self._tls, settings=quiet)
            yield self._client
        except (ChromaError, httpx.HTTPError, ConnectionError) as error:
            raise _unusable(self._url, error) from error
        except ValueError as error:  # the client's own word for a server that does not answer
            if "connect" in str(error).lower():
                raise _unusable(self._url, error) from error
            raise


@cache
def embedded_chroma(folder: Path) -> EmbeddedChroma:
    """The one embedded Chroma of a folder in this process."""
    return EmbeddedChroma(folder)


def open_chroma(*, home: Path, url: str | None) -> ChromaPlace:
    """The server at `url` (OKAERI_CHROMA_URL), else the folder `chroma` in the home. Raises OperatorMustFix."""
    return ServedChroma(url) if url else embedded_chroma((home / "chroma").resolve())


def _unusable(where: str, error: Exception) -> MachineRetries:
    return MachineRetries(
        f"Chroma at {where} cannot be used: {error}",
        ja="検索用のデータベース（Chroma）に接続できません。サーバーが動いているか、OKAERI_CHROMA_URL が正しいかを確認し、"
        "もう一度実行してください。",
    )


def _damaged(folder: Path, error: Exception) -> MachineRetries:
    return MachineRetries(
        f"the embedded Chroma in {folder} cannot be used: {error}",
        ja=f"検索用のデータベースを開けません。もう一度実行しても直らないときは、フォルダー {folder} を削除してから "
        "okaeri index を実行してください（元の商品と規約からすべて作り直されます）。",
    )
