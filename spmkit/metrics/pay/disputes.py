"""Disputes of pay: no table of the dictionary holds them, so the rows are the user's own."""

from __future__ import annotations

from typing import Annotated

from spmkit.expressions import present
from spmkit.traits import Traits
from spmkit.units import Column, Days, Percent, Share

_DISPUTES = Traits("any frame of disputes", "lower")


def dispute_rate(disputed: Column) -> Annotated[Percent, _DISPUTES]:
    """Share of the pay statements that were disputed.

    No table of the dictionary holds disputes: give a frame with a row a
    statement. A low rate may say that nobody can check a statement.

    Parameters
    ----------
    disputed
        Whether the statement was disputed; null: not known, left out.

    Returns
    -------
    Percent
        With its Wilson interval; null without a statement.

    Examples
    --------
    >>> statements = pd.DataFrame({"disputed": [True, False, False, False, None]})
    >>> spm.measure(statements, spm.dispute_rate)["dispute_rate"].tolist()
    [0.25]

    References
    ----------
    Catalogue I13; Optymyze, case studies.
    """
    return Share(disputed, present(disputed))


def upheld_dispute_rate(upheld: Column) -> Annotated[Percent, _DISPUTES]:
    """Share of the decided disputes in which the rep was right.

    It says as much of who decides as of the statements: where nobody
    independent does, it is low whatever is wrong. Disputes not yet decided are
    left out, and the hard ones take longest.

    Parameters
    ----------
    upheld
        Whether the dispute was upheld, on a row a dispute; null: not decided, left out.

    Returns
    -------
    Percent
        With its Wilson interval; null when none is decided.

    Examples
    --------
    >>> disputes = pd.DataFrame({"upheld": [True, True, False, None]})
    >>> spm.measure(disputes, spm.upheld_dispute_rate)["upheld_dispute_rate"].round(3).tolist()
    [0.667]

    References
    ----------
    Catalogue I13 (upheld share); Optymyze, case studies.
    """
    return Share(upheld, present(upheld))


def dispute_age(days_open: Column) -> Annotated[Days, _DISPUTES]:
    """Median days for which disputes were open.

    Disputes that are still open must count with their days so far, or old ones
    are missing and it looks short.

    Parameters
    ----------
    days_open
        Days from raising to settling a dispute, or to today.

    Returns
    -------
    Days
        Null without a dispute.

    Examples
    --------
    >>> disputes = pd.DataFrame({"days_open": [3.0, 10.0, 40.0]})
    >>> spm.measure(disputes, spm.dispute_age)["dispute_age"].tolist()
    [10.0]

    References
    ----------
    Catalogue I13 (age); Optymyze, case studies.
    """
    return days_open.median()
