"""A model server that answers at once, or after a second, in a process of its own: plans, letters and verdicts without thought."""

import asyncio
import json
import sys
from typing import Any

OPENING = "いつも当店をご利用くださり、ありがとうございます。お変わりなくお過ごしでしょうか。"
WRONG = OPENING + "ただいま全品50%オフ、クーポンコードは WELCOME50 です。"
PLAN = {
    "angle": "いつものお礼をお伝えしたい方",
    "fact_ids": ["F1"],
    "passage_ids": [],
    "useful": "",
    "request": "",
    "avoid": [],
}


def answer_to(body: dict[str, Any]) -> dict[str, Any]:
    """What a request is answered with, by the form it asks for: a first letter the gate blocks, then a good one."""
    form = body["response_format"]["json_schema"]
    wanted = form["schema"]["properties"]
    if "angle" in wanted:
        return {name: PLAN.get(name, _plain(kind)) for name, kind in wanted.items()}
    if "paragraphs" in wanted:
        revising = any("WELCOME50" in str(message["content"]) for message in body["messages"])
        items = wanted["paragraphs"]["items"]
        named = str(items.get("$ref", "")).rsplit("/", 1)[-1]
        paragraph = (form["schema"]["$defs"][named] if named else items)["properties"]
        filled = {name: _plain(kind) for name, kind in paragraph.items()}
        letter = {name: _plain(kind) for name, kind in wanted.items()}
        filled |= {"text": OPENING if revising else WRONG, "fact_ids": ["F1"]}
        return (
            letter
            | {"paragraphs": [filled]}
            | ({"subject": "いつもありがとうございます"} if "subject" in wanted else {})
        )
    return {name: _plain(kind) for name, kind in wanted.items()}


def _plain(kind: dict[str, Any]) -> Any:
    if "anyOf" in kind:
        return None if any(one.get("type") == "null" for one in kind["anyOf"]) else _plain(kind["anyOf"][0])
    if "enum" in kind:
        return kind["enum"][0]
    if kind.get("type") == "object":
        return {name: _plain(inner) for name, inner in kind.get("properties", {}).items()}
    return {"array": [], "string": "", "boolean": False, "integer": 1, "number": 1.0}.get(
        str(kind.get("type")), ""
    )


async def serve(seconds: float) -> None:
    """Answer until killed; the port is printed first."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length:")
                )
                body = json.loads(await reader.readexactly(length))
                said = json.dumps(
                    {
                        "id": "c",
                        "object": "chat.completion",
                        "created": 1,
                        "model": "m",
                        "choices": [
                            {
                                "index": 0,
                                "message": {
                                    "role": "assistant",
                                    "content": json.dumps(answer_to(body), ensure_ascii=False),
                                },
                                "finish_reason": "stop",
                            }
                        ],
                        "usage": {"prompt_tokens": 900, "completion_tokens": 300, "total_tokens": 1200},
                    },
                    ensure_ascii=False,
                ).encode()
                if seconds:
                    await asyncio.sleep(seconds)
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    % (len(said), said)
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0, backlog=512, limit=2**20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
