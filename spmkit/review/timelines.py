"""The way of a rep's biggest win and biggest loss, stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import DataError
from spmkit.data.quality import to_pandas
from spmkit.data.tables import required
from spmkit.metrics.activities import activity_lines
from spmkit.metrics.pipeline import push_lines
from spmkit.metrics.stages import stage_visits
from spmkit.review.closings import closed_in
from spmkit.review.person import Person, credits_of
from spmkit.review.scorecard import refuse_individual_activity

_DEAL = ["deal", "opportunity_id", "amount", "discount", "closed_on", "cycle_days"]


def biggest_deals(person: Person) -> pd.DataFrame:
    """The opportunity that brought the rep most in the period, and the largest one lost.

    Parameters
    ----------
    person
        An open review of a rep.

    Returns
    -------
    pandas.DataFrame
        At most two rows: ``deal`` (``biggest win``, ``biggest loss``), ``opportunity_id``,
        ``amount`` (of the win what was credited to the rep, of the loss its last amount),
        ``discount`` (of the whole deal; null without a list price), ``closed_on``,
        ``cycle_days``, ``touches`` (held with the customer and logged; null without activities,
        or where they may not be shown), ``pushes`` (moves to a later quarter; null without a log).
    """
    closed = _closed(person)
    won = credits_of(person).groupby("opportunity_id")["amount"].sum()
    wins = closed[closed["won"]].assign(amount=closed["opportunity_id"].map(won))
    losses = closed[~closed["won"]]
    found = [
        _largest(wins, "biggest win"),
        _largest(losses, "biggest loss"),
    ]
    deals = pd.concat(found, ignore_index=True)
    ids = deals["opportunity_id"].tolist()
    counted = {name: told_or_nothing(way, person, ids) for name, way in LOGGED.items()}
    return deals[_DEAL].assign(
        **{name: deals["opportunity_id"].map(count) for name, count in counted.items()}
    )


def deal_stages(person: Person, deals: pd.DataFrame) -> pd.DataFrame:
    """The stages through which some opportunities went.

    Returns
    -------
    pandas.DataFrame
        ``deal``, ``opportunity_id``, ``stage``, ``visit`` (which visit to the stage), ``start``
        and ``end`` (days), ``days``; visits of which the beginning is not known are left out.

    Raises
    ------
    DataError
        Where there is no log of changes, or no order of stages is declared.
    """
    visits = nw.from_native(stage_visits(person.data)).lazy()
    asked = deals["opportunity_id"].tolist()
    own = visits.filter(nw.col("opportunity_id").is_in(asked), ~nw.col("entered_on").is_null())
    columns = ["opportunity_id", "stage", "visit", "entered_on", "left_on", "days"]
    found = to_pandas(own.select(*columns))
    names = dict(zip(deals["opportunity_id"], deals["deal"], strict=True))
    closed = dict(zip(deals["opportunity_id"], deals["closed_on"], strict=True))
    until = pd.to_datetime(found["left_on"]).fillna(found["opportunity_id"].map(closed))
    told = found.assign(
        deal=found["opportunity_id"].map(names),
        start=pd.to_datetime(found["entered_on"]),
        end=until,
    )
    told = told.sort_values(["deal", "start", "end"], ignore_index=True)
    return told[["deal", "opportunity_id", "stage", "visit", "start", "end", "days"]]


def _closed(person: Person) -> pd.DataFrame:
    closed = closed_in(person.data, [person.periods.now])
    own = closed.filter(nw.col("rep_id") == person.rep_id)
    columns = ["opportunity_id", "won", "amount", "list_amount", "closed_on", "cycle_days"]
    found = to_pandas(own.select(*columns))
    return found.assign(
        closed_on=pd.to_datetime(found["closed_on"]),
        won=found["won"].astype(bool),
        discount=discounts(found),
    )


def discounts(deals: pd.DataFrame) -> pd.Series[float]:
    """What each deal lies below its list price, as a share; null where either is not known.

    A loss has a price too: what was asked for it last.

    Examples
    --------
    >>> discounts(pd.DataFrame({"amount": [90.0, 110.0, 50.0, None],
    ...     "list_amount": [100.0, 100.0, 0.0, 100.0]})).round(2).tolist()
    [0.1, -0.1, nan, nan]
    """
    amount, listed = (deals[name].astype("float64") for name in ("amount", "list_amount"))
    return 1 - amount / listed.where(listed > 0)


def _largest(deals: pd.DataFrame, name: str) -> pd.DataFrame:
    known = deals[deals["amount"] > 0]
    ordered = known.sort_values(["amount", "opportunity_id"], ascending=[False, True])
    return ordered.head(1).assign(deal=name)


def touches_of(person: Person, ids: Sequence[str]) -> dict[str, int]:
    """How often the customer was reached about each of some opportunities, as far as it is logged.

    Raises
    ------
    DataError
        Without activities that name opportunities, or where they may not be shown.
    """
    refuse_individual_activity(person.data)
    required(person.data, "activities", "opportunity_id")
    lines = nw.from_native(activity_lines(person.data)).lazy()
    asked = nw.col("opportunity_id").is_in(list(ids))
    held = to_pandas(lines.filter(asked, nw.col("touch")).select("opportunity_id"))
    counts = held["opportunity_id"].value_counts()
    return {one: int(counts.get(one, 0)) for one in ids}


def pushes_of(person: Person, ids: Sequence[str]) -> dict[str, int]:
    """How often the close date of each of some opportunities moved to a later quarter.

    Raises
    ------
    DataError
        Without a log of changes.
    """
    lines = nw.from_native(push_lines(person.data, attributes=())).lazy()
    asked = lines.filter(nw.col("opportunity_id").is_in(list(ids)))
    found = to_pandas(asked.select("opportunity_id", "pushes"))
    return dict(zip(found["opportunity_id"], found["pushes"], strict=True))


LOGGED: Mapping[str, Callable[[Person, Sequence[str]], dict[str, int]]] = {
    "touches": touches_of,
    "pushes": pushes_of,
}
"""What is counted of an opportunity in the logs."""


def told_or_nothing(
    way: Callable[[Person, Sequence[str]], dict[str, int]], person: Person, ids: Sequence[str]
) -> dict[str, int]:
    """A count of each opportunity; nothing where the table that it needs is missing."""
    try:
        return way(person, ids)
    except DataError:
        return {}
