"""The dry run: writes what would have left as real files, and sends nothing."""

import json
import os
from pathlib import Path

from agent.domain.delivery import Outcome, OutgoingMessage, SendResult
from agent.domain.errors import PolicyRefusal
from agent.domain.occasion import Channel
from agent.ports import Clock
from channels.email_message import build_email
from channels.line_message import push_body


class RecordingChannel:
    """Writes `.eml` files and LINE request bodies into a folder. A repeated send replaces its own file, whole."""

    def __init__(self, folder: Path, *, clock: Clock) -> None:
        self._folder, self._clock = folder, clock

    async def send(self, message: OutgoingMessage) -> SendResult:
        """Write one message. A full or read-only disk is a passing fault: the message stays in the outbox."""
        try:
            path = self._write(message)
        except PolicyRefusal as refusal:
            return SendResult(Outcome.REFUSED, refusal.ja)
        except OSError as error:
            return SendResult(Outcome.RETRY, f"ファイルに書けません：{error.strerror}", pause=True)
        return SendResult(Outcome.DELIVERED, "dry run", provider_id=None, place=str(path))

    def _write(self, message: OutgoingMessage) -> Path:
        if message.channel is Channel.EMAIL:
            content, ending = build_email(message, now=self._clock.now()).as_bytes(), "eml"
        else:
            document = {**push_body(message), "x_line_retry_key": message.retry_key}
            content, ending = json.dumps(document, ensure_ascii=False, indent=2).encode(), "line.json"
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{message.message_id.strip('<>').split('@')[0]}.{ending}"
        half = path.with_suffix(f".{os.getpid()}.part")
        half.write_bytes(content)
        half.replace(path)
        return path
