"""The page needs nothing from outside, shows both languages, and keeps test drafts to itself."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evals.checks.gate import CHECKS
from evals.suite.aims import aims_of
from evals.suite.batches import Kind, Split
from evals.suite.calibrate import calibrate
from evals.suite.check_words import CHECK_WORDS
from evals.suite.earlier_runs import EarlierRun, earlier_runs
from evals.suite.floors import Floor, read_floors
from evals.suite.intervals import share
from evals.suite.letters import Writer
from evals.suite.report import _Stretch, mark, render_report
from evals.suite.run import Run, run_retrieval
from evals.suite.scorecard import score_outcomes
from evals.suite.subject import gate_subject
from evals.suite.verdicts import gate_verdicts
from tests.evals.suite.test_gate_runs import CAUGHT, PASSED, case, judged

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def run(split: Split) -> Run:
    cases = (case(1), case(2), case(3, Kind.CLEAN))
    outcomes = (judged(cases[0], CAUGHT), judged(cases[1], PASSED), judged(cases[2], CAUGHT))
    return Run(
        split,
        "data-digest",
        gate_subject(),
        Writer(),
        cases,
        outcomes,
        score_outcomes(outcomes),
        (),
        (Path("l"),),
    )


@pytest.fixture(scope="module")
def page() -> str:
    made = run(Split.DEV)
    judges = calibrate(made.cases, gate_verdicts(made.cases, made.subject), recorded=False)
    return render_report([made], judges, [], now=NOW)


def test_the_page_asks_nothing_of_the_network_and_runs_no_script(page: str) -> None:
    assert "<script" not in page
    assert not re.search(r"(?:src|href|url\()\s*=?\s*[\"']?https?:", page)


def test_what_was_not_tuned_on_comes_first_and_says_so() -> None:
    made = render_report([run(Split.TRAIN), run(Split.DEV), run(Split.TEST)], [], [], now=NOW)
    assert re.findall(r"<h2 id=.*</span> (\w+)（3", made) == ["test", "dev", "train"]
    order = [
        made.index(words) for words in ("見知らぬ文面で期待できる", "規則としきい値は", "規則と分類器は")
    ]
    assert order == sorted(order)


def test_every_aim_is_shown_with_whether_it_was_met() -> None:
    aims = {aim.measure: aim for aim in aims_of(run(Split.TEST))}
    assert aims.keys() == {floor.measure for floor in read_floors()}
    assert (aims["block_recall"].wanted, aims["block_recall"].met) == (0.95, False)
    assert aims["clean_blocked"].met is False
    assert aims["recall.wrong_price"].met is None
    made = render_report([run(Split.TEST)], [], [], now=NOW)
    assert len(re.findall("<h3 id=.*目標と実測.*</h3>", made)) == 1
    assert "✗ " in made


def test_a_share_on_the_aim_itself_meets_it() -> None:
    half = Floor(measure="block_recall", at_least=0.2, by="value", aim=0.5, reason="r")
    few = Floor(measure="clean_blocked", at_most=1.0, by="value", reason="r")
    assert [aim.met for aim in aims_of(run(Split.TEST), (half, few))] == [True, True]


def test_every_check_has_a_name_in_both_languages_beside_its_code(page: str) -> None:
    assert CHECK_WORDS.keys() == CHECKS.keys()
    assert (
        len({ja for ja, _ in CHECK_WORDS.values()})
        == len({en for _, en in CHECK_WORDS.values()})
        == len(CHECKS)
    )
    assert all(ja in page and code in page for code, (ja, _) in CHECK_WORDS.items())


def test_the_agreement_of_a_judge_says_whether_it_was_tuned_on_the_drafts(page: str) -> None:
    assert re.search("<h3>.*判定者.*dev（.*調整に使った文面", page)


def test_both_languages_are_there(page: str) -> None:
    assert "欠陥のある文面を止めた割合" in page
    assert "Defective drafts blocked" in page
    assert 'id="ja" checked' in page


def test_wrong_drafts_of_an_open_split_are_shown_with_their_words_marked(page: str) -> None:
    assert page.count("<article>") == 2
    assert '<mark class="label">石井様</mark>' in page
    assert "石井</mark>" in page


def test_intervals_are_drawn(page: str) -> None:
    assert 'role="img" aria-label="50.0% (9.5%–90.5%)"' in page


def test_digests_are_told(page: str) -> None:
    assert "data-digest" in page
    assert gate_subject().digest in page


def test_drafts_of_the_test_split_are_not_shown_unless_somebody_insists() -> None:
    assert "<article>" not in render_report([run(Split.TEST)], [], [], now=NOW)
    assert "<article>" in render_report([run(Split.TEST)], [], [], now=NOW, reveal=True)


def test_marks_may_overlap_and_text_stays_text() -> None:
    made = mark("<b>あいう</b>", [_Stretch(3, 5, "gate"), _Stretch(4, 6, "label")])
    assert (
        made
        == '&lt;b&gt;<mark>あ</mark><mark class="label"><mark>い</mark></mark><mark class="label">う</mark>&lt;/b&gt;'
    )


def test_an_aim_met_by_few_cases_says_that_it_is_not_sure() -> None:
    half = Floor(measure="block_recall", at_least=0.2, by="value", aim=0.5, reason="r")
    low = Floor(measure="block_recall", at_least=0.01, by="value", reason="r")
    assert [aim.sure for aim in aims_of(run(Split.TEST), (half, low))] == [False, True]
    found = (judged(case(1), CAUGHT), judged(case(2), CAUGHT))
    caught = replace(run(Split.TEST), outcomes=found, scorecard=score_outcomes(found))
    assert "例が少なく、まだ言い切れません" in render_report([caught], [], [], now=NOW)


def test_an_opened_split_shows_its_drafts_and_is_no_result() -> None:
    made = render_report([run(Split.SPENT)], [], [], now=NOW)
    assert "<article>" in made
    assert "開けたあとのスプリット（成績ではありません）" in made


def test_no_code_word_stands_where_staff_read_what_was_expected(page: str) -> None:
    assert "(none)" not in page
    assert "<code>clean</code>" not in page
    assert "期待" in page
    assert "問題のない文面" in page


def test_the_contents_lead_to_every_part(page: str) -> None:
    targets = re.findall(r'href="#([^"]+)"', page)
    assert {"dev", "dev-aims", "dev-checks", "dev-worst", "judges"} <= set(targets)
    assert all(f'id="{target}"' in page for target in targets)


def test_runs_of_other_tasks_are_shown_with_when_they_were_made() -> None:
    search = EarlierRun("retrieval", NOW, {"recall_at_5": share(19, 20)})
    made = render_report([run(Split.DEV)], [], [], now=NOW, others=[search])
    assert "上位5件に正しい文書がある割合" in made
    assert "95.0%" in made
    assert "2026-11-22 12:00" in made


def test_the_newest_log_of_a_task_is_found(tmp_path: Path) -> None:
    assert earlier_runs(tmp_path / "nowhere") == ()
    measured = run_retrieval(log_dir=tmp_path)
    [found] = earlier_runs(tmp_path)
    assert (found.task, found.shares["recall_at_5"].document()) == ("retrieval", measured["recall_at_5"])
