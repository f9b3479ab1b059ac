"""Where the suite's data lies; `README.md` beside this file documents labels, splits and origin."""

from pathlib import Path

FOLDER = Path(__file__).parent
