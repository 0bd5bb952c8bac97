"""How many opportunities are won, and how long that takes."""

from __future__ import annotations

from typing import Annotated

from spmkit.traits import Traits
from spmkit.units import Column, Days, Percent, Share

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
    Catalogue W2 (broad win rate).
    """
    return Share(won, closed & ~renewal)


def sales_cycle(won_cycle_days: Column) -> Annotated[Days, _CYCLE]:
    """Median days from creation to closing of won opportunities.

    Of won ones only, so it leaves out how long the lost were worked on. An
    opportunity created after it closed has no cycle.

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
    Catalogue W11.
    """
    return won_cycle_days.median()


def sales_cycle_mean(won_cycle_days: Column) -> Annotated[Days, _CYCLE]:
    """Mean days from creation to closing of won opportunities.

    A few very long ones pull it up; see :func:`sales_cycle` for the median.

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
    Catalogue W11 (variant).
    """
    return won_cycle_days.mean()
