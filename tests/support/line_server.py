"""A LINE push endpoint on the loopback that remembers retry keys as LINE does."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, dict[str, Any]] | None


@dataclass
class LineServer:
    """accepted: bodies of accepted pushes by retry key; requests: how many came. script: answers given before the usual."""

    accepted: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: int = 0
    script: list[tuple[int, str]] = field(default_factory=list)
    drop_answers: int = 0
    keys: list[str] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, key: str, body: dict[str, Any]) -> Reply:
        """Status and body, or None to cut the connection after accepting."""
        with self.lock:
            self.requests += 1
            self.keys.append(key)
            if self.script:
                status, words = self.script.pop(0)
                return status, {"message": words}
            if key in self.accepted:
                return 409, {"message": "The retry key is already accepted"}
            self.accepted[key] = body
            if self.drop_answers:
                self.drop_answers -= 1
                return None
            return 200, {"sentMessages": [{"id": "1"}]}


@contextmanager
def line_server() -> Iterator[LineServer]:
    """A running server on a free port."""
    line = LineServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            content = self.rfile.read(length)
            if len(content) < length:  # the sender was killed in the middle of its request
                return
            body = json.loads(content)
            reply = line.answer(self.headers["X-Line-Retry-Key"], body)
            if reply is None:
                self.close_connection = True
                return
            said = json.dumps(reply[1]).encode()
            self.send_response(reply[0])
            self.send_header("Content-Length", str(len(said)))
            self.send_header("x-line-request-id", "r1")
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: Any) -> None:
            """Stay quiet."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A killed client is part of the test."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    line.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
