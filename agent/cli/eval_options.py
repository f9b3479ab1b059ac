"""The options that the commands of `okaeri eval` share, and the extra they need."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.output import errors_explained
from agent.domain.errors import OperatorMustFix

SplitName = Annotated[str, typer.Option("--split", help="train, dev, test, sealed or spent")]
Prompt = Annotated[
    list[str] | None,
    typer.Option(
        "--prompt",
        metavar="NAME[@VERSION|=FILE]",
        help="A template of the embedded writer to try, e.g. embedded/vip@1 or embedded/vip=FILE",
    ),
]
Model = Annotated[
    str | None, typer.Option(help="A chat model of the configured endpoint; default: the embedded writer")
]
Without = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="CHECK", help="Leave a check out, to see that the suite notices"),
]
Tiers = Annotated[
    int, typer.Option("--tiers", min=1, max=2, help="1: the rules alone; 2: the classifier too")
]
Epochs = Annotated[int, typer.Option(min=1, max=100, help="How often each sample is judged or written")]
Seed = Annotated[int, typer.Option(help="Of random numbers: sampling and bootstrap")]
Data = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Labelled messages of your own; default: the shipped ones"),
]
Reveal = Annotated[
    bool,
    typer.Option("--reveal", help="Show single drafts of test and sealed splits too; then they are spent"),
]
OpenSeal = Annotated[
    bool, typer.Option("--open-seal", help="Really judge the sealed split; it is written down")
]


@contextmanager
def the_extra(*, as_json: bool) -> Iterator[None]:
    """Refuse with what to install when the evaluation's libraries are missing; then explain errors as elsewhere."""
    with errors_explained(as_json=as_json):
        if find_spec("inspect_ai") is None:
            raise OperatorMustFix(
                "the extra [evals] is not installed",
                ja="評価には追加の部品が必要です。pip install 'okaeri[evals]'"
                "（開発環境では make test または make eval）で入れてから、もう一度実行してください。",
            )
        yield
