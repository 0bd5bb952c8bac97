"""Sentences made from numbers: nothing is said that a number behind it does not carry."""

from spmkit.narrative.sentences import (
    Words,
    apart,
    cautioned,
    headline,
    headline_without_quotas,
    participation,
    points,
    running_headline,
    win_rates,
    without_largest,
)
from spmkit.narrative.titles import (
    concentration_title,
    credited_title,
    credited_trend_title,
    distribution_title,
    groups_title,
    largest_title,
    ranks_title,
    running_title,
    trend_title,
)

__all__ = [
    "Words",
    "apart",
    "cautioned",
    "concentration_title",
    "credited_title",
    "credited_trend_title",
    "distribution_title",
    "groups_title",
    "headline",
    "headline_without_quotas",
    "largest_title",
    "participation",
    "points",
    "ranks_title",
    "running_headline",
    "running_title",
    "trend_title",
    "win_rates",
    "without_largest",
]
