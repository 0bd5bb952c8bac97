"""The quotas that a proposal's limits are shares of."""

from __future__ import annotations

import pandas as pd

from spmkit.calibration.proposing.policy import PERIOD_BEFORE, YEAR_BEFORE
from spmkit.calibration.proposing.policy_checks import refuse_other_word
from spmkit.data import DataError
from spmkit.periods import label_of, parsed

_WHOLE = 0.999
"""Of a period's selling days; a quota of less is not one of a whole period."""
_NONE = -1  # no step of a panel


def last_quotas(
    panel: pd.DataFrame, period: str | None = None, compared_with: str = PERIOD_BEFORE
) -> pd.DataFrame:
    """The last quota of each rep that was one of a whole period.

    Who came, left or was on leave within the last period had a quota for a part
    of it; a limit as a share of that would hold a full period's quota down. The last whole period
    before it counts then, at most a year further back.

    Parameters
    ----------
    panel
        A row a rep and period: ``period``, ``step``, ``rep_id``, ``quota``, ``present``.
    period
        The label of the period ahead, such as ``2026Q4``; none, or one that the panel lacks, is the
        one after its last.
    compared_with
        ``period before``, or ``year before``: the same part of it; the label must be given then.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``last_quota`` (NaN: none of a whole period) and ``last_period`` (the label of
        an earlier period that it is of; null where it is of the one that was asked for).

    Raises
    ------
    DataError
        Where the year before cannot be told from the label.

    Examples
    --------
    >>> panel = pd.DataFrame({"period": ["2026Q2"] * 2 + ["2026Q3"] * 2, "step": [0, 0, 1, 1],
    ...     "season": [2, 2, 3, 3], "rep_id": ["ada", "bo"] * 2, "quota": [90.0, 80, 100, 40],
    ...     "present": [1.0, 1.0, 1.0, 0.5]})
    >>> last_quotas(panel).values.tolist()
    [['ada', 100.0, None], ['bo', 80.0, '2026Q2']]
    """
    refuse_other_word("compared_with", compared_with, (PERIOD_BEFORE, YEAR_BEFORE))
    steps = _years_before if compared_with == YEAR_BEFORE else _before
    near, far = steps(panel, period)
    rows = panel[panel["step"].isin([near, *far])].sort_values("step")
    whole = rows["present"].isna() | (rows["present"] >= _WHOLE)
    known = rows.assign(last_quota=rows["quota"].astype("float64").where(whole))
    last = known.dropna(subset=["last_quota"]).drop_duplicates("rep_id", keep="last")
    last = last.assign(
        last_period=last["period"].astype("object").where(last["step"] != near, None)
    )
    found = last.set_index("rep_id")[["last_quota", "last_period"]]
    reps = sorted(rows.loc[rows["step"] == near, "rep_id"]) + _back(rows, last, near)
    return found.reindex(sorted(reps)).rename_axis("rep_id").reset_index()


def _back(rows: pd.DataFrame, last: pd.DataFrame, near: int) -> list[str]:
    """Who had a whole period's quota before, and was not there at all in the one asked for."""
    there = rows.loc[rows["step"] == near, "rep_id"]
    return list(last.loc[~last["rep_id"].isin(there), "rep_id"])


def _before(panel: pd.DataFrame, period: str | None) -> tuple[int, list[int]]:
    """The step before a period, and those of a year before it."""
    ahead = panel.loc[panel["period"] == period, "step"]
    known = panel["step"] if ahead.empty else panel.loc[panel["step"] < ahead.iloc[0], "step"]
    near = int(known.max()) if len(known) else _NONE
    return near, [near - back for back in range(1, int(panel["season"].max()) + 1)]


def _years_before(panel: pd.DataFrame, period: str | None) -> tuple[int, list[int]]:
    """The same part of the year before, and of the one before that."""
    try:
        year, index, grain = parsed(str(period))
    except ValueError as error:
        raise DataError(
            f'compared_with = "{YEAR_BEFORE}" needs the label of a fiscal period, such as 2026Q4, '
            f'not {period!r}; or write compared_with = "{PERIOD_BEFORE}".'
        ) from error
    steps = dict(zip(panel["period"], panel["step"], strict=True))
    near, far = (steps.get(label_of(year - back, index, grain), _NONE) for back in (1, 2))
    return int(near), [int(far)]
