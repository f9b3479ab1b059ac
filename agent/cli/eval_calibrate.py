"""`okaeri eval calibrate`: how far judges can be believed."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.eval_options import Seed, Tiers, the_extra
from agent.cli.eval_subject import chosen_writer, wanted_split
from agent.cli.eval_words import counted_ja
from agent.cli.output import AsJson, document, say, table
from agent.settings import load_settings

if TYPE_CHECKING:
    from evals.suite.agreement import Agreement
    from evals.suite.batches import Case
    from evals.suite.calibrate import Calibration, LabelAgreement
    from evals.suite.verdicts import JudgeVerdict


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

        wanted = [wanted_split(s, open_seal=False) for s in split or (Split.TRAIN, Split.DEV, Split.TEST)]
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


def _yen(tokens: float | None, per_million: float | None) -> float | None:
    """Yen for 1,000 drafts."""
    return None if tokens is None or per_million is None else tokens * 1000 * per_million / 1_000_000


def _ask_judge(model: str, cases: "Sequence[Case]") -> "list[JudgeVerdict]":
    from agent.domain.judgement import Criterion
    from evals.suite.verdicts import model_verdict

    chosen = chosen_writer(None, model).model
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
                    counted_ja(a.same.document()),
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
                    counted_ja(one.base_rate.document()),
                    counted_ja(one.recall.document()),
                    counted_ja(one.precision.document()),
                    counted_ja(one.consistency.document()),
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
