"""What a command of `okaeri eval` measures: which split, whose letters, and the run of both."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from agent.cli.one_of import one_of
from agent.cli.output import aside
from agent.domain.errors import CallerMistake, OperatorMustFix
from agent.settings import load_settings

if TYPE_CHECKING:
    from evals.suite.batches import Split
    from evals.suite.letters import Writer
    from evals.suite.run import Run
    from evals.suite.subject import Subject


def measured_run(
    split: str,
    prompt: list[str] | None,
    model: str | None,
    epochs: int,
    seed: int,
    subject: "Subject",
    data: Path | None,
    *,
    open_seal: bool,
) -> "Run":
    from evals.suite.batches import MESSAGES
    from evals.suite.run import run_split

    wanted = wanted_split(split, open_seal=open_seal)
    writer = chosen_writer(prompt, model)
    home = load_settings().home
    if open_seal and split == "sealed":
        _write_down_opening(home / "evals" / "seal_openings.jsonl", subject)
    return run_split(
        wanted,
        subject,
        writer,
        log_dir=home / "evals",
        epochs=epochs,
        seed=seed,
        messages=data or MESSAGES,
    )


def _write_down_opening(file: Path, subject: "Subject") -> None:
    """Who measures on the sealed split leaves a trace: what is opened often is no longer sealed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    now = load_settings().clock().now()
    with file.open("a", encoding="utf-8") as openings:
        openings.write(json.dumps({"at": now.isoformat(), "gate": subject.digest}) + "\n")
    aside.print(f"封印したスプリットを開けました。記録: {file}")


def wanted_split(text: str, *, open_seal: bool) -> "Split":
    from evals.suite.batches import Split

    wanted = one_of(Split, text, name="split", unknown=f"スプリット「{text}」はありません")
    if wanted is Split.SEALED and not open_seal:
        raise CallerMistake(
            "the sealed split needs --open-seal",
            ja="封印したスプリットは最後に一度だけ開けます。本当に測るときは --open-seal を付けてください。",
        )
    return wanted


def chosen_writer(prompt: list[str] | None, model: str | None) -> "Writer":
    from evals.suite.letters import Writer, choose_prompt

    prompts = tuple(choose_prompt(text) for text in prompt or ())
    if model is None:
        return Writer(None, prompts)
    if prompts:
        raise CallerMistake(
            "--prompt tries templates of the embedded writer",
            ja="--prompt は組み込みの書き手の定型文を試すためのものです。--model とは一緒に使えません。",
        )
    settings = load_settings(chat_model=model)
    if not settings.model_configured:
        raise OperatorMustFix(
            "no chat model configured",
            ja="モデルの接続先がありません。OKAERI_CHAT_BASE_URL か OKAERI_CHAT_API_KEY を設定してください。",
        )
    from agent.llm.make_model import make_chat_model
    from agent.main import App

    return Writer(make_chat_model(settings, App(settings).units))


def may_show(made: "Run", *, reveal: bool) -> bool:
    from evals.suite.batches import SHOWN_SPLITS

    return reveal or made.split in SHOWN_SPLITS
