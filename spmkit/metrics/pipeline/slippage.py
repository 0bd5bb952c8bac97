"""What became of the opportunities that were forecast to close in a period."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import narwhals.stable.v2 as nw

from spmkit.data import DataError, SalesData
from spmkit.data.assignments import with_rep_attributes
from spmkit.data.currency import in_one_currency
from spmkit.metrics.pipeline.histories import opportunity_states
from spmkit.periods import Period, as_date

_FIELDS = ("amount", "expected_close_on", "rep_id", "forecast_category")


def slippage_lines(data: SalesData, period: str | None = None, *, as_of: date | None = None) -> Any:
    """Every opportunity that was open and expected to close in a period, and its fate by its end.

    Parameters
    ----------
    data
        An open source.
    period
        A label such as ``"2026Q3"``; none means the last complete one.
    as_of
        The day at whose end the forecast is taken, within the period; none means the day before
        the period, so that it is the one with which the period began.

    Returns
    -------
    frame
        ``opportunity_id``, ``rep_id``, ``forecast_category`` and ``forecast_amount`` as they were
        on that day, ``forecast`` (true), ``period``; ``slipped`` (still open at the period's end,
        wherever its date is by then), ``won``, ``lost`` (no decision included);
        ``slipped_amount``, ``won_amount``, ``lost_amount`` (the forecast amount, 0 of what had
        another fate); ``commit_amount`` and ``commit_won_amount`` (null unless its category was
        Commit); the owner's attributes of that day. Money is in the reporting currency, at the
        rate of that day. Lazily, of the engine of the source.

    Raises
    ------
    DataError
        Where the period has not ended, the day lies outside of it, or how opportunities stood
        then is not known.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": ["open", "won"], "created_on": "2026-06-01", "amount": [60.0, 90.0],
    ...         "closed_on": [None, "2026-08-20"],
    ...         "expected_close_on": ["2026-12-01", "2026-08-20"]}),
    ...     "opportunity_history": pd.DataFrame({"opportunity_id": ["o2", "o1"],
    ...         "changed_at": pd.to_datetime(["2026-06-01", "2026-09-29"]),
    ...         "field": ["stage", "expected_close_on"], "old_value": [None, "2026-09-30"],
    ...         "new_value": ["Discovery", "2026-12-01"]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> spm.measure(slippage_lines(data, "2026Q3"), spm.slippage_rate)["slippage_rate"].tolist()
    [0.4]
    """
    asked = data.calendar.period(period) if period else data.calendar.last_complete(data.as_of)
    day = _forecast_day(data, asked, as_of)
    states = opportunity_states(data, {"then": day}, _FIELDS)
    expected = nw.col("expected_close_on_then")
    within = (expected >= nw.lit(asked.start)) & (expected <= nw.lit(asked.end))
    frame = states.filter(nw.col("open_then"), within).with_columns(
        nw.lit(day).cast(nw.Date).alias("_day")
    )
    frame = in_one_currency(data, frame, "_day", ["amount_then"])
    return with_rep_attributes(_with_fates(frame, asked), data, day).to_native()


def _forecast_day(data: SalesData, period: Period, as_of: date | None) -> date:
    if period.end > data.as_of:
        raise DataError(
            f"{period.label} ends on {period.end}, after as_of ({data.as_of}): what slips out of "
            "it is not known yet. Ask for a period that has ended."
        )
    before = period.start - timedelta(days=1)
    day = as_date(as_of) if as_of else before
    if not before <= day < period.end:
        raise DataError(
            f"as_of {day} is no day from which {period.label} can be forecast: choose one from "
            f"{before} to the day before {period.end}."
        )
    return day


def _with_fates(frame: nw.LazyFrame[Any], period: Period) -> nw.LazyFrame[Any]:
    closed = (nw.col("closed_on").cast(nw.Date) <= nw.lit(period.end)).fill_null(value=False)
    is_won = nw.col("outcome") == "won"
    committed = nw.col("forecast_category_then").str.to_lowercase() == "commit"
    amount = nw.col("amount_then")
    fates = {"slipped": ~closed, "won": closed & is_won, "lost": closed & ~is_won}
    amounts = {
        f"{fate}_amount": nw.when(is_so).then(amount).otherwise(amount * 0.0)
        for fate, is_so in fates.items()
    }
    return frame.select(
        "opportunity_id",
        nw.col("rep_id_then").alias("rep_id"),
        nw.col("forecast_category_then").alias("forecast_category"),
        amount.alias("forecast_amount"),
        nw.lit(value=True).alias("forecast"),
        nw.lit(period.label).alias("period"),
        **fates,
        **amounts,
        commit_amount=nw.when(committed).then(amount),
        commit_won_amount=nw.when(committed).then(amounts["won_amount"]),
    )
