"""What came into the funnel, stage by stage: got past, lost there, still there. It adds up."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.quality import to_pandas
from spmkit.diagnostics.funnel import CONFIDENCE, visits_since
from spmkit.diagnostics.opening import Diagnosis
from spmkit.intervals import wilson_interval
from spmkit.metrics.opportunities import opportunity_lines

UNKNOWN_STAGE = "no stage in the log"
_FATES = {"won": "won", "lost": "lost", "no_decision": "lost", "open": "open"}
_COUNTED = ("n", "cents", "unknown")


def stage_leaks(diagnosis: Diagnosis) -> pd.DataFrame:
    """What became of the opportunities created in the window, by the furthest stage they reached.

    One that skipped a stage has got past it. Each opportunity is lost in one stage alone, so
    that the losses of all stages, what is open and what was won add up to what was created, in
    numbers and to the cent.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        One row a declared stage, in order, and one for those without a stage in the log where
        there are any (``place`` null): ``place``, ``stage``; ``entered`` = ``past`` + ``lost`` +
        ``open`` in amounts and, ending in ``_n``, in numbers (``lost`` is lost or without a
        decision; ``past`` a later stage or a win); ``won`` (from this stage); ``unknown_n``
        (without an amount, in no amount) and ``lost_unknown_n``; ``lost_share`` of the numbers
        with ``low`` and ``high`` (Wilson, 95 %) and ``status``. As known on the data's day, without
        renewals.

    Raises
    ------
    DataError
        Where there is no log of changes, or no order of stages is declared.

    Examples
    --------
    >>> found = stage_leaks(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found.sort_values("lost", ascending=False)["stage"].iloc[0]
    'Proposal'
    >>> bool((found["entered_n"] == found[["past_n", "lost_n", "open_n"]].sum(axis=1)).all())
    True

    References
    ----------
    Catalogue W7 (in amounts), W15.
    """
    counts = _counts(diagnosis)
    stages = list(diagnosis.data.settings.stages)
    rows = [_row(counts, place, name) for place, name in enumerate(stages, start=1)]
    nowhere = counts[counts["place"].isna()]
    if len(nowhere):
        rows.append(_summed(nowhere, nowhere, None, UNKNOWN_STAGE))
    found = pd.DataFrame(rows).astype({"place": "Int64"})
    low, high = wilson_interval(found["lost_n"], found["entered_n"], CONFIDENCE)
    share = found["lost_n"] / found["entered_n"].where(found["entered_n"] > 0)
    status = found["entered_n"].gt(0).map({True: "ok", False: "undefined: no rows"})
    return found.assign(lost_share=share, low=low, high=high, status=status)


def won_of_closed(leaks: pd.DataFrame) -> pd.Series[Any]:
    """The share won of what was created in the window and closed: no product over stages is it.

    Parameters
    ----------
    leaks
        What :func:`stage_leaks` gives.

    Returns
    -------
    pandas.Series
        ``share`` with ``low`` and ``high`` (Wilson, 95 %), ``n`` and ``won``; null where nothing
        has closed.

    Examples
    --------
    >>> leaks = pd.DataFrame({"won_n": [0, 30], "lost_n": [10, 20]})
    >>> won_of_closed(leaks)[["share", "n"]].tolist()
    [0.5, 60]
    """
    won, closed = int(leaks["won_n"].sum()), int(leaks[["won_n", "lost_n"]].sum().sum())
    low, high = wilson_interval([won], [closed], CONFIDENCE)
    share = won / closed if closed else float("nan")
    found = {"share": share, "low": low[0], "high": high[0], "n": closed, "won": won}
    return pd.Series(found, dtype="object")


def new_business(diagnosis: Diagnosis) -> Any:
    """Every opportunity but renewals, without attributes of its owner or account, lazily."""
    bare = diagnosis.data.fact("bare opportunities", lambda: _bare(diagnosis))
    return nw.from_native(bare).lazy().filter(~nw.col("renewal"))


def _bare(diagnosis: Diagnosis) -> Any:
    return opportunity_lines(diagnosis.data, attributes=())


def _counts(diagnosis: Diagnosis) -> pd.DataFrame:
    """Number and amount of opportunities by furthest stage and what became of them."""
    visits = nw.from_native(visits_since(diagnosis)).lazy()
    furthest = visits.group_by("opportunity_id").agg(nw.col("place").max())
    day = nw.col("created_on").cast(nw.Date)
    first, last = nw.lit(diagnosis.start.date()), nw.lit(diagnosis.end.date())
    made = new_business(diagnosis).filter(day >= first, day <= last)
    lines = made.select("opportunity_id", "outcome", "amount")
    grouped = (
        lines.join(furthest, on="opportunity_id", how="left")
        .group_by("place", "outcome")
        .agg(
            nw.len().alias("n"),
            nw.col("amount").sum().alias("amount"),
            nw.col("amount").count().alias("known"),
        )
    )
    found = to_pandas(grouped).astype({"n": "int64", "known": "int64", "place": "Int64"})
    # In whole cents, so that the parts sum to the whole whatever the order of adding.
    cents = (found["amount"].astype("float64").fillna(0) * 100).round().astype("int64")
    fate = found["outcome"].map(_FATES)
    return found.assign(cents=cents, unknown=found["n"] - found["known"], fate=fate)


def _row(counts: pd.DataFrame, place: int, name: str) -> dict[str, Any]:
    reached = counts["place"] >= place
    return _summed(counts[reached], counts[counts["place"] == place], place, name)


def _summed(
    reached: pd.DataFrame, here: pd.DataFrame, place: int | None, name: str
) -> dict[str, Any]:
    """What reached a stage, and of what came no further what became of it."""
    ended = {fate: here[here["fate"] == fate] for fate in ("lost", "open", "won")}
    further = reached.drop(index=here.index)
    parts = {"entered": reached, "past": pd.concat([further, ended["won"]]), **ended}
    row: dict[str, Any] = {"place": place, "stage": name}
    for part, rows in parts.items():
        sums = rows[list(_COUNTED)].sum()
        row |= {part: float(sums["cents"]) / 100, f"{part}_n": int(sums["n"])}
    lost = int(ended["lost"]["unknown"].sum())
    return row | {"unknown_n": int(reached["unknown"].sum()), "lost_unknown_n": lost}
