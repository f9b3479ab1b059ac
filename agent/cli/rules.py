"""Commands on house rules: rules list, propose, accept, reject, undo, effect."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.output import AsJson, document, errors_explained, say, table
from agent.domain.errors import CallerMistake
from agent.domain.house_rule import STATE_JA, HouseRule, RuleState, RuleStep
from agent.main import open_app

if TYPE_CHECKING:
    from agent.service.rule_effect import RuleEffect

commands = typer.Typer()
rules = typer.Typer(help="House rules learned from what editors keep changing.", no_args_is_help=True)
commands.add_typer(rules, name="rules")

As = Annotated[str, typer.Option("--as", help="Who says so")]
Which = Annotated[str, typer.Argument(metavar="ID", help="As `okaeri rules list` shows it")]
Why = Annotated[str, typer.Option("--why", help="For the record")]


@rules.command("list")
def list_(
    state: Annotated[str, typer.Option(help="proposed, accepted, rejected or undone; default all")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the rules with their counts and where they stand."""
    with errors_explained(as_json=as_json):
        wanted = _state(state) if state else None
        steps = [s for s in open_app().house_rules.standing() if wanted in (None, s.state)]
        if as_json:
            document({"rules": [step_document(step) for step in steps]})
        elif not steps:
            say("きまりはまだありません。okaeri rules propose で、手直しから探せます。")
        else:
            table(
                "お店のきまり",
                ("番号", "状態", "きまり", "手直し", "だれが"),
                [
                    (
                        s.rule.rule_id,
                        STATE_JA[s.state],
                        s.rule.ja,
                        f"{s.rule.changed}/{s.rule.offered}",
                        "、".join(s.rule.editors),
                    )
                    for s in steps
                ],
            )


@rules.command("propose")
def propose(
    source: Annotated[
        Path | None, typer.Option("--from", help="Edits as JSON Lines instead of the shop's own")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look for what editors keep changing, and propose it as rules."""
    with errors_explained(as_json=as_json):
        from agent.cli.edit_file import read_edits

        texts = read_edits(source) if source else None
        learned = open_app().house_rules.propose(by="okaeri", texts=texts)
        if as_json:
            document(
                {
                    "looked": learned.looked,
                    "edited": learned.edited,
                    "proposed": [
                        rule_document(rule) | {"new": rule.rule_id in learned.new} for rule in learned.found
                    ],
                    "refused": [rule_document(r.rule) | {"why": r.why} for r in learned.refused],
                }
            )
            return
        say(f"{learned.looked}通を見ました（手直しあり {learned.edited}通）。")
        if learned.found:
            table(
                "提案",
                ("番号", "きまり", "手直し", ""),
                [
                    (r.rule_id, r.short.rpartition(" ")[0], f"{r.changed}/{r.offered}", _new(r, learned.new))
                    for r in learned.found
                ],
            )
        else:
            say("くり返されている手直しは、まだ見つかりません。")
        for refused in learned.refused:
            say(f"提案しません: {refused.rule.short}　{refused.why}")


@rules.command("accept")
def accept(rule: Which, user: As, why: Why = "", as_json: AsJson = False) -> None:
    """Use a rule from the next draft on. Owners and approvers."""
    _decide(rule, RuleState.ACCEPTED, user, why, as_json=as_json)


@rules.command("reject")
def reject(rule: Which, user: As, why: Why = "", as_json: AsJson = False) -> None:
    """Do not use a rule, and do not propose it again."""
    _decide(rule, RuleState.REJECTED, user, why, as_json=as_json)


@rules.command("undo")
def undo(rule: Which, user: As, why: Why = "", as_json: AsJson = False) -> None:
    """Take an acceptance or a rejection back."""
    _decide(rule, RuleState.UNDONE, user, why, as_json=as_json)


@rules.command("effect")
def effect(
    rule: Which,
    letters: Annotated[
        bool, typer.Option("--letters", help="Try it on the evaluation set's letters, not on waiting drafts")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a rule would change: texts, before and after of three, findings before and after."""
    with errors_explained(as_json=as_json):
        from agent.cli.trial_letters import trial_letters

        app = open_app()
        own = [] if letters else app.house_rules.own_trials()
        found = app.house_rules.effect(rule, own or trial_letters())
        tried_on = "drafts" if own else "letters"
        if as_json:
            document(effect_document(found) | {"tried_on": tried_on})
        else:
            _show_effect(found, tried_on)


def _show_effect(found: "RuleEffect", tried_on: str) -> None:
    where = "確認待ち・保留の下書き" if tried_on == "drafts" else "評価用の便り"
    say(f"{found.rule.ja}\n{where}{found.of}通のうち{found.changed}通が変わります。")
    for each in found.shown:
        say(f"\n--- {each.draft_id} いま\n{each.before}")
        if each.after:
            say(f"--- このきまりでは\n{each.after}")
    if found.changed and found.before != found.after:
        say(
            f"\n検査の指摘（変わる便りの合計）: いま {_counts(found.before)}　このきまりでは {_counts(found.after)}"
        )
    elif found.changed:
        say("\n検査の指摘は変わりません。")
    for new in found.new:
        say(f"新しい指摘: {new.draft_id}「{new.quote}」{new.message}")


def _counts(found: dict[str, int]) -> str:
    return "、".join(f"{severity} {count}" for severity, count in sorted(found.items())) or "なし"


def _decide(rule_id: str, state: RuleState, user: str, why: str, *, as_json: bool) -> None:
    with errors_explained(as_json=as_json):
        app = open_app()
        added = app.known_or_added(user)
        step = app.house_rules.decide(rule_id, state, by=user, why=why)
        if as_json:
            document(step_document(step))
            return
        if added:
            say(f"{user} を承認者として登録しました。")
        say(f"{STATE_JA[step.state]}: {step.rule.ja}")


def rule_document(rule: HouseRule) -> dict[str, Any]:
    """A rule as JSON."""
    return {
        "rule_id": rule.rule_id,
        "kind": rule.kind.value,
        "text": rule.ja,
        "short": rule.short,
        "before": rule.before,
        "after": rule.after,
        "occasion": rule.occasion.value if rule.occasion else None,
        "channel": rule.channel.value if rule.channel else None,
        "changed": rule.changed,
        "offered": rule.offered,
        "drafts": rule.drafts,
        "low": round(rule.low, 3),
        "editors": list(rule.editors),
        "examples": [{"draft_id": e.draft_id, "before": e.before, "after": e.after} for e in rule.examples],
    }


def step_document(step: RuleStep) -> dict[str, Any]:
    """A rule with where it stands."""
    return rule_document(step.rule) | {
        "state": step.state.value,
        "by": step.by,
        "why": step.why,
        "at": step.at,
    }


def effect_document(found: "RuleEffect") -> dict[str, Any]:
    """What a rule would change, as JSON."""
    return {
        "rule_id": found.rule.rule_id,
        "text": found.rule.ja,
        "of": found.of,
        "changed": found.changed,
        "shown": [{"draft_id": c.draft_id, "before": c.before, "after": c.after} for c in found.shown],
        "findings": {"before": found.before, "after": found.after},
        "new_findings": [
            {
                "draft_id": n.draft_id,
                "check": n.check,
                "severity": n.severity.value,
                "quote": n.quote,
                "message": n.message,
            }
            for n in found.new
        ],
    }


def _state(name: str) -> RuleState:
    try:
        return RuleState(name)
    except ValueError:
        known = "、".join(state.value for state in RuleState)
        raise CallerMistake(
            f"no such state: {name}", ja=f"状態「{name}」はありません。{known} から選んでください。"
        ) from None


def _new(rule: HouseRule, new: tuple[str, ...]) -> str:
    return "新しい" if rule.rule_id in new else ""
