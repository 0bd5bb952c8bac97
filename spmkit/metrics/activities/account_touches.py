"""Which accounts somebody has been in touch with, and which are left alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import narwhals.stable.v2 as nw

from spmkit.data import DataError, SalesData
from spmkit.data.assignments import with_rep_attributes
from spmkit.data.tables import required
from spmkit.expressions import count
from spmkit.metrics.activities.lines import activity_lines, refuse_days
from spmkit.traits import Traits
from spmkit.units import Column, Count, Percent, Share

_COVERED = Traits("account_touches", "higher", "leading", controllable=True)


def account_touches(
    data: SalesData,
    window_days: int = 90,
    *,
    quiet_days: int = 180,
    activities: Any = None,
    attributes: tuple[str, ...] | None = (),
) -> Any:
    """Every account, with when a customer there was last met, called or written to.

    A target is an account that has a rep, has not churned and is meant to buy
    (``target`` above 0); where the source has no column of targets, every account that has
    a rep. Whoever was in touch counts, not its rep alone. An activity that names no
    account belongs to that of its opportunity.

    Parameters
    ----------
    data
        An open source with ``accounts`` and ``activities``.
    window_days
        The days up to ``as_of``, that day included, in which a touch counts.
    quiet_days
        How long before the window nobody may have been in touch for a touch to be new.
    activities
        Activity lines with categories of one's own; none takes the source's.
    attributes
        Names of the rep's attributes to join, as of ``as_of``; None joins all.

    Returns
    -------
    frame
        The columns of ``accounts`` with ``touches`` (in the window), ``last_touch_on``,
        ``touched``, ``newly_touched`` and ``assigned_target``. Lazily, of the engine of the
        source.

    Raises
    ------
    DataError
        Where a table is missing, or activities name neither accounts nor opportunities.
    ValueError
        Where a number of days is not above zero.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": "open"}),
    ...     "accounts": pd.DataFrame({"account_id": ["c1", "c2"], "rep_id": "ada"}),
    ...     "activities": pd.DataFrame({"activity_id": ["a1"], "rep_id": "ada",
    ...         "account_id": "c1", "started_at": "2026-09-01 09:00:00"}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> account_touches(data).df().sort_values("account_id")["touched"].tolist()
    [True, False]
    """
    refuse_days(window_days=window_days, quiet_days=quiet_days)
    accounts = required(data, "accounts")
    first = data.as_of - timedelta(days=window_days - 1)
    before = first - timedelta(days=quiet_days)
    touched = _touched(data, activities).filter(nw.col("day") >= nw.lit(before))
    inside = nw.col("day") >= nw.lit(first)
    found = touched.group_by("account_id").agg(
        nw.when(inside).then(nw.col("touches")).sum().cast(nw.Int64).alias("touches"),
        nw.when(~inside).then(nw.col("touches")).sum().cast(nw.Int64).alias("_earlier"),
        nw.col("day").max().alias("last_touch_on"),
    )
    joined = accounts.join(found, on="account_id", how="left").with_columns(
        nw.col("touches").fill_null(0), nw.col("_earlier").fill_null(0)
    )
    flagged = joined.with_columns(
        (nw.col("touches") > 0).alias("touched"),
        ((nw.col("touches") > 0) & (nw.col("_earlier") == 0)).alias("newly_touched"),
        _assigned_target(accounts, data).alias("assigned_target"),
    ).drop("_earlier")
    if "rep_id" not in accounts.collect_schema().names():
        return flagged.to_native()
    return with_rep_attributes(flagged, data, data.as_of, attributes).to_native()


def account_coverage(touched: Column, assigned_target: Column) -> Annotated[Percent, _COVERED]:
    """Target accounts somebody was in touch with, as a share of all that are assigned.

    One mail counts as much as a day of workshops, and an account list that nobody
    tidies makes every rep look bad. The window is an option of the lines.

    Parameters
    ----------
    touched
        Whether somebody was in touch within the window.
    assigned_target
        Whether the account is a target that has a rep.

    Returns
    -------
    Percent
        With its Wilson interval; null where no targets are assigned.

    Examples
    --------
    >>> lines = pd.DataFrame({"touched": [True, False, True], "assigned_target": [True, True,
    ...     False]})
    >>> spm.measure(lines, spm.account_coverage)["account_coverage"].tolist()
    [0.5]

    References
    ----------
    Catalogue P11; Atrium's card on accounts touched.
    """
    return Share(touched, assigned_target)


def newly_touched_accounts(newly_touched: Column) -> Annotated[Count, _COVERED]:
    """Accounts somebody was in touch with after a long silence, or for the first time.

    Half a year without a touch makes one new, unless the lines were made with other days.
    Where logging began within that time, every account looks new.

    Parameters
    ----------
    newly_touched
        Whether the account was touched in the window and not in the quiet days before it.

    Returns
    -------
    Count
        0 where there is none.

    Examples
    --------
    >>> lines = pd.DataFrame({"newly_touched": [True, False, True]})
    >>> spm.measure(lines, spm.newly_touched_accounts)["newly_touched_accounts"].tolist()
    [2]

    References
    ----------
    Catalogue P11 (new touches); Atrium's card on new accounts touched.
    """
    return count(newly_touched)


def _touched(data: SalesData, activities: Any) -> Any:
    """The touches of each account and day, of the opportunity's account where none is named."""
    own = required(data, "activities").collect_schema().names()
    if not {"account_id", "opportunity_id"} & set(own):
        raise DataError(
            "unavailable: needs activities.account_id or activities.opportunity_id. Add one of "
            "the columns, or map it in spmkit.toml."
        )
    lines = activity_lines(data) if activities is None else activities
    touches = nw.from_native(lines).lazy().filter(nw.col("touch"))
    counted = nw.len().cast(nw.Int64).alias("touches")
    days = touches.group_by("account_id", "opportunity_id", "day").agg(counted)
    deals = nw.from_native(data.opportunities).lazy()
    if "opportunity_id" not in own or "account_id" not in deals.collect_schema().names():
        return days
    known = deals.select("opportunity_id", nw.col("account_id").alias("_account"))
    joined = days.join(known, on="opportunity_id", how="left")
    account = nw.coalesce(nw.col("account_id"), nw.col("_account"))
    return joined.with_columns(account.alias("account_id"))


def _assigned_target(accounts: Any, data: SalesData) -> nw.Expr:
    columns = accounts.collect_schema().names()
    assigned = ~nw.col("rep_id").is_null() if "rep_id" in columns else nw.lit(value=False)
    if "target" in columns:
        assigned = assigned & (nw.col("target").fill_null(0.0) > 0)
    if "churned_on" in columns:
        gone = nw.col("churned_on") <= nw.lit(data.as_of)
        assigned = assigned & (nw.col("churned_on").is_null() | ~gone)
    return assigned
