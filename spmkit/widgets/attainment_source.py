"""What the attainment explorer shows, and how it is had from opened data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment import attainment, credit_lines, participation_rate, quota_lines
from spmkit.data import SalesData
from spmkit.data.quality import to_pandas
from spmkit.declaration import metric_name
from spmkit.expressions import total
from spmkit.lines import periods_with_quotas
from spmkit.measure import measure
from spmkit.periods import Period
from spmkit.units import Column, Money


@dataclass(frozen=True)
class AttainmentSource:
    """What the panel shows, asked for when it is needed.

    Parameters
    ----------
    data
        What a report's parameter ``data`` would be: the path of the source.
    periods
        The periods to choose from, the latest first.
    reps
        A period's label to one row a rep: ``rep_id``, ``rep``, ``credited``, ``quota``,
        ``attainment`` (the last two null without a quota) and the dimensions.
    groups
        A period's label, a dimension or None for all reps, and a threshold, to
        ``participation_rate`` (with ``_n``, ``_low``, ``_high``) and ``attainment`` by group.
    credit_lines
        A period's label to ``rep_id``, ``opportunity_id``, ``credited_on``, ``amount``.
    """

    data: str
    periods: tuple[Period, ...]
    reps: Callable[[str], pd.DataFrame]
    groups: Callable[[str, str | None, float], pd.DataFrame]
    credit_lines: Callable[[str], pd.DataFrame]


def source_of(data: SalesData) -> AttainmentSource:
    """Return what the panel shows of opened data; each period is read once."""
    lines = cache(partial(quota_lines, data))
    return AttainmentSource(
        data=str(data.source or data.name),
        periods=_complete_periods(data),
        reps=lambda period: _measured_reps(lines(period)),
        groups=lambda period, by, at: _measured_groups(lines(period), by, at),
        credit_lines=cache(partial(_credits, data)),
    )


def _complete_periods(data: SalesData) -> tuple[Period, ...]:
    periods = [data.calendar.period(label) for label in periods_with_quotas(data)]
    return tuple(p for p in reversed(periods) if data.calendar.is_complete(p, data.as_of))


def credited_sales(credited: Column) -> Money:
    """Sales credited in the period, with or without a quota."""
    return total(credited)


def _measured_reps(lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row a rep, with the attributes of the rep's last line."""
    people = lines.dropna(subset=["rep_id"])
    last = people.drop_duplicates("rep_id", keep="last").drop(columns=["credited", "quota"])
    measured = measure(people, [attainment, credited_sales], by="rep_id")
    measured = measured[["rep_id", "attainment", "credited_sales"]]
    reps = last.merge(measured, on="rep_id", how="left", validate="one_to_one")
    return reps.rename(columns={"credited_sales": "credited", "rep_quota": "quota"})


def _measured_groups(lines: pd.DataFrame, by: str | None, threshold: float) -> pd.DataFrame:
    reached = partial(participation_rate, at=threshold)
    measured = measure(lines, [reached, attainment], by=by, confidence=0.95)
    bound = metric_name(reached)  # carries the threshold, which the panel names itself
    return measured.rename(columns=lambda name: name.replace(bound, "participation_rate"))


def _credits(data: SalesData, label: str) -> pd.DataFrame:
    """Return the direct credits that a period's quota lines are made of."""
    period = data.calendar.period(label)
    direct = nw.col("credit_type") != "overlay"
    within = nw.col("credited_on").is_between(nw.lit(period.start), nw.lit(period.end))
    return to_pandas(nw.from_native(credit_lines(data)).lazy().filter(direct & within))
