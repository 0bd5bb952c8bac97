"""How fast leads are answered, and what comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import pandas as pd

from spmkit.expressions import count, present, total
from spmkit.survival import median_duration
from spmkit.traits import Traits
from spmkit.units import NUMBER, Column, Money, Number, Percent, Ratio, Share

_RESULT = Traits("lead_outcomes", "higher")
_YIELD = Traits("lead_outcomes", "higher", "leading")
_SPEED = Traits("lead_outcomes", "lower", "leading", controllable=True)
_WAIT = Traits(
    "lead_outcomes", "lower", "leading", controllable=True, columns=("waited_hours", "touched")
)
_PROMPTNESS = Traits("lead_outcomes", "higher", "leading", controllable=True)


def lead_conversion(converted: Column) -> Annotated[Percent, _YIELD]:
    """Leads that became an opportunity as a share of the leads created.

    A young cohort has had less time to convert and looks worse than it is:
    compare cohorts by :func:`lead_conversion_within`. A lead whose opportunity
    is void (a duplicate, a test) has not converted; one whose opportunity the
    source does not have is left out.

    Parameters
    ----------
    converted
        Whether the lead has an opportunity that is not void; null where that is not known.

    Returns
    -------
    Percent
        With its Wilson interval; null without leads.

    Examples
    --------
    >>> leads = pd.DataFrame({"converted": [True, False, False, False, None]})
    >>> spm.measure(leads, spm.lead_conversion)["lead_conversion"].tolist()
    [0.25]

    References
    ----------
    Catalogue V1; guides to funnel metrics.
    """
    return Share(converted, present(converted))


def lead_conversion_within(
    converted: Column, conversion_days: Column, age_days: Column, *, within_days: int = 90
) -> Annotated[Percent, _YIELD]:
    """Leads that became an opportunity within some days, of the leads that are old enough.

    Every lead in the base has had the same time, so cohorts of any age may be
    compared. A lead that is younger than the limit leaves the base even where
    it has converted already, else the quick ones alone would count. So does one
    of which the days to conversion are not known.

    Parameters
    ----------
    converted
        Whether the lead has an opportunity that is not void; null where that is not known.
    conversion_days
        Days from the lead to its opportunity; null where not known or not converted.
    age_days
        Days from the lead to the day up to which the data speak.
    within_days
        The age at which leads are compared.

    Returns
    -------
    Percent
        With its Wilson interval; null where no lead is old enough.

    Examples
    --------
    >>> leads = pd.DataFrame({"converted": [True, True, False, True],
    ...     "conversion_days": [10, 40, None, 2], "age_days": [100, 100, 100, 5]})
    >>> import functools
    >>> metric = functools.partial(spm.lead_conversion_within, within_days=30)
    >>> spm.measure(leads, metric)["lead_conversion_within_30"].round(3).tolist()
    [0.333]

    References
    ----------
    Catalogue V1 (by age); guides to funnel metrics.
    """
    dated = ~converted | present(conversion_days)
    return Share(conversion_days <= within_days, dated & (age_days >= within_days))


def lead_win_rate(won: Column) -> Annotated[Percent, _RESULT]:
    """Leads with a won opportunity as a share of the leads created.

    It takes a lead's way and a sales cycle until a cohort is ripe: recent
    cohorts are low because their opportunities are open. Several leads of one
    won opportunity count each, since each is a lead that came to something.

    Parameters
    ----------
    won
        Whether the lead's opportunity was won; null where that is not known.

    Returns
    -------
    Percent
        With its Wilson interval; null without leads.

    Examples
    --------
    >>> leads = pd.DataFrame({"won": [True, False, False, False]})
    >>> spm.measure(leads, spm.lead_win_rate)["lead_win_rate"].tolist()
    [0.25]

    References
    ----------
    Catalogue V2; the lead-to-customer rate of the field.
    """
    return Share(won, present(won))


def lead_response_time(
    lines: Any, by: str | Sequence[str] | None = None, confidence: float = 0.95
) -> Annotated[pd.DataFrame, NUMBER, _WAIT]:
    """Median hours from a lead's creation to its first touch, those never touched included.

    A lead that nobody has answered yet has waited at least until now; leaving
    it out rewards whoever leaves the hard ones lying. The Kaplan–Meier median
    keeps it in as a wait that has not ended. A touch by an automatic reply is
    no touch: it must not be in the data.

    Parameters
    ----------
    lines
        Rows of :func:`spmkit.lead_outcomes`, by whichever clock it was asked for.
    by
        A column or several to group by.
    confidence
        Level of the interval.

    Returns
    -------
    pandas.DataFrame
        The group columns, ``median`` (hours; null where fewer than half were ever touched),
        ``low``, ``high``, ``n`` leads, ``ended`` (those touched), ``left_out`` (those of which
        the wait is not known), ``status``.

    Examples
    --------
    >>> leads = pd.DataFrame({"waited_hours": [1.0, 2.0, 3.0, 50.0, 60.0],
    ...     "touched": [True, True, True, False, False]})
    >>> spm.lead_response_time(leads)["median"].tolist()
    [3.0]

    References
    ----------
    Catalogue V3; Oldroyd, McElheran and Elkington 2011, the short life of online sales leads.
    """
    return median_duration(lines, "waited_hours", "touched", by, confidence)


def touched_response_median(response_hours: Column) -> Annotated[Number, _SPEED]:
    """Median hours to the first touch of the leads that were touched: biased towards fast.

    It leaves out whoever still waits, so that ignoring slow leads improves it.
    Use :func:`lead_response_time` to judge; this one is for comparing with
    numbers that other systems print.

    Parameters
    ----------
    response_hours
        Hours from creation to the first touch; null where nobody has touched it.

    Returns
    -------
    Number
        Hours; null where no lead was touched.

    Examples
    --------
    >>> leads = pd.DataFrame({"response_hours": [1.0, 2.0, 6.0, None, None]})
    >>> spm.measure(leads, spm.touched_response_median)["touched_response_median"].tolist()
    [2.0]

    References
    ----------
    Catalogue V3 (variant of those touched only); what most systems print.
    """
    return response_hours.median()


def response_within(
    response_hours: Column, waited_hours: Column, age_hours: Column, *, hours: float = 1.0
) -> Annotated[Percent, _PROMPTNESS]:
    """Leads that were first touched within some hours, of the leads that are older than that.

    A lead that was never touched counts as missed once it is older than the
    limit; a younger one leaves the base, touched or not. The study of 2011 that
    is quoted for one hour found that answering sooner made *qualifying* a lead
    about seven times as likely as answering an hour later; the figures for five
    minutes come from other studies of other outcomes, and do not belong beside it.

    Parameters
    ----------
    response_hours
        Hours from creation to the first touch; null where nobody has touched it.
    waited_hours
        The same, of an untouched lead the hours until now; null where they contradict.
    age_hours
        Hours from creation to the end of the day up to which the data speak.
    hours
        The limit.

    Returns
    -------
    Percent
        With its Wilson interval; null where no lead is old enough.

    Examples
    --------
    >>> leads = pd.DataFrame({"response_hours": [0.5, 3.0, None, None],
    ...     "waited_hours": [0.5, 3.0, 40.0, 0.2], "age_hours": [50.0, 50.0, 40.0, 0.2]})
    >>> spm.measure(leads, spm.response_within)[["response_within", "response_within_n"]].iloc[0]
    response_within      0.333333
    response_within_n    3.000000
    Name: 0, dtype: float64

    References
    ----------
    Catalogue V4; Oldroyd, McElheran and Elkington 2011, the short life of online sales leads.
    """
    return Share(response_hours <= hours, present(waited_hours) & (age_hours >= hours))


def source_value_per_lead(won_value: Column) -> Annotated[Money, _RESULT]:
    """Won value per lead: what the leads of a cohort brought in, divided by their number.

    A source of few large customers and one of many small ones may come out
    alike, and a young cohort has not had its sales cycle: compare sources over
    cohorts of the same, sufficient age. It is value, not profit: the cost of
    the leads is not in it.

    Parameters
    ----------
    won_value
        The lead's share of the amount won; 0 where nothing was won, null where not known.

    Returns
    -------
    Money
        Null without leads.

    Examples
    --------
    >>> leads = pd.DataFrame({"source": ["Web", "Web", "Fair"], "won_value": [90.0, 0.0, 0.0]})
    >>> spm.measure(leads, spm.source_value_per_lead, by="source")["source_value_per_lead"].tolist()
    [0.0, 45.0]

    References
    ----------
    Catalogue V5; common usage of the field.
    """
    return Ratio(total(won_value), count(present(won_value)))
