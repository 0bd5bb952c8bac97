"""What is paid of the list price."""

from __future__ import annotations

from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.expressions import present, total
from spmkit.traits import Traits
from spmkit.units import Column, Percent, Ratio

_PRICE = Traits("opportunity_lines", "higher", controllable=True)
_DISCOUNT = Traits("opportunity_lines", "lower", controllable=True)


def price_realisation(won_amount: Column, won_list_amount: Column) -> Annotated[Percent, _PRICE]:
    """Amount of won opportunities as a share of their list price.

    Sums first, so large opportunities weigh more. Without a list price (or an
    amount, or with a list price of zero) an opportunity is left out of both
    sides, and where discounts are given by not filling it in, that flatters.
    Contracts over several years must have both amounts over the same term.

    Parameters
    ----------
    won_amount
        Amount of a won opportunity, null of any other.
    won_list_amount
        Its list price, in the same currency.

    Returns
    -------
    Percent
        1.0 is no discount; null when no won opportunity has both.

    Examples
    --------
    >>> lines = pd.DataFrame({"won_amount": [80.0, 100.0, 50.0],
    ...     "won_list_amount": [100.0, 100.0, None]})
    >>> spm.measure(lines, spm.price_realisation)["price_realisation"].tolist()
    [0.9]

    References
    ----------
    Catalogue W20; net over list price, a custom of the field.
    """
    priced = _priced(won_amount, won_list_amount)
    paid, listed = nw.when(priced).then(won_amount), nw.when(priced).then(won_list_amount)
    return Ratio(total(paid), total(listed))


def discount(won_amount: Column, won_list_amount: Column) -> Annotated[Percent, _DISCOUNT]:
    """Discount on won opportunities as a share of their list price.

    100 % less :func:`price_realisation`, with the same rows left out. A
    surcharge makes it negative, and surcharges hide discounts in the sum.

    Parameters
    ----------
    won_amount
        Amount of a won opportunity, null of any other.
    won_list_amount
        Its list price, in the same currency.

    Returns
    -------
    Percent
        Null when no won opportunity has both.

    Examples
    --------
    >>> lines = pd.DataFrame({"won_amount": [75.0, 100.0], "won_list_amount": [100.0, 100.0]})
    >>> spm.measure(lines, spm.discount)["discount"].tolist()
    [0.125]

    References
    ----------
    Catalogue W20; discount off list price, a custom of the field.
    """
    priced = _priced(won_amount, won_list_amount)
    listed = nw.when(priced).then(won_list_amount)
    return Ratio(total(listed - won_amount), total(listed))


def _priced(amount: Column, list_amount: Column) -> Column:
    return present(amount, list_amount) & (list_amount > 0)
