"""How much pipeline is made, and how fast it turns into sales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import narwhals.stable.v2 as nw

from spmkit.expressions import count, present, total
from spmkit.traits import Traits
from spmkit.units import Column, Money, Ratio


def pipeline_velocity(
    qualified: Column,
    won: Column,
    closed: Column,
    renewal: Column,
    won_amount: Column,
    won_cycle_days: Column,
) -> Annotated[Money, Traits("opportunity_lines", "higher", "leading", controllable=True)]:
    """Sales to expect each day: open qualified opportunities × win rate × mean size ÷ cycle.

    All four come from the lines given, renewals left out: give lines of one
    cohort (one segment, the last year), since the rate of small ones times the
    size of large ones is true of neither. Padding the pipeline raises it, and so does
    any of the four alone; show them beside it. Uses :func:`win_rate`, so
    losses that are never closed out raise it too.

    Parameters
    ----------
    qualified
        Whether the opportunity is open and past the first stage.
    won, closed
        Whether it was won; whether it closed (won, lost or no decision).
    renewal
        Whether it is a renewal; these are left out.
    won_amount
        Amount of a won opportunity, null of any other.
    won_cycle_days
        Days from creation to closing of a won opportunity, null of any other.

    Returns
    -------
    Money
        A day; null when none closed or was won, or the median cycle is zero.

    Examples
    --------
    >>> lines = pd.DataFrame({"qualified": [True, True, False, False], "renewal": False,
    ...     "closed": [False, False, True, True], "won": [False, False, True, False],
    ...     "won_amount": [None, None, 600.0, None], "won_cycle_days": [None, None, 30.0, None]})
    >>> spm.measure(lines, spm.pipeline_velocity)["pipeline_velocity"].tolist()
    [20.0]

    References
    ----------
    Catalogue W14; pipeline velocity (sales velocity) of sales software.
    """
    new = ~renewal
    size = nw.when(new).then(won_amount).mean()
    cycle = nw.when(new).then(won_cycle_days).median()
    return Ratio(count(qualified & new) * count(won & new) * size, count(closed & new) * cycle)


def pipeline_created(
    amount: Column, created_on: Column
) -> Annotated[Money, Traits("opportunity_lines", "higher", "leading", controllable=True)]:
    """Amount of the opportunities created, whatever became of them.

    Measure it by ``created_period``. Amounts are the latest ones, not those at
    creation, so old periods change when opportunities are resized. It rewards
    entering anything at all: read a win rate by cohort beside it.

    Parameters
    ----------
    amount
        Amount of the opportunity in the reporting currency.
    created_on
        When it was created; without a date it is left out.

    Returns
    -------
    Money
        Null when none that was created has an amount.

    Examples
    --------
    >>> lines = pd.DataFrame({"amount": [40.0, 60.0, 5.0],
    ...     "created_on": pd.to_datetime(["2026-01-05", "2026-02-01", None])})
    >>> spm.measure(lines, spm.pipeline_created)["pipeline_created"].tolist()
    [100.0]

    References
    ----------
    Catalogue W15; pipeline created by date of creation, as Atrium documents it.
    """
    return total(nw.when(present(created_on)).then(amount))


def self_sourced_pipeline(
    amount: Column,
    created_on: Column,
    source: Column,
    *,
    sources: str | Sequence[str] = ("Outbound",),
) -> Annotated[Money, Traits("opportunity_lines", "higher", "leading", controllable=True)]:
    """Amount of the opportunities created that reps found themselves.

    What counts as found by oneself is a list of sources, spelt as in the data;
    reps who may write the source write the one that pays. An opportunity
    without a source is left out.

    Parameters
    ----------
    amount, created_on
        As for :func:`pipeline_created`.
    source
        Where the opportunity came from.
    sources
        The source that counts as self-sourced, or several.

    Returns
    -------
    Money
        0 where there are only other sources, null when no row has amount, date and source.

    Examples
    --------
    >>> lines = pd.DataFrame({"amount": [40.0, 60.0], "source": ["Outbound", "Website"],
    ...     "created_on": pd.to_datetime(["2026-01-05", "2026-02-01"])})
    >>> spm.measure(lines, spm.self_sourced_pipeline)["self_sourced_pipeline"].tolist()
    [40.0]

    References
    ----------
    Catalogue W15; the self-sourced part of pipeline created.
    """
    named = [sources] if isinstance(sources, str) else list(sources)
    own = nw.when(source.is_in(named)).then(amount).otherwise(amount * 0)
    return total(nw.when(present(created_on, source)).then(own))
