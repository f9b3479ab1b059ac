"""CDNOW's published summary (2,357 customers, 39 weeks), located in the installed package without importing it."""

import csv
from importlib.metadata import files
from pathlib import Path

import numpy as np
import pytest

from customers.repeat.history import Numbers, RepeatHistory


@pytest.fixture(scope="session")
def cdnow() -> tuple[RepeatHistory, Numbers]:
    """Purchase histories in weeks, and mean spend at repeat purchases."""
    [found] = [
        f for f in files("lifetimes") or [] if f.name == "cdnow_customers_summary_with_transactions.csv"
    ]
    with Path(str(found.locate())).open() as lines:
        rows = [[float(row[name]) for name in ("x", "t_x", "T", "zbar")] for row in csv.DictReader(lines)]
    x, t_x, T, spend = np.array(rows).T
    return RepeatHistory.of(x, t_x, T), spend
