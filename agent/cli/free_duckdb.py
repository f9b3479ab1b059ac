"""Leave no DuckDB object to the end of the process, where its binding would list each as leaked on standard error."""

import atexit
import gc
import sys


def free_duckdb_at_exit() -> None:
    """Have DuckDB's modules emptied while the interpreter still stands. Does nothing in a process that never loads it."""
    atexit.register(_free)


def _free() -> None:
    few = sys.modules.get("customers.features.few")
    if few is not None:
        few._prepared.cache_clear()  # its connection lives as long as the process
    names = [name for name in sys.modules if name.partition(".")[0] in ("duckdb", "_duckdb")]
    for name in names:
        vars(sys.modules.pop(name)).clear()
    if names:
        gc.collect()
