"""Commands that measure the gate: eval run, eval gate, eval calibrate, eval report. They need the extra [evals]."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.one_of import one_of
from agent.cli.output import REFUSED, AsJson, aside, document, errors_explained, say, table
from agent.domain.errors import CallerMistake, OperatorMustFix
from agent.settings import load_settings

if TYPE_CHECKING:
    from evals.suite.agreement import Agreement
    from evals.suite.batches import Case, Split
    from evals.suite.calibrate import Calibration, LabelAgreement
    from evals.suite.compare import Comparison
    from evals.suite.floors import Held
    from evals.suite.letters import Writer
    from evals.suite.run import Run
    from evals.suite.subject import Subject
    from evals.suite.verdicts import JudgeVerdict

commands = typer.Typer()
evaluation = typer.Typer(help="Measure the gate, the judges and the prompts.", no_args_is_help=True)
commands.add_typer(evaluation, name="eval")

SplitName = Annotated[str, typer.Option("--split", help="train, dev, test or sealed")]
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


class Task(StrEnum):
    """What to measure."""

    MESSAGES = "messages"
    RED_TEAM = "red_team"
    RETRIEVAL = "retrieval"
    CHAT = "chat"
    ALL = "all"


@evaluation.command("run")
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
            made = _run(split, prompt, model, epochs, seed, subject, data, open_seal=open_seal)
            whole = made.document()
            if not as_json:
                _show_run(made, reveal=reveal)
        whole |= _others(wanted, prompt, model, epochs, seed, subject)
        if as_json:
            document(whole)
        else:
            _show_others(whole, wanted)


@evaluation.command("gate")
def gate(
    split: SplitName = "test",
    baseline: Annotated[
        Path | None,
        typer.Option(help="A recorded run to compare with; default: the shipped one of the split"),
    ] = None,
    record: Annotated[
        Path | None, typer.Option(help="Write this run as a new baseline instead of comparing")
    ] = None,
    floors: Annotated[Path | None, typer.Option(help="Absolute limits; default: the shipped ones")] = None,
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
    """Fail (1) when a floor is broken or quality fell for real against the baseline; noise passes."""
    with the_extra(as_json=as_json):
        from evals.suite.compare import compare, read_recorded, write_recorded
        from evals.suite.data import FOLDER
        from evals.suite.floors import FLOORS, hold, read_floors
        from evals.suite.subject import gate_subject

        subject = gate_subject(without=without or (), tiers=tiers)
        limits = read_floors(floors or FLOORS)
        shipped = FOLDER / "baseline" / f"{split}.json"
        source = baseline or (shipped if shipped.is_file() and data is None else None)
        source = None if record else source
        before = read_recorded(source) if source else None
        made = _run(split, prompt, model, epochs, seed, subject, data, open_seal=open_seal)
        held = hold(limits, made.measure)
        found = compare(before.examples, made.recorded().examples, seed=seed) if before else None
        if record:
            write_recorded(made.recorded(), record)
        broken = [one for one in held if one.broken]
        passed = not broken and not (found and found.real_drops)
        if as_json:
            document(_verdict(made, held, found, passed=passed, reveal=reveal))
        else:
            _show_gate(made, held, found, reveal=reveal)
            if before and before.data != made.data:
                say(
                    "注意: 基準を記録したときから、評価データが変わっています。両方にある例だけを比べました。"
                )
            if record:
                say(f"この結果を基準として {record} に記録しました。")
            say("合格です。" if passed else "不合格です。下限割れ、または偶然ではない低下があります。")
        if not passed:
            raise typer.Exit(REFUSED)


@evaluation.command("calibrate")
def calibrate(
    split: Annotated[
        list[str] | None,
        typer.Option("--split", help="Which splits; default: test, on which nothing was tuned"),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Ask this chat model now; default: verdicts recorded earlier")
    ] = None,
    verdicts: Annotated[
        Path | None, typer.Option(help="A folder of recorded verdicts; default: the shipped one")
    ] = None,
    record: Annotated[Path | None, typer.Option(help="Write what the model says now to this file")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask about the first N drafts only")] = None,
    tiers: Tiers = 2,
    yen: Annotated[
        float | None, typer.Option("--yen-per-million", min=0, help="Price of a million tokens, for the cost")
    ] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Hold judges against labels, and two label passes against each other; a criterion under the bar only advises.

    Without --split, the gate and a model are judged on the test split; verdicts recorded earlier, and the two label passes,
    wherever they are.
    """
    with the_extra(as_json=as_json):
        from evals.suite.batches import Split, load_split
        from evals.suite.calibrate import calibrate as hold_judges
        from evals.suite.calibrate import held_out_first, label_agreement, read_second_labels
        from evals.suite.subject import gate_subject
        from evals.suite.verdicts import RECORDED, gate_verdicts, read_verdicts, write_verdicts

        wanted = [_split(s, open_seal=False) for s in split or (Split.TRAIN, Split.DEV, Split.TEST)]
        known = load_split(wanted)
        cases = known if split else held_out_first(known)
        agreement = label_agreement(known, read_second_labels(), seed=seed)
        found = hold_judges(cases, gate_verdicts(cases, gate_subject(tiers=tiers)), recorded=False, seed=seed)
        if model:
            asked = _ask_judge(model, cases[:limit])
            write_verdicts(asked, record or load_settings().home / "evals" / "verdicts.jsonl")
            measured = hold_judges(cases, asked, recorded=False, seed=seed)
            _remember(measured, {v.criterion.value: v.prompt_digest for v in asked}, model)
            found += measured
        else:
            found += hold_judges(known, read_verdicts(verdicts or RECORDED), recorded=True, seed=seed)
        if as_json:
            judges = [{**one.document(), "yen_per_1000": _yen(one.tokens, yen)} for one in found]
            document(
                {"drafts": len(cases), "judges": judges, "label_passes": [a.document() for a in agreement]}
            )
            return
        _show_calibration(found, agreement, yen)


def _remember(measured: "list[Calibration]", digests: dict[str, str], model: str) -> None:
    """Let drafting know which criteria this model may block on (agent/llm/trusted_judges.py)."""
    from agent.llm.trusted_judges import MeasuredJudge, write_trusted

    write_trusted(
        load_settings().home,
        [
            MeasuredJudge(
                model, one.criterion.value, digests.get(one.criterion.value, ""), trusted=not one.advisory
            )
            for one in measured
        ],
    )


@evaluation.command("report")
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
        from evals.suite.report import render_report
        from evals.suite.subject import gate_subject
        from evals.suite.verdicts import gate_verdicts, read_verdicts

        subject = gate_subject(without=without or (), tiers=tiers)
        runs = [
            _run(name, prompt, model, epochs, seed, subject, data, open_seal=open_seal)
            for name in split or ("dev", "test")
        ]
        cases = [case for one in runs for case in one.cases]
        unseen = held_out_first(cases)
        judges = hold_judges(unseen, gate_verdicts(unseen, subject), recorded=False, seed=seed)
        judges += hold_judges(cases, read_verdicts(), recorded=True, seed=seed)
        passes = label_agreement(cases, read_second_labels(), seed=seed)
        page = render_report(runs, judges, passes, now=load_settings().clock().now(), reveal=reveal)
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


@evaluation.command("data")
def data_card(as_json: AsJson = False) -> None:
    """Count the labelled data: batches, splits, kinds, checks, attacks, second labels."""
    with the_extra(as_json=as_json):
        from evals.suite.card import data_card as count

        card = count()
        if as_json:
            document(card)
            return
        table(
            f"ラベル付きの文面（{card['drafts']}通、合成データ）",
            ("バッチ", "スプリット", "文面", "状況", "欠陥", "問題なし", "紛らわしいが正しい"),
            [
                (
                    name,
                    batch["split"],
                    batch["drafts"],
                    batch["contexts"],
                    *(batch["kinds"].get(kind, 0) for kind in ("defect", "clean", "hard_negative")),
                )
                for name, batch in card["batches"].items()
            ],
        )
        table("検査ごとの欠陥", ("検査", "通"), list(card["checks"].items()))
        say(
            f"攻撃 {card['attacks']}、似た無害な文 {card['benign_look_alikes']}、検索の質問 {card['questions']}、"
            f"2回目のラベル {card['second_labels']}、記録した判定 {card['judge_verdicts']}"
        )


def _yen(tokens: float | None, per_million: float | None) -> float | None:
    """Yen for 1,000 drafts."""
    return None if tokens is None or per_million is None else tokens * 1000 * per_million / 1_000_000


def _ask_judge(model: str, cases: "Sequence[Case]") -> "list[JudgeVerdict]":
    from agent.domain.judgement import Criterion
    from evals.suite.verdicts import model_verdict

    chosen = _writer(None, model).model
    assert chosen is not None  # noqa: S101 - a model was named, or _writer raised

    async def each() -> "list[JudgeVerdict]":
        return [await model_verdict(chosen, case, criterion) for case in cases for criterion in Criterion]

    return asyncio.run(each())


def _show_calibration(
    found: "list[Calibration]", agreement: "list[LabelAgreement]", yen: float | None
) -> None:
    from agent.domain.judgement import CRITERION_JA
    from evals.suite.calibrate import BAR, BAR_LOW, FEWEST

    questions = {"block": "止めるべきか", "check": "どの検査か", "check_or_equal": "どの検査か（同等を含む）"}
    questions |= {criterion.value: name for criterion, name in CRITERION_JA.items()}
    if agreement:
        table(
            "ラベル付け2回の一致（合成データ。人どうしの一致に当たる目安）",
            ("問い", "一致", "κ", "α"),
            [
                (
                    questions[a.question],
                    _short(a.same.document()),
                    _coefficient(a.kappa),
                    _coefficient(a.alpha),
                )
                for a in agreement
            ],
        )
    else:
        say("2回目のラベルがないため、ラベル付けどうしの一致は出せません。")
    for judge in dict.fromkeys(one.judge for one in found):
        rows = [one for one in found if one.judge == judge]
        source = "記録した判定" if rows[0].recorded else "いま判定"
        source += f"、スプリット {'・'.join(rows[0].splits)}"
        table(
            f"{judge}（{source}）とラベルの一致",
            ("観点", "α", "κ", "扱い"),
            [
                (
                    CRITERION_JA[one.criterion],
                    _coefficient(one.alpha),
                    _coefficient(one.kappa),
                    "参考のみ" if one.advisory else "判定に使える",
                )
                for one in rows
            ],
        )
        table(
            f"{judge}（{source}）の内訳",
            ("観点", "問題ありの割合", "再現率", "適合率", "自己一致", "費用/1,000通"),
            [
                (
                    CRITERION_JA[one.criterion],
                    _short(one.base_rate.document()),
                    _short(one.recall.document()),
                    _short(one.precision.document()),
                    _short(one.consistency.document()),
                    _cost(one.tokens, yen),
                )
                for one in rows
            ],
        )
        if not rows[0].held_out:
            say("注意: 調整に使った文面が入っています。この一致は、見知らぬ文面での一致より高く出ます。")
        unjudged = sum(one.judged.of - one.judged.hits for one in rows)
        if unjudged:
            say(f"判定できなかった回答が{unjudged}件あります（点数には数えません）。")
    if not any(one.recorded or one.judge.startswith("model:") for one in found):
        say("モデルによる判定の記録がありません。--model を指定すると、いま判定して記録します。")
    say(
        f"「判定に使える」のは、α が {BAR} 以上、区間の下端が {BAR_LOW} 以上で、"
        f"問題ありの文面が{FEWEST}通以上ある観点だけです。"
    )


def _coefficient(found: "Agreement") -> str:
    if found.value is None:
        return "—"
    return f"{found.value:.2f}（{found.low:.2f}〜{found.high:.2f}）"


def _cost(tokens: float | None, yen: float | None) -> str:
    if tokens is None:
        return "不明"
    cost = _yen(tokens, yen)
    return f"{tokens * 1000:,.0f}トークン" if cost is None else f"{cost:,.0f}円"


def _run(
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

    wanted = _split(split, open_seal=open_seal)
    writer = _writer(prompt, model)
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
        writer = _writer(prompt, model)
        found["red_team"] = run_red_team(subject, writer, log_dir=logs, epochs=epochs, seed=seed)
    if Task.RETRIEVAL in wanted:
        found["retrieval"] = run_retrieval(log_dir=logs, seed=seed)
    if Task.CHAT in wanted:
        found["chat"] = run_chat(subject, log_dir=logs, epochs=epochs, seed=seed)
    return found


def _split(text: str, *, open_seal: bool) -> "Split":
    from evals.suite.batches import Split

    wanted = one_of(Split, text, name="split", unknown=f"スプリット「{text}」はありません")
    if wanted is Split.SEALED and not open_seal:
        raise CallerMistake(
            "the sealed split needs --open-seal",
            ja="封印したスプリットは最後に一度だけ開けます。本当に測るときは --open-seal を付けてください。",
        )
    return wanted


def _writer(prompt: list[str] | None, model: str | None) -> "Writer":
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


MEASURES = {
    "block_recall": "欠陥のある文面を止めた割合",
    "named_recall": "期待した検査で止めた割合",
    "located": "問題の箇所を指した割合",
    "clean_blocked": "問題のない文面を止めた割合",
    "hard_negative_blocked": "紛らわしいが正しい文面を止めた割合",
    "safety_recall": "安全に関わる欠陥を止めた割合",
    "law_recall": "法令に関わる欠陥を止めた割合",
    "consistency": "くり返しても同じ判定だった割合",
    "letters_pass": "組み立てた手紙が検査を通った割合",
    "letters_grounded": "お客さまの事実に基づく手紙の割合",
    "defects_blocked": "欠陥のある文面を止めた",
    "defects_named": "期待した検査で止めた",
    "good_passed": "正しい文面を通した",
    "letters_passed": "手紙が検査を通った",
    "attacks_withstood": "攻撃で手紙が変わらなかった割合",
    "obeying_blocked": "言いなりの書き手の文面を止めた割合",
    "benign_passed": "攻撃に似た無害な文で止まらなかった割合",
}


def _share(found: Mapping[str, Any]) -> str:
    if found["value"] is None:
        return "—（例がありません）"
    return f"{found['value']:.1%}（{found['low']:.1%}〜{found['high']:.1%}、{found['hits']}/{found['of']}）"


def _short(found: Mapping[str, Any]) -> str:
    if found["value"] is None:
        return "—"
    return f"{found['hits']}/{found['of']}（{found['low']:.0%}〜{found['high']:.0%}）"


def _brief(found: Mapping[str, Any]) -> str:
    """A share in at most 16 columns, so that a table with the names of checks stands in 80."""
    if found["value"] is None:
        return "—"
    return f"{found['hits']}/{found['of']} {100 * found['low']:.0f}〜{found['high']:.0%}"


def _measure_ja(name: str) -> str:
    kind, _, check = name.partition(".")
    words = {"recall": "を見つけた割合", "precision": "の指摘が正しかった割合", "blocked": "を止めた割合"}
    return f"{_check_ja(check)}{words[kind]}" if check else MEASURES.get(name, name)


def _check_ja(check: str) -> str:
    from evals.suite.check_words import CHECK_WORDS

    kinds = {"clean": "問題なし", "hard_negative": "紛らわしいが正しい"}
    return CHECK_WORDS[check][0] if check in CHECK_WORDS else kinds.get(check, check)


def _show_run(made: "Run", *, reveal: bool) -> None:
    whole = made.document()
    say(f"スプリット {whole['split']}　{whole['cases']}通　検査 {whole['subject']['name']}")
    rows = [(MEASURES[name], _share(whole[name])) for name in list(MEASURES)[:8] if whole[name]["of"]]
    rows += [
        (MEASURES["letters_pass"], _share(whole["letters"]["passed"])),
        (MEASURES["letters_grounded"], _share(whole["letters"]["grounded"])),
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
            (check, _brief(found["recall"]), _brief(found["precision"]), _number(found["f1"]))
            for check, found in whole["checks"].items()
            if found["recall"]["of"] or found["precision"]["of"]
        ],
    )
    _show_missed(made, reveal=reveal)
    say(f"記録: {whole['logs'][0]}")


def _show_others(whole: Mapping[str, Any], wanted: set[Task]) -> None:
    if Task.RED_TEAM in wanted:
        found = whole["red_team"]
        rows = [(MEASURES[name], _share(value)) for name, value in found["shares"].items()]
        table(f"外から混ざった文による攻撃（{found['cases']}件）", ("指標", "値"), rows)
        if found["given_way"]:
            say(f"破られた例: {'、'.join(found['given_way'][:40])}")
    if Task.RETRIEVAL in wanted:
        found = whole["retrieval"]
        rows = [("上位5件に正しい文書", _share(found["recall_at_5"])), ("MRR@5", f"{found['mrr_at_5']:.3f}")]
        table("検索", ("指標", "値"), rows)
    if Task.CHAT in wanted:
        found = whole["chat"]
        names = [name for name in list(MEASURES)[:8] if found[name]["of"]]
        table(
            f"チャットの返事（{found['cases']}件）",
            ("指標", "値"),
            [(MEASURES[n], _share(found[n])) for n in names],
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
                "、".join(map(_check_ja, o.expected or (o.kind,))),
                "、".join(map(_check_ja, o.fired)) or "通した",
            )
            for o in wrong[:20]
        ],
    )


def _show_gate(made: "Run", held: "tuple[Held, ...]", found: "Comparison | None", *, reveal: bool) -> None:
    say(f"スプリット {made.split.value}　{made.scorecard.cases}通　検査 {made.subject.name}")
    states = {True: "割れ", False: "合格", None: "例なし"}
    table(
        "下限（安全のための絶対の線。「区間」は、95%区間がまるごと外れたら割れ）",
        ("指標", "線", "実測", "判定"),
        [
            (_measure_ja(h.floor.measure), _limit(h), _brief(h.measured.document()), states[h.broken])
            for h in held
        ],
    )
    for one in held:
        if one.broken:
            say(f"下限割れ: {_measure_ja(one.floor.measure)} — {one.floor.reason}")
        elif one.short_of_aim:
            say(f"目標には届いていません: {_measure_ja(one.floor.measure)}（目標 {one.floor.aim:.0%}）")
    if found is None:
        say("比べる基準がないため、下限だけを確かめました。")
        return
    table(
        "基準との差（同じ例どうし、95%区間）",
        ("指標", "差", "区間", "判定"),
        [
            (
                MEASURES[name],
                f"{d.value:+.1%}",
                f"{d.low:+.1%}〜{d.high:+.1%}",
                "低下（偶然ではない）" if d.real_drop else "差なし" if d.low <= 0 <= d.high else "向上",
            )
            for name, d in found.differences.items()
        ],
    )
    worse = [c for c in found.changed if not c.better]
    better = len(found.changed) - len(worse)
    say(f"変わった例: 悪化 {len(worse)}、改善 {better}、片方だけにある例 {found.unpaired}")
    if not _may_show(made, reveal=reveal):
        say("このスプリットの例は表示しません（--reveal で表示）。")
        shown = [c for c in found.changed if c.id.startswith("letter/")]
    else:
        shown = list(found.changed)
    if shown:
        table(
            "変わった例",
            ("例", "指標", "変化"),
            [(c.id, MEASURES[c.measure], "改善" if c.better else "悪化") for c in shown],
        )


def _limit(held: "Held") -> str:
    low, high = held.floor.at_least, held.floor.at_most
    line = f"{low:.0%}以上" if low is not None else f"{high:.0%}以下"
    return line + ("" if held.floor.by == "value" else " 区間")


def _may_show(made: "Run", *, reveal: bool) -> bool:
    from evals.suite.batches import OPEN_SPLITS

    return reveal or made.split in OPEN_SPLITS


def _verdict(
    made: "Run",
    held: "tuple[Held, ...]",
    found: "Comparison | None",
    *,
    passed: bool,
    reveal: bool,
) -> dict[str, Any]:
    shown = _may_show(made, reveal=reveal)
    changed = found.changed if found else ()
    return {
        "passed": passed,
        **made.document(),
        "floors": [one.document() for one in held],
        "differences": {name: d.document() for name, d in found.differences.items()} if found else None,
        "changed": {
            "worse": sum(not c.better for c in changed),
            "better": sum(c.better for c in changed),
            "examples": [
                {"id": c.id, "measure": c.measure, "better": c.better}
                for c in changed
                if shown or c.id.startswith("letter/")
            ],
            "unpaired": found.unpaired if found else None,
        },
    }
