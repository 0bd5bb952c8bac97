"""How many reps reached how much, beside what the policy declares."""

from __future__ import annotations

import altair as alt
import pandas as pd

from spmkit.charts.attainment import at_quota_rule
from spmkit.charts.points import thinned
from spmkit.charts.theme import BAND, MUTED, PAPER, WORSE
from spmkit.units import whole_percent

_CAP = 2.0  # of quota: the curve says no more beyond
_PERCENT = "replace(format(datum.value, '.0%'), '%', ' %')"


def policy_curve(
    reached: pd.DataFrame,
    declared: pd.DataFrame,
    shares: pd.DataFrame,
    title: str,
    subtitle: str,
) -> alt.LayerChart:
    """Draw the share of reps at or above each attainment, its interval, and what is declared.

    Parameters
    ----------
    reached
        In rising order: ``attainment``, ``share``, ``low``, ``high``.
    declared
        The curve that the declared share at quota makes: ``attainment``, ``share``; may be empty.
    shares
        What is declared: ``attainment``, ``low``, ``high``, ``label``; may be empty.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> reached = pd.DataFrame({"attainment": [0.8, 1.2], "share": [1.0, 0.5], "low": [0.6, 0.1],
    ...     "high": [1.0, 0.9]})
    >>> shares = pd.DataFrame({"attainment": [1.0], "low": [0.6], "high": [0.6],
    ...     "label": ["60 % at quota"]})
    >>> policy_curve(reached, reached[:0], shares, "Half", "Reps").to_dict()["description"]
    'Half. Reps. At or above 80 %: 100 %; At or above 120 %: 50 %. Declared: 60 % at quota.'
    """
    axis = alt.Axis(labelExpr=_PERCENT, tickCount=5, grid=True)
    x = alt.X(
        field="attainment",
        type="quantitative",
        title="attainment of quota",
        scale=alt.Scale(domain=[0, _CAP], nice=False, clamp=True),
        axis=alt.Axis(labelExpr=_PERCENT, tickCount=5, labelFlush=False),
    )
    y = {
        name: alt.Y(
            field=name,
            type="quantitative",
            title="reps at or above",
            axis=axis,
            scale=alt.Scale(domain=[0, 1]),
        )
        for name in ("share", "low", "high")
    }
    shown = reached[reached["attainment"].between(0, _CAP)]
    line = alt.Chart(thinned(shown))
    within = alt.Chart(declared[declared["attainment"] <= _CAP])
    band = line.mark_area(color=BAND, opacity=0.7, interpolate="step-before")
    layers = [
        band.encode(x=x, y=y["low"], y2=alt.Y2("high")),
        line.mark_line(interpolate="step-before").encode(x=x, y=y["share"]),
        *(
            [within.mark_line(color=MUTED, strokeDash=[4, 3]).encode(x=x, y=y["share"])]
            * (len(declared) > 0)
        ),
        *_marks(shares, x, y),
        at_quota_rule(),
    ]
    return alt.LayerChart(layer=layers).properties(
        width=430,
        height=220,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {_words(shown, shares)}",
    )


def _marks(shares: pd.DataFrame, x: alt.X, y: dict[str, alt.Y]) -> list[alt.Chart]:
    """Each declared share as a bar from the least to the most, with its words at the right."""
    if shares.empty:
        return []
    base = alt.Chart(shares)
    return [
        base.mark_rule(color=WORSE, strokeWidth=4).encode(x=x, y=y["low"], y2=alt.Y2("high")),
        base.mark_point(color=WORSE, filled=True, size=50).encode(x=x, y=y["high"]),
        *(
            base.mark_text(align="left", dx=8, dy=-6, **look).encode(
                x=x, y=y["high"], text=alt.Text(field="label")
            )
            for look in ({"stroke": PAPER, "strokeWidth": 4}, {"color": WORSE})  # a ground below
        ),
    ]


def _words(reached: pd.DataFrame, shares: pd.DataFrame) -> str:
    some = thinned(reached).iloc[:: max(1, len(reached) // 8)].to_dict("records")
    told = "; ".join(
        f"At or above {whole_percent(row['attainment'])}: {whole_percent(row['share'])}"
        for row in some
    )
    declared = ", ".join(shares["label"])
    return f"{told}. Declared: {declared}." if declared else f"{told}."
