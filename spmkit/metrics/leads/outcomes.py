"""What became of each lead: how long it waited, and which opportunity it turned into."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.assignments import with_rep_attributes
from spmkit.data.currency import in_one_currency
from spmkit.data.frames import like
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed, required
from spmkit.expressions import days_between, period_of
from spmkit.periods import as_date
from spmkit.public_holidays import public_holidays
from spmkit.units import Column

_READ = ("source", "rep_id", "opportunity_id", "first_touch_at")
_HOUR, _DAY = 3600, 86400  # seconds: whole, so that an answer after one hour is one hour


def lead_outcomes(
    data: SalesData,
    *,
    business_hours: tuple[float, float] | None = None,
    attributes: tuple[str, ...] | None = None,
) -> Any:
    """Every lead with its response, its age and what it turned into.

    A lead that nobody has touched is still waiting: its hours run to the end
    of ``as_of``. Several leads of one opportunity share its value. A lead whose
    opportunity the source does not have is of unknown outcome and leaves every
    rate of conversion; one that was touched before it was created leaves every
    metric of response; ``defect`` says which they are.

    Parameters
    ----------
    data
        An open source with ``leads``.
    business_hours
        Opening and closing hour, such as ``(9, 17)``: only hours between them on selling days
        count (weekdays without the public holidays that ``[calendar]`` declares). None counts
        every hour.
    attributes
        Names of the rep's attributes on the day of creation to join (``region``, …); none
        joins all, an empty tuple joins nothing.

    Returns
    -------
    frame
        The columns of ``leads`` with ``created_on``, ``created_period``, ``touched``,
        ``response_hours`` (null until touched), ``waited_hours`` (to the touch, else to the end
        of ``as_of``), ``age_hours`` (by the same clock), ``age_days`` (calendar days),
        ``converted`` (has an opportunity that is not void), ``outcome`` of that opportunity,
        ``conversion_days`` (null where the opportunity is older than the lead), ``won``,
        ``won_amount``, ``value_share`` (one over the leads of the opportunity), ``won_value``
        (the lead's share of the amount; 0 where nothing was won), ``defect``, and the rep's
        attributes; amounts in the reporting currency. Lazily, of the engine of the source.

    Raises
    ------
    DataError
        Where the source has no leads.
    ValueError
        Where the business hours are no part of a day, or an attribute is not known.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": "2026-09-30", "amount": 60.0}),
    ...     "leads": pd.DataFrame({"lead_id": ["l1", "l2"], "opportunity_id": ["o1", None],
    ...         "created_at": ["2026-09-01 09:00", "2026-10-02 12:00"],
    ...         "first_touch_at": ["2026-09-01 10:30", None]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> leads = lead_outcomes(data).df().sort_values("lead_id")
    >>> leads["waited_hours"].tolist(), leads["won_value"].tolist()
    ([1.5, 12.0], [60.0, 0.0])
    """
    frame = _moments(completed(required(data, "leads"), "leads", *_READ))
    joined = frame.join(_opportunities(data, frame), on="opportunity_id", how="left")
    dated = joined.with_columns(nw.col("created_at").cast(nw.Date).alias("created_on"))
    timed = _hours(_left(dated, data, business_hours), data.as_of)
    placed = _placed(_converted(timed), data)
    return with_rep_attributes(placed, data, nw.col("created_on"), attributes).to_native()


def _moments(frame: Any) -> Any:
    """A day of which the hour is not known begins at midnight."""
    schema = frame.collect_schema()
    days = [name for name in ("created_at", "first_touch_at") if schema[name] == nw.Date]
    moments = [nw.col(name).cast(nw.Datetime) for name in days]
    return frame.with_columns(*moments) if moments else frame


def _opportunities(data: SalesData, leads: Any) -> Any:
    """The opportunities that leads name, each with the number of leads that name it."""
    frame = nw.from_native(data.opportunities).lazy()
    frame = completed(frame, "opportunities", "amount", "created_on", "closed_on")
    frame = in_one_currency(data, frame, "closed_on", ["amount"])
    told = frame.select(
        "opportunity_id",
        "outcome",
        nw.col("amount").alias("_amount"),
        nw.col("created_on").alias("_opened_on"),
    )
    named = leads.select("opportunity_id").filter(~nw.col("opportunity_id").is_null())
    # Grouped last, so that an engine sees one row an opportunity, and drops what nobody reads.
    return (
        named.join(told, on="opportunity_id", how="inner")
        .group_by("opportunity_id")
        .agg(
            nw.col("outcome").max(),
            nw.col("_amount").max(),
            nw.col("_opened_on").max(),
            nw.len().cast(nw.Int64).alias("_leads"),
        )
    )


def _left(frame: Any, data: SalesData, hours: tuple[float, float] | None) -> Any:
    """Add the seconds from creation, and from the touch, to the end of the last day."""
    if hours is not None:
        return _business_left(frame, data, *_refused(hours))
    moments = {"_left": nw.col("created_at"), "_left_then": nw.col("first_touch_at")}
    return frame.with_columns(
        **{
            name: (days_between(moment, nw.lit(data.as_of)) + 1) * _DAY - _second_of_day(moment)
            for name, moment in moments.items()
        }
    )


def _second_of_day(moment: Column) -> Column:
    """Date parts are as small as 8 bits on some engines, and would wrap."""
    hour, minute, second = (
        part.cast(nw.Int64) for part in (moment.dt.hour(), moment.dt.minute(), moment.dt.second())
    )
    return hour * _HOUR + minute * 60 + second


def _refused(hours: tuple[float, float]) -> tuple[int, int]:
    opens, closes = hours
    if not 0 <= opens < closes <= 24:
        raise ValueError(f"business_hours is {hours}: write the opening and closing hour, (9, 17).")
    return round(opens * _HOUR), round(closes * _HOUR)


def _business_left(frame: Any, data: SalesData, opens: int, closes: int) -> Any:
    """Join what is left after each day, and add what is left of the day itself."""
    days = like(_days(data, closes - opens), frame, data.connection)
    days = days.with_columns(nw.col("_day").cast(nw.Date))
    for name, moment in {"_left": "created_at", "_left_then": "first_touch_at"}.items():
        keyed = frame.with_columns(nw.col(moment).cast(nw.Date).alias("_day"))
        joined = keyed.join(days, on="_day", how="left")
        rest = (nw.lit(closes) - _second_of_day(nw.col(moment))).clip(0, closes - opens)
        left = nw.col("_later") + nw.col("_sells") * rest
        frame = joined.with_columns(left.alias(name)).drop("_day", "_later", "_sells")
    return frame


def _first_day(data: SalesData) -> date | None:
    """The day of the first lead, asked of the leads alone and once."""
    leads = nw.from_native(data.leads).lazy()
    created = leads.select(nw.col("created_at").min())
    first = data.fact("first lead", lambda: to_pandas(created)["created_at"].iloc[0])
    return None if pd.isna(first) else as_date(first)


def _days(data: SalesData, length: int) -> pd.DataFrame:
    """Each day from the first lead to the last day: does it sell, and the seconds after it."""
    start = _first_day(data) or data.as_of
    days = pd.date_range(start, data.as_of)
    region = data.settings.calendar.get("holidays")
    closed = public_holidays(region, range(start.year, data.as_of.year + 1)) if region else ()
    sells = pd.Series((days.day_of_week < 5) & ~days.isin(pd.to_datetime(sorted(closed))))
    sells = sells.astype("int64")
    later = (sells.sum() - sells.cumsum()) * length
    return pd.DataFrame({"_day": days.date, "_later": later, "_sells": sells})


def _hours(frame: Any, as_of: date) -> Any:
    """Turn the seconds left into what passed until the touch, or until now."""
    touch = nw.col("first_touch_at")
    seen = frame.with_columns(
        nw.when(touch.is_null())
        .then(nw.lit(value=False))
        .otherwise(touch.cast(nw.Date) <= nw.lit(as_of))
        .alias("touched"),
        nw.when(touch < nw.col("created_at"))
        .then(nw.lit(value=True))
        .otherwise(nw.lit(value=False))
        .alias("_too_early"),
        (nw.col("_left") / _HOUR).alias("age_hours"),
        days_between(nw.col("created_on"), nw.lit(as_of)).alias("age_days"),
    )
    response = (nw.col("_left") - nw.col("_left_then")) / _HOUR
    fits = ~nw.col("_too_early")
    answered = seen.with_columns(
        nw.when(nw.col("touched"), fits).then(response).alias("response_hours")
    )
    waited = nw.when(nw.col("touched")).then(nw.col("response_hours"))
    return answered.with_columns(waited.otherwise(nw.col("age_hours")).alias("waited_hours"))


def _converted(frame: Any) -> Any:
    """Say what the opportunity means; what the source does not have is not known."""
    none, outcome = nw.col("opportunity_id").is_null(), nw.col("outcome")
    no = nw.lit(value=False)
    days = days_between(nw.col("created_on"), nw.col("_opened_on"))
    flagged = frame.with_columns(
        nw.when(none).then(no).otherwise(outcome != "void").alias("converted"),
        nw.when(none).then(no).otherwise(outcome == "won").alias("won"),
        _defect().alias("defect"),
    )
    valued = flagged.with_columns(
        nw.when(nw.col("converted"), days >= 0).then(days).alias("conversion_days"),
        nw.when(nw.col("won")).then(nw.col("_amount")).alias("won_amount"),
        nw.when(nw.col("converted")).then(1 / nw.col("_leads")).alias("value_share"),
    )
    value = nw.col("won_amount") * nw.col("value_share")
    return valued.with_columns(
        nw.when(~nw.col("won")).then(nw.lit(0.0)).otherwise(value).alias("won_value")
    )


def _defect() -> Column:
    loose = nw.col("outcome").is_null() & ~nw.col("opportunity_id").is_null()
    early = nw.col("_too_early")
    said = {
        "touched before it was created; its opportunity is not in opportunities": early & loose,
        "touched before it was created": early,
        "its opportunity is not in opportunities": loose,
    }
    found = nw.lit(None, nw.String)
    for words, holds in reversed(said.items()):
        found = nw.when(holds).then(nw.lit(words)).otherwise(found)
    return found


def _placed(frame: Any, data: SalesData) -> Any:
    """Add the fiscal period of creation, and drop what only led there."""
    first = _first_day(data)
    periods = data.calendar.between(first, data.as_of) if first else []
    labelled = frame.with_columns(period_of(nw.col("created_on"), periods).alias("created_period"))
    return labelled.drop("_left", "_left_then", "_too_early", "_amount", "_opened_on", "_leads")
