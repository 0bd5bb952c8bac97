"""What the incentives paid, against target and attainment: of groups, never of a person."""

from __future__ import annotations

import pandas as pd

from spmkit.attainment import attainment, pay_lines
from spmkit.data import DataError
from spmkit.data.tables import required
from spmkit.measure import measure
from spmkit.metrics.pay import (
    effective_commission_rate,
    pay_inversions,
    target_commission_rate,
)
from spmkit.review.frames import NOT_GIVEN
from spmkit.review.opening import Review

FEWEST_PAID = 5
"""Of fewer people a sum is as good as one person's pay, so it is not shown."""

OTHERS = "other regions"


def paid_lines(review: Review) -> pd.DataFrame:
    """The pay lines of the reps with a quota, a target and a payout known.

    Parameters
    ----------
    review
        An open review.

    Returns
    -------
    pandas.DataFrame
        What :func:`spmkit.pay_lines` gives.

    Raises
    ------
    DataError
        Where no payouts are given, the period runs, or fewer than five people were paid in it.
    """
    required(review.data, "payouts")
    label = review.periods.now.label
    if not review.periods.complete:
        raise DataError(f"{label} is running: what it paid is said once it is complete.")
    lines = pay_lines(review.data, label)
    lines = lines[lines["paid"].notna() & lines["rep_quota"].notna()]
    lines = lines[lines["target_variable"].notna()]
    if _paid(lines) < FEWEST_PAID:
        raise DataError(
            f"Fewer than {FEWEST_PAID} reps with a quota and a target were paid for {label}: a sum "
            "would be as good as a person's pay, so none is shown."
        )
    return lines.reset_index(drop=True)


def pay_by_region(lines: pd.DataFrame) -> pd.DataFrame:
    """Sum what was paid by region, and put regions of too few people together.

    What is put together has five people who were paid, too: else the whole less the regions
    that are shown would be one person's pay.

    Parameters
    ----------
    lines
        What :func:`paid_lines` gave.

    Returns
    -------
    pandas.DataFrame
        One row a region and a last one of all: ``group``, ``reps``, ``attainment``, ``paid``,
        ``target`` (variable pay at quota), ``paid_of_target``, ``effective_commission_rate`` and
        ``target_commission_rate``.
    """
    region = lines["region"].astype("object").where(lines["region"].notna(), NOT_GIVEN)
    grouped = lines.assign(group=_together(region, lines["paid"] != 0))
    asked = [attainment, effective_commission_rate, target_commission_rate]
    several = len(grouped["group"].unique()) > 1
    whole = grouped.assign(group="All")
    found = []
    for frame in [grouped, whole] if several else [whole]:
        sums = frame.groupby("group").agg(
            reps=("rep_id", "nunique"), paid=("paid", "sum"), target=("target_variable", "sum")
        )
        found.append(measure(frame, asked, by="group").merge(sums.reset_index(), on="group"))
    rows = pd.concat(found, ignore_index=True)
    ratio = rows["paid"] / rows["target"].where(rows["target"] > 0)
    return rows.assign(paid_of_target=ratio)[[*_COLUMNS]]


_COLUMNS = (
    *("group", "reps", "attainment", "paid", "target", "paid_of_target"),
    *("effective_commission_rate", "target_commission_rate"),
)


def _together(region: pd.Series[str], paid: pd.Series[bool]) -> pd.Series[str]:
    """Put the regions with fewest paid people together until those, too, are enough."""
    counts = paid.groupby(region).sum().sort_values(kind="stable")
    few = int((counts < FEWEST_PAID).sum())
    while 0 < few < len(counts) and counts.iloc[:few].sum() < FEWEST_PAID:
        few += 1
    return region.mask(region.isin(counts.index[:few]), OTHERS)


def inversions(lines: pd.DataFrame) -> tuple[int, int]:
    """Count the pairs of reps of one role in which who attained more was paid less.

    Returns
    -------
    tuple of int
        The inversions, and the pairs that can be compared.
    """
    role = lines["role"].astype("object").where(lines["role"].notna(), NOT_GIVEN)
    found = pay_inversions(lines.assign(role=role), by="role")
    return int(found["inversions"].sum()), int(found["pairs"].sum())


def _paid(lines: pd.DataFrame) -> int:
    return int((lines["paid"] != 0).sum())
