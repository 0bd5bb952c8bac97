"""What a rep does better than peers, what less well, and what closing the gap is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spmkit.review.person import Person

MOST_SHOWN = 3

QUESTIONS: Mapping[str, str] = {
    "meetings": "What would make room for one more meeting with a customer a week?",
    "untouched": "Which of the open ones without a next step are still worth one?",
    "win_rate": "At which stage did the last three that were lost turn?",
    "deal_size": "Which of the last deals could have covered more of what the customer needs?",
}
"""What to ask about an area to grow: about the work, not about the person."""


def strengths_and_areas(person: Person, places: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Up to three strengths and up to three areas to grow, each only where the evidence holds.

    Parameters
    ----------
    person
        An open review of a rep.
    places
        What :func:`spmkit.review.peer_places` gave of the rep.

    Returns
    -------
    strengths, areas
        ``metric``, ``shown``, ``median`` of the peers, ``peers``, ``n``; areas with ``worth``:
        what the period would have brought more at the peers' median, all else being equal (null
        where no such sum can be told). Largest distance, or largest worth, first.
    """
    apart = ((places["shown"] - places["median"]) / places["spread"]).abs()
    told = places.assign(apart=apart).sort_values("apart", ascending=False)
    strong, weak = told[told["verdict"] == "better"], told[told["verdict"] == "worse"]
    worth = [_worth(person, row) for _, row in weak.iterrows()]
    weak = weak.assign(worth=pd.Series(worth, index=weak.index, dtype="float64"))
    weak = weak.sort_values(["worth", "apart"], ascending=False, na_position="last")
    columns = ["metric", "shown", "median", "peers", "n"]
    return (
        strong[columns].head(MOST_SHOWN).reset_index(drop=True),
        weak[[*columns, "worth"]].head(MOST_SHOWN).reset_index(drop=True),
    )


def _worth(person: Person, row: pd.Series[Any]) -> float:
    """What the gap is worth in a period like this one; activity has no price that is known.

    A win more is taken at the average deal won, renewals included.
    """
    closed = person.conversion
    gap = row["median"] - row["shown"]
    if row["metric"] == "win_rate":
        return float(gap * closed["win_rate_n"] * closed["average_deal_size"])
    if row["metric"] == "deal_size":
        return float(gap * closed["average_deal_size_n"])
    return float("nan")
