"""`okaeri eval run`: judge a split, and print what was caught with intervals."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.eval_options import (
    Data,
    Epochs,
    Model,
    OpenSeal,
    Prompt,
    Reveal,
    Seed,
    SplitName,
    Tiers,
    Without,
    the_extra,
)
from agent.cli.eval_subject import chosen_writer, measured_run
from agent.cli.eval_words import MEASURES, brief_ja, check_ja, share_ja
from agent.cli.output import AsJson, document, say, table
from agent.settings import load_settings

if TYPE_CHECKING:
    from evals.suite.run import Run
    from evals.suite.subject import Subject


class Task(StrEnum):
    """What to measure."""

    MESSAGES = "messages"
    RED_TEAM = "red_team"
    RETRIEVAL = "retrieval"
    CHAT = "chat"
    ALL = "all"


def run(
    task: Annotated[
        list[Task] | None, typer.Option(help="What to measure; default: messages, with letters")
    ] = None,
    split: SplitName = "dev",
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
    """Judge a split's labelled messages, and letters by the writer under test; print shares with intervals."""
    with the_extra(as_json=as_json):
        from evals.suite.subject import gate_subject

        subject = gate_subject(without=without or (), tiers=tiers)
        asked = set(task or [Task.MESSAGES])
        wanted = set(Task) if Task.ALL in asked else asked
        whole: dict[str, Any] = {}
        if Task.MESSAGES in wanted:
            made = measured_run(split, prompt, model, epochs, seed, subject, data, open_seal=open_seal)
            whole = made.document()
            if not as_json:
                _show_run(made, reveal=reveal)
        whole |= _others(wanted, prompt, model, epochs, seed, subject)
        if as_json:
            document(whole)
        else:
            _show_others(whole, wanted)


def _others(
    wanted: set[Task],
    prompt: list[str] | None,
    model: str | None,
    epochs: int,
    seed: int,
    subject: "Subject",
) -> dict[str, Any]:
    """Red team, retrieval and chat, as far as they were asked for."""
    from evals.suite.run import run_chat, run_red_team, run_retrieval

    logs = load_settings().home / "evals"
    found: dict[str, Any] = {}
    if Task.RED_TEAM in wanted:
        writer = chosen_writer(prompt, model)
        found["red_team"] = run_red_team(subject, writer, log_dir=logs, epochs=epochs, seed=seed)
    if Task.RETRIEVAL in wanted:
        found["retrieval"] = run_retrieval(log_dir=logs, seed=seed)
    if Task.CHAT in wanted:
        found["chat"] = run_chat(subject, log_dir=logs, epochs=epochs, seed=seed)
    return found


def _show_run(made: "Run", *, reveal: bool) -> None:
    whole = made.document()
    say(f"スプリット {whole['split']}　{whole['cases']}通　検査 {whole['subject']['name']}")
    rows = [(MEASURES[name], share_ja(whole[name])) for name in list(MEASURES)[:8] if whole[name]["of"]]
    rows += [
        (MEASURES["letters_pass"], share_ja(whole["letters"]["passed"])),
        (MEASURES["letters_grounded"], share_ja(whole["letters"]["grounded"])),
        (
            "1通の判定にかかる時間",
            f"中央値 {whole['milliseconds']['median']:.1f} ms、毎秒 {whole['per_second']:.0f} 通",
        ),
    ]
    table("成績（95%区間、該当/全体）", ("指標", "値"), rows)
    table(
        "検査ごと",
        ("検査", "再現率", "適合率", "F1"),
        [
            (check, brief_ja(found["recall"]), brief_ja(found["precision"]), _number(found["f1"]))
            for check, found in whole["checks"].items()
            if found["recall"]["of"] or found["precision"]["of"]
        ],
    )
    _show_missed(made, reveal=reveal)
    say(f"記録: {whole['logs'][0]}")


def _show_others(whole: Mapping[str, Any], wanted: set[Task]) -> None:
    if Task.RED_TEAM in wanted:
        found = whole["red_team"]
        rows = [(MEASURES[name], share_ja(value)) for name, value in found["shares"].items()]
        table(f"外から混ざった文による攻撃（{found['cases']}件）", ("指標", "値"), rows)
        if found["given_way"]:
            say(f"破られた例: {'、'.join(found['given_way'][:40])}")
    if Task.RETRIEVAL in wanted:
        found = whole["retrieval"]
        rows = [
            ("上位5件に正しい文書", share_ja(found["recall_at_5"])),
            ("MRR@5", f"{found['mrr_at_5']:.3f}"),
        ]
        table("検索", ("指標", "値"), rows)
    if Task.CHAT in wanted:
        found = whole["chat"]
        names = [name for name in list(MEASURES)[:8] if found[name]["of"]]
        table(
            f"チャットの返事（{found['cases']}件）",
            ("指標", "値"),
            [(MEASURES[n], share_ja(found[n])) for n in names],
        )
        if found["wrong"]:
            say(f"判定を誤った返事: {'、'.join(found['wrong'])}")


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _show_missed(made: "Run", *, reveal: bool) -> None:
    from evals.suite.batches import OPEN_SPLITS
    from evals.suite.scorecard import one_each

    wrong = [o for o in one_each(made.outcomes) if not o.right]
    if made.split not in OPEN_SPLITS and not reveal:
        say(f"判定を誤った文面は{len(wrong)}通です。このスプリットの内容は表示しません（--reveal で表示）。")
        return
    table(
        f"判定を誤った文面（{len(wrong)}通のうち20通まで）",
        ("下書き", "期待", "実際"),
        [
            (
                o.id,
                "、".join(map(check_ja, o.expected or (o.kind,))),
                "、".join(map(check_ja, o.fired)) or "通した",
            )
            for o in wrong[:20]
        ],
    )
