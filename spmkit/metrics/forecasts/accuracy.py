"""How far forecasts are from what was sold, to which side, and whether they beat no forecast."""

from __future__ import annotations

from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.expressions import divided, present, total
from spmkit.traits import Traits
from spmkit.units import Column, Money, Percent, Ratio

_ERROR = Traits("forecast_lines", "lower")
_ACCURACY = Traits("forecast_lines", "higher")
_SIDE = Traits("forecast_lines", "target")
_DIFFERENCE = Traits("forecast_lines", "neither")


def forecast_error(forecast: Column, actual: Column) -> Annotated[Money, _DIFFERENCE]:
    """Forecast less actual, summed over the lines that have both.

    Positive is too much promised. Errors of opposite sign cancel in a sum:
    small here is no proof of good forecasts (see :func:`forecast_wape`). The
    horizon at which the forecast was read is part of the number.

    Parameters
    ----------
    forecast
        The call at the horizon of the lines.
    actual
        What was sold in the period.

    Returns
    -------
    Money
        Null where no line has both.

    Examples
    --------
    >>> lines = pd.DataFrame({"forecast": [120.0, 50.0, None], "actual": [100.0, 60.0, 10.0]})
    >>> spm.measure(lines, spm.forecast_error)["forecast_error"].tolist()
    [10.0]

    References
    ----------
    Catalogue F1; forecaststudio, on MAPE, WMAPE and bias.
    """
    return total(forecast - actual)


def forecast_wape(forecast: Column, actual: Column) -> Annotated[Percent, _ERROR]:
    """Absolute errors of the forecasts, summed, as a share of what was sold.

    The weighted absolute percentage error: a line weighs as much as was sold,
    so a rep who sold nothing adds an error and breaks nothing. It does not say
    to which side (see :func:`forecast_bias`), and it grows the finer the lines
    are: never compare reps' lines with a team's.

    Parameters
    ----------
    forecast
        The call at the horizon of the lines.
    actual
        What was sold in the period.

    Returns
    -------
    Percent
        0 is perfect, and it has no upper end; null where nothing was sold.

    Examples
    --------
    >>> lines = pd.DataFrame({"forecast": [120.0, 50.0, 10.0], "actual": [100.0, 60.0, 0.0]})
    >>> spm.measure(lines, spm.forecast_wape)["forecast_wape"].tolist()
    [0.25]

    References
    ----------
    Catalogue F2; forecaststudio, on MAPE, WMAPE and bias.
    """
    return Ratio(total((forecast - actual).abs()), total(_where(actual.abs(), forecast)))


def forecast_mape(forecast: Column, actual: Column) -> Annotated[Percent, _ERROR]:
    """Mean of the lines' own percentage errors; discouraged, use the weighted one.

    A line on which nothing was sold has no percentage and drops out, a line
    with little sold outweighs all others, and since a forecast cannot fall
    below nothing, too low is never worse than 100 % while too high has no end:
    whoever is judged by it learns to forecast low.

    Parameters
    ----------
    forecast
        The call at the horizon of the lines.
    actual
        What was sold in the period.

    Returns
    -------
    Percent
        Null where nothing was sold on any line.

    Examples
    --------
    >>> lines = pd.DataFrame({"forecast": [120.0, 50.0, 10.0], "actual": [100.0, 100.0, 0.0]})
    >>> spm.measure(lines, spm.forecast_mape)["forecast_mape"].round(3).tolist()
    [0.35]

    References
    ----------
    Catalogue F3; forecaststudio, on MAPE, WMAPE and bias.
    """
    return divided((forecast - actual).abs(), actual.abs()).mean()


def forecast_bias(forecast: Column, actual: Column) -> Annotated[Percent, _SIDE]:
    """Forecast less actual, summed, as a share of what was sold.

    Below zero is sandbagging, above it happy ears; zero is best. Few lines
    swing it: for single reps see :func:`spmkit.bias_quotients`.

    Parameters
    ----------
    forecast
        The call at the horizon of the lines.
    actual
        What was sold in the period.

    Returns
    -------
    Percent
        Null where nothing was sold, or more came back than was sold.

    Examples
    --------
    >>> lines = pd.DataFrame({"forecast": [120.0, 50.0], "actual": [100.0, 60.0]})
    >>> spm.measure(lines, spm.forecast_bias)["forecast_bias"].tolist()
    [0.0625]

    References
    ----------
    Catalogue F4; forecaststudio, on MAPE, WMAPE and bias.
    """
    return Ratio(total(forecast - actual), _gained(total(_where(actual, forecast))))


def commit_accuracy(commit: Column, actual: Column) -> Annotated[Percent, _ACCURACY]:
    """One minus the error of the commit as a share of what was sold.

    Commits and sales are summed first, so the reps' errors cancel within a
    group: measure by period, or the periods' errors cancel too. Two variants
    are published; this one divides by what was sold, the other is
    :func:`commit_accuracy_of_commit`.

    Parameters
    ----------
    commit
        The call of the category commit, null of any other.
    actual
        What was sold in the period.

    Returns
    -------
    Percent
        1.0 is exact; negative where the miss exceeds what was sold; null where nothing was, or
        more came back than was sold.

    Examples
    --------
    >>> lines = pd.DataFrame({"commit": [120.0, 70.0], "actual": [100.0, 60.0]})
    >>> spm.measure(lines, spm.commit_accuracy)["commit_accuracy"].tolist()
    [0.8125]

    References
    ----------
    Catalogue F5; Clari, forecast accuracy; forecaststudio, on MAPE, WMAPE and bias.
    """
    sold = total(_where(actual, commit))
    return Ratio(sold - total(commit - actual).abs(), _gained(sold))


def commit_accuracy_of_commit(commit: Column, actual: Column) -> Annotated[Percent, _ACCURACY]:
    """One minus the error of the commit as a share of the commit itself.

    It forgives whoever commits too much: twice what is sold scores 50 % here
    and 0 % by :func:`commit_accuracy`. Given for comparing with systems that
    print this variant.

    Parameters
    ----------
    commit
        The call of the category commit, null of any other.
    actual
        What was sold in the period.

    Returns
    -------
    Percent
        1.0 is exact; null where what was committed is not above zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"commit": [200.0], "actual": [100.0]})
    >>> spm.measure(lines, spm.commit_accuracy_of_commit)["commit_accuracy_of_commit"].tolist()
    [0.5]

    References
    ----------
    Catalogue F5 (as a share of the commit); Clari, forecast accuracy.
    """
    committed = total(_where(commit, actual))
    return Ratio(committed - total(commit - actual).abs(), _gained(committed))


def forecast_skill(
    forecast: Column, actual: Column, naive: Column
) -> Annotated[Percent, _ACCURACY]:
    """Share of a naive forecast's error that the forecast takes away: forecast value added.

    The naive one says what the same period of the year before brought. Zero or
    less means that the effort of forecasting added nothing. Both are compared
    on the same lines: those without a naive forecast (new reps) are left out.

    Parameters
    ----------
    forecast
        The call at the horizon of the lines.
    actual
        What was sold in the period.
    naive
        The forecast without thought.

    Returns
    -------
    Percent
        1.0 is perfect; null where the naive forecast has no error.

    Examples
    --------
    >>> lines = pd.DataFrame({"forecast": [110.0, 60.0, 9.0], "actual": [100.0, 70.0, 0.0],
    ...     "naive": [80.0, 90.0, None]})
    >>> spm.measure(lines, spm.forecast_skill)["forecast_skill"].tolist()
    [0.5]

    References
    ----------
    Catalogue F7; forecaststudio, on MAPE, WMAPE and bias (forecast value added).
    """
    # What was sold stands below both errors on the same lines, and cancels.
    without = total(_where((naive - actual).abs(), forecast))
    return Ratio(without - total(_where((forecast - actual).abs(), naive)), without)


def _gained(amount: Column) -> Column:
    """A base above zero: a share of what came back would turn its sign round."""
    return nw.when(amount > 0).then(amount)


def _where(value: Column, there: Column) -> Column:
    """A value on the lines that have another: sums of several columns need the same lines."""
    return nw.when(present(there)).then(value)
