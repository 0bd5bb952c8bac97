"""What more of an activity goes with, within reps: a panel of reps and periods."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.calendar import Grain
from spmkit.data import DataError, SalesData
from spmkit.data.currency import in_one_currency
from spmkit.data.dated import with_periods
from spmkit.data.quality import to_pandas
from spmkit.data.tables import Lazy
from spmkit.expressions import count, total
from spmkit.intervals import Floats, refuse_confidence
from spmkit.metrics.activities.lines import activity_lines
from spmkit.metrics.productivity.headcount import employed_in
from spmkit.metrics.productivity.lines import won_deals
from spmkit.periods import Period
from spmkit.traits import Traits
from spmkit.units import NUMBER

_CELL = ["rep_id", "period"]
_OUTCOMES = ("wins", "won_amount")
_FEWEST_REPS = 10  # below it errors clustered by rep are far too small
_FITTED = ["coefficient", "low", "high", "inflation"]
_ANSWER = ["activity", *_FITTED[:3], "wins", "value", "inflation", "n", "reps", "status"]
_NEVER_DIFFERS = "undefined: the activity never differs within a rep"
_INSEPARABLE = "undefined: cannot be told apart from the other activities"
_NOISE = 1e-9
_COLLINEAR = 10.0  # a variance inflation beyond which two activities cannot be told apart


def activity_panel(
    data: SalesData, *, grain: Grain = "month", by: str = "category", activities: Any = None
) -> pd.DataFrame:
    """One row a rep and complete period: wins, and how many activities of each kind were held.

    Of the periods from the first activity to ``as_of`` in which the rep was on the payroll.
    A rep who was there and logged nothing has 0 activities, so who does not log at all
    should be left out first.

    Parameters
    ----------
    data
        An open source with ``activities``.
    grain
        ``month``, ``quarter`` or ``year``; the company's own periods are ``quarter``.
    by
        The column of the activities that tells kinds apart: ``category`` or ``type``.
    activities
        Activity lines with categories of one's own; none takes the source's.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``period``, ``wins``, ``won_amount`` (0 of who won nothing) and a column of
        counts a kind.

    Raises
    ------
    DataError
        Where there are no activities of a known kind in a complete period.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": "2026-09-02", "amount": 90.0}),
    ...     "activities": pd.DataFrame({"activity_id": ["a1"], "rep_id": "ada",
    ...         "category": "selling", "started_at": "2026-08-03 09:00:00"}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> activity_panel(data)[["period", "wins", "selling"]].values.tolist()
    [['2026M08', 0, 1], ['2026M09', 1, 0]]
    """
    given = activity_lines(data, attributes=()) if activities is None else activities
    held = nw.from_native(given).lazy().filter(nw.col("held") & ~nw.col(by).is_null())
    asked = partial(_begun, held, by)
    begun = data.fact(f"first day of each {by}", asked) if activities is None else asked()
    periods = _complete_periods(data, begun["day"].min(), grain)
    day = nw.col("day")
    counted = held.filter(day >= nw.lit(periods[0].start), day <= nw.lit(periods[-1].end))
    kept = counted.select("rep_id", "day", by)
    kinds = _counts(with_periods(kept, data, periods, {"period": "day"}), begun, by)
    cells = employed_in(data, periods).merge(_wins(data, periods), on=_CELL, how="left")
    cells = cells.merge(kinds, on=_CELL, how="left")
    numbers = [name for name in cells if name not in _CELL]
    whole = cells.fillna(dict.fromkeys(numbers, 0))
    whole = whole.astype({name: "int64" for name in numbers if name != "won_amount"})
    return whole.sort_values(_CELL, ignore_index=True)


def activity_return(
    panel: pd.DataFrame,
    activities: Sequence[str] | None = None,
    *,
    lag: int = 1,
    confidence: float = 0.95,
    deal_size: float | None = None,
) -> Annotated[
    pd.DataFrame, NUMBER, Traits("activity_panel", "higher", columns=("rep_id", "period", "wins"))
]:
    """How a rep's wins differ after periods with more and with less of an activity.

    The coefficient of ``ln(1 + wins)`` on the activities ``lag`` periods before, in a panel
    with an effect for each rep and each period, errors clustered by rep. It compares a
    rep with the same rep in other periods, so that good reps who also do more do not
    carry it. It is an association and no effect: a full pipeline makes work, and work
    fills the pipeline. Activities that rise and fall together share their association
    at random; the column ``inflation`` says by how much that widens the interval.

    Parameters
    ----------
    panel
        One row a rep and period, as from :func:`activity_panel`.
    activities
        The columns of activities; none takes every column that is no outcome.
    lag
        Periods from the activity to the win; 0 is the same period, which says least.
    confidence
        Of the interval, such as 0.95.
    deal_size
        What a win is worth, such as the average deal size; without it ``value`` is null.

    Returns
    -------
    pandas.DataFrame
        A row an activity: ``activity``; ``coefficient`` (about the relative change of 1 + wins
        with one more activity), ``low``, ``high``; ``wins`` (the same at the average number of
        wins) and ``value`` (in money); ``inflation``; ``n`` (rep-periods), ``reps``; ``status``:
        ``ok``, ``collinear`` (read it together with the others), or why there is none. It is
        not shrunk: judge by the interval.

    Raises
    ------
    ValueError
        Where a column is missing, a rep has a period twice, or an option is out of range.

    Examples
    --------
    >>> few = pd.DataFrame({"rep_id": ["a", "a", "a"], "period": ["1", "2", "3"],
    ...     "wins": [0, 1, 2], "selling": [3, 4, 5]})
    >>> activity_return(few)[["activity", "n", "status"]].values.tolist()
    [['selling', 2, 'insufficient n: 1 reps, 10 are needed']]

    References
    ----------
    Catalogue P10; within-rep panel regression with errors clustered by rep.
    """
    refuse_confidence(confidence)
    names = list(activities) if activities is not None else _activities_of(panel)
    _refuse_unusable(panel, names, lag)
    cells = _lagged(panel, names, lag)
    reps = int(cells["rep_id"].nunique())
    shown = pd.DataFrame({"activity": names, "n": len(cells), "reps": reps})
    within = _within(cells, names)
    reason = _insufficient(cells, reps)
    fitted = _unfitted(names, reason) if reason else _fitted(cells, within, names, confidence)
    fitted["wins"] = fitted["coefficient"] * (1 + cells["wins"].mean())
    fitted["value"] = fitted["wins"] * (deal_size if deal_size is not None else np.nan)
    return shown.join(fitted)[_ANSWER]


def _begun(held: Lazy, by: str) -> pd.DataFrame:
    """The first day of each kind of activity."""
    return to_pandas(held.group_by(by).agg(nw.col("day").min().alias("day")))


def _complete_periods(data: SalesData, first: Any, grain: Grain) -> list[Period]:
    if pd.isna(first):
        raise DataError("unavailable: no activity of a known kind was held, so nothing to count.")
    start = pd.Timestamp(first).date()
    periods = data.calendar.between(start, data.as_of, grain)
    complete = [one for one in periods if data.calendar.is_complete(one, data.as_of)]
    if not complete:
        raise DataError(f"unavailable: no {grain} with activities is complete by {data.as_of}.")
    return complete


def _counts(held: Lazy, begun: pd.DataFrame, by: str) -> pd.DataFrame:
    """A column a kind, counted in the engine: a row a cell and kind would be many rows."""
    each = [count(nw.col(by) == kind).alias(kind) for kind in sorted(begun[by])]
    counts: pd.DataFrame = to_pandas(held.group_by(*_CELL).agg(*each))
    numbers = counts.drop(columns=list(_CELL))
    return counts.drop(columns=numbers.columns[numbers.eq(0).all()])  # begun after the periods


def _wins(data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    won = in_one_currency(data, won_deals(data), "closed_on", ["amount"])
    dated = with_periods(won, data, periods, {"period": "closed_on"})
    grouped = dated.filter(~nw.col("period").is_null()).group_by(*_CELL)
    count = nw.len().cast(nw.Int64).alias("wins")
    wins: pd.DataFrame = to_pandas(grouped.agg(count, total(nw.col("amount")).alias("won_amount")))
    return wins


def _activities_of(panel: pd.DataFrame) -> list[str]:
    return [str(name) for name in panel if name not in (*_CELL, *_OUTCOMES)]


def _refuse_unusable(panel: pd.DataFrame, names: Sequence[str], lag: int) -> None:
    for name in (*_CELL, "wins", *names):
        if name not in panel:
            raise ValueError(f"the panel has no column {name!r}: make it with activity_panel.")
    if not names:
        raise ValueError("the panel has no column of activities.")
    if lag < 0:
        raise ValueError(f"lag is {lag}: activities come before wins, so give 0 or more periods.")
    if panel.duplicated(_CELL).any():
        raise ValueError("the panel has a rep and period twice: one row of each is needed.")


def _lagged(panel: pd.DataFrame, names: Sequence[str], lag: int) -> pd.DataFrame:
    """Put beside the wins of a period the activities of the same rep some periods before."""
    order = {label: place for place, label in enumerate(sorted(panel["period"].unique()))}
    place = panel["period"].map(order)
    earlier = panel[["rep_id", *names]].assign(_place=place + lag)
    later = panel[["rep_id", "wins"]].assign(_place=place)
    cells = later.merge(earlier, on=["rep_id", "_place"]).dropna().astype({"wins": "float64"})
    repeated = cells.groupby("rep_id")["_place"].transform("size") > 1
    return cells.loc[repeated].reset_index(drop=True)


def _within(cells: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Take off each rep's own mean: of the outcome, the activities and the periods' dummies."""
    periods = pd.get_dummies(cells["_place"], prefix="_period", drop_first=True, dtype="float64")
    columns = [cells[list(names)].astype("float64"), np.log1p(cells["wins"]).rename("_y"), periods]
    frame = pd.concat(columns, axis=1)
    frame.columns = frame.columns.astype("str")
    within: pd.DataFrame = frame - frame.groupby(cells["rep_id"]).transform("mean")
    return within


def _insufficient(cells: pd.DataFrame, reps: int) -> str | None:
    if reps < _FEWEST_REPS:
        return f"insufficient n: {reps} reps, {_FEWEST_REPS} are needed"
    if cells["wins"].nunique() < 2:
        return "undefined: wins never differ"
    return None


def _unfitted(names: Sequence[str], status: str) -> pd.DataFrame:
    nothing = pd.DataFrame(np.nan, index=range(len(names)), columns=_FITTED)
    return nothing.assign(status=status)


def _fitted(
    cells: pd.DataFrame, within: pd.DataFrame, names: Sequence[str], confidence: float
) -> pd.DataFrame:
    import statsmodels.api as sm

    found = _unfitted(names, _NEVER_DIFFERS)
    varied = [name for name in names if within[name].std() > _NOISE]
    if not varied:
        return found
    controls = [str(name) for name in within if str(name).startswith("_period")]
    model = sm.OLS(within["_y"], within[[*varied, *controls]])
    groups = cells["rep_id"].astype("category").cat.codes
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    bounds = fit.conf_int(alpha=1 - confidence)
    inflations = _inflations(within[[*varied, *controls]].to_numpy())
    for name, inflation in zip(varied, inflations, strict=False):
        if np.isnan(inflation):  # any split of the coefficient between the two fits as well
            found.loc[names.index(name), "status"] = _INSEPARABLE
            continue
        status = "collinear" if inflation > _COLLINEAR else "ok"
        row = [fit.params[name], *bounds.loc[name], inflation, status]
        found.loc[names.index(name), [*_FITTED, "status"]] = row
    return found


def _inflations(design: Floats) -> Floats:
    """The variance inflation: 1 over the part of a column that the others do not explain.

    It stands on the diagonal of the inverse of the columns' products: one small matrix for all of
    them. NaN of a column that others explain whole.
    """
    length = np.linalg.norm(design, axis=0)
    scaled = design / np.where(length > 0, length, 1.0)
    values, vectors = np.linalg.eigh(scaled.T @ scaled)
    there = values > _NOISE
    found: Floats = (vectors[:, there] ** 2 / values[there]).sum(axis=1)
    shared = (vectors[:, ~there] ** 2).sum(axis=1) > _NOISE
    return np.where(shared | (found > 1 / _NOISE), np.nan, found)
