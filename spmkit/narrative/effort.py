"""What is said of effort and outcome: territories before people, and nobody in the grey cross."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.diagnostics.effort import TERRITORY, UNTOLD
from spmkit.units import NUMBER, format_value, whole_percent


def effort_title(classes: pd.DataFrame) -> str:
    """Say of how many reps anything can be told, and of how many the territory comes first.

    Parameters
    ----------
    classes
        What :func:`spmkit.diagnostics.effort_classes` gives.

    Examples
    --------
    >>> classes = pd.DataFrame({"to_do": ["cannot tell", "look at the territory first"],
    ...     "n": [50, 3]})
    >>> effort_title(classes)
    'Of 50 of 53 reps effort and outcome tell nothing; of the other 3 the territory comes first'
    """
    sizes = dict(zip(classes["to_do"], classes["n"], strict=True))
    whole, untold = int(sum(sizes.values())), int(sizes.get(UNTOLD, 0))
    first = int(sizes.get(TERRITORY, 0))
    told = whole - untold
    if not told:
        return f"Effort and outcome tell nothing of any of {whole:,} reps beyond chance"
    said = f"Of {untold:,} of {whole:,} reps effort and outcome tell nothing"
    if first == told:
        return f"{said}; of the other {told:,} the territory comes first"
    return f"{said}; of the other {told:,} the territory comes first with {first:,}"


def effort_said(found: pd.DataFrame) -> str:
    """Say how wide the grey cross is, and of how many reps the territory is not known.

    Parameters
    ----------
    found
        What :func:`spmkit.diagnostics.effort_by_rep` gives.

    Examples
    --------
    >>> found = pd.DataFrame({"outcome_error": [0.1, 0.1], "effort_error": [0.4, 0.4],
    ...     "potential_index": [1.0, None], "peers": [65, 65], "outcome_cut": 1.08})
    >>> effort_said(found)
    'Half of 65 reps reach 108 % or more. Within 10 % of that, or within 0.4 of the middle effort,
    nothing is told: the next quarter could turn it round. Of 1 of 2 reps the potential of the
    territory is not known.'
    """
    near = whole_percent(found["outcome_error"].median())
    effort = format_value(found["effort_error"].median(), NUMBER)
    unknown = int(found["potential_index"].isna().sum())
    cut = whole_percent(found["outcome_cut"].iloc[0])
    said = (
        f"Half of {int(found['peers'].iloc[0]):,} reps reach {cut} or more. Within {near} of that, "
        f"or within {effort} of the middle effort, nothing is told: the next quarter could turn it "
        "round."
    )
    if not unknown:
        return said
    return (
        f"{said} Of {unknown:,} of {len(found):,} reps the potential of the territory is not known."
    )


def balance_said(balance: pd.Series[Any]) -> str:
    """Say how uneven the territories are, before anybody is spoken of.

    Parameters
    ----------
    balance
        The row of :func:`spmkit.territory_balance`.

    Examples
    --------
    >>> balance_said(pd.Series({"n": 60, "outside_share": 0.5, "outside_share_low": 0.38,
    ...     "outside_share_high": 0.62, "status": "ok"}))
    'The potential of 50 % of 60 territories is more than 15 % off an even share (95 % interval
    38 % to 62 %).'
    """
    if balance["status"] != "ok":
        return "How even the territories are is not known."
    share, low, high = (
        whole_percent(balance[name])
        for name in ("outside_share", "outside_share_low", "outside_share_high")
    )
    return (
        f"The potential of {share} of {int(balance['n']):,} territories is more than 15 % off an "
        f"even share (95 % interval {low} to {high})."
    )
