"""The `okaeri` command."""

from agent.cli.command import main

__all__ = ["main"]
