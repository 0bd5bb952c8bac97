"""Open opportunities that are older than won ones were when they left the same stage."""

from __future__ import annotations

from typing import Annotated, Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data import SalesData
from spmkit.data.frames import like
from spmkit.data.quality import to_pandas
from spmkit.data.tables import Lazy
from spmkit.expressions import days_between, divided, present
from spmkit.groups import counted_median
from spmkit.metrics.opportunities.lines import opportunity_lines
from spmkit.metrics.stages.visits import won_visits
from spmkit.traits import Traits
from spmkit.units import Column, Multiple, Percent, Share

_AGE = Traits("ageing_lines", "lower", "leading", controllable=True)
FEWEST = 5


def ageing_lines(data: SalesData, *, attributes: tuple[str, ...] | None = ()) -> Any:
    """Every open opportunity in a declared stage, with its age beside that of won ones there.

    The age to compare with is the median age at which those that were won left the same
    stage for the last time: half of the winners were through by then.

    Parameters
    ----------
    data
        An open source with ``opportunity_history`` and declared ``stages``.
    attributes
        As for :func:`spmkit.opportunity_lines`.

    Returns
    -------
    frame
        The columns of :func:`spmkit.opportunity_lines` of what is open, with ``won_age_days``
        (null where fewer than five won ones were ever in the stage), ``won_n`` (how many were)
        and ``age_ratio``. Lazily, of the engine of the source.

    Raises
    ------
    DataError
        Where there is no log of changes, or no order of stages is declared.

    Examples
    --------
    >>> moves = {"changed_at": ["2026-06-01", "2026-06-11"], "old_value": [None, "Discovery"],
    ...     "new_value": ["Discovery", "Closed Won"]}
    >>> data = spm.open_data({
    ...     "reps": pd.DataFrame({"rep_id": ["ada"]}),
    ...     "opportunities": pd.DataFrame({"opportunity_id": [f"o{n}" for n in range(6)],
    ...         "rep_id": "ada", "outcome": ["won"] * 5 + ["open"], "stage": "Discovery",
    ...         "created_on": "2026-06-01", "closed_on": ["2026-06-11"] * 5 + [None]}),
    ...     "opportunity_history": pd.concat([pd.DataFrame({"opportunity_id": f"o{n}",
    ...         "field": "stage"} | moves) for n in range(5)]),
    ... }, settings={"as_of": "2026-06-16", "stages": ["Discovery"]})
    >>> ageing_lines(data).df()[["age_days", "won_age_days", "age_ratio"]].values.tolist()
    [[15.0, 10.0, 1.5]]

    References
    ----------
    Catalogue W19 (its lines).
    """
    deals: Lazy = nw.from_native(opportunity_lines(data, attributes=attributes)).lazy()
    open_ = deals.filter(nw.col("open"))
    joined = open_.join(like(_won_ages(data), deals, data.connection), on="stage", how="inner")
    ratio = divided(nw.col("age_days"), nw.col("won_age_days"))
    return joined.with_columns(age_ratio=ratio).to_native()


def _won_ages(data: SalesData) -> pd.DataFrame:
    """A row a stage: the median age of won opportunities when they left it, and their number."""
    placed = won_visits(data).filter(~nw.col("place").is_null())
    age = days_between(nw.col("created_on"), nw.col("left_on"))
    ages = placed.with_columns(_age=nw.when(age >= 0).then(age))
    last = ages.group_by("opportunity_id", "stage").agg(nw.col("_age").max())
    counted = to_pandas(last.group_by("stage", "_age").agg(nw.len().alias("n")))
    known = counted.dropna(subset=["_age"])
    rows = [
        (stage, part["n"].sum(), counted_median(part["_age"], part["n"]))
        for stage, part in known.groupby("stage")
    ]
    stages = pd.DataFrame({"stage": list(data.settings.stages)}, dtype="string")
    found = pd.DataFrame(rows, columns=["stage", "won_n", "won_age_days"])
    told = stages.merge(found.astype({"stage": "string"}), on="stage", how="left")
    told = told.fillna({"won_n": 0}).astype({"won_n": "int64", "won_age_days": "float64"})
    return told.assign(won_age_days=told["won_age_days"].where(told["won_n"] >= FEWEST))


def deal_ageing(age_ratio: Column) -> Annotated[Multiple, _AGE]:
    """Median age of open opportunities as a multiple of the age of won ones at the same stage.

    Above 1 more than half of the pipeline is older than half of the winners ever were in
    its stage. A pipeline that was cleaned up yesterday looks young.

    Parameters
    ----------
    age_ratio
        Age of an open opportunity ÷ the median age of won ones when they left its stage.

    Returns
    -------
    Multiple
        Null where nothing is open in a stage that won ones have left.

    Examples
    --------
    >>> lines = pd.DataFrame({"age_ratio": [0.5, 1.5, 4.0, None]})
    >>> spm.measure(lines, spm.deal_ageing)["deal_ageing"].tolist()
    [1.5]

    References
    ----------
    Catalogue W19; common usage of the field.
    """
    return age_ratio.median()


def overaged_share(age_ratio: Column, *, above: float = 2.0) -> Annotated[Percent, _AGE]:
    """Share of open opportunities more than twice as old as won ones were at the same stage.

    Some of them will still be won; they are where to ask first, not what to strike out.

    Parameters
    ----------
    age_ratio
        Age of an open opportunity ÷ the median age of won ones when they left its stage.
    above
        The multiple above which one counts as too old.

    Returns
    -------
    Percent
        Of those with a ratio, with its Wilson interval; null where there is none.

    Examples
    --------
    >>> lines = pd.DataFrame({"age_ratio": [0.5, 1.5, 4.0, None]})
    >>> spm.measure(lines, spm.overaged_share)["overaged_share"].round(3).tolist()
    [0.333]

    References
    ----------
    Catalogue W19 (share above a multiple); common usage of the field.
    """
    return Share(age_ratio > above, present(age_ratio))
