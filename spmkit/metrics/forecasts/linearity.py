"""How evenly the won amount of a period comes in, or how much of it in its last days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.assignments import with_rep_attributes
from spmkit.data.currency import in_one_currency
from spmkit.data.frames import like
from spmkit.data.tables import required
from spmkit.expressions import total
from spmkit.metrics.opportunities.lines import first_days
from spmkit.periods import Grain, Period
from spmkit.public_holidays import public_holidays
from spmkit.traits import Traits
from spmkit.units import Column, Percent, Ratio

_EVEN = Traits("closing_lines", "target")
_LATE = Traits("closing_lines", "lower")
_THIRDS = ("first_third", "middle_third", "last_third")
_TWO_WEEKS = timedelta(days=13)  # and the last day itself


def won_opportunities(data: SalesData) -> Any:
    """Narrow the opportunities to those won, lazily: who, when, and for how much.

    Raises
    ------
    DataError
        Where opportunities have no amount or no date of closing.
    """
    frame = required(data, "opportunities", "amount", "closed_on")
    won = in_one_currency(data, frame.filter(nw.col("outcome") == "won"), "closed_on", ["amount"])
    day = nw.col("closed_on").cast(nw.Date)
    return won.select(
        "opportunity_id", "rep_id", day.alias("closed_on"), nw.col("amount").alias("won_amount")
    )


def closing_lines(
    data: SalesData, *, grain: Grain = "quarter", attributes: tuple[str, ...] | None = None
) -> Any:
    """Every opportunity won in a complete period, and in which part of the period it closed.

    The thirds are thirds of the period's selling days (weekdays without the
    public holidays that ``[calendar]`` declares): a weekend belongs to the
    selling day before it, so that a Sunday at a border moves nothing. The last
    two weeks are the last 14 calendar days.

    Parameters
    ----------
    data
        An open source whose opportunities have an amount and ``closed_on``.
    grain
        The kind of period: ``year``, ``quarter`` or ``month``.
    attributes
        Names of the owner's attributes on the day of closing to join (``region``, …); none
        joins all, an empty tuple joins nothing.

    Returns
    -------
    frame
        ``opportunity_id``, ``rep_id``, ``closed_on``, ``won_amount`` (in the reporting
        currency), ``closed_period``; of the amount ``first_third_amount``,
        ``middle_third_amount``, ``last_third_amount`` and ``last_two_weeks_amount`` (0 where it
        closed in another part), and the owner's attributes. Lazily, of the engine of the source.

    Raises
    ------
    DataError
        Where opportunities have no amount or no date of closing.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": "won", "closed_on": ["2026-07-11", "2026-09-29"],
    ...         "amount": [60.0, 90.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> lines = closing_lines(data).df().sort_values("opportunity_id")
    >>> lines["first_third_amount"].tolist(), lines["last_two_weeks_amount"].tolist()
    ([60.0, 0.0], [0.0, 90.0])
    """
    won = won_opportunities(data)
    periods = _complete_periods(data, grain)
    placed = won.join(_days(won, data, periods), on="closed_on", how="inner")
    parts = {third: nw.col("_third") == third for third in _THIRDS}
    parts["last_two_weeks"] = nw.col("_late")
    lines = placed.with_columns(
        nw.when(inside).then(nw.col("won_amount")).otherwise(nw.lit(0.0)).alias(f"{name}_amount")
        for name, inside in parts.items()
    ).drop("_third", "_late")
    return with_rep_attributes(lines, data, nw.col("closed_on"), attributes).to_native()


def _days(won: Any, data: SalesData, periods: Sequence[Period]) -> Any:
    """Every day of some periods with the parts of its period in which it lies: one join for all."""
    region = data.settings.calendar.get("holidays")
    rows = [
        (day.date(), period.label, third.label, day.date() >= period.end - _TWO_WEEKS)
        for period in periods
        for third in period_thirds(period, region)
        for day in pd.date_range(third.start, third.end)
    ]
    days = pd.DataFrame(rows, columns=["closed_on", "closed_period", "_third", "_late"])
    texts = {"closed_period": "string", "_third": "string"}
    moved = like(days.astype({**texts, "_late": "bool"}), won, data.connection)
    return moved.with_columns(
        nw.col("closed_on").cast(nw.Date), *[nw.col(name).cast(nw.String) for name in texts]
    )


def _complete_periods(data: SalesData, grain: Grain) -> Sequence[Period]:
    _, first = first_days(data)
    periods = data.calendar.between(first, data.as_of, grain) if first else []
    return [period for period in periods if data.calendar.is_complete(period, data.as_of)]


def period_thirds(period: Period, region: str | None = None) -> list[Period]:
    """Split a period into thirds of its selling days, or of all its days where it has few.

    Parameters
    ----------
    period
        At least three days.
    region
        Whose public holidays are no selling days, such as ``"US"``; None knows none.

    Returns
    -------
    list of Period
        ``first_third``, ``middle_third`` and ``last_third``, without a gap between them.

    Examples
    --------
    >>> [third.start.isoformat() for third in period_thirds(spm.Calendar().period("2026Q3"))]
    ['2026-07-01', '2026-07-31', '2026-09-01']
    """
    days = pd.bdate_range(period.start, period.end)
    if region is not None:
        closed = public_holidays(region, range(period.start.year, period.end.year + 1))
        days = days[~days.isin(pd.to_datetime(sorted(closed)))]
    if len(days) < len(_THIRDS):
        days = pd.date_range(period.start, period.end)
    second, third = (days[round(len(days) * part / 3)].date() for part in (1, 2))
    before = timedelta(days=1)
    bounds = ((period.start, second - before), (second, third - before), (third, period.end))
    return [_part(name, *days) for name, days in zip(_THIRDS, bounds, strict=True)]


def _part(name: str, start: date, end: date) -> Period:
    return Period(name, start, end, "month")


def first_third_share(first_third_amount: Column, won_amount: Column) -> Annotated[Percent, _EVEN]:
    """Amount won in the first third of a period's selling days as a share of all won in it.

    A third is even. Much more is mostly what slipped out of the period before.
    Of a single rep one large opportunity decides it.

    Parameters
    ----------
    first_third_amount
        The amount of what closed in the first third, 0 of any other.
    won_amount
        The amount won.

    Returns
    -------
    Percent
        Null where nothing was won.

    Examples
    --------
    >>> lines = pd.DataFrame({"first_third_amount": [30.0, 0.0], "won_amount": [30.0, 90.0]})
    >>> spm.measure(lines, spm.first_third_share)["first_third_share"].tolist()
    [0.25]

    References
    ----------
    Catalogue F9 (first third); Gong, pacing.
    """
    return Ratio(total(first_third_amount), total(won_amount))


def middle_third_share(
    middle_third_amount: Column, won_amount: Column
) -> Annotated[Percent, _EVEN]:
    """Amount won in the middle third of a period's selling days as a share of all won in it.

    A third is even. Alone it says little, since less here may be more before or
    after: read it between the other two.

    Parameters
    ----------
    middle_third_amount
        The amount of what closed in the middle third, 0 of any other.
    won_amount
        The amount won.

    Returns
    -------
    Percent
        Null where nothing was won.

    Examples
    --------
    >>> lines = pd.DataFrame({"middle_third_amount": [30.0, 0.0], "won_amount": [30.0, 90.0]})
    >>> spm.measure(lines, spm.middle_third_share)["middle_third_share"].tolist()
    [0.25]

    References
    ----------
    Catalogue F9 (middle third); Gong, pacing.
    """
    return Ratio(total(middle_third_amount), total(won_amount))


def last_third_share(last_third_amount: Column, won_amount: Column) -> Annotated[Percent, _LATE]:
    """Amount won in the last third of a period's selling days as a share of all won in it.

    A third is even; far more is a hockey stick: the forecast is uncertain until
    late, and discounts are given to close in time. One large opportunity makes
    a stick of any single rep's quarter, so read it over many.

    Parameters
    ----------
    last_third_amount
        The amount of what closed in the last third, 0 of any other.
    won_amount
        The amount won.

    Returns
    -------
    Percent
        Null where nothing was won.

    Examples
    --------
    >>> lines = pd.DataFrame({"last_third_amount": [0.0, 90.0], "won_amount": [30.0, 90.0]})
    >>> spm.measure(lines, spm.last_third_share)["last_third_share"].tolist()
    [0.75]

    References
    ----------
    Catalogue F9; Gong, pacing.
    """
    return Ratio(total(last_third_amount), total(won_amount))


def last_two_weeks_share(
    last_two_weeks_amount: Column, won_amount: Column
) -> Annotated[Percent, _LATE]:
    """Amount won in a period's last 14 calendar days as a share of all won in it.

    Of a quarter those days are 15 %, of a month nearly half: compare periods of
    one length only. Holidays at the end of a period make it small.

    Parameters
    ----------
    last_two_weeks_amount
        The amount of what closed in the last 14 days, 0 of any other.
    won_amount
        The amount won.

    Returns
    -------
    Percent
        Null where nothing was won.

    Examples
    --------
    >>> lines = pd.DataFrame({"last_two_weeks_amount": [0.0, 60.0], "won_amount": [30.0, 90.0]})
    >>> spm.measure(lines, spm.last_two_weeks_share)["last_two_weeks_share"].tolist()
    [0.5]

    References
    ----------
    Catalogue F9 (last two weeks); Gong, pacing.
    """
    return Ratio(total(last_two_weeks_amount), total(won_amount))
