"""Print the performance table: ``python -m benchmarks [--rows N] [--reps N] [--only CLAIM]``.

Ratios within one run, for a person to read; no test asserts them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from benchmarks import (
    at_scale,
    backtests,
    catalogue,
    importing,
    opening,
    pages,
    report,
    small_frame,
)
from benchmarks.table import Row, markdown


def main() -> None:
    """Run the claims that are asked for, all of them by default."""
    asked = _arguments()
    claims: dict[str, Callable[[], list[Row]]] = {
        "at_scale": lambda: at_scale.claim(asked.rows),
        "small_frame": small_frame.claim,
        "report": report.claim,
        "importing": importing.claim,
        "opening": lambda: opening.claim(min(asked.rows, 1_000_000)),
        "catalogue": lambda: catalogue.claim(asked.reps),
        "pages": lambda: pages.claim(asked.reps),
        "backtests": lambda: backtests.claim(max(asked.reps, 200)),
    }
    found: list[Row] = []
    for name, claim in claims.items():
        if not asked.only or name in asked.only:
            print(f"{name} …", file=sys.stderr, flush=True)
            found += claim()
    cores = len(os.sched_getaffinity(0))
    print(f"{cores} cores, load {os.getloadavg()[0]:.1f}; the least of several runs in turn.\n")
    print(markdown(found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    default = int(os.environ.get("SPMKIT_BENCH_ROWS", "10_000_000"))
    parser.add_argument("--rows", type=int, default=default, help="opportunities to measure over")
    reps = int(os.environ.get("SPMKIT_BENCH_REPS", "9_200"))  # 10 M opportunities
    parser.add_argument("--reps", type=int, default=reps, help="reps of the catalogue's company")
    names = ["at_scale", "small_frame", "report", "importing", "opening", "catalogue"]
    names += ["pages", "backtests"]
    parser.add_argument("--only", nargs="*", choices=names, help="some of the claims")
    return parser.parse_args()


if __name__ == "__main__":
    main()
