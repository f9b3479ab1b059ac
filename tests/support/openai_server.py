"""A real HTTP server on loopback speaking the OpenAI chat protocol, behaving as each test scripts it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.batch_provider import BatchProvider


@dataclass(frozen=True)
class Says:
    """One scripted answer. raw: bytes sent instead of a completion; cut: announce more than is sent, then close.

    pieces: a stream of these instead of a body; ending: with its last line.
    """

    content: str | None = ""
    tool_arguments: str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error: str = "scripted"
    raw: bytes | None = None
    content_type: str = "application/json"
    cut: bool = False
    hang: bool = False
    drip: bool = False
    finish: str = "stop"
    pieces: tuple[str, ...] = ()
    ending: bool = True


Script = Callable[[dict[str, Any]], Says]


class OpenAIServer:
    """Answers `/v1/chat/completions` by asking `script` what to say. bodies: every request it saw, as parsed JSON."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.authorizations: list[str] = []
        self.script: Script = lambda body: Says()
        self.released = threading.Event()
        self.batches = BatchProvider(self._in_batch)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def base_url(self) -> str:
        """What `OKAERI_CHAT_BASE_URL` would say."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def say(self, *answers: Says) -> None:
        """Answer with these in turn, the last one for ever."""
        left = list(answers)
        self.script = lambda body: left.pop(0) if len(left) > 1 else left[0]

    def _in_batch(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        says = self.script(body)
        return says.status, json.loads(_payload(says, body))

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.released.set()
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def serving() -> Iterator[OpenAIServer]:
    """A running server."""
    server = OpenAIServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _handler(server: OpenAIServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Stay quiet."""

        def do_GET(self) -> None:
            self._whole(server.batches.get(self.path))

        def _whole(self, payload: bytes | None) -> None:
            if payload is None:
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def _sent(self) -> bytes:
            """The request's body, also one that comes in chunks."""
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            pieces = []
            while size := int(self.rfile.readline(), 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)

        def do_POST(self) -> None:
            if self.path.endswith(("/files", "/batches")):
                if server.batches.missing:
                    self._sent()
                    self.send_error(404)
                    return
                kind = self.headers.get("Content-Type", "")
                self._whole(server.batches.post(self.path, kind, self._sent()))
                return
            body = json.loads(self._sent() or b"{}")
            server.bodies.append(body)
            server.authorizations.append(self.headers.get("Authorization", ""))
            says = server.script(body)
            if says.hang:
                server.released.wait(30)
                self.close_connection = True
                return
            if says.pieces:
                says = replace(says, raw=_stream(says, ending=says.ending), content_type="text/event-stream")
            payload = says.raw if says.raw is not None else _payload(says, body)
            self.send_response(says.status)
            self.send_header("Content-Type", says.content_type)
            self.send_header("Content-Length", str(len(payload)))
            for name, value in says.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if says.drip:
                self._drip(payload)
                return
            self.wfile.write(payload[: len(payload) // 2] if says.cut else payload)
            if says.cut:
                self.close_connection = True

        def _drip(self, payload: bytes) -> None:
            for byte in payload:
                if server.released.wait(0.05):
                    return
                try:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                except OSError:
                    return

    return Handler


def _stream(says: Says, *, ending: bool) -> bytes:
    events: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]}
        for piece in says.pieces
    ]
    if ending:
        events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        events.append({"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 7}})
    lines = [f"data: {json.dumps(event, ensure_ascii=False)}\n\n" for event in events]
    return "".join([*lines, "data: [DONE]\n\n" if ending else ""]).encode()


def _payload(says: Says, body: dict[str, Any]) -> bytes:
    if says.status != 200:
        return json.dumps({"error": {"message": says.error, "type": "scripted"}}).encode()
    message: dict[str, Any] = {"role": "assistant", "content": says.content}
    if says.tool_arguments is not None:
        name = body["tools"][0]["function"]["name"]
        call = {"name": name, "arguments": says.tool_arguments}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": call}],
        }
    answer = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": body.get("model", "m"),
        "choices": [{"index": 0, "message": message, "finish_reason": says.finish}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }
    return json.dumps(answer, ensure_ascii=False).encode()
