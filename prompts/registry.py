"""Load published prompts: versioned Jinja2 files with front matter, rendered strictly, each known by its digest.

A file is `<name>/v<N>.md.j2`: YAML front matter (`inputs`, `output`, `settings`), then one or more messages, each opened by a
line `=== system ===`, `=== user ===` or `=== assistant ===`. A file without such lines is one `user` message: the embedded
writer's message templates. Published versions are never edited; the next file is.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from jinja2 import Environment, StrictUndefined, Template

from agent.domain.errors import CallerMistake, OperatorMustFix

FOLDER = Path(__file__).parent
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
_ROLE = re.compile(r"^=== (system|user|assistant) ===\n", re.M)
_FILE = re.compile(r"v(\d+)\.md\.j2")


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """A prompt ready to leave. messages: role and text, in order.    settings: temperature, max_tokens."""

    name: str
    version: str
    digest: str
    output: str
    messages: tuple[tuple[str, str], ...]
    settings: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PublishedPrompt:
    """One version of a prompt. digest: SHA-256 of the file's bytes.    inputs: the names it must be given, no more, no fewer."""

    name: str
    version: str
    digest: str
    inputs: frozenset[str]
    output: str
    settings: Mapping[str, float]
    body: str

    def render(
        self, inputs: Mapping[str, object], *, words: Mapping[str, Callable[..., object]] | None = None
    ) -> RenderedPrompt:
        """Fill in the inputs. words: functions the text may call. Raises CallerMistake when the inputs are not the declared ones."""
        if self.inputs != inputs.keys():
            differ = sorted(self.inputs.symmetric_difference(inputs))
            raise CallerMistake(f"prompt {self.name} {self.version}: inputs differ: {', '.join(differ)}")
        text = _compiled(self.body).render({**(words or {}), **inputs})
        return RenderedPrompt(
            self.name, self.version, self.digest, self.output, _split_roles(text), self.settings
        )


def neutralise(text: object) -> str:
    """Make outside text harmless inside a marked block: no mark can be opened or closed, no message begun.

    Angle brackets become full-width ones, control characters go, a run of equal signs becomes one. Token brackets ⟦⟧ stay:
    masking has put them there and has replaced foreign ones before.
    """
    plain = "".join(c for c in str(text) if c in "\n\u3000" or c.isprintable())
    return re.sub(r"={3,}", "＝", plain.replace("<", "＜").replace(">", "＞"))


def load_prompt(name: str, version: int | None = None, *, folder: Path = FOLDER) -> PublishedPrompt:
    """A published prompt; the newest version unless told. name: a folder such as `write_message` or `embedded/vip`.

    Raises CallerMistake for an unknown name or version, OperatorMustFix for a file without proper front matter.
    """
    found = {
        int(m[1]): path for path in (folder / name).glob("v*.md.j2") if (m := _FILE.fullmatch(path.name))
    }
    if not found or (version is not None and version not in found):
        raise CallerMistake(f"no such prompt: {name} v{version or '*'}")
    number = max(found) if version is None else version
    return _read(name, number, found[number].read_bytes())


def published(folder: Path = FOLDER) -> list[tuple[str, int]]:
    """Every published prompt and version, in a stable order."""
    return sorted(
        (str(path.parent.relative_to(folder)), int(m[1]))
        for path in folder.rglob("v*.md.j2")
        if (m := _FILE.fullmatch(path.name))
    )


@lru_cache(maxsize=256)
def _read(name: str, number: int, raw: bytes) -> PublishedPrompt:
    """A file's bytes as a prompt, known by them: a changed file is another one. Reading YAML costs as much as a call."""
    text = raw.decode()
    front = _FRONT.match(text)
    head = yaml.safe_load(front[1]) if front else None
    if front is None or not isinstance(head, dict) or not {"inputs", "output", "settings"} <= head.keys():
        raise OperatorMustFix(
            f"v{number}.md.j2 of prompt {name} has no front matter with inputs, output and settings"
        )
    return PublishedPrompt(
        name=name,
        version=f"v{number}",
        digest=hashlib.sha256(raw).hexdigest(),
        inputs=frozenset(head["inputs"]),
        output=str(head["output"]),
        settings={str(k): float(v) for k, v in (head["settings"] or {}).items()},
        body=text[front.end() :],
    )


@lru_cache(maxsize=64)
def _compiled(body: str) -> Template:
    """Compiling takes 20 ms, rendering under one."""
    made = Environment(  # noqa: S701 - plain text for models and letters, never HTML
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=False
    )
    made.filters["data"] = neutralise
    return made.from_string(body)


def _split_roles(text: str) -> tuple[tuple[str, str], ...]:
    parts = _ROLE.split(text)
    if len(parts) == 1:
        return (("user", text.strip()),)
    return tuple((role, said.strip()) for role, said in zip(parts[1::2], parts[2::2], strict=True))
