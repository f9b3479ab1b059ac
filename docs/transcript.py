"""Put what the demo prints into the README, between the fences of its first text block.

    python docs/transcript.py

The day is pinned, the home is a throw-away; long tables lose their middle (…) and secrets their tail (…). Nothing else is changed.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
DAY = "2026-11-21T10:00:00+09:00"
ROWS_SHOWN = 12
"""Lines of a table's body that stay."""


def demo_output() -> str:
    """What `okaeri demo --no-serve` prints on the pinned day."""
    with tempfile.TemporaryDirectory() as folder:
        command = Path(sys.executable).with_name("okaeri")
        settings = {"OKAERI_HOME": "var", "OKAERI_NOW": DAY, "COLUMNS": "110"}
        done = subprocess.run(  # noqa: S603 - our own command
            [str(command), "demo", "--no-serve"],
            cwd=folder,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.replace(str(Path(folder).resolve()), ".")


def shortened(shown: str) -> str:
    """The output with long tables and secrets cut."""
    shown = re.sub(r"(/u/[A-Za-z0-9_-]{8})[A-Za-z0-9_-]+", r"\1…", shown)
    shown = re.sub(r"(パスワード: )\S+", r"\1（毎回新しく作られます）", shown)
    lines: list[str] = []
    body = 0
    for line in shown.splitlines():
        body = body + 1 if line.startswith("│") else 0
        if body == ROWS_SHOWN + 1:
            lines.append("│ …")
        if body <= ROWS_SHOWN:
            lines.append(line.rstrip())
    return "\n".join(lines)


def main() -> None:
    """Rewrite the README's transcript."""
    text = README.read_text(encoding="utf-8")
    block = f"```text\n{shortened(demo_output())}\n```"
    README.write_text(
        re.sub(r"```text\n.*?\n```", lambda _: block, text, count=1, flags=re.DOTALL), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
