"""Sentences of a team's page."""

from __future__ import annotations

import pandas as pd

from spmkit.units import PERCENT, format_difference


def movement_title(moves: pd.DataFrame) -> str:
    """Say how many reps moved further than chance explains; where that is not known, who did most.

    Examples
    --------
    >>> moves = pd.DataFrame({"rep": ["Ada", "Bo"], "change": [0.3, -0.4], "low": [0.5, 0.5],
    ...     "beyond": [True, False]})
    >>> movement_title(moves)
    '1 of 2 reps moved further than chance explains: Ada'
    >>> movement_title(moves.assign(low=float("nan")))
    'Bo moved most: −40.0 points; there are too few periods to say what is chance'
    """
    if moves["low"].isna().all():
        most = moves.iloc[int(moves["change"].abs().argmax())]
        moved = f"{most['rep']} moved most: {format_difference(most['change'], PERCENT)}"
        return f"{moved}; there are too few periods to say what is chance"
    beyond = moves.loc[moves["beyond"], "rep"].tolist()
    if not beyond:
        return f"None of {len(moves):,} reps moved further than chance explains"
    count = f"{len(beyond):,} of {len(moves):,} reps moved further than chance explains"
    return f"{count}: {_listed(beyond)}"


def scorecard_title(marked: pd.DataFrame) -> str:
    """Say how many values of a team lie off the peers' median, and how many would by chance.

    Examples
    --------
    >>> scorecard_title(pd.DataFrame({"mark": ["▲", *[""] * 19]}))
    '1 of 20 values is marked as off the median of its peers; chance alone would mark about 2'
    >>> scorecard_title(pd.DataFrame({"mark": []}))
    'No value can be compared: too few peers or too few cases'
    """
    if marked.empty:
        return "No value can be compared: too few peers or too few cases"
    apart, chance = int((marked["mark"] != "").sum()), round(len(marked) * _BY_CHANCE)
    one = "is marked as off the median of its"
    if apart != 1:
        one = "are marked as off the median of their"
    few = f"about {chance}" if chance else "none"
    return f"{apart or 'None'} of {len(marked):,} values {one} peers; chance alone would mark {few}"


_BY_CHANCE = 0.1  # what is marked is 90 % sure


def _listed(names: list[str]) -> str:
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} others"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
