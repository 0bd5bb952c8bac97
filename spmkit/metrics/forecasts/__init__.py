"""What was forecast, what came of it, and how late in a period it comes in."""

from spmkit.metrics.forecasts.accuracy import (
    commit_accuracy,
    commit_accuracy_of_commit,
    forecast_bias,
    forecast_error,
    forecast_mape,
    forecast_skill,
    forecast_wape,
)
from spmkit.metrics.forecasts.bias import bias_quotients, interval_coverage
from spmkit.metrics.forecasts.linearity import (
    closing_lines,
    first_third_share,
    last_third_share,
    last_two_weeks_share,
    middle_third_share,
)
from spmkit.metrics.forecasts.lines import forecast_lines

__all__ = [
    "bias_quotients",
    "closing_lines",
    "commit_accuracy",
    "commit_accuracy_of_commit",
    "first_third_share",
    "forecast_bias",
    "forecast_error",
    "forecast_lines",
    "forecast_mape",
    "forecast_skill",
    "forecast_wape",
    "interval_coverage",
    "last_third_share",
    "last_two_weeks_share",
    "middle_third_share",
]
