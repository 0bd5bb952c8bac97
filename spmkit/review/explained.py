"""Why a rep's number changed between two runs: the lines that make the difference."""

from __future__ import annotations

import pandas as pd

from spmkit.data import SalesData
from spmkit.review.person import Person, credits_of, open_person

_CENT = 0.005


def changed_lines(
    now: SalesData, before: SalesData, rep: str, period: str | None = None
) -> pd.DataFrame:
    """List what changed of a rep's credit and quota between two states of the data.

    Parameters
    ----------
    now, before
        Two open sources: other files, or the same ones with another ``as_of``.
    rep
        ``rep_id`` or name.
    period
        A label such as ``"2026Q3"``; none for the last complete period of ``now``.

    Returns
    -------
    pandas.DataFrame
        A row an opportunity whose credit differs, credit without one by its day, and the quota:
        ``part`` (``credit`` or ``quota``), ``change`` (``added``, ``removed``, ``changed``),
        ``line`` (the opportunity or the day), ``before``, ``now`` and ``difference``. The
        differences of each part add up to the difference of the two sums. Empty where nothing
        changed.

    Raises
    ------
    DataError
        Where there is no such rep, or the period had not begun in one of the two.

    Examples
    --------
    >>> tables = {"reps": pd.DataFrame({"rep_id": ["ada"]}), "opportunities": pd.DataFrame({
    ...     "opportunity_id": ["o1", "o2"], "rep_id": "ada", "outcome": "won",
    ...     "closed_on": ["2026-07-11", "2026-09-30"], "amount": [90.0, 5.0]})}
    >>> now, before = (spm.open_data(tables, settings={"as_of": day})
    ...     for day in ("2026-10-02", "2026-09-29"))
    >>> changed = changed_lines(now, before, "ada", "2026Q3")
    >>> changed[["change", "line", "difference"]].values.tolist()
    [['added', 'o2', 5.0]]
    """
    later = open_person(now, period, rep)
    earlier = open_person(before, later.periods.now.label, later.rep_id)
    credit = _compared(_credit(later), _credit(earlier), "credit")
    quota = _compared(_quota(later), _quota(earlier), "quota")
    return pd.concat([credit, quota], ignore_index=True)


def _credit(person: Person) -> pd.Series[float]:
    lines = credits_of(person)
    day = "credit of " + pd.to_datetime(lines["credited_on"]).dt.strftime("%Y-%m-%d")
    line = lines["opportunity_id"].astype("object").fillna(day.astype("object"))
    return lines["amount"].groupby(line).sum()


def _quota(person: Person) -> pd.Series[float]:
    lines = person.lines.dropna(subset=["quota"])
    component = lines["component"].astype("object").fillna("quota")
    return lines["quota"].groupby(component).sum()


def _compared(now: pd.Series[float], before: pd.Series[float], part: str) -> pd.DataFrame:
    both = pd.DataFrame({"before": before, "now": now}).rename_axis("line").reset_index()
    change = pd.Series("changed", index=both.index)
    change = change.mask(both["before"].isna(), "added").mask(both["now"].isna(), "removed")
    difference = both["now"].fillna(0.0) - both["before"].fillna(0.0)
    told = both.assign(part=part, change=change, difference=difference)
    apart = told["difference"].abs() >= _CENT
    ordered = told[apart].sort_values(["change", "line"], ignore_index=True)
    return ordered[["part", "change", "line", "before", "now", "difference"]]
