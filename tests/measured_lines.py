"""Metrics of every kind and the lines to measure with them, nulls and ties among them."""

from __future__ import annotations

import pandas as pd

from spmkit.expressions import count, distinct, present, total
from spmkit.units import Column, Count, Days, Money, Percent, Ratio, Share


def attainment(credited: Column, quota: Column) -> Percent:
    return Ratio(total(credited), total(quota))


def win_rate(won: Column, closed: Column) -> Percent:
    return Share(won, closed)


def mean_amount(amount: Column) -> Money:
    return amount.mean()


def median_days(days: Column) -> Days:
    return days.median()


def reps(rep: Column) -> Count:
    return distinct(rep)


def reached(credited: Column, quota: Column, *, at: float = 1.0) -> Percent:
    return Share(credited >= quota * at, present(credited, quota))


def above(amount: Column, *, floor: float) -> Count:
    return count(amount > floor)


METRICS = [attainment, win_rate, mean_amount, median_days, reps]

# Team A: a null in every column, a tie of days. Team B: quotas of zero. Team C: nothing known.
LINES = pd.DataFrame(
    [
        # team, credited, quota, won, closed, amount, days, rep
        ("A", 90.0, 100.0, True, True, 10.0, 30, "ada"),
        ("A", 30.0, 20.0, False, True, None, 30, "ada"),
        ("A", None, None, None, True, 20.0, 90, "bo"),
        ("A", None, None, True, False, 60.0, None, None),
        ("B", 5.0, 0.0, False, False, 1.5, 7, "cy"),
        ("B", 7.0, 0.0, False, False, 2.5, 8, "cy"),
        ("C", None, None, None, None, None, None, None),
        (None, 10.0, 40.0, True, True, 8.0, 1, "di"),
    ],
    columns=["team", "credited", "quota", "won", "closed", "amount", "days", "rep"],
).astype({"won": "boolean", "closed": "boolean", "days": "Int64"})
