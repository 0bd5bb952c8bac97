"""Who works which account, and who wins in whose territory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import narwhals.stable.v2 as nw

from spmkit.data import SalesData
from spmkit.data.identity import NOT_IN_REPS
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed, required
from spmkit.metrics.territories.lines import mapped_accounts, span_of, won_in
from spmkit.periods import Period


def account_owners(
    data: SalesData, period: str | None = None, *, overlay_roles: Sequence[str] = ()
) -> Any:
    """One row an account that somebody worked in the period, with how many reps did.

    An owner is active on an account from the creation of the first to the
    closing of the last of the own opportunities there that were open at some
    time of the period. A hand-over makes two owners, but not two at once: one
    begins on the day on which the other ends. What has no day of creation is
    not counted, and people whom reps does not know count as one.

    Parameters
    ----------
    data
        An open source whose opportunities name accounts.
    period
        As in :func:`territory_lines`.
    overlay_roles
        Roles that work beside the owner; who has overlay quotas only is left out anyway.

    Returns
    -------
    frame
        ``account_id``, ``territory_id`` (null without accounts), ``owners`` (different reps) and
        ``at_once`` (whether two of them were active at the same time). Lazily, of the engine of
        the source.

    Raises
    ------
    DataError
        Where opportunities do not say their accounts, or when they were created.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada", "bo"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "account_id": "a1",
    ...         "rep_id": ["ada", "bo"], "outcome": "open", "created_on": "2026-07-01"}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> account_owners(data, "2026Q3").df()[["account_id", "owners", "at_once"]].values.tolist()
    [['a1', 2, True]]

    References
    ----------
    Catalogue G9 (its lines).
    """
    spans = _owner_spans(data, span_of(data, period), overlay_roles)
    # Each was active within the period, so where any two meet they meet within it; and where any
    # two meet, so do two of which one begins next after the other.
    before = nw.col("_to").shift(1).over("account_id", order_by=["_from", "_to"])
    met = (before > nw.col("_from")).fill_null(value=False)
    found = (
        spans.with_columns(met.alias("_met"))
        .group_by("account_id")
        .agg(nw.len().cast(nw.Int64).alias("owners"), nw.col("_met").max().alias("at_once"))
    )
    return (
        _placed(found, data).select("account_id", "territory_id", "owners", "at_once").to_native()
    )


def territory_deals(
    data: SalesData, period: str | None = None, *, overlay_roles: Sequence[str] = ()
) -> Any:
    """One row a deal won in the period, and whether it lay outside the winner's territories.

    Parameters
    ----------
    data
        An open source with ``accounts`` and ``territory_assignments``.
    period
        As in :func:`territory_lines`.
    overlay_roles
        As in :func:`account_owners`.

    Returns
    -------
    frame
        ``opportunity_id``, ``rep_id``, ``account_id``, ``territory_id`` (of the account),
        ``closed_on``, ``amount``, ``outside`` (null where the account lies in no territory, or
        the rep held none on the day of closing or is not in reps). Lazily, of the engine of the
        source. Deals of nobody are left out.

    Raises
    ------
    DataError
        Where nothing says who holds which territory, or in which an account lies.

    Examples
    --------
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "accounts": pd.DataFrame({"account_id": ["a1", "a2"], "territory_id": ["t1", "t2"]}),
    ...     "territory_assignments": pd.DataFrame({"territory_id": ["t1"], "rep_id": "ada",
    ...         "starts_on": "2026-01-01"}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": ["o1", "o2"], "rep_id": "ada",
    ...         "account_id": ["a1", "a2"], "outcome": "won", "closed_on": "2026-07-01",
    ...         "amount": 60.0}),
    ... }, settings={"as_of": "2026-10-02"})
    >>> lines = territory_deals(data, "2026Q3").df().sort_values("opportunity_id")
    >>> lines["outside"].tolist()
    [False, True]

    References
    ----------
    Catalogue G9 (its lines).
    """
    # What one stranger holds says nothing of what another one won.
    assigned = required(data, "territory_assignments").filter(nw.col("rep_id") != NOT_IN_REPS)
    map_ = mapped_accounts(data).select("account_id", "territory_id")
    won = won_in(data, span_of(data, period)).filter(~nw.col("rep_id").is_null())
    deals = _without_overlay(won, data, overlay_roles).join(map_, on="account_id", how="left")
    spells = completed(assigned, "territory_assignments", "ends_on").select(
        "rep_id",
        nw.col("territory_id").alias("_held"),
        nw.col("starts_on").cast(nw.Date).alias("_from"),
        nw.col("ends_on").cast(nw.Date).alias("_to"),
    )
    day = nw.col("closed_on")
    during = (day >= nw.col("_from")) & (nw.col("_to").is_null() | (day <= nw.col("_to")))
    own = nw.when(nw.col("_held") == nw.col("territory_id")).then(nw.lit(0)).otherwise(nw.lit(1))
    judged = nw.when(during, ~nw.col("territory_id").is_null()).then(own)
    found = (
        deals.join(spells, on="rep_id", how="left")
        .with_columns(judged.alias("_outside"))
        .group_by("opportunity_id")
        .agg(nw.col("_outside").min(), *[nw.col(name).max() for name in _OF_DEAL])
    )
    outside = nw.col("_outside") == 1
    return found.select("opportunity_id", *_OF_DEAL, outside.alias("outside")).to_native()


_OF_DEAL = ("rep_id", "account_id", "territory_id", "closed_on", "amount")


def _owner_spans(data: SalesData, span: Period, overlay_roles: Sequence[str]) -> Any:
    """One row an account and rep: when the rep, active in the period, began and ended there."""
    frame = required(data, "opportunities", "account_id", "created_on")
    frame = completed(frame, "opportunities", "closed_on")
    owned = frame.filter(
        nw.col("outcome") != "void", ~nw.col("account_id").is_null(), ~nw.col("rep_id").is_null()
    )
    start, end = nw.col("created_on").cast(nw.Date), nw.col("closed_on").cast(nw.Date)
    later = nw.lit(span.end + timedelta(days=1))
    ends = nw.when(nw.col("outcome") == "open").then(later).otherwise(end)
    dated = owned.with_columns(start.alias("_from"), ends.alias("_to"))
    begun, lasting = nw.col("_from") <= nw.lit(span.end), nw.col("_to") >= nw.lit(span.start)
    active = dated.filter(begun, lasting, nw.col("_from") <= nw.col("_to"))
    active = _without_overlay(active, data, overlay_roles)
    return active.group_by("account_id", "rep_id").agg(nw.col("_from").min(), nw.col("_to").max())


def _without_overlay(frame: Any, data: SalesData, overlay_roles: Sequence[str]) -> Any:
    left_out = sorted(_overlay_reps(data, overlay_roles))
    return frame.filter(~nw.col("rep_id").is_in(left_out)) if left_out else frame


def _overlay_reps(data: SalesData, overlay_roles: Sequence[str]) -> set[str]:
    """Who ever had an overlay role, or has overlay quotas and no others."""
    found: set[str] = set()
    if "quotas" in data and {"kind", "rep_id"} <= set(_columns(data, "quotas")):
        lines = nw.from_native(data.quotas).lazy().select("rep_id", "kind").unique()
        kinds = to_pandas(lines).dropna(subset=["rep_id"])
        overlay = kinds["kind"] == "overlay"
        found |= set(kinds.loc[overlay, "rep_id"]) - set(kinds.loc[~overlay, "rep_id"])
    for table in ("reps", "rep_assignments") if overlay_roles else ():
        if table in data and "role" in _columns(data, table):
            lines = nw.from_native(data[table]).lazy()
            roles = lines.filter(nw.col("role").is_in(list(overlay_roles)))
            found |= set(to_pandas(roles.select("rep_id").unique())["rep_id"].dropna())
    return found


def _columns(data: SalesData, table: str) -> list[str]:
    return list(nw.from_native(data[table]).lazy().collect_schema().names())


def _placed(frame: Any, data: SalesData) -> Any:
    if "accounts" not in data:
        return frame.with_columns(nw.lit(None, nw.String).alias("territory_id"))
    accounts = completed(nw.from_native(data.accounts).lazy(), "accounts", "territory_id")
    # Grouped by what is unique anyway: a join is then left out where nobody reads its column.
    placed = accounts.group_by("account_id").agg(nw.col("territory_id").max())
    return frame.join(placed, on="account_id", how="left")
