"""The quotas that a proposal's limits are shares of."""

from __future__ import annotations

import pandas as pd

from spmkit.calibration.proposing.policy import PERIOD_BEFORE, YEAR_BEFORE
from spmkit.calibration.proposing.policy_checks import refuse_other_word
from spmkit.data import DataError
from spmkit.periods import label_of, parsed

_WHOLE = 0.999
"""Of a period's selling days; a quota of less is not one of a whole period."""


def last_quotas(
    panel: pd.DataFrame, period: str | None = None, compared_with: str = PERIOD_BEFORE
) -> pd.DataFrame:
    """The last quota of each rep, where it was one of a whole period.

    Who came, left or was on leave within the last period had a quota for a part
    of it; a limit as a share of that would hold a full period's quota down.

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
        ``rep_id`` and ``last_quota`` (NaN: none, or one for a part of a period).

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
    [['ada', 100.0], ['bo', nan]]
    """
    refuse_other_word("compared_with", compared_with, (PERIOD_BEFORE, YEAR_BEFORE))
    rows = _year_before(panel, period) if compared_with == YEAR_BEFORE else _before(panel, period)
    whole = rows["present"].isna() | (rows["present"] >= _WHOLE)
    last = rows.assign(last_quota=rows["quota"].astype("float64").where(whole))
    return last[["rep_id", "last_quota"]].sort_values("rep_id", ignore_index=True)


def _before(panel: pd.DataFrame, period: str | None) -> pd.DataFrame:
    ahead = panel.loc[panel["period"] == period, "step"]
    step = int(ahead.iloc[0]) if len(ahead) else int(panel["step"].max()) + 1
    return panel[panel["step"] == step - 1]


def _year_before(panel: pd.DataFrame, period: str | None) -> pd.DataFrame:
    try:
        year, index, grain = parsed(str(period))
    except ValueError as error:
        raise DataError(
            f'compared_with = "{YEAR_BEFORE}" needs the label of a fiscal period, such as 2026Q4, '
            f'not {period!r}; or write compared_with = "{PERIOD_BEFORE}".'
        ) from error
    return panel[panel["period"] == label_of(year - 1, index, grain)]
