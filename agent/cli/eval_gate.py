"""`okaeri eval gate`: fail on a broken floor or a real drop."""

from pathlib import Path
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
from agent.cli.eval_subject import may_show, measured_run
from agent.cli.eval_words import MEASURES, brief_ja, check_ja, measure_ja
from agent.cli.output import REFUSED, AsJson, document, say, table

if TYPE_CHECKING:
    from evals.suite.compare import Comparison
    from evals.suite.floors import Held
    from evals.suite.run import Run


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
        from evals.suite.known import known_beside, known_drafts
        from evals.suite.subject import gate_subject

        subject = gate_subject(without=without or (), tiers=tiers)
        limits = read_floors(floors or FLOORS)
        shipped = FOLDER / "baseline" / f"{split}.json"
        source = baseline or (shipped if shipped.is_file() and data is None else None)
        source = None if record else source
        before = read_recorded(source) if source else None
        learnt = known_beside(source) if source and data is None else None
        once_caught = read_recorded(learnt) if learnt and learnt.is_file() else None
        made = measured_run(split, prompt, model, epochs, seed, subject, data, open_seal=open_seal)
        held = hold(limits, made.measure)
        found = compare(before.examples, made.recorded().examples, seed=seed) if before else None
        known = None
        if once_caught:
            known = compare(once_caught.examples, known_drafts(subject).examples, seed=seed, tuned_on=True)
        if record:
            write_recorded(made.recorded(), record)
            if data is None:
                write_recorded(known_drafts(subject), known_beside(record))
        broken = [one for one in held if one.broken]
        passed = not broken and not any(one.real_drops for one in (found, known) if one)
        if as_json:
            document(_verdict(made, held, found, known, passed=passed, reveal=reveal))
        else:
            _show_gate(made, held, found, reveal=reveal)
            if known:
                _show_known(known)
            if found and found.outgrown:
                say("基準より良くなっています。--record で基準を新しくすると、ここからの低下も見つかります。")
            if before and before.data != made.data:
                say(
                    "注意: 基準を記録したときから、評価データが変わっています。両方にある例だけを比べました。"
                )
            if record:
                say(f"この結果を基準として {record} に記録しました。")
            say("合格です。" if passed else "不合格です。下限割れ、または偶然ではない低下があります。")
        if not passed:
            raise typer.Exit(REFUSED)


def _show_gate(made: "Run", held: "tuple[Held, ...]", found: "Comparison | None", *, reveal: bool) -> None:
    say(f"スプリット {made.split.value}　{made.scorecard.cases}通　検査 {made.subject.name}")
    states = {True: "割れ", False: "合格", None: "例なし"}
    table(
        "下限（安全のための絶対の線。「区間」は、95%区間がまるごと外れたら割れ）",
        ("指標", "線", "実測", "判定"),
        [
            (measure_ja(h.floor.measure), _limit(h), brief_ja(h.measured.document()), states[h.broken])
            for h in held
        ],
    )
    for one in held:
        if one.broken:
            say(f"下限割れ: {measure_ja(one.floor.measure)} — {one.floor.reason}")
        elif one.short_of_aim:
            say(f"目標には届いていません: {measure_ja(one.floor.measure)}（目標 {one.floor.aim:.0%}）")
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
    _show_checks(found)
    worse = [c for c in found.changed if not c.better]
    better = len(found.changed) - len(worse)
    say(f"変わった例: 悪化 {len(worse)}、改善 {better}、片方だけにある例 {found.unpaired}")
    if not may_show(made, reveal=reveal):
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


def _show_checks(found: "Comparison") -> None:
    """The checks that lost a draft; the others say nothing new."""
    losing = [one for one in found.checks if one.lost]
    if losing:
        table(
            "検査ごとの変化（期待した検査で止めた通数）",
            ("検査", "基準", "今回", "失った", "増えた", "判定"),
            [
                (
                    check_ja(one.check),
                    f"{one.before}/{one.of}",
                    f"{one.after}/{one.of}",
                    str(one.lost),
                    str(one.gained),
                    "低下（偶然ではない）" if one.real_drop else "差なし",
                )
                for one in losing
            ],
        )


def _show_known(known: "Comparison") -> None:
    """What became of the drafts the rules were written on. No split keeps them back: they are named."""
    if not known.real_drops:
        return
    say("調整に使った文面で、前に止めていたものを止められなくなったか、正しいものを止めています。")
    _show_checks(known)
    table(
        "調整に使った文面で変わった例（悪化だけ、20件まで）",
        ("例", "指標"),
        [(c.id, MEASURES[c.measure]) for c in known.changed if not c.better][:20],
    )


def _limit(held: "Held") -> str:
    low, high = held.floor.at_least, held.floor.at_most
    line = f"{low:.0%}以上" if low is not None else f"{high:.0%}以下"
    return line + ("" if held.floor.by == "value" else " 区間")


def _verdict(
    made: "Run",
    held: "tuple[Held, ...]",
    found: "Comparison | None",
    known: "Comparison | None",
    *,
    passed: bool,
    reveal: bool,
) -> dict[str, Any]:
    shown = may_show(made, reveal=reveal)
    changed = found.changed if found else ()
    return {
        "passed": passed,
        **made.document(),
        "floors": [one.document() for one in held],
        "differences": {name: d.document() for name, d in found.differences.items()} if found else None,
        "checks_compared": {one.check: one.document() for one in found.checks} if found else None,
        "real_drops": found.real_drops if found else None,
        "known": {"pairs": sum(one.of for one in known.checks), "real_drops": known.real_drops}
        if known
        else None,
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
