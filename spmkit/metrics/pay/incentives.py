"""What pay is promised and paid, and what the company gets for it: sums over pay lines."""

from __future__ import annotations

from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.expressions import present, total
from spmkit.traits import Traits
from spmkit.units import Column, Money, Multiple, Percent, Ratio

_PROMISED = Traits("pay_lines", "neither", "leading")
_PAY = Traits("pay_lines", "neither")
_COST = Traits("pay_lines", "lower")


def on_target_earnings(ote: Column) -> Annotated[Money, _PROMISED]:
    """Mean on-target earnings of a year: base pay and variable pay at quota.

    Over roles of different pay it says little; measure it by role. It is what was
    promised, not what was earned.

    Parameters
    ----------
    ote
        A rep's OTE of a year, on one line a rep.

    Returns
    -------
    Money
        A year; null where no OTE is known.

    Examples
    --------
    >>> lines = pd.DataFrame({"ote": [100_000.0, 140_000.0, None]})
    >>> spm.measure(lines, spm.on_target_earnings)["on_target_earnings"].tolist()
    [120000.0]

    References
    ----------
    Catalogue I1; Bentega, sales compensation.
    """
    return ote.mean()


def median_on_target_earnings(ote: Column) -> Annotated[Money, _PROMISED]:
    """On-target earnings of a year of the rep in the middle.

    A few large packages do not move it, but over roles of different pay it jumps
    with the mix: measure it by role. It is what was promised, not what was earned.

    Parameters
    ----------
    ote
        A rep's OTE of a year, on one line a rep.

    Returns
    -------
    Money
        A year; null where no OTE is known.

    Examples
    --------
    >>> lines = pd.DataFrame({"ote": [100_000.0, 140_000.0, 300_000.0]})
    >>> spm.measure(lines, spm.median_on_target_earnings)["median_on_target_earnings"].tolist()
    [140000.0]

    References
    ----------
    Catalogue I1 (variant); Bentega, sales compensation.
    """
    return ote.median()


def pay_mix(base_pay: Column, ote: Column) -> Annotated[Percent, _PROMISED]:
    """Base pay as a share of on-target earnings: 60 % is a mix of 60:40.

    A rep paid by commission alone has a base pay of 0, not null; null leaves
    the rep out. Sums first, so those with a large package weigh more, and over
    several roles it is nobody's mix.

    Parameters
    ----------
    base_pay
        Base pay of a year.
    ote
        OTE of the same year.

    Returns
    -------
    Percent
        Null when no OTE with its base pay is known.

    Examples
    --------
    >>> lines = pd.DataFrame({"base_pay": [60.0, 50.0, None], "ote": [100.0, 100.0, 900.0]})
    >>> spm.measure(lines, spm.pay_mix)["pay_mix"].tolist()
    [0.55]

    References
    ----------
    Catalogue I1; Bentega, sales compensation.
    """
    return _ratio(base_pay, ote)


def target_commission_rate(target_variable: Column, quota: Column) -> Annotated[Percent, _PROMISED]:
    """Variable pay at quota as a share of the quota.

    It is what a rate card starts from; a quota raised without the pay lowers it.
    Over plans of several components or roles it is a mean of unlike rates.

    Parameters
    ----------
    target_variable
        Variable pay of the period at quota.
    quota
        The quota of the same period.

    Returns
    -------
    Percent
        Of the reps with both; null when their quotas sum to zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"target_variable": [10.0, 10.0], "quota": [100.0, None]})
    >>> spm.measure(lines, spm.target_commission_rate)["target_commission_rate"].tolist()
    [0.1]

    References
    ----------
    Catalogue I2; Bentega, sales compensation (target rate).
    """
    return _ratio(target_variable, quota)


def effective_commission_rate(paid: Column, credited: Column) -> Annotated[Percent, _PAY]:
    """Variable pay paid as a share of the sales it was paid for.

    What was clawed back is taken off. Pay stands in the period in which it was
    earned; a plan that pays months later than it credits needs a whole year. It
    rises with accelerators, so a good year looks expensive.

    Parameters
    ----------
    paid
        Variable pay of the period, net of clawbacks.
    credited
        Credited sales of the same period.

    Returns
    -------
    Percent
        Of the reps with both; null when nothing was credited to them.

    Examples
    --------
    >>> lines = pd.DataFrame({"paid": [12.0, -2.0], "credited": [90.0, 10.0]})
    >>> spm.measure(lines, spm.effective_commission_rate)["effective_commission_rate"].tolist()
    [0.1]

    References
    ----------
    Catalogue I3; QuotaPath, plan details.
    """
    return _ratio(paid, credited)


def compensation_cost_of_sales(
    base_earned: Column, paid: Column, credited: Column
) -> Annotated[Percent, _COST]:
    """Base pay and variable pay of the people in the tables as a share of their credited sales.

    Counted is the cash pay of whoever has a line (managers only where ``reps``
    lists them); benefits, taxes, marketing and sales support are not, so it is
    not comparable with a figure that counts them. Someone whose base pay or
    payout is unknown counts with the part that is known: read ``n``.

    Parameters
    ----------
    base_earned
        Base pay of the period.
    paid
        Variable pay of the period, net of clawbacks.
    credited
        Credited sales of the period, overlay credits left out.

    Returns
    -------
    Percent
        Null when nothing was credited, or no base pay or no payout is known at all.

    Examples
    --------
    >>> lines = pd.DataFrame({"base_earned": [15.0, 20.0], "paid": [10.0, None],
    ...     "credited": [500.0, None]})
    >>> spm.measure(lines, spm.compensation_cost_of_sales)["compensation_cost_of_sales"].tolist()
    [0.09]

    References
    ----------
    Catalogue I4; ZS, putting compensation cost of sales to work; WorldatWork.
    """
    return Ratio(total(base_earned) + total(paid), total(credited))


def credit_inflation(
    credited: Column, booked: Column
) -> Annotated[Multiple, Traits("credited_opportunities", "target")]:
    """All credit given for opportunities as a multiple of what they booked.

    1.0 credits every sale once; above it overlays and double credits come on
    top, which makes attainment look better than the company does. The sums hide
    a sale credited twice beside one not credited at all.

    Parameters
    ----------
    credited
        All credits of an opportunity, splits and overlays, net of reversals.
    booked
        Its amount.

    Returns
    -------
    Multiple
        Of the opportunities with both; null when nothing was booked.

    Examples
    --------
    >>> deals = pd.DataFrame({"credited": [100.0, 75.0], "booked": [100.0, 50.0]})
    >>> spm.measure(deals, spm.credit_inflation)["credit_inflation"].round(4).tolist()
    [1.1667]

    References
    ----------
    Catalogue I14; Alexander Group, quotas diagnostics and solutions (double crediting).
    """
    return _ratio(credited, booked)


def _ratio(numerator: Column, denominator: Column) -> Ratio:
    """A ratio over the rows that have both: pay without quota is in neither sum."""
    both = present(numerator, denominator)
    return Ratio(*[total(nw.when(both).then(column)) for column in (numerator, denominator)])
