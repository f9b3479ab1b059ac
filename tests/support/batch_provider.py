"""The batch endpoints of the scripted model server: files in, answers out, when the test says so."""

import json
from collections.abc import Callable
from typing import Any


class BatchProvider:
    """Keeps files and batches in memory. Every batch stays `in_progress` until `finish`; answer: a request's body to a completion.

    missing: the server knows no such endpoint.
    creations: how many batches were created.    lose_answer: create the next batch, but let the line break before saying so.
    """

    def __init__(self, answer: Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]) -> None:
        self.answer = answer
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.creations = 0
        self.lose_answer = False
        self.missing = False

    def post(self, path: str, content_type: str, body: bytes) -> bytes | None:
        """A file uploaded or a batch created; None: close the connection without a word."""
        if path.endswith("/files"):
            boundary = content_type.split("boundary=")[1].strip('"').encode()
            part = next(p for p in body.split(b"--" + boundary) if b"filename=" in p)
            name = f"file-{len(self.files) + 1}"
            self.files[name] = part.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n")
            return json.dumps({"id": name}).encode()
        asked = json.loads(body)
        self.creations += 1
        name = f"batch-{self.creations}"
        self.batches[name] = {**asked, "id": name, "status": "in_progress"}
        if self.lose_answer:
            self.lose_answer = False
            return None
        return json.dumps(self.batches[name]).encode()

    def get(self, path: str) -> bytes:
        """A batch, all batches, or a file's content."""
        path = path.split("?")[0]
        if path.endswith("/content"):
            return self.files[path.split("/")[-2]]
        if path.endswith("/batches"):
            return json.dumps({"data": list(self.batches.values())}).encode()
        return json.dumps(self.batches[path.split("/")[-1]]).encode()

    def finish(self, *, status: str = "completed", first: int | None = None) -> None:
        """Answer what the running batches ask, or only the first lines, and end them."""
        for name, batch in self.batches.items():
            if batch["status"] != "in_progress":
                continue
            lines = self.files[batch["input_file_id"]].decode().splitlines()[:first]
            said = []
            for line in map(json.loads, lines):
                code, body = self.answer(line["body"])
                response = {"status_code": code, "body": body}
                said.append(json.dumps({"custom_id": line["custom_id"], "response": response}))
            self.files[f"out-{name}"] = "\n".join(said).encode()
            batch.update(status=status, output_file_id=f"out-{name}")
