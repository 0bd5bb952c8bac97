"""Whether what is planted in quotas is found, and not found where it is not: counts over seeds.

``python -m benchmarks.planted_quotas [--seeds N] [--first SEED]``; two tests at 5 % on each of
four companies a seed: with both plants, with neither and with either. Of the ones with neither
also whether the verdict's fairness (C4), of ten tests at once, fails them.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from benchmarks.sample_panel import sample_panel
from spmkit.calibration.fairness.attained import attained_rows
from spmkit.calibration.fairness.group_gaps import group_gaps
from spmkit.calibration.fairness.ratchet import ratchet
from spmkit.calibration.fairness.tests_of_fairness import given_strictly
from spmkit.calibration.verdict_lines import failures
from spmkit.data.sample.company import UNFAIR_FACTOR, UNFAIR_REGION, Company, QuotaRule
from spmkit.data.sample.words import REGIONS

LEAST, MOST = 0.80, 0.08  # of the seeds: planted ones found, and false alarms of a test at 5 %
VERDICT = "fairness as a whole (C4)"
HEAD = ("planted", "test", "found", "of", "goal", "holds")

_COMPANIES: tuple[tuple[str, QuotaRule, float], ...] = (
    ("ratchet and region", "last year", UNFAIR_FACTOR),
    ("nothing", "expectation", 1.0),
    ("ratchet", "last year", 1.0),
    ("region", "expectation", UNFAIR_FACTOR),
)


@dataclass(frozen=True)
class Found:
    """How often a test found something in companies with the same plants."""

    planted: str
    test: str
    found: int
    seeds: int

    @property
    def is_there(self) -> bool:
        """Whether what the test looks for is planted."""
        return self.test in self.planted

    @property
    def goal(self) -> int:
        """The fewest to find, or the most false alarms."""
        return round(self.seeds * (LEAST if self.is_there else MOST))

    @property
    def holds(self) -> bool:
        """Whether the goal is met."""
        return self.found >= self.goal if self.is_there else self.found <= self.goal


def count(seeds: int, first: int = 0) -> list[Found]:
    """Look for the ratchet and the region in the four companies of each seed."""
    counts: Counter[tuple[str, str]] = Counter()
    for seed in range(first, first + seeds):
        for planted, rule, factor in _COMPANIES:
            panel = sample_panel(Company(seed=seed, quota_rule=rule, unfair_factor=factor))
            counts["ratchet", planted] += ratchet_is_seen(panel, rightly="ratchet" in planted)
            counts["region", planted] += region_is_seen(panel, rightly="region" in planted)
            if planted == "nothing":
                counts[VERDICT, planted] += verdict_fails(panel)
    pairs = [(name, test) for name, *_ in _COMPANIES for test in ("ratchet", "region")]
    pairs.insert(pairs.index(("nothing", "region")) + 1, ("nothing", VERDICT))
    return [Found(name, test, counts[test, name], seeds) for name, test in pairs]


def verdict_fails(panel: pd.DataFrame) -> bool:
    """Whether the verdict calls the quotas unfair, all that was tested considered."""
    return bool(len(failures(given_strictly(panel))))


def ratchet_is_seen(panel: pd.DataFrame, *, rightly: bool) -> bool:
    """Whether quotas follow last year's surprise; a false alarm may have either sign."""
    slopes = ratchet(panel).set_index(["follows", "part"])
    slope = slopes.loc[("surprise", "all")]
    return bool(slope["low"] > 0 or (not rightly and slope["high"] < 0))


def region_is_seen(panel: pd.DataFrame, *, rightly: bool) -> bool:
    """Whether the planted region is named; of none planted, whether any stands out at all."""
    gaps = group_gaps(attained_rows(panel), "region").set_index("region")
    if rightly:
        return bool(gaps["told"].get(REGIONS[UNFAIR_REGION]) == "too high")
    return bool(((gaps["low"] > 0) | (gaps["high"] < 0)).any())


def markdown(rows: Sequence[Found]) -> str:
    """A Markdown table."""
    return "\n".join(
        f"| {' | '.join(cells)} |" for cells in (HEAD, ["---"] * len(HEAD), *_cells(rows))
    )


def _cells(rows: Sequence[Found]) -> Iterator[list[str]]:
    for row in rows:
        goal = f"at {'least' if row.is_there else 'most'} {row.goal}"
        holds = "yes" if row.holds else "no"
        yield [row.planted, row.test, str(row.found), str(row.seeds), goal, holds]


def main() -> None:
    """Print the counts; the exit code says whether all goals are met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planted_quotas")
    parser.add_argument("--seeds", type=int, default=200, help="companies of each kind")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    asked = parser.parse_args()
    rows = count(asked.seeds, asked.first)
    print(markdown(rows))
    sys.exit(not all(row.holds for row in rows))


if __name__ == "__main__":
    main()
