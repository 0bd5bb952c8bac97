"""What a rep, and a deal, brings in."""

from __future__ import annotations

from spmkit.units import Column, Money


def average_deal_size(won_amount: Column) -> Money:
    """Mean amount of won opportunities.

    Won ones without an amount are left out of both sides; the quality box
    counts them.

    Parameters
    ----------
    won_amount
        Amount of a won opportunity in the reporting currency, null of any other.

    Returns
    -------
    Money
        Null when none was won.

    Examples
    --------
    >>> lines = pd.DataFrame({"won_amount": [100.0, 50.0, None]})
    >>> spm.measure(lines, spm.average_deal_size)["average_deal_size"].tolist()
    [75.0]

    References
    ----------
    Catalogue W14's average deal size.
    """
    return won_amount.mean()
