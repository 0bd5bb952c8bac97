"""What a rep, a selling hour, a unit of pay and a deal bring in."""

from __future__ import annotations

from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.expressions import distinct, present, total
from spmkit.traits import Traits
from spmkit.units import Column, Money, Multiple, Percent, Ratio

_EARNED = Traits("productivity_lines", "higher")
_PRODUCTIVE = Traits("productivity_lines", "neither")
_PAY = Traits("margin_lines", "higher")


def average_deal_size(
    won_amount: Column,
) -> Annotated[Money, Traits("opportunity_lines", "higher")]:
    """Mean amount of won opportunities.

    A few large ones pull it up, and it moves with the mix of segments and
    products: compare like with like. Renewals count. Won ones without an amount
    are left out of both sides; the quality box counts them.

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
    Catalogue W14 (its mean size); guides to pipeline metrics.
    """
    return won_amount.mean()


def bookings_per_rep(bookings: Column, headcount: Column) -> Annotated[Money, _EARNED]:
    """Bookings divided by the average number of reps on the payroll.

    The average of daily headcounts, not the count on the last day: a team that hired
    at the end of the quarter would look half as productive. New reps count in full
    here; see :func:`bookings_per_ramped_fte`. Over several periods it is the
    mean of one period, since each has its own headcount.

    Parameters
    ----------
    bookings
        Amounts won, one value a rep and period; of leavers too, who add no headcount.
    headcount
        Days on the payroll as a share of the period's days.

    Returns
    -------
    Money
        Null where nobody was there.

    Examples
    --------
    >>> lines = pd.DataFrame({"bookings": [90.0, 30.0], "headcount": [1.0, 0.5]})
    >>> spm.measure(lines, spm.bookings_per_rep)["bookings_per_rep"].tolist()
    [80.0]

    References
    ----------
    Catalogue P1; Atrium's card on bookings.
    """
    return Ratio(total(bookings), total(headcount))


def bookings_per_ramped_fte(bookings: Column, ramped_fte: Column) -> Annotated[Money, _EARNED]:
    """Bookings divided by the full-time reps there were, new ones weighted by their ramp.

    The weights decide the answer: the declared ``[quotas] ramp``, or 1 for all where none
    is declared (the column ``ramp`` of the lines says which; print it). Leave counts 0.

    Parameters
    ----------
    bookings
        Amounts won, one value a rep and period.
    ramped_fte
        Share of a full-time, fully ramped rep, averaged over the days of the period.

    Returns
    -------
    Money
        Null where nobody was there.

    Examples
    --------
    >>> lines = pd.DataFrame({"bookings": [90.0, 30.0], "ramped_fte": [1.0, 0.2]})
    >>> spm.measure(lines, spm.bookings_per_ramped_fte)["bookings_per_ramped_fte"].tolist()
    [100.0]

    References
    ----------
    Catalogue P2; published guides to ramp periods.
    """
    return Ratio(total(bookings), total(ramped_fte))


def bookings_per_productive_rep(
    bookings: Column, productive_rep: Column
) -> Annotated[Money, _PRODUCTIVE]:
    """Bookings divided by the number of reps who won at least one opportunity.

    It leaves out who won nothing, so it rises when the weak stop winning at all: never
    show it without :func:`bookings_per_rep` and :func:`productive_rep_share` beside it.
    A rep is counted once, however many periods the lines span: measure by ``period``.

    Parameters
    ----------
    bookings
        Amounts won, one value a rep and period.
    productive_rep
        The rep, where at least one opportunity was won; else null.

    Returns
    -------
    Money
        Null where nobody won anything.

    Examples
    --------
    >>> lines = pd.DataFrame({"bookings": [90.0, 30.0, 0.0], "productive_rep": ["a", "b", None]})
    >>> spm.measure(lines, spm.bookings_per_productive_rep)["bookings_per_productive_rep"].tolist()
    [60.0]

    References
    ----------
    Catalogue P3; common usage of the field.
    """
    return Ratio(total(bookings), distinct(productive_rep))


def productive_rep_share(productive_rep: Column, active_rep: Column) -> Annotated[Percent, _EARNED]:
    """Reps who won at least one opportunity, as a share of those on the payroll.

    Who was there for a week counts as much as who was there for the quarter, and with a
    long cycle a good rep may win nothing in a short period.

    Parameters
    ----------
    productive_rep
        The rep, where at least one opportunity was won; else null.
    active_rep
        The rep, where on the payroll on a day of the period; else null.

    Returns
    -------
    Percent
        Null where nobody was there.

    Examples
    --------
    >>> lines = pd.DataFrame({"productive_rep": ["a", None], "active_rep": ["a", "b"]})
    >>> spm.measure(lines, spm.productive_rep_share)["productive_rep_share"].tolist()
    [0.5]

    References
    ----------
    Catalogue P3 (the share to show beside it); common usage of the field.
    """
    both = nw.when(present(productive_rep, active_rep)).then(active_rep)
    return Ratio(distinct(both), distinct(active_rep))


def bookings_per_selling_hour(bookings: Column, selling_hours: Column) -> Annotated[Money, _EARNED]:
    """Bookings divided by the hours spent selling, of the reps whose hours are known.

    A rep who logged no durations is in neither side: unknown hours are not 0. Hours
    that a rep did not write down make the rep look productive, so compare only teams
    that log alike. Values of individuals may be barred (``individual_activity = false``):
    then measure by team.

    Parameters
    ----------
    bookings
        Amounts won, one value a rep and period.
    selling_hours
        Hours spent selling in the same period; null where not known.

    Returns
    -------
    Money
        Money an hour; null where no hours are known, or none were spent selling.

    Examples
    --------
    >>> lines = pd.DataFrame({"bookings": [90.0, 500.0], "selling_hours": [30.0, None]})
    >>> spm.measure(lines, spm.bookings_per_selling_hour)["bookings_per_selling_hour"].tolist()
    [3.0]

    References
    ----------
    Catalogue P4; common usage of the field.
    """
    both = present(bookings, selling_hours)
    won, spent = nw.when(both).then(bookings), nw.when(both).then(selling_hours)
    return Ratio(total(won), total(spent))


def productivity_of_pay(margin: Column, cash_pay: Column) -> Annotated[Multiple, _PAY]:
    """Margin won, divided by the total cash pay, base and variable, of those who won it.

    Of the reps of whom both are known. Pay follows sales by a period or more, so a quarter
    of growth looks better, and one of decline worse, than a year does.
    :func:`productivity_of_variable_pay` leaves the base out; never compare the two.

    Parameters
    ----------
    margin
        Margin of what was won, at its owner, one value a rep and period. For margin as plans
        credit it, give lines of one's own with both columns.
    cash_pay
        Base and variable pay of the same rep and period.

    Returns
    -------
    Multiple
        2.0 is a margin of twice the pay; null where no pay is known.

    Examples
    --------
    >>> lines = pd.DataFrame({"margin": [90.0, 70.0], "cash_pay": [30.0, None]})
    >>> spm.measure(lines, spm.productivity_of_pay)["productivity_of_pay"].tolist()
    [3.0]

    References
    ----------
    Catalogue P13; ZS and WorldatWork on the cost of sales compensation.
    """
    return _by_pay(margin, cash_pay)


def productivity_of_variable_pay(margin: Column, paid: Column) -> Annotated[Multiple, _PAY]:
    """Margin won, divided by variable pay alone, the base left out.

    Much larger than :func:`productivity_of_pay` where the base is a large part of pay: a
    plan with little variable pay looks cheap by it. Never compare the two.

    Parameters
    ----------
    margin
        Margin of what was won, one value a rep and period.
    paid
        What was paid out in the same period.

    Returns
    -------
    Multiple
        Null where no variable pay is known, or none was paid.

    Examples
    --------
    >>> lines = pd.DataFrame({"margin": [90.0, 70.0], "paid": [10.0, 10.0]})
    >>> found = spm.measure(lines, spm.productivity_of_variable_pay)
    >>> found["productivity_of_variable_pay"].tolist()
    [8.0]

    References
    ----------
    Catalogue P13 (variant without base pay); ZS and WorldatWork on the cost of sales
    compensation.
    """
    return _by_pay(margin, paid)


def _by_pay(margin: Column, pay: Column) -> Ratio:
    both = present(margin, pay)
    return Ratio(total(nw.when(both).then(margin)), total(nw.when(both).then(pay)))
