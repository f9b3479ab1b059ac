"""Commands that measure the gate, the judges and the prompts: `okaeri eval`. They need the extra [evals]."""

import typer

from agent.cli.eval_calibrate import calibrate
from agent.cli.eval_data import data_card
from agent.cli.eval_gate import gate
from agent.cli.eval_report import report
from agent.cli.eval_run import run

commands = typer.Typer()
evaluation = typer.Typer(help="Measure the gate, the judges and the prompts.", no_args_is_help=True)
commands.add_typer(evaluation, name="eval")
evaluation.command("run")(run)
evaluation.command("gate")(gate)
evaluation.command("calibrate")(calibrate)
evaluation.command("report")(report)
evaluation.command("data")(data_card)
