"""What a rep, and a deal, brings in."""

from __future__ import annotations

import narwhals.stable.v2 as nw

from spmkit.units import Column, Money


def average_deal_size(amount: Column, won: Column) -> Money:
    """Mean amount of won opportunities.

    Won ones without an amount are left out of both sides; the quality box
    counts them.

    Parameters
    ----------
    amount
        Amount in the reporting currency.
    won
        Whether the opportunity was won.

    Returns
    -------
    Money
        Null when none was won.

    Examples
    --------
    >>> lines = pd.DataFrame({"amount": [100.0, 50.0, 900.0], "won": [True, True, False]})
    >>> spm.measure(lines, spm.average_deal_size)["average_deal_size"].tolist()
    [75.0]

    References
    ----------
    Catalogue W14's average deal size.
    """
    return nw.when(won).then(amount).mean()
