"""`okaeri eval report`: everything measured, as one page."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.eval_options import (
    Data,
    Epochs,
    Model,
    OpenSeal,
    Prompt,
    Reveal,
    Seed,
    Tiers,
    Without,
    the_extra,
)
from agent.cli.eval_subject import measured_run
from agent.cli.output import AsJson, document, say
from agent.domain.errors import CallerMistake
from agent.settings import load_settings


def report(
    out: Annotated[Path, typer.Option(metavar="FILE.html", help="Where to write the page")],
    split: Annotated[
        list[str] | None, typer.Option("--split", help="Which splits; default: dev and test")
    ] = None,
    prompt: Prompt = None,
    model: Model = None,
    epochs: Epochs = 1,
    seed: Seed = 0,
    without: Without = None,
    tiers: Tiers = 2,
    data: Data = None,
    reveal: Reveal = False,
    open_seal: OpenSeal = False,
    as_json: AsJson = False,
) -> None:
    """Measure and write everything as one static page, Japanese and English."""
    with the_extra(as_json=as_json):
        from evals.suite.calibrate import calibrate as hold_judges
        from evals.suite.calibrate import held_out_first, label_agreement, read_second_labels
        from evals.suite.earlier_runs import earlier_runs
        from evals.suite.report import render_report
        from evals.suite.subject import gate_subject
        from evals.suite.verdicts import gate_verdicts, read_verdicts

        subject = gate_subject(without=without or (), tiers=tiers)
        runs = [
            measured_run(name, prompt, model, epochs, seed, subject, data, open_seal=open_seal)
            for name in split or ("dev", "test")
        ]
        cases = [case for one in runs for case in one.cases]
        unseen = held_out_first(cases)
        judges = hold_judges(unseen, gate_verdicts(unseen, subject), recorded=False, seed=seed)
        judges += hold_judges(cases, read_verdicts(), recorded=True, seed=seed)
        passes = label_agreement(cases, read_second_labels(), seed=seed)
        others = earlier_runs(load_settings().home / "evals")
        now = load_settings().clock().now()
        page = render_report(runs, judges, passes, now=now, reveal=reveal, others=others)
        _write(out, page)
        if as_json:
            document({"out": str(out), "runs": [one.document() for one in runs]})
        else:
            say(f"レポートを書きました: {out}")


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CallerMistake(
            f"cannot write {file}: {error}",
            ja=f"{file} に書けません。書き込める場所を --out に指定してください。",
        ) from error
