"""Groups of people that are large enough for what they do to be nobody's own."""

from __future__ import annotations

from typing import Any

import pandas as pd

FEWEST_PEOPLE = 3
SMALLER = "smaller groups"


def pooled(
    group: pd.Series[Any], person: pd.Series[Any], fewest: int = FEWEST_PEOPLE
) -> pd.Series[Any]:
    """Put groups of too few people together, until what they do is no one person's.

    A single small group would be what all others leave of the whole: the next smallest one
    joins it then.

    Parameters
    ----------
    group, person
        Of each row.
    fewest
        People that a group needs.

    Examples
    --------
    >>> group, person = pd.Series(list("aaabccc")), pd.Series(list("1234567"))
    >>> pooled(group, person).tolist()[2:5]
    ['smaller groups', 'smaller groups', 'c']
    """
    sizes = person.groupby(group).nunique().sort_values(kind="stable")
    if sizes.empty or sizes.iloc[0] >= fewest:
        return group
    together = list(sizes.index[sizes < fewest])
    following = [name for name in sizes.index if name not in together]
    while following and person[group.isin(together)].nunique() < fewest:
        together.append(following.pop(0))
    return group.where(~group.isin(together), SMALLER)
