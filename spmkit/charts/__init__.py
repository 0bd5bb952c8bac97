"""Charts: measured frames in, Altair charts out; nothing is computed here."""

from spmkit.charts.attainment import (
    attainment_bullets,
    attainment_curve,
    attainment_histogram,
)
from spmkit.charts.bridge import money_waterfall
from spmkit.charts.concentration import concentration_curve, credit_bars, credited_bars
from spmkit.charts.theme import use_theme
from spmkit.charts.trend import attainment_trend, credited_trend

__all__ = [
    "attainment_bullets",
    "attainment_curve",
    "attainment_histogram",
    "attainment_trend",
    "concentration_curve",
    "credit_bars",
    "credited_bars",
    "credited_trend",
    "money_waterfall",
    "use_theme",
]
