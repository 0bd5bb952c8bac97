"""How soon leads are answered, by source, those never touched counted as waiting; their yield."""

from __future__ import annotations

from functools import partial
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from spmkit.data.frames import kept
from spmkit.data.quality import to_pandas
from spmkit.declaration import Metric, metric_name
from spmkit.diagnostics.funnel import CONFIDENCE, surely_longest
from spmkit.diagnostics.opening import Diagnosis
from spmkit.expressions import total
from spmkit.measure import measure
from spmkit.metrics.leads import (
    lead_conversion,
    lead_conversion_within,
    lead_outcomes,
    lead_response_time,
    lead_win_rate,
    response_within,
    source_value_per_lead,
)
from spmkit.redraws import redrawn_ratio
from spmkit.survival import duration_curve
from spmkit.units import Column, Money, Ratio

NOT_GIVEN = "not given"
WITHIN_DAYS = 90
"""The age at which the conversion of sources is compared: every lead has had as long."""

_READ = (
    *("source", "rep_id", "waited_hours", "response_hours", "age_hours", "touched", "age_days"),
    *("converted", "conversion_days", "won", "won_value", "defect"),
)
_MINUTES = 60


def window_leads(diagnosis: Diagnosis) -> Any:
    """Every lead created in the window with what became of it: read once for all that is said.

    Raises
    ------
    DataError
        Where there are no leads.
    """
    return diagnosis.data.fact(f"leads of {diagnosis.window}", lambda: _leads(diagnosis))


def _leads(diagnosis: Diagnosis) -> Any:
    lines = nw.from_native(lead_outcomes(diagnosis.data, attributes=())).lazy()
    first, last = nw.lit(diagnosis.start.date()), nw.lit(diagnosis.end.date())
    within = lines.filter(nw.col("created_on") >= first, nw.col("created_on") <= last)
    named = within.with_columns(source=nw.col("source").fill_null(NOT_GIVEN))
    return kept(named.select(*_READ), diagnosis.data.connection).to_native()


def response_times(diagnosis: Diagnosis, within_hours: float = 1.0) -> pd.DataFrame:
    """How long each source's leads wait, the slowest first, and which one is surely the slowest.

    Parameters
    ----------
    diagnosis
        An open diagnosis.
    within_hours
        What is promised: the share answered within so many hours is beside it.

    Returns
    -------
    pandas.DataFrame
        ``source``, ``median`` hours with ``low`` and ``high`` (Kaplan and Meier, 95 %; a lead never
        touched waits up to the data's day), ``n``, ``touched`` (how many were), ``left_out``
        (touched before it was created), ``status``; ``within``, the share answered in time, with
        ``within_low``, ``within_high`` (Wilson, 95 %) and ``within_n``; ``slowest``, true of one
        source at most, whose interval lies above those of all the others.

    Raises
    ------
    DataError
        Where there are no leads.

    Examples
    --------
    >>> found = response_times(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found.loc[found["slowest"], "source"].tolist()
    ['Event']

    References
    ----------
    Catalogue V3 and V4.
    """
    lines = window_leads(diagnosis)
    times = lead_response_time(lines, by="source", confidence=CONFIDENCE)
    metric = partial(response_within, hours=within_hours)
    shares = measure(lines, metric, by="source", confidence=CONFIDENCE)
    name = metric_name(metric)
    named = {f"{name}{end}": f"within{end}" for end in ("", "_n", "_low", "_high")}
    told = times.merge(shares.rename(columns=named)[["source", *named.values()]], on="source")
    told = told.rename(columns={"ended": "touched"}).assign(slowest=surely_longest(told))
    return told.sort_values(
        ["slowest", "median"], ascending=False, na_position="first", ignore_index=True
    )


def response_curves(diagnosis: Diagnosis) -> pd.DataFrame:
    """The share of each source's leads that was answered, by hours since they came.

    Returns
    -------
    pandas.DataFrame
        ``source``, ``hours`` (to the minute above), ``answered`` with ``low`` and ``high`` (95 %),
        ``at_risk``. It rises to the share that is ever answered, not to 1.

    Raises
    ------
    DataError
        Where there are no leads.

    References
    ----------
    Catalogue V3; Kaplan and Meier 1958.
    """
    lines = nw.from_native(window_leads(diagnosis)).lazy()
    minutes = (nw.col("waited_hours") * _MINUTES).ceil()
    timed = lines.with_columns(_minutes=minutes).to_native()
    curve = duration_curve(timed, "_minutes", "touched", by="source", confidence=CONFIDENCE)
    return pd.DataFrame(
        {
            "source": curve["source"],
            "hours": curve["days"].astype("float64") / _MINUTES,
            "answered": 1 - curve["remaining"],
            "low": 1 - curve["high"],
            "high": 1 - curve["low"],
            "at_risk": curve["at_risk"],
        }
    )


def source_yields(diagnosis: Diagnosis) -> pd.DataFrame:
    """What the leads of each source turned into.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``source``; ``conversion`` to an opportunity, ``conversion_90`` (within 90 days, of leads
        that old), ``win_rate`` of leads, each with ``_n``, ``_low``, ``_high`` (Wilson, 95 %);
        ``value`` won a lead with ``value_low``, ``value_high`` (whole reps drawn anew; null below
        8 reps) and ``value_n``. The most valuable source first. Young leads have had less time:
        the rates of all of them are low.

    Raises
    ------
    DataError
        Where there are no leads.

    References
    ----------
    Catalogue V1, V2 and V5.
    """
    lines = window_leads(diagnosis)
    aged = partial(lead_conversion_within, within_days=WITHIN_DAYS)
    metrics: list[Metric] = [lead_conversion, aged, lead_win_rate, source_value_per_lead]
    found = measure(lines, metrics, by="source", confidence=CONFIDENCE)
    names = {
        "lead_conversion": "conversion",
        metric_name(aged): "conversion_90",
        "lead_win_rate": "win_rate",
        "source_value_per_lead": "value",
    }
    ends = ("", "_n", "_low", "_high")
    renamed = {f"{old}{end}": f"{new}{end}" for old, new in names.items() for end in ends}
    told = found.rename(columns=renamed)[["source", *renamed.values()]]
    bounds = _value_bounds(lines)
    told = told.drop(columns=["value_low", "value_high"]).merge(bounds, on="source", how="left")
    return told.sort_values(["value", "source"], ascending=[False, True], ignore_index=True)


def _value_bounds(lines: Any) -> pd.DataFrame:
    """Bounds of the value a lead, from sums by rep: what the mean is made of, and small."""
    value = nw.col("won_value")
    named = nw.from_native(lines).lazy().with_columns(rep_id=nw.col("rep_id").fill_null("nobody"))
    sums = to_pandas(
        named.group_by("source", "rep_id").agg(value.sum(), value.count().alias("leads"))
    )
    sums = sums[sums["leads"] > 0]
    columns = {"_value_a_lead_low": "value_low", "_value_a_lead_high": "value_high"}
    if sums.empty:
        return pd.DataFrame(columns=["source", *columns.values()])
    found = redrawn_ratio(sums, _value_a_lead, "rep_id", "source")
    return found.rename(columns=columns)[["source", *columns.values()]]


def _value_a_lead(won_value: Column, leads: Column) -> Money:
    return Ratio(total(won_value), total(leads))
