"""A rep's year: credit against the steps of the quotas, and the fan of where it may end."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from spmkit.charts.theme import ACCENT, BAND, INK, MONEY_LABELS
from spmkit.units import MONEY, format_value

_HIGH = 230
_APART = 0.075  # of the scale: labels nearer to each other than that would touch


def quota_fan(days: pd.DataFrame, fan: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    """Draw what was credited since a year began over the quotas asked, and where it may end.

    Parameters
    ----------
    days
        Every day that is drawn, in order: ``day``, ``credited`` (null in days to come) and
        ``quota`` (null where none is known), both cumulative.
    fan
        In order: ``day``, ``low``, ``lower``, ``median``, ``upper``, ``high``; no rows draw none.
    title
        The finding.
    subtitle
        What is drawn.

    Returns
    -------
    altair.LayerChart

    Examples
    --------
    >>> days = pd.DataFrame({"day": pd.to_datetime(["2026-01-31", "2026-02-28"]),
    ...     "credited": [10.0, 40.0], "quota": [20.0, 40.0]})
    >>> fan = pd.DataFrame({"day": pd.to_datetime(["2026-02-28", "2026-03-31"]),
    ...     "low": [40.0, 50.0], "lower": [40.0, 55.0], "median": [40.0, 60.0],
    ...     "upper": [40.0, 65.0], "high": [40.0, 70.0]})
    >>> quota_fan(days, fan, "On pace", "Credited and quota").to_dict()["description"]
    'On pace. Credited and quota. Last: 40 credited, 40 quota. By 31 Mar 2026: 60, 80 % range ...'
    """
    top = max(days[["credited", "quota"]].max().max(), fan["high"].max() if len(fan) else 0.0)
    asked = [_quota(days)] if days["quota"].max() > 0 else []
    layers = [*asked, *_bands(fan), _credited(days), *_labels(days, fan, float(top))]
    layers[0] = layers[0].encode(x=_x(days))
    return alt.LayerChart(layer=layers).properties(
        width=860,
        height=_HIGH,
        title={"text": title, "subtitle": subtitle},
        description=f"{title}. {subtitle}. {_words(days, fan)}",
    )


def _x(days: pd.DataFrame | None = None) -> alt.X:
    """The axis of days; of those given, from the first to the last, whatever is known of them."""
    axis = alt.Axis(format="%b", tickCount={"interval": "month", "step": 1}, labelOverlap=True)
    drawn = alt.X(field="day", type="temporal", title=None, axis=axis)
    if days is None:
        return drawn
    ends = [alt.DateTime(year=d.year, month=d.month, date=d.day) for d in days["day"].iloc[[0, -1]]]
    return drawn.scale(domain=ends)


def _y(name: str) -> alt.Y:
    axis = alt.Axis(labelExpr=MONEY_LABELS, tickCount=4)
    return alt.Y(field=name, type="quantitative", title=None, axis=axis)


def _quota(days: pd.DataFrame) -> alt.Chart:
    known = _steps(days, "quota")
    area = alt.Chart(known).mark_area(color=BAND, interpolate="step-after", opacity=1)
    encoded: alt.Chart = area.encode(x=_x(), y=_y("quota"))
    return encoded


def _credited(days: pd.DataFrame) -> alt.Chart:
    known = _steps(days, "credited")
    line = alt.Chart(known).mark_line(color=ACCENT, interpolate="step-after")
    encoded: alt.Chart = line.encode(x=_x(), y=_y("credited"))
    return encoded


def _steps(days: pd.DataFrame, name: str) -> pd.DataFrame:
    """The days on which a cumulative value is known and rises or falls, and the last one."""
    known: pd.DataFrame = days.loc[days[name].notna(), ["day", name]]
    moved = known[name].diff().ne(0)
    steps: pd.DataFrame = known[moved | (known.index == known.index[-1])]
    return steps


def _bands(fan: pd.DataFrame) -> list[alt.Chart]:
    """The 80 % range, in it the 50 % range, and the middle as a broken line."""
    if fan.empty:
        return []
    bands = [
        alt.Chart(fan).mark_area(color=ACCENT, opacity=depth).encode(x=_x(), y=_y(a), y2=alt.Y2(b))
        for a, b, depth in (("low", "high", 0.16), ("lower", "upper", 0.22))
    ]
    middle = alt.Chart(fan).mark_line(color=ACCENT, strokeDash=[4, 3], strokeWidth=1.5)
    return [*bands, middle.encode(x=_x(), y=_y("median"))]


def _labels(days: pd.DataFrame, fan: pd.DataFrame, top: float) -> list[alt.Chart]:
    """What each line ends at, written beside it."""
    now = days[days["credited"].notna()].iloc[-1]
    asked = days[days["quota"].notna()].iloc[-1]
    credited = _row(now["day"], now["credited"], "credited ")
    written = [_text([credited], align="right", dx=-6, dy=-8, color=ACCENT)]
    if asked["quota"] > 0:  # at the foot of its area, where no line crosses it
        quota = _row(asked["day"], asked["quota"], "quota ") | {"at": 0.0}
        written.append(_text([quota], align="right", dx=-6, dy=-10, color=INK))
    return [*written, *_ends(fan, top)]


def _ends(fan: pd.DataFrame, top: float) -> list[alt.Chart]:
    if fan.empty:
        return []
    end = fan.iloc[-1]
    apart = min(end["high"] - end["median"], end["median"] - end["low"])
    shown = ("low", "median", "high") if apart > _APART * top else ("median",)
    rows = [_row(end["day"], end[name]) for name in shown]
    return [_text(rows, align="left", dx=6, dy=0, color=INK)]


def _row(day: pd.Timestamp, value: float, word: str = "") -> dict[str, object]:
    return {"day": day, "at": value, "label": f"{word}{format_value(value, MONEY)}"}


def _text(rows: list[dict[str, object]], **look: Any) -> alt.Chart:
    text = alt.Chart(pd.DataFrame(rows)).mark_text(fontWeight=600, baseline="middle", **look)
    encoded: alt.Chart = text.encode(x=_x(), y=_y("at"), text=alt.Text(field="label"))
    return encoded


def _words(days: pd.DataFrame, fan: pd.DataFrame) -> str:
    now = days[days["credited"].notna()].iloc[-1]
    asked = f", {now['quota']:,.0f} quota" if now["quota"] > 0 else ""
    said = f"Last: {now['credited']:,.0f} credited{asked}."
    if fan.empty:
        return said
    end = fan.iloc[-1]
    span = f"80 % range {end['low']:,.0f} to {end['high']:,.0f}"
    return f"{said} By {end['day'].day} {end['day']:%b %Y}: {end['median']:,.0f}, {span}."
