"""Variable pay at quota of the seats of a period ahead."""

from __future__ import annotations

from dataclasses import replace

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment.pay import pay_targets
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.data import DataError, SalesData
from spmkit.data.quality import to_pandas


def target_pay(data: SalesData, period: str) -> pd.DataFrame:
    """Variable pay at quota of each rep in a period, which may be ahead.

    As :func:`spmkit.pay_lines` has it: a year's OTE less base pay, shared out evenly to
    the periods and prorated by the days between hire and leaving.

    Parameters
    ----------
    data
        An open source whose ``reps`` have ``ote`` and ``base_pay``.
    period
        A label such as ``"2026Q4"``.

    Returns
    -------
    pandas.DataFrame
        ``rep_id`` and ``target_pay``, null where OTE or base pay is not known or the latter is
        above the former; in the reporting currency.

    Raises
    ------
    DataError
        Where ``reps`` have no OTE, or pay is in several currencies without rates.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"], "ote": [100.0], "base_pay": [60.0]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": ["ada"],
    ...         "outcome": "won", "closed_on": "2026-07-01", "amount": [90.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> target_pay(data, "2027Q1").values.tolist()
    [['ada', 10.0]]
    """
    reps = to_pandas(nw.from_native(data.reps).lazy())
    if "ote" not in reps or "base_pay" not in reps:
        raise DataError("unavailable: what quotas cost needs reps with ote and base_pay.")
    found = pay_targets(data, reps, data.calendar.period(period))
    named = found.rename(columns={"target_variable": "target_pay"})
    return named[["rep_id", "target_pay"]].reset_index(drop=True)


def with_target_pay(expectation: Expectation, pay: pd.DataFrame) -> Expectation:
    """The same seats with the column ``target_pay``; unknown where the rep is not in ``pay``.

    Parameters
    ----------
    expectation
        Seats with ``rep_id``; a vacant one (null) has no pay.
    pay
        ``rep_id`` and ``target_pay``, each rep once.

    Raises
    ------
    DataError
        Where a rep is in ``pay`` more than once.

    Examples
    --------
    >>> import numpy as np
    >>> seats = pd.DataFrame({"rep_id": ["ada", "bo"], "expected": 100.0, "spread": 20.0})
    >>> pay = pd.DataFrame({"rep_id": ["ada"], "target_pay": [10.0]})
    >>> with_target_pay(Expectation(seats, np.array([0.0])), pay).seats["target_pay"].tolist()
    [10.0, nan]
    """
    known = pay.dropna(subset=["rep_id"]).set_index("rep_id")["target_pay"].astype("float64")
    if known.index.has_duplicates:
        twice = known.index[known.index.duplicated()][0]
        raise DataError(f"pay has {twice!r} more than once: sum the components first.")
    own = expectation.seats["rep_id"].map(known).astype("float64")
    return replace(expectation, seats=expectation.seats.assign(target_pay=own))
