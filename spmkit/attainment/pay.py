"""Pay lines: what a rep should earn in a period, what was paid, and for which sales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment.lines import asked_periods, quota_lines
from spmkit.data import DataError, SalesData
from spmkit.data.assignments import assignment_spells
from spmkit.data.currency import in_one_currency, reporting_currency
from spmkit.data.quality import to_pandas
from spmkit.expressions import period_of, total
from spmkit.periods import MONTHS, Period

_ATTRIBUTES = ["manager_id", "manager", "team", "region", "role", "segment"]
_SOLD = ["quota", "credited", "rep_quota", "rep_credited"]
_KEY = ["rep_id", "period"]


def pay_lines(
    data: SalesData, period: str | Sequence[str] | None = None, *, kind: str = "direct"
) -> pd.DataFrame:
    """One row a rep and period: pay at target, pay paid, quota and credited sales.

    A year's OTE and base pay are shared out evenly to the fiscal periods and
    prorated by the days between hire and leaving; leave takes nothing off. A
    rep with a quota but without a payout was paid 0 in a period in which anyone
    was paid; in any other the pay is null, since nothing says that it was run.

    Parameters
    ----------
    data
        An open source whose ``reps`` have ``ote`` and ``base_pay``, or with ``payouts``.
    period
        A label such as ``"2026Q3"``, several, or none for the last complete period.
    kind
        "direct" or "overlay" quotas and credits.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``rep``, ``period``, ``period_start``, the attributes at the period's end;
        ``ote`` and ``base_pay`` (of a year); ``target_earnings``, ``base_earned`` and
        ``target_variable`` (of the period; null where base pay is above OTE); ``paid`` (payouts
        that were earned in the period, less what was clawed back; below zero where more was);
        ``pay_index`` (paid ÷ target variable); ``quota``, ``credited``, ``rep_quota``,
        ``rep_credited`` and ``attainment`` as :func:`quota_lines` has them. Whoever was employed
        in the period has a row, whoever was paid or credited too. Money in the reporting currency.

    Raises
    ------
    DataError
        Where there is nothing on pay, or currencies are mixed without rates.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"], "ote": [100.0], "base_pay": [60.0]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1"], "rep_id": ["ada"],
    ...         "outcome": "won", "closed_on": "2026-07-01", "amount": [90.0]}),
    ...     "payouts": pd.DataFrame({"rep_id": ["ada"], "period_start": "2026-07-01",
    ...         "amount": [8.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> pay_lines(data, "2026Q3")[["target_variable", "paid", "pay_index"]].values.tolist()
    [[10.0, 8.0, 0.8]]
    """
    reps = to_pandas(nw.from_native(data.reps).lazy())
    if "payouts" not in data and "ote" not in reps:
        raise DataError("unavailable: needs payouts, or reps with ote and base_pay.")
    periods = asked_periods(data, period)
    sold = _sold(quota_lines(data, [p.label for p in periods], kind=kind))
    targets = pd.concat([pay_targets(data, reps, each) for each in periods], ignore_index=True)
    lines = targets.merge(sold, on=_KEY, how="outer")
    lines = lines.merge(_paid(data, periods), on=_KEY, how="outer")
    return _finished(_described(lines, data, periods))


def pay_targets(data: SalesData, reps: pd.DataFrame, period: Period) -> pd.DataFrame:
    """A year's pay and the period's share of it, of everyone employed on some day of it.

    Parameters
    ----------
    data
        An open source.
    reps
        Its reps, with ``ote`` and ``base_pay``.
    period
        The period; it may be ahead.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``period``, ``ote`` and ``base_pay`` (of a year), ``target_earnings``,
        ``base_earned`` and ``target_variable`` (of the period; null where base pay is above OTE).

    Examples
    --------
    >>> reps = pd.DataFrame({"rep_id": ["ada"], "ote": [100.0], "base_pay": [60.0]})
    >>> data = spm.open_data({"reps": reps, "opportunities": pd.DataFrame({
    ...     "opportunity_id": ["o1"], "rep_id": ["ada"], "outcome": ["open"]})},
    ...     settings={"as_of": "2026-10-02"})
    >>> found = pay_targets(data, reps, data.calendar.period("2026Q4"))
    >>> found[["rep_id", "target_variable"]].values.tolist()
    [['ada', 10.0]]
    """
    employed = _employed(reps, period)
    given = reps.reindex(columns=["rep_id", "ote", "base_pay", "currency"])
    given = _converted(data, given.assign(_day=period.start), ["ote", "base_pay"])
    given = given.assign(period=period.label)[employed > 0]
    share = employed[employed > 0] * MONTHS[period.grain] / 12
    variable = (given["ote"] - given["base_pay"]).where(lambda pay: pay >= 0)
    return given.assign(
        target_earnings=given["ote"] * share,
        base_earned=given["base_pay"] * share,
        target_variable=variable * share,
    ).drop(columns=["currency", "_day"])


def _employed(reps: pd.DataFrame, period: Period) -> pd.Series[float]:
    """The share of a period's days from hire to leaving, both included."""
    never = pd.Series(pd.NaT, index=reps.index)
    start, end = pd.Timestamp(period.start), pd.Timestamp(period.end)
    first = pd.to_datetime(reps.get("hired_on", never)).fillna(start)
    last = pd.to_datetime(reps.get("left_on", never)).fillna(end)
    first, last = first.where(first > start, start), last.where(last < end, end)
    days: pd.Series[float] = (last - first).dt.days + 1.0
    return days.clip(lower=0) / period.days


def _converted(data: SalesData, frame: pd.DataFrame, amounts: list[str]) -> pd.DataFrame:
    """Convert the pay of reps; where no currency is named elsewhere, pay may name one."""
    frame = frame.astype(dict.fromkeys(amounts, "float64"))
    if not _foreign(data, set(frame["currency"].dropna())):
        return frame
    texts = frame.assign(currency=frame["currency"].astype("object"))
    return to_pandas(in_one_currency(data, nw.from_native(texts).lazy(), "_day", amounts))


def _foreign(data: SalesData, named: set[str]) -> bool:
    target = reporting_currency(data)
    if not target and len(named) > 1:
        raise DataError(
            f"Pay is in {', '.join(sorted(named))} and no reporting currency is declared. Write "
            'currency = "USD" in spmkit.toml and give the table fx.'
        )
    return bool(target and named - {target})


def _paid(data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    """What was paid for each period, summed in the engine by rep and day, then converted."""
    if "payouts" not in data:
        return pd.DataFrame({"rep_id": [], "period": [], "paid": []}).astype({"paid": "float64"})
    frame = nw.from_native(data.payouts).lazy()
    if "currency" not in frame.collect_schema().names():
        frame = frame.with_columns(nw.lit(None, nw.String).alias("currency"))
    day = nw.col("period_start").cast(nw.Date)
    frame = frame.with_columns(period_of(day, periods).alias("period"), day.alias("_day"))
    frame = frame.filter(~nw.col("period").is_null())
    sums = frame.group_by(*_KEY, "_day", "currency").agg(total(nw.col("amount")).alias("paid"))
    paid = _converted(data, to_pandas(sums), ["paid"])
    summed = paid.groupby(_KEY, dropna=False)["paid"].sum(min_count=1).reset_index()
    return summed.astype(dict.fromkeys(_KEY, "object"))


def _sold(lines: pd.DataFrame) -> pd.DataFrame:
    """Quota lines summed to one row a rep and period; of attributes the last assignment's."""
    people = lines[lines["rep_id"].notna()].astype({"rep_id": "object", "period": "object"})
    grouped = people.groupby(_KEY)
    named: Mapping[str, pd.Series[Any]] = {c: grouped[c].last() for c in ["rep", *_ATTRIBUTES]}
    sums = {c: grouped[c].sum(min_count=1) for c in _SOLD}
    return pd.DataFrame({**named, **sums}).reset_index()


def _described(lines: pd.DataFrame, data: SalesData, periods: Sequence[Period]) -> pd.DataFrame:
    """Name those without quota and sales too, by their assignment at the period's end."""
    spells = assignment_spells(data)
    ends = pd.DataFrame(
        {
            "period": [p.label for p in periods],
            "period_start": pd.to_datetime([p.start for p in periods]),
            "_end": pd.to_datetime([p.end for p in periods]),
        }
    )
    days = ends.merge(spells, how="cross")
    current = days[(days["starts_on"] <= days["_end"]) & (days["ends_on"] >= days["_end"])]
    known = current[[*_KEY, "rep", *_ATTRIBUTES]].astype({"rep_id": "object", "period": "object"})
    lines = lines.merge(known, on=_KEY, how="left", suffixes=("", "_then"))
    lines = lines.merge(ends[["period", "period_start"]], on="period", how="left")
    for name in ("rep", *_ATTRIBUTES):
        own = lines[name].astype("object")
        lines[name] = own.where(own.notna(), lines.pop(f"{name}_then").astype("object"))
    return lines.assign(rep=lines["rep"].where(lines["rep"].notna(), lines["rep_id"]))


def _finished(lines: pd.DataFrame) -> pd.DataFrame:
    run = lines["period"].isin(lines.loc[lines["paid"].notna(), "period"])
    nothing = run & lines["paid"].isna() & lines["quota"].notna()
    lines = lines.assign(paid=lines["paid"].mask(nothing, 0.0))
    for name in _ATTRIBUTES:
        lines[name] = lines[name].where(lines[name].notna(), None)
    above = lines["target_variable"].where(lines["target_variable"] > 0)
    lines = lines.assign(
        pay_index=lines["paid"] / above,
        attainment=lines["rep_credited"] / lines["rep_quota"].where(lines["rep_quota"] > 0),
    )
    columns = ["rep_id", "rep", "period", "period_start", *_ATTRIBUTES, "ote", "base_pay"]
    columns += ["target_earnings", "base_earned", "target_variable", "paid", "pay_index"]
    order = lines.sort_values(["period_start", "rep", "rep_id"])[[*columns, *_SOLD, "attainment"]]
    return order.reset_index(drop=True)
