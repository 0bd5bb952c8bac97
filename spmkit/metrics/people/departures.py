"""What it costs when a rep leaves, from what the company itself assumes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from spmkit.engine import collected, lazy_columns
from spmkit.expressions import total
from spmkit.metrics.people.windows import column_names
from spmkit.traits import Traits
from spmkit.units import Column, Money

_DEPARTURES = Traits("departure_lines", "lower")
_READ = ["vacant_days", "daily_run_rate"]


@dataclass(frozen=True, kw_only=True)
class DepartureAssumptions:
    """What the company assumes of a departure; nothing of it has a default.

    Parameters
    ----------
    replacement_cost
        What finding and training a successor costs, in the reporting currency.
    loss_share
        The share of a territory's run rate that an empty day loses, between 0 and 1: part of it
        is sold by others, or later.
    ramp_loss
        What the successor sells less than a full rep until ramped.
    daily_pay
        Pay that an empty calendar day saves.

    Raises
    ------
    ValueError
        Where an amount is negative or no number, or the share is not between 0 and 1.
    """

    replacement_cost: float
    loss_share: float
    ramp_loss: float
    daily_pay: float

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not (np.isfinite(value) and value >= 0):
                raise ValueError(f"{name} is {value}; give an amount of 0 or more.")
        if self.loss_share > 1:
            raise ValueError(f"loss_share is {self.loss_share}; write a share between 0 and 1.")


def departure_lines(departures: Any, assumptions: DepartureAssumptions) -> Any:
    """Departures with what each costs: replacement, vacancy, ramp, less the salary saved.

    Parameters
    ----------
    departures
        A frame of any engine, a row a leaver, with ``vacant_days`` (calendar days without an
        owner, such as :func:`vacancy_spells` gives) and ``daily_run_rate`` (what the territory
        sells on a calendar day); ``rep_id`` and other columns are kept.
    assumptions
        The company's own.

    Returns
    -------
    pandas.DataFrame
        The columns given, ``replacement_cost``, ``vacancy_loss`` (run rate × empty days × loss
        share), ``ramp_loss`` and ``salary_saved`` (empty days × daily pay).

    Raises
    ------
    ValueError
        Where a column is missing or vacant days are negative.

    Examples
    --------
    >>> assumed = spm.DepartureAssumptions(replacement_cost=20_000, loss_share=0.5,
    ...     ramp_loss=30_000, daily_pay=200)
    >>> left = pd.DataFrame({"rep_id": ["ada"], "vacant_days": [60], "daily_run_rate": [1000.0]})
    >>> lines = departure_lines(left, assumed)
    >>> lines[["vacancy_loss", "salary_saved"]].values.tolist()
    [[30000.0, 12000.0]]
    >>> spm.measure(lines, spm.departure_cost)["departure_cost"].tolist()
    [68000.0]
    """
    lazy_columns(departures, _READ)  # says which column is missing
    found = collected(lazy_columns(departures, column_names(departures)))
    days, rate = found["vacant_days"].astype("float64"), found["daily_run_rate"].astype("float64")
    if (days < 0).any():
        raise ValueError("vacant_days is negative in some rows: give days of 0 or more.")
    return found.assign(
        replacement_cost=float(assumptions.replacement_cost),
        vacancy_loss=rate * days * assumptions.loss_share,
        ramp_loss=float(assumptions.ramp_loss),
        salary_saved=days * assumptions.daily_pay,
    )


def departure_cost(
    replacement_cost: Column, vacancy_loss: Column, ramp_loss: Column, salary_saved: Column
) -> Annotated[Money, _DEPARTURES]:
    """Mean cost of a departure: replacement, vacancy and ramp, less the salary saved.

    It is the company's assumptions multiplied out, no measurement: show them
    beside it. Customers who leave with the rep are not in it. It may be negative
    where an empty seat saves more than it loses.

    Parameters
    ----------
    replacement_cost
        What finding and training the successor costs.
    vacancy_loss
        What the territory did not sell while it was empty.
    ramp_loss
        What the successor sells less than a full rep until ramped.
    salary_saved
        Pay of the empty days.

    Returns
    -------
    Money
        Of the departures of which all is known; null where there is none.

    Examples
    --------
    >>> lines = pd.DataFrame({"replacement_cost": [20.0, 20.0], "vacancy_loss": [30.0, 10.0],
    ...     "ramp_loss": [5.0, 5.0], "salary_saved": [10.0, 0.0]})
    >>> spm.measure(lines, spm.departure_cost)["departure_cost"].tolist()
    [40.0]

    References
    ----------
    Catalogue H7; surveys of what replacing a rep costs.
    """
    return (replacement_cost + vacancy_loss + ramp_loss - salary_saved).mean()


def total_departure_cost(
    replacement_cost: Column, vacancy_loss: Column, ramp_loss: Column, salary_saved: Column
) -> Annotated[Money, _DEPARTURES]:
    """Cost of all departures: replacement, vacancy and ramp, less the salary saved.

    Departures of which something is not known are not in it, so it is a floor.

    Parameters
    ----------
    replacement_cost, vacancy_loss, ramp_loss, salary_saved
        As for :func:`departure_cost`.

    Returns
    -------
    Money
        Null where there is no departure of which all is known.

    Examples
    --------
    >>> lines = pd.DataFrame({"replacement_cost": [20.0, 20.0], "vacancy_loss": [30.0, 10.0],
    ...     "ramp_loss": [5.0, 5.0], "salary_saved": [10.0, 0.0]})
    >>> spm.measure(lines, spm.total_departure_cost)["total_departure_cost"].tolist()
    [80.0]

    References
    ----------
    Catalogue H7 (total); surveys of what replacing a rep costs.
    """
    return total(replacement_cost + vacancy_loss + ramp_loss - salary_saved)
