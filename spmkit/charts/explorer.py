"""The histogram that the attainment explorer is worked with."""

from __future__ import annotations

from math import floor

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, CONTEXT

STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
MOST_BARS = 30


def explorer_histogram(reps: pd.DataFrame, threshold: float, label: str) -> alt.LayerChart:
    """Reps by attainment, with a brush on the axis and a threshold that can be moved.

    The chart's parameter ``threshold`` recolours it without a new chart, and its
    interval selection ``brush`` says which span of attainment was dragged over.
    Reps whose attainment is null are not drawn.

    Parameters
    ----------
    reps
        One row a rep, with ``attainment`` (1.0 is on quota).
    threshold
        Attainment from which a bar is in the accent colour.
    label
        What the reps are measured over, such as ``"2026Q3"``.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> chart = explorer_histogram(pd.DataFrame({"attainment": [0.85, 1.2]}), 1.0, "2026Q3")
    >>> chart.to_dict()["description"]
    'Histogram of 2 reps by attainment of quota, 2026Q3'
    """
    attainment = reps["attainment"].dropna()
    brush = alt.selection_interval(name="brush", encodings=["x"])
    bars = _bars(attainment)
    chart: alt.LayerChart = (
        alt.LayerChart(
            layer=[
                bars.encode(opacity=alt.value(0.35)).add_params(brush),
                bars.transform_filter(brush),
                _threshold_rule(),
            ],
            data=attainment.to_frame(),
        )
        .add_params(alt.param(name="threshold", value=threshold))
        .properties(
            width=440,
            height=190,
            title={
                "text": f"Reps by attainment of quota, {label}",
                "subtitle": "Drag along the axis to list the reps behind the bars",
            },
            description=f"Histogram of {len(attainment)} reps by attainment of quota, {label}",
        )
    )
    return chart


def _bars(attainment: pd.Series[float]) -> alt.Chart:
    axis = alt.Axis(format=".0%", title="attainment of quota")
    colours = alt.Scale(domain=[False, True], range=[CONTEXT, ACCENT])
    bars: alt.Chart = (
        alt.Chart()
        .transform_calculate(reached="datum.attainment >= threshold")
        .mark_bar(binSpacing=1)
        .encode(
            x=alt.X("attainment:Q", bin=_bins(attainment), axis=axis),
            y=alt.Y("count():Q", title="reps", axis=alt.Axis(tickMinStep=1)),
            color=alt.Color("reached:N", scale=colours, legend=None),
            order=alt.Order("reached:Q"),
        )
    )
    return bars


def _bins(attainment: pd.Series[float]) -> alt.Bin:
    # Fixed here, so that the bars of a brushed part stand where the bars of the whole stand;
    # one step more than the largest value, since Vega closes the last bar on the right.
    if attainment.empty:
        return alt.Bin(step=STEPS[0], extent=[0, 1])
    low, high = float(attainment.min()), float(attainment.max())
    step = next((step for step in STEPS if high - low <= step * MOST_BARS), STEPS[-1])
    first, last = (floor(edge / step + 1e-9) for edge in (low, high))  # 1.2 / 0.1 is 11.99…
    return alt.Bin(step=step, extent=[first * step, (last + 1) * step])


def _threshold_rule() -> alt.Chart:
    rule: alt.Chart = (
        alt.Chart(alt.InlineData(values=[{}]))
        .transform_calculate(at="threshold")
        .mark_rule(strokeDash=[3, 3])
        .encode(x="at:Q")
    )
    return rule
