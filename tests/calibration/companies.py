"""Companies as tables, made of the panel of a simulated one."""

from __future__ import annotations

import numpy as np
import pandas as pd

import spmkit as spm
from spmkit.calibration.expecting.simulator import World, simulated


def company_tables(quarters=13, reps=16, seed=0, **world):
    """The tables of a company whose last quarter is 2022Q4 at 12 quarters, with its sales."""
    panel = simulated(World(reps=reps, quarters=quarters, seed=seed, **world)).panel
    starts = pd.PeriodIndex(panel["period"], freq="Q").start_time
    ends = pd.PeriodIndex(panel["period"], freq="Q").end_time.normalize()
    middle = starts + pd.Timedelta(days=40)
    hired = starts - pd.to_timedelta(panel["tenure_periods"] * 92 + 10, unit="D")
    first = panel.assign(hired_on=hired).groupby("rep_id")["hired_on"].min()
    last = panel.assign(end=ends).groupby("rep_id")["end"].max()
    left = last.where(last < ends.max())
    spells = panel.assign(starts_on=starts, ends_on=ends)
    owned = spells.groupby(["territory_id", "rep_id"], sort=False)
    lands = panel.drop_duplicates("territory_id")
    known = panel["quota"].notna()
    return {
        "reps": pd.DataFrame(
            {
                "rep_id": first.index,
                "hired_on": first.dt.date.to_numpy(),
                "left_on": left.reindex(first.index).dt.date.to_numpy(),
                "role": "AE",
                "region": np.where(first.index.str[-1].isin(list("02468")), "East", "West"),
                "ote": 200_000.0,
                "base_pay": 120_000.0,
            }
        ),
        "opportunities": pd.DataFrame(
            {
                "opportunity_id": [f"o{number}" for number in range(len(panel))],
                "rep_id": panel["rep_id"],
                "outcome": "won",
                "closed_on": middle.date,
                "amount": panel["credited"],
            }
        ),
        "quotas": pd.DataFrame(
            {
                "rep_id": panel.loc[known, "rep_id"],
                "period_start": starts[known].date,
                "period_end": ends[known].date,
                "quota": panel.loc[known, "quota"].clip(lower=1.0),
            }
        ),
        "territory_assignments": owned.agg(
            starts_on=("starts_on", "min"), ends_on=("ends_on", "max")
        )
        .reset_index()
        .assign(ends_on=lambda spell: spell["ends_on"].where(spell["ends_on"] < ends.max())),
        "accounts": pd.DataFrame(
            {
                "account_id": "A" + lands["territory_id"],
                "territory_id": lands["territory_id"],
                "potential": lands["potential"],
            }
        ),
    }


def company(tables=None, as_of="2023-03-31", **changed):
    """A source of tables, some of them other ones; None takes one out."""
    whole = {**(company_tables() if tables is None else tables), **changed}
    given = {name: table for name, table in whole.items() if table is not None}
    return spm.open_data(given, settings={"as_of": as_of})
