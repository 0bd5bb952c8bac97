"""Claim: metrics of the catalogue cost little more than SQL for them, in bounded memory.

The sample company is made large and opened once; then each entry is measured in
turn by spmkit and by ``by_hand/<entry>.sql`` over the same opened tables, and the
answers must be the same. With ``spark`` the entries are measured on PySpark
instead, and must say what DuckDB said.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import processes, rows
from benchmarks.processes import Cost
from benchmarks.table import Row

BY_HAND = Path(__file__).parent / "by_hand"
GOAL = "≤ 1.5 and ≤ 1,500 MB"
OPENING = "opening, with every check"
_RESET, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


def claim(reps: int) -> list[Row]:
    """A row an entry, the worst first; opening is stated apart, at the end."""
    processes.cost_of(processes.module("rows", "large", reps))
    command = processes.module("catalogue", rows.large_folder(reps))
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found = [_row(reps, **json.loads(line)) for line in said.splitlines()]
    return sorted(found, key=lambda row: -(row.ratio or 0))


def _row(reps: int, entry: str, spmkit: list[float], by_hand: list[float] | None) -> Row:
    title = f"{entry}, of {reps:,} reps"
    if by_hand is None:
        return Row(title, "spmkit", Cost(*spmkit), None, "none: checks and ledger are in it")
    return Row(title, "spmkit", Cost(*spmkit), spmkit[0] / by_hand[0], GOAL)


def measured(folder: Path, only: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """The name of each entry with what both ways cost; raises where their answers differ."""
    import spmkit as spm
    from benchmarks.entries import ENTRIES

    cost, data = _cost(lambda: spm.open_data(folder))
    yield {"entry": OPENING, "spmkit": cost, "by_hand": None}
    for name in only or ENTRIES:
        sql = (BY_HAND / f"{name}.sql").read_text("utf-8")
        by_hand, expected = _cost(lambda sql=sql: data.connection.cursor().sql(sql).df())
        ours, answer = _cost(lambda name=name: ENTRIES[name](data))
        refuse_difference(name, answer, expected)
        answer.to_parquet(folder / f"answer-{name}.parquet")
        yield {"entry": name, "spmkit": ours, "by_hand": by_hand}


def on_spark(folder: Path, only: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """The name of each entry with its seconds on PySpark, which must say what DuckDB said."""
    import pandas as pd

    from benchmarks.entries import ENTRIES
    from benchmarks.spark_company import spark_company

    data = spark_company(folder)
    for name in only or ENTRIES:
        cost, answer = _cost(lambda name=name: ENTRIES[name](data))
        refuse_difference(name, answer, pd.read_parquet(folder / f"answer-{name}.parquet"))
        yield {"entry": name, "spark": cost}


def refuse_difference(name: str, found: Any, expected: Any) -> None:
    """Raise unless what was expected is found, but for the last digits of sums in parallel."""
    import pandas as pd

    keys = [c for c in expected if not pd.api.types.is_float_dtype(expected[c])]
    days = [c for c in expected if pd.api.types.is_datetime64_any_dtype(expected[c])]
    found = found.assign(**{name: pd.to_datetime(found[name]) for name in days})
    pair = [
        _one_null(frame[list(expected)]).sort_values(keys, ignore_index=True)
        for frame in (found, expected)
    ]
    try:
        pd.testing.assert_frame_equal(*pair, check_dtype=False, check_exact=False, rtol=1e-9)
    except AssertionError as error:
        raise AssertionError(f"{name}: {error}\n{pair[0]}\n{pair[1]}") from error


def _one_null(frame: Any) -> Any:
    """Texts with one null, whatever each engine's is."""
    texts = frame.select_dtypes(["object", "string", "category"])
    known = {name: texts[name].astype("object").where(texts[name].notna(), None) for name in texts}
    return frame.assign(**known)


def _cost(call: Callable[[], Any]) -> tuple[list[float], Any]:
    """CPU seconds, wall seconds and the highest memory in MB while something was done."""
    _RESET.write_text("5", "ascii")  # the peak so far is forgotten
    cpu, wall = time.process_time(), time.perf_counter()
    answer = call()
    took = [time.process_time() - cpu, time.perf_counter() - wall]
    peak = next(line for line in _STATUS.read_text("ascii").splitlines() if "VmHWM" in line)
    return [*took, int(peak.split()[1]) / 1024], answer


def main(arguments: list[str]) -> None:
    """Be the process that measures: a folder, then ``spark`` or not, then some of the entries."""
    folder, *rest = arguments
    on, only = (on_spark, rest[1:]) if rest[:1] == ["spark"] else (measured, rest)
    for told in on(Path(folder), only):
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
