"""Whether the pipeline is enough, and whether it holds what was forecast of it."""

from __future__ import annotations

from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.expressions import present, total
from spmkit.traits import Traits
from spmkit.units import Column, Money, Multiple, Number, Percent, Ratio, Share

HALF_A_CENT = 0.005  # less than that is nothing: sums of floats leave such remains
_COVERAGE = Traits("coverage_lines", "target", "leading")
_WEIGHTED = Traits("weighted_lines", "higher", "leading")
_SLIPPED = Traits("slippage_lines", "lower")
_HIT = Traits("slippage_lines", "higher")
_PUSHED = Traits("push_lines", "lower", "leading", controllable=True)


def pipeline_coverage(
    open_amount: Column, remaining_quota: Column
) -> Annotated[Multiple, _COVERAGE]:
    """Open pipeline expected to close in the period over the quota that is still to be sold.

    A fixed rule such as "three times" holds for no one: what is needed is one over
    the share of the pipeline's value that is won. Where the quota is reached there is nothing
    left to cover; see :func:`spmkit.coverage_summary`, which says ``met`` there.

    Parameters
    ----------
    open_amount
        Open value expected to close in the period.
    remaining_quota
        Quota less credited sales, negative beyond quota; null without a quota.

    Returns
    -------
    Multiple
        Null where nothing remains.

    Examples
    --------
    >>> lines = pd.DataFrame({"open_amount": [90.0, 60.0], "remaining_quota": [70.0, -20.0]})
    >>> spm.measure(lines, spm.pipeline_coverage)["pipeline_coverage"].tolist()
    [3.0]

    References
    ----------
    Catalogue W12; pipeline metrics of sales analytics vendors.
    """
    remaining = total(remaining_quota)
    return Ratio(total(open_amount), nw.when(remaining >= HALF_A_CENT).then(remaining))


def total_pipeline_coverage(open_amount: Column, quota: Column) -> Annotated[Multiple, _COVERAGE]:
    """Open pipeline expected to close in the period over the whole quota of the period.

    Falls as the period goes on and deals close, however well it goes; compare it on the same
    day of each period.

    Parameters
    ----------
    open_amount
        Open value expected to close in the period.
    quota
        Effective quota of the period; null without one.

    Returns
    -------
    Multiple
        Null without a quota.

    Examples
    --------
    >>> lines = pd.DataFrame({"open_amount": [90.0, 60.0], "quota": [100.0, 50.0]})
    >>> spm.measure(lines, spm.total_pipeline_coverage)["total_pipeline_coverage"].tolist()
    [1.0]

    References
    ----------
    Catalogue W12 (variant over the total quota); guides to pipeline metrics.
    """
    return Ratio(total(open_amount), total(quota))


def weighted_pipeline(amount: Column, probability: Column) -> Annotated[Money, _WEIGHTED]:
    """Open pipeline, each amount times the probability that it is won.

    An expectation over many deals: of a few large ones it is a value that cannot come about.
    What the probability is stands in ``probability_source``.

    Parameters
    ----------
    amount
        Amount of an open opportunity.
    probability
        Its probability, from 0 to 1.

    Returns
    -------
    Money
        Over the rows in which both are known; null where there is none.

    Examples
    --------
    >>> lines = pd.DataFrame({"amount": [100.0, 50.0, 10.0], "probability": [0.5, 0.2, None]})
    >>> spm.measure(lines, spm.weighted_pipeline)["weighted_pipeline"].tolist()
    [60.0]

    References
    ----------
    Catalogue W13; forecast pages of CRM vendors.
    """
    return total(amount * probability)


def slippage_rate(slipped_amount: Column, forecast_amount: Column) -> Annotated[Percent, _SLIPPED]:
    """Value still open at a period's end, as a share of all that was forecast to close in it.

    A period is easily cleared of slips by closing them as lost: read it beside
    :func:`forecast_loss_rate`. What was created or pulled in later is in neither.

    Parameters
    ----------
    slipped_amount
        The amount at the period's start of what was open at its end, 0 of what was closed.
    forecast_amount
        The amount at the period's start.

    Returns
    -------
    Percent
        Null where nothing was forecast to close.

    Examples
    --------
    >>> lines = pd.DataFrame({"slipped_amount": [30.0, 0.0], "forecast_amount": [30.0, 90.0]})
    >>> spm.measure(lines, spm.slippage_rate)["slippage_rate"].tolist()
    [0.25]

    References
    ----------
    Catalogue W17; the terms of pipeline flow of forecasting software.
    """
    return Ratio(total(slipped_amount), total(forecast_amount))


def slippage_count_rate(slipped: Column, forecast: Column) -> Annotated[Percent, _SLIPPED]:
    """Opportunities still open at a period's end, as a share of those forecast to close in it.

    Counts small deals like large ones; :func:`slippage_rate` goes by value.

    Parameters
    ----------
    slipped
        Whether it was still open at the period's end.
    forecast
        Whether it was forecast at the period's start to close in it.

    Returns
    -------
    Percent
        With its Wilson interval; null where nothing was forecast to close.

    Examples
    --------
    >>> lines = pd.DataFrame({"slipped": [True, False], "forecast": [True, True]})
    >>> spm.measure(lines, spm.slippage_count_rate)["slippage_count_rate"].tolist()
    [0.5]

    References
    ----------
    Catalogue W17 (by count); the terms of pipeline flow of forecasting software.
    """
    return Share(slipped, forecast)


def forecast_loss_rate(
    lost_amount: Column, forecast_amount: Column
) -> Annotated[Percent, _SLIPPED]:
    """Value lost by a period's end, as a share of all that was forecast to close in it.

    Stands beside :func:`slippage_rate`: slipped, lost and won make up the whole. No decision
    counts as lost.

    Parameters
    ----------
    lost_amount
        The amount at the period's start of what was lost in it, 0 of any other.
    forecast_amount
        The amount at the period's start.

    Returns
    -------
    Percent
        Null where nothing was forecast to close.

    Examples
    --------
    >>> lines = pd.DataFrame({"lost_amount": [30.0, 0.0], "forecast_amount": [30.0, 90.0]})
    >>> spm.measure(lines, spm.forecast_loss_rate)["forecast_loss_rate"].tolist()
    [0.25]

    References
    ----------
    Catalogue W17 (the lost, reported apart); the terms of pipeline flow of forecasting
    software.
    """
    return Ratio(total(lost_amount), total(forecast_amount))


def push_count(pushes: Column) -> Annotated[Number, _PUSHED]:
    """Mean number of times that an opportunity's close date moved to a later period.

    A date that moves within its period is no push. The log may begin later than the
    opportunity, and a snapshot a month sees one move where there were three: both make it low.
    One opportunity that is pushed ten times moves the mean like ten that are pushed once.

    Parameters
    ----------
    pushes
        Moves to a later period, one value an opportunity.

    Returns
    -------
    Number
        Null without an opportunity.

    Examples
    --------
    >>> lines = pd.DataFrame({"pushes": [0, 3, 0]})
    >>> spm.measure(lines, spm.push_count)["push_count"].tolist()
    [1.0]

    References
    ----------
    Catalogue W18; CRM vendors' analytics help.
    """
    return pushes.mean()


def commit_hit_rate(commit_won_amount: Column, commit_amount: Column) -> Annotated[Percent, _HIT]:
    """Value won by a period's end, as a share of all that was in commit on a day.

    Says nothing of what was won without ever having been in commit: a rep who commits to
    nothing but certainties has 100 %.

    Parameters
    ----------
    commit_won_amount
        The amount on that day of what was then in commit and has been won, 0 of any other that
        was in commit.
    commit_amount
        The amount on that day of what was then in commit, null of any other.

    Returns
    -------
    Percent
        Null where nothing was in commit.

    Examples
    --------
    >>> lines = pd.DataFrame({"commit_amount": [40.0, 60.0, None],
    ...     "commit_won_amount": [40.0, 0.0, None]})
    >>> spm.measure(lines, spm.commit_hit_rate)["commit_hit_rate"].tolist()
    [0.4]

    References
    ----------
    Catalogue F6; common usage of the field.
    """
    known = present(commit_amount)
    return Ratio(total(nw.when(known).then(commit_won_amount)), total(commit_amount))
