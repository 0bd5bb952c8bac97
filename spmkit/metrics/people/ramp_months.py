"""Credit and quota of each month since hiring."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.quality import to_pandas
from spmkit.engine import collected, lazy_columns
from spmkit.expressions import total
from spmkit.metrics.people.first_deal import credited_wins, with_hiring
from spmkit.metrics.people.tenure import OK, rep_tenure
from spmkit.metrics.people.windows import as_days

_LAST_COMMON_DAY = 28  # of every month: those hired later in a month begin their months on it
_LINE = ["rep_id", "period_start", "period_end"]
_DAY = pd.Timedelta(days=1)


def ramp_progress(data: SalesData, quotas: Any, credits: Any = None) -> pd.DataFrame:
    """One row a rep and complete month since hiring, with credit and quota.

    A quota is spread evenly over the days of its line. It has to be the *full*
    one: issued quotas of hires are usually lowered while they ramp, and against
    those everybody is ramped from the start.

    Parameters
    ----------
    data
        An open source.
    quotas
        A frame with ``rep_id``, ``period_start``, ``period_end`` and ``quota``, such as
        ``spm.quota_lines(data, periods)`` where the quotas are issued in full. Lines of equal
        dates (components, transfers) are summed.
    credits
        As for :func:`first_deal_lines`; overlay credits are left out.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``month`` (its first day: the day of hiring, then that day of each month; of
        those hired after the 28th the 28th), ``credited`` (0 where nothing was) and ``quota``
        (null unless every day of the month has one). Months before the first credit or quota of
        the data are left out, and those that leaving or as_of cut short.

    Raises
    ------
    ValueError
        Where quota lines of one rep overlap.
    DataError
        As for :func:`first_deal_lines`.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"], "hired_on": ["2026-07-01"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": ["2026-07-01", "2026-09-10"],
    ...         "amount": [60.0, 50.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> quotas = pd.DataFrame({"rep_id": ["ada"], "period_start": ["2026-07-01"],
    ...     "period_end": ["2026-09-30"], "quota": [92.0]})
    >>> ramp_progress(data, quotas)[["credited", "quota"]].values.tolist()
    [[60.0, 31.0], [0.0, 31.0], [50.0, 30.0]]
    """
    people = rep_tenure(data)
    people = people[people["tenure_status"] == OK]
    credited, first_credit = _monthly_credits(data, credited_wins(data, credits), people)
    lines = _quota_lines(quotas)
    begins = max(first_credit, lines["period_start"].min(), key=_or_never)
    months = _months(people)
    months = months[months["month"] >= begins] if pd.notna(begins) else months.iloc[:0]
    found = months.merge(credited, on=["rep_id", "number"], how="left")
    found = found.assign(credited=found["credited"].astype("float64").fillna(0.0))
    found = found.assign(quota=_spread(found, lines)).sort_values(["rep_id", "month"])
    return found[["rep_id", "month", "credited", "quota"]].reset_index(drop=True)


def months_since(hired: pd.Series[Any], day: pd.Series[Any]) -> pd.Series[Any]:
    """Number the month since hiring in which a day lies, from 1; below 1 before it."""
    whole = (day.dt.year - hired.dt.year) * 12 + day.dt.month - hired.dt.month
    begun = day.dt.day >= hired.dt.day.clip(upper=_LAST_COMMON_DAY)
    number: pd.Series[Any] = whole + begun
    return number


def _or_never(day: Any) -> Any:
    """Without any credit or quota nothing was ever seen."""
    return pd.Timestamp.max if pd.isna(day) else day


def _monthly_credits(
    data: SalesData, credits: Any, people: pd.DataFrame
) -> tuple[pd.DataFrame, Any]:
    if "credit_type" in credits.collect_schema().names():
        credits = credits.filter(nw.col("credit_type").fill_null("owner") != "overlay")
    lines = credits.select("rep_id", "amount", nw.col("credited_on").cast(nw.Date))
    lines = with_hiring(lines, people, data)
    hired, day = nw.col("hired_on"), nw.col("credited_on")
    counted = nw.when(day >= hired).then(nw.col("amount"))
    numbered = lines.select("rep_id", day, number=_month_number(hired, day), amount=counted)
    grouped = numbered.group_by("rep_id", "number")
    found = to_pandas(grouped.agg(total(nw.col("amount")).alias("credited"), day.min()))
    first = as_days(found["credited_on"]).min()
    found = found[found["number"] >= 1].astype({"rep_id": "object", "number": "int64"})
    return found[["rep_id", "number", "credited"]], first


def _month_number(hired: nw.Expr, day: nw.Expr) -> nw.Expr:
    """What :func:`months_since` says, in the engine."""
    years = day.dt.year().cast(nw.Int64) - hired.dt.year().cast(nw.Int64)
    months = day.dt.month().cast(nw.Int64) - hired.dt.month().cast(nw.Int64)
    own = hired.dt.day().cast(nw.Int64)
    begins = nw.when(own > _LAST_COMMON_DAY).then(nw.lit(_LAST_COMMON_DAY)).otherwise(own)
    begun = nw.when(day.dt.day().cast(nw.Int64) >= begins).then(nw.lit(1)).otherwise(nw.lit(0))
    return (years * 12 + months + begun).cast(nw.Int64)


def _months(people: pd.DataFrame) -> pd.DataFrame:
    """The complete months of each rep: number, first day, and the first day after."""
    last = people["left_on"].where(people["left"], people["as_of"])
    complete = (months_since(people["hired_on"], last + _DAY) - 1).astype("int64")
    repeated = people.loc[people.index.repeat(complete), ["rep_id", "hired_on"]]
    number = (repeated.groupby(level=0).cumcount() + 1).astype("int64")
    months = repeated.assign(number=number).reset_index(drop=True)
    months = months.assign(
        month=_begins(months["hired_on"], months["number"] - 1),
        after=_begins(months["hired_on"], months["number"]),
    )
    return months.astype({"rep_id": "object"})


def _begins(hired: pd.Series[Any], passed: pd.Series[Any]) -> pd.Series[Any]:
    """The first day of the month after so many others since hiring."""
    months = hired.dt.year * 12 + hired.dt.month - 1 + passed
    parts = {
        "year": months // 12,
        "month": months % 12 + 1,
        "day": hired.dt.day.clip(upper=_LAST_COMMON_DAY),
    }
    return as_days(pd.to_datetime(pd.DataFrame(parts))).where(passed > 0, hired)


def _quota_lines(quotas: Any) -> pd.DataFrame:
    """The quota lines of each rep in order, with what was covered before each."""
    given = collected(lazy_columns(quotas, [*_LINE, "quota"])).dropna()
    given = given.assign(
        rep_id=given["rep_id"].astype("object"),
        quota=given["quota"].astype("float64"),
        **{name: as_days(given[name]) for name in _LINE[1:]},
    )
    lines: pd.DataFrame = given.groupby(_LINE)["quota"].sum().reset_index()
    ended = lines.groupby("rep_id")["period_end"].shift()
    if (lines["period_start"] <= ended).any():
        who = lines.loc[lines["period_start"] <= ended, "rep_id"].iloc[0]
        raise ValueError(f"quota lines of {who!r} overlap: give lines of one length.")
    days = (lines["period_end"] - lines["period_start"]).dt.days + 1
    lines = lines.assign(days=days)
    before = lines.groupby("rep_id")[["quota", "days"]].cumsum() - lines[["quota", "days"]]
    return lines.assign(quota_before=before["quota"], days_before=before["days"])


def _spread(months: pd.DataFrame, lines: pd.DataFrame) -> pd.Series[Any]:
    """The quota of each month, null unless all of its days are covered."""
    start, after = _until(months, "month", lines), _until(months, "after", lines)
    covered = after["days"] - start["days"]
    whole = covered.to_numpy() == (months["after"] - months["month"]).dt.days.to_numpy()
    return pd.Series(
        np.where(whole, (after["quota"] - start["quota"]).round(6), np.nan), index=months.index
    )


def _until(months: pd.DataFrame, day: str, lines: pd.DataFrame) -> pd.DataFrame:
    """Quota and days covered by a rep's lines before a day."""
    asked = pd.DataFrame({"rep_id": months["rep_id"].astype("str"), "day": months[day]})
    ordered = asked.reset_index(drop=True).sort_values("day")
    met = pd.merge_asof(
        ordered.reset_index(),
        lines.astype({"rep_id": "str"}).sort_values("period_start"),
        left_on="day",
        right_on="period_start",
        by="rep_id",
    ).set_index("index")
    passed = (met["day"] - met["period_start"]).dt.days.clip(upper=met["days"])
    found = pd.DataFrame(
        {
            "days": (met["days_before"] + passed).fillna(0.0),
            "quota": (met["quota_before"] + met["quota"] * passed / met["days"]).fillna(0.0),
        }
    )
    return found.sort_index()
