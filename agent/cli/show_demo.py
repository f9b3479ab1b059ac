"""What the demo shows a newcomer, in the order a message travels."""

from agent.cli.documents import draft_document, finding_document
from agent.cli.edit_file import read_edits
from agent.cli.messages import finding_row, show_draft
from agent.cli.output import people, say, table
from agent.demo.run import DemoRun, Written
from agent.domain.draft import STATE_JA
from agent.domain.occasion import OCCASION_JA, Channel
from agent.service.house_rules import Learned
from evals.suite.data import FOLDER

EDITS = FOLDER / "edits.jsonl"
"""Thirty texts as two people of a shop changed them: rules can be learned before anybody here has edited anything."""
PRIORITIES = 3
"""How many of the priority list the demo reads aloud."""

CHANNEL_JA = {Channel.EMAIL: "メール", Channel.LINE: "LINE"}


def show_demo(run: DemoRun, learned: Learned) -> None:
    """Print who gets what and why, one whole draft, the gate at work, a decision, and where everything is."""
    app = run.app
    people.rule("お店のファイルを取り込みました")
    for report in run.imports:
        say(
            f"  {'、'.join(_name(file) for file in report['files'])}（{report['platform']}、{report['encoding']}）: "
            f"お客さま {report['customers']}、注文 {report['orders']}、商品 {report['products']}、"
            f"行動の記録 {report['events']}、取り込めない行 {len(report['rejected'])}"
        )
    say(f"  規約 {len(run.files.policies)}件、検索用の文書 {run.index['documents']}件")
    people.rule("お客さまカルテ: 大切な5名と、いま声をかけたい方")
    _show_customers(run)
    people.rule("きょう、だれに、なにを、なぜ")
    table("", ("お客さま", "用件", "経路", "理由", "状態"), [_row(written) for written in run.written])
    people.rule("下書きをひとつ、まるごと")
    show_draft(draft_document(run.shown.draft))
    people.rule("言いすぎた修正は、検査が止めます")
    say(f"  {run.user}さんの修正: 「{run.bad_edit}」")
    findings = [finding_document(finding) for finding in run.rejected_edit.findings or ()]
    table("", ("重さ", "検査", "箇所", "理由"), [finding_row(finding) for finding in findings])
    say(f"  → {STATE_JA[run.rejected_edit.state]}。元の文面に戻して、検査を通りました。")
    people.rule("くり返される手直しは、きまりとしてご提案します")
    say(
        f"  手直しの例{learned.looked}通（手直しあり {learned.edited}通）より。数は、直した回数／見かけた回数です。"
    )
    for rule in learned.found:
        say(f"  {rule.rule_id}　{rule.short}")
    say(f"  採用するには: okaeri rules accept （番号） --as {run.user}")
    people.rule("人が承認し、出ていきます（試し送り: 外には送りません）")
    say(f"  {run.user}さんが承認 → {STATE_JA[run.approved.state]}")
    for sent in run.dispatched["sent"]:
        say(f"  送信 {sent['draft_id']} → {sent.get('place') or sent.get('message_id')}")
    people.rule("つづきは画面で")
    say(f"  場所: {app.settings.home.resolve()}")
    say(f"  コンソール: {app.settings.console_address}")
    say(f"  ログイン: {run.user}　パスワード: {run.password}")
    waiting = sum(1 for written in run.written if written.draft.state == "waiting") - 1
    say(f"  確認待ち {waiting}件。`okaeri queue`、`okaeri chart メールアドレス` も使えます。")


def propose_rules(run: DemoRun) -> Learned:
    """Have house rules proposed from EDITS, as `okaeri rules propose` does from a shop's own edits."""
    return run.app.house_rules.propose(by="okaeri", texts=read_edits(EDITS))


def _show_customers(run: DemoRun) -> None:
    today, insight = run.app.today(), run.app.insight
    for one in insight.precious(as_of=today):
        say(f"  {''.join(one.sentences)}")
    say("")
    for entry in insight.priorities(as_of=today, limit=PRIORITIES):
        name = f"{entry.customer.family_name}さま" if entry.customer.greetable else "お名前の記録がない方"
        say(f"  {name}: {'　'.join(entry.why)}")
    test = run.scores["backtest"]
    if test:
        say("")
        say(
            f"  予測の成績: {test['cut']}から{test['horizon_days']}日間のご注文を、{test['people']}人について。"
            f"AUC {test['auc']['value']:.3f}（RFMの点数 {test['baseline_auc']:.3f}）。{test['verdict']}。"
        )


def _name(file: object) -> str:
    text = file.get("name") or file.get("file") if isinstance(file, dict) else file
    return str(text).rsplit("/", 1)[-1]


def _row(written: Written) -> tuple[str, ...]:
    chart, draft = written.chosen.chart, written.draft
    return (
        f"{chart.family_name or ''} {chart.given_name or ''}".strip(),
        OCCASION_JA[draft.occasion],
        CHANNEL_JA[draft.channel],
        written.chosen.reason,
        STATE_JA[draft.state],
    )
