"""How many opportunities are won, and how long that takes."""

from __future__ import annotations

from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.expressions import present, total
from spmkit.traits import Traits
from spmkit.units import Column, Days, Percent, Ratio, Share

_RATE = Traits("opportunity_lines", "higher")
_CYCLE = Traits("opportunity_lines", "lower")


def win_rate(won: Column, closed: Column, renewal: Column) -> Annotated[Percent, _RATE]:
    """Won opportunities as a share of all that closed, renewals left out.

    Closed is won, lost or no decision; open ones are not in it, so the rate
    looks high where losses are never closed out. Renewals are won far more
    often than new business and are left out here.

    Parameters
    ----------
    won
        Whether the opportunity was won.
    closed
        Whether it closed: won, lost or no decision.
    renewal
        Whether it is a renewal; an empty type counts as new business.

    Returns
    -------
    Percent
        With its Wilson interval; null when none closed.

    Examples
    --------
    >>> lines = pd.DataFrame({"won": [True, False, False, True], "closed": [True] * 3 + [True],
    ...     "renewal": [False, False, False, True]})
    >>> spm.measure(lines, spm.win_rate)["win_rate"].round(3).tolist()
    [0.333]

    References
    ----------
    Catalogue W2 (broad win rate); Kellblog, win rates and close rates.
    """
    return Share(won, closed & ~renewal)


def decided_win_rate(won: Column, lost: Column, renewal: Column) -> Annotated[Percent, _RATE]:
    """Won opportunities as a share of those won or lost, renewals left out.

    The narrow rate that most sales software shows. It is higher than
    :func:`win_rate` by whatever ended without a decision, and it rises when
    losses are simply never closed out.

    Parameters
    ----------
    won
        Whether the opportunity was won.
    lost
        Whether it was lost to somebody; no decision is not a loss here.
    renewal
        Whether it is a renewal; these are left out.

    Returns
    -------
    Percent
        With its Wilson interval; null when none was won or lost.

    Examples
    --------
    >>> lines = pd.DataFrame({"won": [True, False, False], "lost": [False, True, False],
    ...     "renewal": False})
    >>> spm.measure(lines, spm.decided_win_rate)["decided_win_rate"].tolist()
    [0.5]

    References
    ----------
    Catalogue W1; closed win rate (narrow), as Gong and Varicent document it.
    """
    return Share(won, (won | lost) & ~renewal)


def cohort_win_rate(won: Column, created_on: Column, renewal: Column) -> Annotated[Percent, _RATE]:
    """Won opportunities as a share of all created, open ones counted, renewals left out.

    Measure it by ``created_period``. A young cohort is immature: what is still
    open counts as not won, so the latest periods always look worst. Read
    :func:`cohort_closed_rate` beside it, or compare at one age with
    :func:`win_curve`.

    Parameters
    ----------
    won
        Whether the opportunity was won, by as_of.
    created_on
        When it was created; without a date it belongs to no cohort.
    renewal
        Whether it is a renewal; these are left out.

    Returns
    -------
    Percent
        With its Wilson interval; null when none was created.

    Examples
    --------
    >>> lines = pd.DataFrame({"won": [True, False, False, False], "renewal": False,
    ...     "created_on": pd.to_datetime(["2026-01-05"] * 4)})
    >>> spm.measure(lines, spm.cohort_win_rate)["cohort_win_rate"].tolist()
    [0.25]

    References
    ----------
    Catalogue W3; created-cohort win rate, as Varicent documents it.
    """
    return Share(won, present(created_on) & ~renewal)


def cohort_closed_rate(
    closed: Column, created_on: Column, renewal: Column
) -> Annotated[Percent, Traits("opportunity_lines", "neither")]:
    """Closed opportunities as a share of all created, renewals left out: a cohort's maturity.

    Well below 80 % a cohort's :func:`cohort_win_rate` will still rise, and two
    cohorts cannot be compared. What nobody closes keeps it low for ever.

    Parameters
    ----------
    closed
        Whether the opportunity closed: won, lost or no decision.
    created_on
        When it was created; without a date it belongs to no cohort.
    renewal
        Whether it is a renewal; these are left out.

    Returns
    -------
    Percent
        With its Wilson interval; null when none was created.

    Examples
    --------
    >>> lines = pd.DataFrame({"closed": [True, False, True, True], "renewal": False,
    ...     "created_on": pd.to_datetime(["2026-01-05"] * 4)})
    >>> spm.measure(lines, spm.cohort_closed_rate)["cohort_closed_rate"].tolist()
    [0.75]

    References
    ----------
    Catalogue W3 (its maturity); Varicent, on created win rates.
    """
    return Share(closed, present(created_on) & ~renewal)


def hygiene_win_rate(
    won: Column, lost: Column, overdue: Column, stale: Column, renewal: Column
) -> Annotated[Percent, _RATE]:
    """Won opportunities as a share of those won, lost, overdue or stale, renewals left out.

    Counts dead opportunities that nobody closes as not won, so keeping them
    open no longer flatters. It is too low where a process is slow for good
    reasons, and moves with the day of the export. What ended without a
    decision, and an open one without dates, is in no base.

    Parameters
    ----------
    won, lost
        Whether the opportunity was won, or lost.
    overdue
        Whether it is open after the day on which it was expected to close.
    stale
        Whether it is open and older than twice the median cycle of the won ones (the multiple is
        an option of :func:`opportunity_lines`).
    renewal
        Whether it is a renewal; these are left out.

    Returns
    -------
    Percent
        With its Wilson interval; null when the base is empty.

    Examples
    --------
    >>> lines = pd.DataFrame({"won": [True, False, False], "lost": [False, True, False],
    ...     "overdue": [False, False, True], "stale": [False, False, True], "renewal": False})
    >>> spm.measure(lines, spm.hygiene_win_rate)["hygiene_win_rate"].round(3).tolist()
    [0.333]

    References
    ----------
    Catalogue W4; hygiene-adjusted win rate, after Zoho's reports of overdue and stale deals.
    """
    return Share(won, (won | lost | overdue | stale) & ~renewal)


def value_win_rate(decided_amount: Column, won: Column) -> Annotated[Percent, _RATE]:
    """Amount won as a share of the amount won or lost, renewals left out.

    A few large opportunities decide it; show it beside
    :func:`decided_win_rate`. Amounts are the latest ones: what was discounted
    before it was won weighs less than it did when it was created, and where
    lost ones carry no amount it is always 100 %. Negative amounts count with
    their sign, and can take it out of 0 to 100 %.

    Parameters
    ----------
    decided_amount
        Amount of what was won or lost, renewals left out; null of any other.
    won
        Whether the opportunity was won.

    Returns
    -------
    Percent
        Null when nothing with an amount was won or lost; counts give it no interval.

    Examples
    --------
    >>> lines = pd.DataFrame({"decided_amount": [30.0, 90.0, None], "won": [True, False, False]})
    >>> spm.measure(lines, spm.value_win_rate)["value_win_rate"].tolist()
    [0.25]

    References
    ----------
    Catalogue W6; value-weighted win rate, a custom of the field.
    """
    # Times 0, so that a group in which nothing was won has won 0 and not nothing.
    of_won = nw.when(won).then(decided_amount).otherwise(decided_amount * 0)
    return Ratio(total(of_won), total(decided_amount))


def sales_cycle(won_cycle_days: Column) -> Annotated[Days, _CYCLE]:
    """Median days from creation to closing of won opportunities.

    Of won ones only, renewals among them, so it leaves out how long the lost
    were worked on. An opportunity created after it closed has no cycle.

    Parameters
    ----------
    won_cycle_days
        Days from creation to closing of a won opportunity, null of any other.

    Returns
    -------
    Days
        Null when none was won.

    Examples
    --------
    >>> lines = pd.DataFrame({"won_cycle_days": [10.0, 30.0, 80.0, None]})
    >>> spm.measure(lines, spm.sales_cycle)["sales_cycle"].tolist()
    [30.0]

    References
    ----------
    Catalogue W11; median cycle of won opportunities.
    """
    return won_cycle_days.median()


def sales_cycle_mean(won_cycle_days: Column) -> Annotated[Days, _CYCLE]:
    """Mean days from creation to closing of won opportunities.

    A few very long ones pull it up; see :func:`sales_cycle` for the median. Of
    won ones only, renewals among them.

    Parameters
    ----------
    won_cycle_days
        Days from creation to closing of a won opportunity, null of any other.

    Returns
    -------
    Days
        Null when none was won.

    Examples
    --------
    >>> lines = pd.DataFrame({"won_cycle_days": [10.0, 30.0, 80.0]})
    >>> spm.measure(lines, spm.sales_cycle_mean)["sales_cycle_mean"].tolist()
    [40.0]

    References
    ----------
    Catalogue W11 (variant); guides to pipeline metrics.
    """
    return won_cycle_days.mean()
