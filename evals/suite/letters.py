"""Write letters in prepared situations and let the gate judge them: what a prompt or a model is worth."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from pydantic import TypeAdapter

from agent.chains.embedded import write_embedded
from agent.chains.letter import Letter
from agent.chains.model import ChatModel
from agent.domain.errors import CallerMistake
from agent.domain.finding import Severity, Verdict
from agent.domain.message import WrittenMessage
from agent.domain.occasion import Occasion
from agent.ports import ModelCallMade
from agent.service.assemble_message import assemble_message, greeting
from agent.service.pseudonyms import Pseudonyms
from agent.service.write_with_model import write_with_model
from evals.suite.compare import Example
from evals.suite.intervals import Share, share
from evals.suite.situations import Situation, situations
from evals.suite.subject import Subject
from prompts.registry import PublishedPrompt, load_prompt

TURNS_ON_TRIAL = 8
"""How often each situation is written with a template on trial: one bad line among many must come up."""


@dataclass(frozen=True, slots=True)
class LetterOutcome:
    """One letter, judged. grounded: some paragraph rests on a fact of the customer.    tokens: of every model call; 0 without one.

    prompt: name, version and digest of what wrote it.    seconds: of writing.
    """

    id: str
    shop: str
    subject: str | None
    body: str
    blocked: bool
    fired: tuple[str, ...]
    grounded: bool
    prompt: tuple[str, str, str]
    author: str
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes letters. model: None for the embedded writer.    prompts: templates to try in place of the newest, by name."""

    model: ChatModel | None = None
    prompts: tuple[PublishedPrompt, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over model name and prompt digests: what the letters depend on besides the code."""
        used = sorted((p.name, p.digest) for p in self.prompts)
        return hashlib.sha256(
            repr((self.model.name if self.model else "embedded", used)).encode()
        ).hexdigest()

    async def write(
        self, situation: Situation, subject: Subject
    ) -> tuple[Letter, WrittenMessage, Verdict, list[ModelCallMade]]:
        """A letter for a situation, the message as it would leave, and the gate's verdict on it.

        Raises what the writers raise: ModelDown, AnswerUnusable, CallerMistake.
        """
        journal: list[ModelCallMade] = []
        customer = situation.context.customer

        def judge(letter: Letter) -> tuple[WrittenMessage, Verdict]:
            message = assemble_message(
                draft_id=situation.id,
                channel=situation.context.channel,
                shop=situation.context.shop,
                customer=customer,
                greetable=situation.chart.greetable,
                subject=letter.subject,
                paragraphs=letter.paragraphs,
            )
            return message, subject.judge(situation.context, message)

        if self.model is None:
            name = f"embedded/{situation.context.occasion.value}"
            chosen = next((p for p in self.prompts if p.name == name), None)
            letter = write_embedded(situation.gathered.material, prompt=chosen)
            return letter, *judge(letter), journal

        def found(letter: Letter) -> Any:
            message, verdict = judge(letter)
            return message, verdict.findings

        letter, message, findings = await write_with_model(
            self.model,
            situation.gathered.material,
            Pseudonyms(situation.chart, addressed=greeting(customer)),
            may_name=situation.chart.greetable,
            instruct="",
            earlier=None,
            judge=found,
            journal=journal,
        )
        return letter, message, Verdict(tuple(findings)), journal


def letters_to_write(writer: Writer) -> tuple[Situation, ...]:
    """Every situation once, and those of a template on trial with further wordings."""
    tried = {Occasion(prompt.name.removeprefix("embedded/")) for prompt in writer.prompts}
    more = situations(tried, turns=TURNS_ON_TRIAL) if tried else ()
    first = situations()
    known = {one.id for one in first}
    return first + tuple(one for one in more if one.id not in known)


async def letter_outcome(writer: Writer, situation: Situation, subject: Subject) -> LetterOutcome:
    """Write one letter and sum it up. Raises what the writer raises."""
    began = perf_counter()
    letter, message, verdict, journal = await writer.write(situation, subject)
    facts = situation.gathered.material.facts
    return LetterOutcome(
        id=situation.id,
        shop=situation.shop,
        subject=message.subject,
        body=message.body,
        blocked=verdict.blocked,
        fired=tuple(dict.fromkeys(f.check for f in verdict.findings if f.severity is Severity.BLOCK)),
        grounded=any(set(p.fact_ids) & facts.keys() for p in letter.paragraphs),
        prompt=(letter.prompt.name, letter.prompt.version, letter.prompt.digest),
        author=letter.author,
        tokens=sum((call.prompt_tokens or 0) + (call.completion_tokens or 0) for call in journal),
        seconds=perf_counter() - began,
    )


def letter_document(outcome: LetterOutcome) -> dict[str, Any]:
    """As JSON."""
    return asdict(outcome)


_OUTCOME: TypeAdapter[LetterOutcome] = TypeAdapter(LetterOutcome)


def read_letter(text: str) -> LetterOutcome:
    """A letter's outcome from its JSON. Raises pydantic's ValidationError."""
    return _OUTCOME.validate_json(text)


def write_all(writer: Writer, wanted: Sequence[Situation], subject: Subject) -> tuple[LetterOutcome, ...]:
    """Every letter, one after the other, outside inspect-ai."""

    async def each() -> tuple[LetterOutcome, ...]:
        return tuple([await letter_outcome(writer, situation, subject) for situation in wanted])

    return asyncio.run(each())


def letters_pass(letters: Sequence[LetterOutcome]) -> Share:
    """Share of letters that the gate lets through."""
    return share(sum(not letter.blocked for letter in letters), len(letters))


def letters_grounded(letters: Sequence[LetterOutcome]) -> Share:
    """Share of letters that say something which rests on a fact of this customer."""
    return share(sum(letter.grounded for letter in letters), len(letters))


def letter_examples(letters: Sequence[LetterOutcome]) -> dict[str, Example]:
    """Scores for comparison with a recorded run: `letters_passed`, `letters_grounded`; each letter its own cluster."""
    return {
        f"letter/{letter.id}": Example(
            cluster=f"letter/{letter.id}",
            scores={"letters_passed": float(not letter.blocked), "letters_grounded": float(letter.grounded)},
        )
        for letter in letters
    }


def choose_prompt(text: str) -> PublishedPrompt:
    """The template that `--prompt` names: `embedded/vip`, `embedded/vip@1`, or `embedded/vip=FILE` for one not published.

    Raises CallerMistake for an unknown name, version or file, or one that no measured letter is written with.
    """
    name, _, file = text.partition("=")
    name, _, version = name.partition("@")
    measured = {f"embedded/{one.context.occasion.value}" for one in situations()}
    if name not in measured or (version and not version.removeprefix("v").isdigit()):
        raise CallerMistake(
            f"no prompt {text!r} to try",
            ja=f"プロンプト「{text}」はありません。embedded/vip、embedded/vip@1、embedded/vip=ファイル のように指定してください。",
        )
    if not file:
        return load_prompt(name, int(version.removeprefix("v")) if version else None)
    return _unpublished(name, Path(file))


def _unpublished(name: str, file: Path) -> PublishedPrompt:
    """A template from outside the registry, under the newest one's contract. Its version is `trial`."""
    newest = load_prompt(name)
    try:
        raw = file.read_bytes()
        text = raw.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise CallerMistake(f"cannot read {file}: {error}", ja=f"プロンプト {file} を読めません。") from error
    body = text.split("\n---\n", 1)[1] if text.startswith("---\n") and "\n---\n" in text else text
    return PublishedPrompt(
        name, "trial", hashlib.sha256(raw).hexdigest(), newest.inputs, newest.output, newest.settings, body
    )
