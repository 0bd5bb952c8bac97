"""Territories and their accounts: potential, penetration, overlap."""

from __future__ import annotations

from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.expressions import present, total
from spmkit.traits import Traits
from spmkit.units import Column, Money, Percent, Ratio, Share


def territory_potential(
    potential: Column,
) -> Annotated[Money, Traits("territory_lines", "neither", "leading")]:
    """Sum of the potential of a territory's accounts.

    It is an estimate of what they could buy in a year, mostly made from
    something else, such as their size. Sales do not rise one for one with it:
    find out how they rise (on logs) before a quota is shared out by it.
    Accounts without a potential add nothing, so a territory that nobody has
    assessed looks small.

    Parameters
    ----------
    potential
        Potential of the accounts of a territory, in the reporting currency.

    Returns
    -------
    Money
        Null where no account has one; 0 where there is nothing to win.

    Examples
    --------
    >>> lines = pd.DataFrame({"territory_id": ["t1", "t2"], "potential": [300.0, 100.0]})
    >>> spm.measure(lines, territory_potential)["territory_potential"].tolist()
    [400.0]

    References
    ----------
    Catalogue G6; SalesGlobe, five quota methodologies.
    """
    return total(potential)


def penetration(
    sales: Column, potential: Column
) -> Annotated[Percent, Traits("territory_lines", "neither")]:
    """Sales as a share of potential.

    Potential is what could be bought in a year, so over a quarter a quarter of
    it is all. The extremes are mostly errors of potential: where it is set too
    low the share is high. Rank territories by
    :func:`spmkit.shrunken_penetration`, not by this.

    Parameters
    ----------
    sales
        Won amounts of the period.
    potential
        Potential of the same accounts or territories; sales of those whose potential is null are
        left out, of those whose potential is 0 they count.

    Returns
    -------
    Percent
        Null where there is no potential; above 100 % the potential is wrong.

    Examples
    --------
    >>> lines = pd.DataFrame({"sales": [30.0, 50.0], "potential": [100.0, 300.0]})
    >>> spm.measure(lines, penetration)["penetration"].tolist()
    [0.2]

    References
    ----------
    Catalogue G7; common usage of the field.
    """
    both = present(sales, potential)
    return Ratio(total(_where(both, sales)), total(_where(both, potential)))


def account_overlap(at_once: Column) -> Annotated[Percent, Traits("account_owners", "lower")]:
    """Accounts that two or more reps work at the same time, as a share of those worked.

    Some overlap is meant, as where two products are sold by two reps. Overlay
    roles are left out of the lines; a team sale that is not marked as one looks
    like encroachment.

    Parameters
    ----------
    at_once
        Whether two owners were active at the same time.

    Returns
    -------
    Percent
        With its Wilson interval; null where no account was worked.

    Examples
    --------
    >>> lines = pd.DataFrame({"at_once": [True, False, False, False]})
    >>> spm.measure(lines, account_overlap)["account_overlap"].tolist()
    [0.25]

    References
    ----------
    Catalogue G9 (accounts); common usage of the field.
    """
    return Share(at_once, present(at_once))


def out_of_territory_share(
    outside: Column,
) -> Annotated[Percent, Traits("territory_deals", "lower", controllable=True)]:
    """Deals won outside the winner's own territories, as a share of those that can be judged.

    What can be judged is an account with a territory, won by a rep who held one. The rep's
    are those of the day of closing, the account's that of today: an account that moved since
    looks as if it had always been where it is.

    Parameters
    ----------
    outside
        Whether the account lay in none of the rep's territories.

    Returns
    -------
    Percent
        With its Wilson interval; null without a deal whose territory and whose rep's is known.

    Examples
    --------
    >>> lines = pd.DataFrame({"outside": [True, False, None, False, False]})
    >>> spm.measure(lines, out_of_territory_share)["out_of_territory_share"].tolist()
    [0.25]

    References
    ----------
    Catalogue G9 (deals); common usage of the field.
    """
    return Share(outside, present(outside))


def _where(flag: Column, value: Column) -> Column:
    return nw.when(flag).then(value)
