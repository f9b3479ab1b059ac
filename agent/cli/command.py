"""Puts the commands together and runs them."""

import logging
import os
import sys

import typer

from agent.cli import (
    audit,
    autonomy,
    campaigns,
    drafting,
    evaluate,
    facts,
    knowledge,
    messages,
    operation,
    predictions,
    preview,
    rewards,
    rules,
    shop_data,
    shown,
    spend,
    voice,
)
from agent.cli.free_duckdb import free_duckdb_at_exit

app = typer.Typer(
    name="okaeri",
    help="Okaeri (お帰り): a shop's own files in; a personal, checked, approved message out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
)
for part in (
    shop_data,
    facts,
    predictions,
    knowledge,
    drafting,
    campaigns,
    messages,
    preview,
    operation,
    audit,
    shown,
    spend,
    autonomy,
    rewards,
    voice,
    rules,
    evaluate,
):
    app.registered_commands.extend(part.commands.registered_commands)
    app.registered_groups.extend(part.commands.registered_groups)


def main() -> None:
    """Run the command line. Logs go to standard error, results to standard output."""
    logging.basicConfig(
        stream=sys.stderr,
        level=os.environ.get("OKAERI_LOG_LEVEL", "WARNING").upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    free_duckdb_at_exit()
    app()
