"""What activities are followed by: associations within reps by lag, and wins by activity."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import charts, tables
from spmkit.diagnostics import Diagnosis, lag_scan, pooled_and_within, yield_by_type
from spmkit.diagnostics.activity_return_lags import hours_each, monthly_panel, usual_lag
from spmkit.narrative.activity_return import (
    TEN,
    last_told,
    placebo_said,
    return_title,
    scan_said,
    simpson_said,
    value_words,
    wins_words,
    yield_said,
)
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack, or_reason
from spmkit.units import COUNT, NUMBER, PERCENT


def activity_return_parts(diagnosis: Diagnosis) -> Stack:
    """The associations of activities with later wins, over the lags, and the yields."""
    found = or_reason(_parts, diagnosis)
    return found if isinstance(found, Stack) else Stack([found])


def _parts(diagnosis: Diagnosis) -> Stack:
    found = lag_scan(diagnosis)
    if found["coefficient"].isna().all():
        return Stack([page.note(scan_said(found)), or_reason(_yields, diagnosis)])
    lag = min(usual_lag(diagnosis), int(found["lag"].max()))
    each = hours_each(diagnosis)
    own = found[found["lag"] == lag].merge(each, on="activity", how="left")
    slopes = pooled_and_within(monthly_panel(diagnosis), lag)
    desk = each.loc[each["at_desk"], "activity"].tolist()
    later = found[found["lag"] > 0]
    return Stack(
        [
            _dots(own, lag),
            page.sub(f"{placebo_said(later, desk)} {simpson_said(slopes)}"),
            _curves(found),
            page.note(scan_said(found)),
            _table(own, slopes, lag),
            or_reason(_yields, diagnosis),
        ]
    )


def _dots(own: pd.DataFrame, lag: int) -> Any:
    shown = _in_tens(own).sort_values("effect", ascending=False)
    later = f"{lag} month{'' if lag == 1 else 's'}"
    subtitle = (
        f"Wins of a rep {later} after ten more of an activity, all others held; within reps, 95 % "
        "intervals; tick: pulled towards the others by its share of chance"
    )
    return charts.return_dots(shown, return_title(own, lag), subtitle)


def _in_tens(found: pd.DataFrame) -> pd.DataFrame:
    per = found["wins"] / found["coefficient"]
    return found[["activity", "lag", "told"]].assign(
        effect=found["wins"] * TEN,
        low=found["wins_low"] * TEN,
        high=found["wins_high"] * TEN,
        shrunken=found["shrunken"] * per * TEN,
        words=[wins_words(row) for _, row in found.iterrows()],
    )


def _curves(found: pd.DataFrame) -> Any:
    shown = _in_tens(found).drop(columns="shrunken")
    stand = found[found["told"].astype(bool)]
    title = (
        "No lag stands out once all are counted"
        if stand.empty
        else f"Told from chance: {last_told(found)}"
    )
    subtitle = "Wins that go with ten more of an activity, by months after it, 95 % intervals"
    return charts.lag_curves(shown, title, subtitle)


def _table(own: pd.DataFrame, slopes: pd.DataFrame, lag: int) -> page.Part:
    shown = own.merge(slopes.drop(columns=["n", "reps", "status"]), on="activity", how="left")
    shown = shown.assign(
        ten=[wins_words(row) for _, row in shown.iterrows()],
        worth=[value_words(row) for _, row in shown.iterrows()],
        verdict=[
            "told from chance" if told else ("cannot tell" if status == "ok" else status)
            for told, status in zip(shown["told"], shown["status"], strict=True)
        ],
        across=[_slope(row, "pooled") for _, row in shown.iterrows()],
        inside=[_slope(row, "within") for _, row in shown.iterrows()],
    )
    labels = {
        "activity": "Activity",
        "ten": "For ten more",
        "worth": "Goes with, for each",
        "verdict": "",
        "across": "Across reps",
        "inside": "Within reps",
        "inflation": "Inflation",
        "n": "Rep-months",
        "reps": "Reps",
    }
    units = {"n": COUNT, "reps": COUNT, "inflation": NUMBER}
    table = tables.unit_table(shown, units, "", labels)
    return page.unfolding(
        f"Every activity {lag} months before, and its slope across and within reps",
        table.as_raw_html(),
    )


def _slope(row: pd.Series[Any], side: str) -> str:
    if pd.isna(row[side]):
        return "–"
    ends = " to ".join(f"{row[f'{side}_{end}']:.3f}" for end in ("low", "high"))
    return f"{row[side]:.3f} ({ends})".replace("-", "−")


def _yields(diagnosis: Diagnosis) -> Stack:
    found = yield_by_type(diagnosis)
    labels = {
        "type": "Activity",
        "activity_yield": "Wins for each",
        "low": "from",
        "high": "to",
        "n": "Activities",
        "reps": "Reps",
    }
    units = {**dict.fromkeys(("activity_yield", "low", "high"), PERCENT), "n": COUNT}
    table = tables.unit_table(found, units | {"reps": COUNT}, "", labels)
    said = page.note(yield_said(found))
    return Stack([said, page.unfolding("Wins by activity, with intervals", table.as_raw_html())])
