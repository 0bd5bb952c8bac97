"""How long a hire takes to the first deal of the hire's own."""

from __future__ import annotations

from typing import Annotated, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import DataError, SalesData
from spmkit.data.currency import in_one_currency
from spmkit.data.frames import like
from spmkit.data.quality import to_pandas
from spmkit.data.tables import required
from spmkit.metrics.people.tenure import OK, rep_tenure
from spmkit.metrics.people.windows import as_days
from spmkit.survival import median_duration
from spmkit.traits import Traits
from spmkit.units import DAYS

_WAITED = ("first_deal_days", "first_deal_closed")
HIRED_BEFORE = "undefined: hired before the data begin"
_CREDIT = ["rep_id", "opportunity_id", "credited_on", "amount"]


def credited_wins(data: SalesData, credits: Any = None) -> Any:
    """Credits as a lazy Narwhals frame: those given, else won opportunities by their owner.

    Raises
    ------
    DataError
        Where the source has credit lines of its own and none are given, for the owner alone
        would then be the wrong answer; or where won opportunities have no date or amount.
    """
    deals = nw.from_native(data.opportunities).lazy()
    if isinstance(credits, pd.DataFrame):
        return like(credits, deals, data.connection)
    if credits is not None:
        return nw.from_native(credits).lazy()
    if "credits" in data:
        raise DataError(
            f"{data.name} has credits of its own, so an owner's wins are not what was credited: "
            "give credits=spm.credit_lines(data)."
        )
    dated = required(data, "opportunities", "closed_on", "amount")
    won = in_one_currency(data, dated.filter(nw.col("outcome") == "won"), "closed_on", ["amount"])
    return won.with_columns(nw.col("closed_on").alias("credited_on")).select(*_CREDIT)


def first_deal_lines(data: SalesData, credits: Any = None) -> pd.DataFrame:
    """One row a rep, with the days from hiring to the first credited win of the rep's own.

    An opportunity created before the rep was hired, or at an unknown date, is
    inherited and no first deal. Who has none yet, or left without one, counts
    for as long as seen. Reps hired before the data's first opportunity are
    set aside: their first deal cannot be seen. Whoever never sells (managers)
    would lengthen the wait: keep the roles that are meant.

    Parameters
    ----------
    data
        An open source.
    credits
        ``spm.credit_lines(data)``; needed where the source has credits of its own, else won
        opportunities count to their owner.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`rep_tenure`, ``first_deal_on``, ``first_deal_days`` (from hiring, to
        the last day seen where there is none), ``first_deal_closed`` (whether there is one; null
        of whom it cannot be told) and ``first_deal_status``.

    Raises
    ------
    DataError
        Where the source has credits and none are given, or opportunities have no created_on.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"], "hired_on": ["2026-03-01"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": "won", "created_on": ["2026-02-01", "2026-03-11"],
    ...         "closed_on": ["2026-03-20", "2026-04-10"], "amount": [60.0, 50.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> first_deal_lines(data)["first_deal_days"].tolist()
    [40]
    """
    people = rep_tenure(data)
    deals = required(data, "opportunities", "created_on")
    first = _first_wins(data, credited_wins(data, credits), people)
    found = people.merge(first, on="rep_id", how="left")
    last = found["left_on"].where(found["left"], found["as_of"])
    on = as_days(found["first_deal_on"])
    on = on.where(on <= last)
    status = _status(found, _begins(deals))
    counted = status == OK
    days = (on.fillna(last) - found["hired_on"]).dt.days
    return found.assign(
        first_deal_on=on.where(counted),
        first_deal_days=days.where(counted).astype("Int64"),
        first_deal_closed=on.notna().where(counted).astype("boolean"),
        first_deal_status=status,
    )


def time_to_first_deal(
    lines: Any, by: str | list[str] | None = None, confidence: float = 0.95
) -> Annotated[pd.DataFrame, DAYS, Traits("first_deal_lines", "lower", columns=_WAITED)]:
    """Days from hiring by which half of the hires have a first credited win of their own.

    The mean or median of those who have one is too short: the slow ones are
    still waiting. A deal that was inherited is none of theirs. A long sales
    cycle lengthens it, whoever was hired.

    Parameters
    ----------
    lines
        As :func:`first_deal_lines` gives them.
    by
        A column or several to group by, such as ``cohort``.
    confidence
        Of the bounds, such as 0.95.

    Returns
    -------
    pandas.DataFrame
        As :func:`spmkit.survival.median_duration`: the group columns, ``median`` in days, ``low``,
        ``high``, ``n``, ``ended`` (those with a first deal), ``status``; null where fewer than
        half have one.

    Examples
    --------
    >>> lines = pd.DataFrame({"first_deal_days": [40, 60, 90],
    ...     "first_deal_closed": [True, True, False]})
    >>> spm.time_to_first_deal(lines)["median"].tolist()
    [60.0]

    References
    ----------
    Catalogue H2; common usage of the field.
    """
    return median_duration(lines, "first_deal_days", "first_deal_closed", by, confidence)


def _first_wins(data: SalesData, credits: Any, people: pd.DataFrame) -> pd.DataFrame:
    """The earliest credit of a won opportunity that was created when the rep was there."""
    deals = nw.from_native(data.opportunities).lazy()
    won = deals.filter(nw.col("outcome") == "won").select("opportunity_id", "created_on")
    counted = credits.filter(nw.col("amount") > 0).select(
        "rep_id", "opportunity_id", nw.col("credited_on").cast(nw.Date)
    )
    lines = with_hiring(counted, people, data).join(won, on="opportunity_id", how="inner")
    hired = nw.col("hired_on")
    own = lines.filter(nw.col("created_on") >= hired, nw.col("credited_on") >= hired)
    first = own.group_by("rep_id").agg(nw.col("credited_on").min().alias("first_deal_on"))
    return to_pandas(first).astype({"rep_id": "object"})


def with_hiring(credits: Any, people: pd.DataFrame, data: SalesData) -> Any:
    """Join the day of hiring in the engine; reps without one drop out."""
    known = people.loc[people["tenure_status"] == OK, ["rep_id", "hired_on"]]
    if known.empty:  # typed, though there is nothing to tell the type from
        return credits.filter(nw.col("rep_id").is_null(), ~nw.col("rep_id").is_null()).with_columns(
            nw.lit(None, nw.Date).alias("hired_on")
        )
    small = known.assign(
        rep_id=known["rep_id"].astype("string"), hired_on=known["hired_on"].dt.date
    )
    moved = like(small, credits, data.connection)
    return credits.join(moved.with_columns(nw.col("hired_on").cast(nw.Date)), on="rep_id")


def _begins(deals: Any) -> Any:
    """The day of the first opportunity; hires before it were not seen from the start."""
    return as_days(to_pandas(deals.select(nw.col("created_on").min()))["created_on"]).iloc[0]


def _status(people: pd.DataFrame, begins: Any) -> pd.Series[Any]:
    early = people["hired_on"] < begins if pd.notna(begins) else True
    before = (people["tenure_status"] == OK) & early
    said = np.where(before, HIRED_BEFORE, people["tenure_status"])
    return pd.Series(said, index=people.index, dtype="str")
