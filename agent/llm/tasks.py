"""Which task a step of a chain belongs to: a task may have a model and a price of its own."""

from typing import Literal

Task = Literal["plan", "write", "judge", "chat", "embed"]
TASKS: tuple[Task, ...] = ("plan", "write", "judge", "chat", "embed")


def task_of(step: str) -> Task:
    """plan, write (revise, rewrite and whatever else writes), judge, chat."""
    for task in TASKS:
        if step == task or step.startswith((f"{task}_", f"{task}:")):
            return task
    return "write"
