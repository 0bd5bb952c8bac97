"""Claim: every method is back-tested, and the next quotas expected, while one waits for it.

``python -m benchmarks.backtests REPS PERIODS`` is the process that is measured: a company of the
simulator, the back-test of all methods, their scores, and what the last period was to bring.
"""

from __future__ import annotations

import sys

from benchmarks import processes
from benchmarks.table import Row

GOALS = {(200, 20): "≤ 60 s wall", (10_000, 20): "≤ 600 s wall, 4,000 MB"}


def claim(most: int) -> list[Row]:
    """A row a size, up to as many reps."""
    return [
        Row(
            f"quotas of {reps:,} reps over {periods} periods",
            "back-test of all methods",
            processes.cost_of(processes.module("backtests", reps, periods)),
            None,
            goal,
        )
        for (reps, periods), goal in GOALS.items()
        if reps <= most
    ]


def main(reps: int, periods: int) -> None:
    """Be the process that is measured."""
    from spmkit.calibration.expecting.ahead import expected_ahead
    from spmkit.calibration.expecting.backtest import backtest
    from spmkit.calibration.expecting.scores import method_scores
    from spmkit.calibration.expecting.simulator import World, simulated

    panel = simulated(World(reps=reps, quarters=periods + 1)).panel
    past = panel[panel["step"] < periods].reset_index(drop=True)
    print(method_scores(backtest(past)).to_string())
    panel["credited"] = panel["credited"].where(panel["step"] < periods)
    print(expected_ahead(panel).expectation.seats.describe().to_string())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
