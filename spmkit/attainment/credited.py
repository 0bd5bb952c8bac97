"""Credited sales by rep, period, assignment and component of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.attainment.credits import of_kind
from spmkit.data import DataError, SalesData
from spmkit.data.frames import like
from spmkit.data.quality import to_pandas
from spmkit.expressions import period_of
from spmkit.periods import Period

LINE = ["rep_id", "period", "starts_on", "component"]


def with_components(quotas: pd.DataFrame) -> pd.DataFrame:
    """Give every quota line its component: of a plan with one, that one.

    Raises
    ------
    DataError
        Where there are several and some quota lines name none.
    """
    components = _components(quotas)
    bare = int(quotas["component"].isna().sum())
    if len(components) > 1 and bare:
        raise DataError(
            f"The quotas have the components {', '.join(components)}, but {bare} quota lines name "
            "none: credits could not be told to belong to them. Give quotas.component."
        )
    filled = quotas["component"].fillna(components[0]) if components else quotas["component"]
    return quotas.assign(component=filled)


def _components(quotas: pd.DataFrame) -> list[str]:
    return sorted(quotas["component"].dropna().unique())


def counted_credits(
    data: SalesData, periods: Sequence[Period], kind: str, quotas: pd.DataFrame
) -> Any:
    """The credit lines of a kind within periods, each with its period and component.

    Without components in the quotas those of the credits are not read; with one, a credit
    that names none belongs to it.

    Raises
    ------
    DataError
        Where the quotas have several components and a credit names none.
    """
    lines = of_kind(data, kind)
    lines = lines.with_columns(period_of(nw.col("credited_on"), periods).alias("period"))
    lines = lines.filter(~nw.col("period").is_null())
    components = _components(quotas)
    if not components:
        return lines.with_columns(nw.lit(None, nw.String).alias("component"))
    if len(components) == 1:
        return lines.with_columns(nw.col("component").fill_null(components[0]))
    _refuse_bare(lines, components)
    return lines


def _refuse_bare(lines: Any, components: Sequence[str]) -> None:
    bare = lines.filter(nw.col("component").is_null()).select(nw.len().alias("n"))
    count = int(to_pandas(bare)["n"].iloc[0])
    if count:
        raise DataError(
            f"The quotas have the components {', '.join(components)}, but {count} credits name "
            "none: a total attainment would count them against the wrong quota. Give "
            "credits.component."
        )


def credited_sums(
    data: SalesData, lines: Any, spells: pd.DataFrame, quotas: pd.DataFrame
) -> pd.DataFrame:
    """Sum counted credits in the engine, by rep, period, assignment and component.

    Raises
    ------
    DataError
        Where the credits name components, and no quota any of them.
    """
    moved = spells[spells.duplicated("rep_id", keep=False)]
    grouped = _on_spells(lines, moved, data).group_by(*LINE)
    amount = nw.col("amount")
    found = to_pandas(grouped.agg(credited=amount.sum(), largest_credit=amount.max()))
    _refuse_other_components(found, _components(quotas))
    texts = dict.fromkeys(("rep_id", "period", "component"), "object")
    return found.assign(
        starts_on=pd.to_datetime(found["starts_on"]).astype("datetime64[s]")
    ).astype(texts)


def _on_spells(lines: Any, moved: pd.DataFrame, data: SalesData) -> Any:
    """Say on which assignment a credit falls; reps who never moved need no join."""
    if moved.empty:
        return lines.with_columns(nw.lit(None, nw.Date).alias("starts_on"))
    spells = moved[["rep_id", "starts_on", "ends_on"]].assign(
        starts_on=moved["starts_on"].dt.date, ends_on=moved["ends_on"].dt.date
    )
    joined = lines.join(like(spells, lines, data.connection), on="rep_id", how="left")
    day, start, end = nw.col("credited_on"), nw.col("starts_on"), nw.col("ends_on")
    inside = (day >= start.cast(nw.Date)) & (day <= end.cast(nw.Date))
    return joined.filter(start.is_null() | inside).with_columns(start.cast(nw.Date))


def _refuse_other_components(credited: pd.DataFrame, components: Sequence[str]) -> None:
    named = set(credited["component"].dropna())
    if components and named and not named & set(components):
        raise DataError(
            f"The quotas have the component {', '.join(components)}, the credits "
            f"{', '.join(sorted(named))}: no credit counts to any quota. Give them the same names."
        )
