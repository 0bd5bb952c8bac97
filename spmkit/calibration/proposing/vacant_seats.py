"""Seats that nobody holds: they carry a part of the total, and nothing is known of who will."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.attainment.quotas import issued_quotas
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.data import DataError, SalesData
from spmkit.data.quality import to_pandas
from spmkit.intervals import Floats
from spmkit.periods import Period

_FEWEST = 5  # seats with a potential
_COLUMNS = ["territory_id", "potential", "last_quota"]


def vacant_territories(data: SalesData, period: Period) -> pd.DataFrame:
    """The territories that have a quota and no rep, in a period or else in the one before.

    Parameters
    ----------
    data
        An open source.
    period
        The period ahead.

    Returns
    -------
    pandas.DataFrame
        ``territory_id``, ``potential`` (of its accounts; NaN unknown) and ``last_quota``.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o"], "rep_id": ["ada"],
    ...         "outcome": ["open"]}),
    ...     "quotas": pd.DataFrame({"territory_id": ["t9"], "period_start": "2026-07-01",
    ...         "period_end": "2026-09-30", "quota": [70.0]}),
    ...     "accounts": pd.DataFrame({"account_id": ["a"], "territory_id": "t9",
    ...         "potential": [500.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> vacant_territories(data, data.calendar.period("2026Q4")).values.tolist()
    [['t9', 500.0, 70.0]]
    """
    lines = _vacant(data, period)
    if lines.empty:
        with suppress(ValueError):  # the first period of a calendar of the company's own
            lines = _vacant(data, data.calendar.previous(period))
    quotas = lines.groupby("territory_id")["issued_quota"].sum(min_count=1)
    found = pd.DataFrame({"territory_id": list(quotas.index), "last_quota": quotas.to_numpy()})
    found = found.astype({"territory_id": "object"})
    return found.merge(_potential(data), on="territory_id", how="left")[_COLUMNS]


def _vacant(data: SalesData, period: Period) -> pd.DataFrame:
    lines = issued_quotas(data, [period])
    return lines[lines["rep_id"].isna() & lines["territory_id"].notna()]


def _potential(data: SalesData) -> pd.DataFrame:
    nothing = pd.DataFrame({"territory_id": pd.Series(dtype="object"), "potential": np.nan})
    if "accounts" not in data:
        return nothing
    accounts = nw.from_native(data.accounts).lazy()
    if not {"territory_id", "potential"} <= set(accounts.collect_schema().names()):
        return nothing
    known = accounts.filter(~nw.col("potential").is_null() & ~nw.col("territory_id").is_null())
    summed = known.group_by("territory_id").agg(nw.col("potential").sum())
    return to_pandas(summed).astype({"territory_id": "object", "potential": "float64"})


def with_vacant(expectation: Expectation, vacant: pd.DataFrame) -> Expectation:
    """Add vacant seats to an expectation: what they would sell were they filled as others are.

    Where nothing is expected of one, it is what seats of its potential are
    expected to sell (a line through the logarithms: twice the potential rarely
    brings twice the sales), and without a potential the median seat. Its spread
    is that of seats of about its size.

    Parameters
    ----------
    expectation
        The seats that are filled.
    vacant
        ``territory_id``, and optionally ``expected``, ``potential``, ``region``, ``manager_id``
        and other columns of seats. A territory that a seat holds already is left out.

    Raises
    ------
    DataError
        Where a territory stands twice, or is null.

    Examples
    --------
    >>> seats = pd.DataFrame({"rep_id": list("abcde"), "territory_id": ["1", "2", "3", "4", "5"],
    ...     "potential": [100.0, 400, 400, 1600, 1600], "expected": [10.0, 20, 20, 40, 40],
    ...     "spread": [4.0, 6, 6, 8, 8]})
    >>> vacant = pd.DataFrame({"territory_id": ["9"], "potential": [900.0]})
    >>> found = with_vacant(Expectation(seats, np.array([-1.0, 1.0])), vacant).seats
    >>> found[["territory_id", "expected", "spread"]].round(3).values.tolist()[5]
    ['9', 30.0, 7.5]
    """
    seats = expectation.seats
    if vacant["territory_id"].isna().any() or vacant["territory_id"].duplicated().any():
        raise DataError("vacant: give each territory_id once, and none that is null.")
    held = seats["territory_id"].dropna() if "territory_id" in seats else pd.Series(dtype="object")
    taken = {part for territory in held for part in (territory, *str(territory).split("+"))}
    rows = vacant[~vacant["territory_id"].isin(taken)]
    if rows.empty:
        return expectation
    expected = _expected(seats, rows)
    place = np.argsort(seats["expected"].to_numpy("float64"), kind="stable")
    sizes = seats["expected"].to_numpy("float64")[place]
    ratios = seats["spread"].to_numpy("float64")[place] / sizes
    spread = expected * np.interp(expected, sizes, ratios)
    empty = [None] * len(rows)
    rows = rows.assign(
        expected=expected, spread=spread, rep_id=pd.Series(empty, rows.index, object)
    )
    kept = [name for name in rows if name in seats or name == "territory_id"]
    texts = {name: "object" for name in ("rep_id", "territory_id") if name in kept}
    joined = pd.concat([seats.astype({"rep_id": "object"}), rows[kept].astype(texts)])
    return replace(expectation, seats=joined.reset_index(drop=True))


def _expected(seats: pd.DataFrame, rows: pd.DataFrame) -> Floats:
    potential = rows.get("potential", pd.Series(np.nan, rows.index)).astype("float64")
    given = rows.get("expected", pd.Series(np.nan, rows.index)).astype("float64")
    by_potential = _by_potential(seats, potential.where(potential > 0))
    found = given.fillna(by_potential).fillna(seats["expected"].median())
    return np.asarray(found, dtype=np.float64)


def _by_potential(seats: pd.DataFrame, potential: pd.Series[float]) -> pd.Series[float]:
    """What seats of a potential are expected to sell; NaN where too few have one."""
    known = seats[seats["potential"] > 0] if "potential" in seats else seats.iloc[:0]
    if len(known) < _FEWEST or known["potential"].nunique() < 2:
        return potential * np.nan
    logs = np.log(known[["potential", "expected"]].to_numpy("float64"))
    slope, intercept = np.polyfit(logs[:, 0], logs[:, 1], 1)
    return pd.Series(np.exp(intercept + slope * np.log(potential)), index=potential.index)
