"""Which open opportunities somebody is working on, and which are left alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import narwhals.stable.v2 as nw

from spmkit.data import DataError, SalesData
from spmkit.data.tables import required
from spmkit.expressions import count, days_between, present
from spmkit.metrics.activities.lines import activity_lines, refuse_days
from spmkit.metrics.opportunities.lines import opportunity_lines
from spmkit.traits import Traits
from spmkit.units import Column, Count, Percent, Share

_NEGLECTED = Traits("deal_touches", "lower", "leading", controllable=True)


def deal_touches(
    data: SalesData,
    quiet_days: int | Mapping[str, int] = 30,
    *,
    activities: Any = None,
    attributes: tuple[str, ...] | None = (),
) -> Any:
    """Every open opportunity, with its last touch and whether it is being left alone.

    Untouched: nobody was in touch with the customer about it in ``quiet_days`` up to
    ``as_of``, nothing is scheduled after it, and it has been open for as long. An entry
    in the CRM or an internal call is no touch.

    Parameters
    ----------
    data
        An open source with ``activities`` that name opportunities.
    quiet_days
        The days after which silence counts; or those of each stage. An opportunity in a stage
        that is not named is not judged: its flag is null.
    activities
        Activity lines with categories of one's own; none takes the source's.
    attributes
        As for :func:`spmkit.opportunity_lines`.

    Returns
    -------
    frame
        The columns of :func:`spmkit.opportunity_lines` with ``last_touch_on``,
        ``next_scheduled_on``, ``quiet_days`` (since the last touch; null without one) and
        ``untouched``. Lazily, of the engine of the source.

    Raises
    ------
    DataError
        Where a table or column is missing.
    ValueError
        Where a number of days is not above zero.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": "open", "created_on": "2026-06-01"}),
    ...     "activities": pd.DataFrame({"activity_id": ["a1"], "rep_id": "ada",
    ...         "opportunity_id": "o1", "started_at": "2026-09-20 09:00:00"}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> deal_touches(data).df().sort_values("opportunity_id")["untouched"].tolist()
    [False, True]
    """
    stages = quiet_days if isinstance(quiet_days, Mapping) else {"quiet_days": quiet_days}
    refuse_days(**stages)
    required(data, "activities", "opportunity_id")
    given = activity_lines(data) if activities is None else activities
    lines = nw.from_native(given).lazy().filter(nw.col("with_customer"))
    lines = lines.filter(~nw.col("opportunity_id").is_null())
    found = lines.group_by("opportunity_id").agg(
        nw.when(nw.col("held")).then(nw.col("day")).max().alias("last_touch_on"),
        nw.when(nw.col("scheduled")).then(nw.col("day")).min().alias("next_scheduled_on"),
    )
    deals = nw.from_native(opportunity_lines(data, attributes=attributes)).lazy()
    deals = deals.filter(nw.col("outcome") == "open").join(found, on="opportunity_id", how="left")
    silence = days_between(nw.col("last_touch_on"), nw.lit(data.as_of))
    judged = deals.with_columns(silence.alias("quiet_days"))
    return judged.with_columns(_untouched(judged, data, quiet_days).alias("untouched")).to_native()


def untouched_open_deals(untouched: Column) -> Annotated[Count, _NEGLECTED]:
    """Open opportunities that nobody is working on: silence behind, nothing scheduled ahead.

    Calls from a private telephone leave no trace, so ask before judging. How many days of
    silence are too many depends on the stage.

    Parameters
    ----------
    untouched
        Whether an open opportunity is left alone; null where it is not judged.

    Returns
    -------
    Count
        0 where there is none.

    Examples
    --------
    >>> lines = pd.DataFrame({"untouched": [True, False, None]})
    >>> spm.measure(lines, spm.untouched_open_deals)["untouched_open_deals"].tolist()
    [1]

    References
    ----------
    Catalogue P12; Atrium's card on untouched opportunities.
    """
    return count(untouched)


def untouched_open_share(untouched: Column) -> Annotated[Percent, _NEGLECTED]:
    """Open opportunities that nobody is working on, as a share of those that are judged.

    With few open opportunities one of them is a large share: show the count beside it.
    What was talked over without being logged looks untouched.

    Parameters
    ----------
    untouched
        Whether an open opportunity is left alone; null where it is not judged.

    Returns
    -------
    Percent
        With its Wilson interval; null where none is open.

    Examples
    --------
    >>> lines = pd.DataFrame({"untouched": [True, False, None]})
    >>> spm.measure(lines, spm.untouched_open_share)["untouched_open_share"].tolist()
    [0.5]

    References
    ----------
    Catalogue P12 (share); Atrium's card on untouched opportunities.
    """
    return Share(untouched, present(untouched))


def _untouched(deals: Any, data: SalesData, quiet_days: int | Mapping[str, int]) -> nw.Expr:
    columns = deals.collect_schema().names()
    if isinstance(quiet_days, int):
        return _silent(data, quiet_days)
    if "stage" not in columns:
        raise DataError("unavailable: needs opportunities.stage, since quiet_days names stages.")
    judged = nw.lit(None, nw.Boolean)
    for stage, days in quiet_days.items():
        judged = nw.when(nw.col("stage") == stage).then(_silent(data, days)).otherwise(judged)
    return judged


def _silent(data: SalesData, days: int) -> nw.Expr:
    """Whether nothing was done for some days, of what has been open for as long."""
    limit = nw.lit(data.as_of - timedelta(days=days))
    touched, created = nw.col("last_touch_on"), nw.col("created_on")
    quiet = touched.is_null() | (touched <= limit)
    old = created.is_null() | (created <= limit)
    return quiet & old & nw.col("next_scheduled_on").is_null()
