"""Opportunity lines: what most pipeline metrics read."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from spmkit.data import SalesData
from spmkit.data.currency import in_one_currency
from spmkit.data.quality import to_pandas
from spmkit.data.schema import CLOSED_OUTCOMES
from spmkit.expressions import days_between, period_of

_REP = ("name", "manager_id", "team", "region", "role", "segment")
_ACCOUNT = ("industry", "segment", "territory_id")


def opportunity_lines(data: SalesData, *, attributes: tuple[str, ...] | None = None) -> Any:
    """Every opportunity but the void ones, with the flags and days that metrics read.

    Parameters
    ----------
    data
        An open source.
    attributes
        Names of the reps' and accounts' attributes to join (``region``, ``account_industry``,
        …); none joins all, an empty tuple joins nothing.

    Returns
    -------
    frame
        The columns of ``opportunities`` with ``won``, ``lost``, ``closed``, ``renewal``,
        ``cycle_days`` (null where it closed before it was created), ``won_cycle_days`` and
        ``won_amount`` (null unless it was won), ``created_period`` and ``closed_period``; the
        owner's ``rep``, ``manager_id``, ``team``, ``region``, ``role``, ``segment``
        (``rep_segment`` beside the opportunity's own) and the account's
        ``account_industry``, ``account_segment``, ``account_territory_id``; amounts in the
        reporting currency. Lazily, of the engine of the source.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"], "region": ["North"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "outcome": ["won", "open"], "created_on": "2026-06-01",
    ...         "closed_on": ["2026-07-01", None], "amount": [60.0, 50.0]}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> lines = opportunity_lines(data).df().sort_values("opportunity_id")
    >>> lines["won"].tolist(), lines["closed_period"].fillna("open").tolist()
    ([True, False], ['2026Q3', 'open'])
    """
    frame = nw.from_native(data.opportunities).lazy()
    frame = _complete(frame).filter(nw.col("outcome") != "void")
    frame = in_one_currency(data, frame, "closed_on", ["amount"])
    flags = frame.with_columns(
        (nw.col("outcome") == "won").alias("won"),
        (nw.col("outcome") == "lost").alias("lost"),
        nw.col("outcome").is_in(CLOSED_OUTCOMES).alias("closed"),
        (nw.col("type").fill_null("new") == "renewal").alias("renewal"),
    )
    dated = flags.with_columns(_closed_on().alias("closed_on"))
    return _attributed(_timed(dated, data), data, attributes).to_native()


def _complete(frame: Any) -> Any:
    """Add the columns that the derived ones read, null where the source lacks them."""
    columns = frame.collect_schema().names()
    absent = {
        "type": nw.lit(None, nw.String),
        "created_on": nw.lit(None, nw.Date),
        "closed_on": nw.lit(None, nw.Date),
        "amount": nw.lit(None, nw.Float64),
    }
    added = [value.alias(name) for name, value in absent.items() if name not in columns]
    return frame.with_columns(*added) if added else frame


def _closed_on() -> Any:
    """An open opportunity has not closed, whatever its export says."""
    return nw.when(nw.col("closed")).then(nw.col("closed_on"))


def _timed(frame: Any, data: SalesData) -> Any:
    days = days_between(nw.col("created_on"), nw.col("closed_on"))
    periods = _calendar_periods(frame, data)
    return frame.with_columns(
        nw.when(days >= 0).then(days).alias("cycle_days"),
        nw.when(nw.col("won"), days >= 0).then(days).alias("won_cycle_days"),
        nw.when(nw.col("won")).then(nw.col("amount")).alias("won_amount"),
        period_of(nw.col("created_on"), periods).alias("created_period"),
        period_of(nw.col("closed_on"), periods).alias("closed_period"),
    )


def _calendar_periods(frame: Any, data: SalesData) -> Any:
    """The fiscal periods from the first creation or closing to as_of."""
    first = to_pandas(
        frame.select(nw.col("created_on").min().alias("a"), nw.col("closed_on").min().alias("b"))
    ).iloc[0]
    days = first.dropna()
    if days.empty:
        return []
    start = min(_day(day) for day in days)
    return data.calendar.between(start, data.as_of)


def _day(value: Any) -> Any:
    return value.date() if hasattr(value, "date") else value


def _attributed(frame: Any, data: SalesData, wanted: tuple[str, ...] | None) -> Any:
    own = set(frame.collect_schema().names())
    reps = _renamed(data.reps, _REP, own, {"name": "rep"}, "rep_")
    frame = _joined(frame, reps, "rep_id", wanted)
    if "accounts" in data and "account_id" in own:
        names = {name: f"account_{name}" for name in _ACCOUNT}
        accounts = _renamed(data.accounts, _ACCOUNT, own, names, "account_")
        frame = _joined(frame, accounts, "account_id", wanted)
    return frame


def _renamed(
    native: Any, names: tuple[str, ...], own: set[str], renamed: dict[str, str], prefix: str
) -> Any:
    """The attributes of a table under names that the opportunity does not have itself."""
    frame = nw.from_native(native).lazy()
    there = frame.collect_schema().names()
    key = there[0]
    targets = {n: renamed.get(n, n) for n in names if n in there}
    targets = {n: prefix + t if t in own else t for n, t in targets.items()}
    return frame.select(nw.col(key), *[nw.col(n).alias(t) for n, t in targets.items()])


def _joined(frame: Any, attributes: Any, key: str, wanted: tuple[str, ...] | None) -> Any:
    names = [n for n in attributes.collect_schema().names() if n != key]
    kept = names if wanted is None else [n for n in names if n in wanted]
    if not kept:
        return frame
    return frame.join(attributes.select(key, *kept), on=key, how="left")
