"""Claim: the calibrated method allots quotas better than what companies do, and where it does not.

``python -m benchmarks.quota_methods [--seeds N]`` prints, for companies of which the truth is
known, the mean over the seeds of each method: every one is back-tested on the same periods, given
the same goals, and its level, spread and errors are learnt from its own past.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.backtest import backtest
from spmkit.calibration.expecting.history import RAMPED_AFTER
from spmkit.calibration.expecting.scores import scored_lines
from spmkit.calibration.expecting.simulator import Simulated, World, simulated

COMPANIES: Mapping[str, Mapping[str, Any]] = {
    "few deals: the luck of a quarter": {},
    "many deals: luck as of a year": {"deals": 25.0},
    "potential seen badly": {"potential_error": 0.6},
    "200 reps": {"reps": 200},
    "shocks of a territory that last": {"own_shock": 0.3, "persistence": 0.6},
}
CUSTOMARY = ("company", "flat", "potential_share")
"""Last year's quarter plus 5 %, the same for everyone, a share of potential."""
_AT = 0.6


def main() -> None:
    """Print a table a company."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quota_methods")
    parser.add_argument("--seeds", type=int, default=10)
    seeds = parser.parse_args().seeds
    for title, world in COMPANIES.items():
        found = pd.concat([scored(World(**world, seed=seed)) for seed in range(seeds)])
        means = found.groupby("method", sort=False).mean(numeric_only=True)
        print(f"\n{title} ({seeds} seeds)\n")
        print(means.round(3).to_string(), flush=True)
        print(_said(means, found))


def scored(world: World) -> pd.DataFrame:
    """One row a method, the oracle last, who knows the true distribution of every seat."""
    company = simulated(world)
    lines = scored_lines(backtest(company.panel, probability=_AT))
    place = pd.Series(range(len(company.panel)), index=_key(company.panel))
    lines = lines.assign(row=place.reindex(_key(lines)).to_numpy())
    rows = [
        {"method": name, **_figures(part, company)}
        for name, part in lines.groupby("method", sort=False)
    ]
    same = lines[lines["method"] == lines["method"].iloc[0]]
    true = same.assign(
        quota_at=company.quantile(1 - _AT)[same["row"]],
        even=company.expected[same["row"]],
    )
    rows.append({"method": "oracle", **_missed(true)})
    return pd.DataFrame(rows)


def _key(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[["step", "rep_id"]])


def _missed(lines: pd.DataFrame) -> dict[str, float]:
    above = lines["credited"] - lines["quota_at"]
    loss = np.maximum((1 - _AT) * above, -_AT * above)
    sold = lines["credited"].sum()
    error = (lines["even"] - lines["credited"]).abs().sum()
    return {"pinball": loss.sum() / sold, "error": error / sold}


def _figures(lines: pd.DataFrame, company: Simulated) -> dict[str, float]:
    """What a method missed, and how even the true chances of its quotas are at one goal."""
    chance = _true_chance(company, lines)
    apart = chance.groupby(lines["step"].to_numpy()).var().mean() ** 0.5
    reached = lines["credited"] >= lines["quota"]
    new = lines["tenure_periods"] < RAMPED_AFTER
    attainment = lines["credited"] / lines["quota"].where(lines["quota"] > 0)
    return {
        **_missed(lines),
        "sd_chance": float(apart),
        "of_potential": float(attainment.corr(lines["potential"], method="spearman")),
        "reached": float(reached.mean()),
        "reached_new": float(reached[new].mean()),
        "covered": float(lines["credited"].between(lines["low"], lines["high"]).mean()),
    }


def _true_chance(company: Simulated, lines: pd.DataFrame) -> pd.Series[float]:
    drawn = company.outcomes[lines["row"]]
    return pd.Series((drawn >= lines["quota"].to_numpy()[:, None]).mean(axis=1))


def _said(means: pd.DataFrame, found: pd.DataFrame) -> str:
    own, oracle = means.loc["calibrated"], means.loc["oracle"]
    said = []
    for words, names in (("customary", CUSTOMARY), ("strongest other", tuple(means.index[:-2]))):
        best = str(means.loc[list(names), "pinball"].idxmin())
        base = means.loc[best]
        less = 1 - own["pinball"] / base["pinball"]
        closed = (base["pinball"] - own["pinball"]) / (base["pinball"] - oracle["pinball"])
        wins = _wins(found, best)
        said.append(
            f"Against the {words} ({best}): pinball loss {less:+.0%} less, {closed:.0%} of the way "
            f"to the oracle, better in {wins} seeds."
        )
    return "\n".join(said)


def _wins(found: pd.DataFrame, best: str) -> str:
    own = found.loc[found["method"] == "calibrated", "pinball"].to_numpy()
    other = found.loc[found["method"] == best, "pinball"].to_numpy()
    return f"{int((own < other).sum())} of {len(own)}"


if __name__ == "__main__":
    main()
