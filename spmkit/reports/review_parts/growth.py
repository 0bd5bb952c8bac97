"""A rep's strengths and areas to grow: on the peers' middle half, then in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import charts, narrative
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack, drawn
from spmkit.review import QUESTIONS, SCORES, Person, peer_places, strengths_and_areas
from spmkit.units import MONEY, format_value

_DRAWN = (
    "Bar: the middle half of peers (to two figures), equally wide in every row; tick: their "
    "median; dot: you, less noise, in colour where 90 % surely off it; right is better"
)
_NONE = "none shown: no metric is 90 % sure to lie"


def person_growth(person: Person) -> Any:
    """Every metric against the peers, up to three strengths and up to three areas to grow."""
    places, missing = peer_places(person)
    worded = _worded(places)
    left_out = [*narrative.untold_said(worded), *missing]
    return Stack(
        [
            drawn(
                charts.peer_dots,
                worded[worded["untold"] == ""],
                narrative.growth_title(worded),
                _subtitle(worded),
            ),
            *_sentences(person, places),
            *[page.note(reason) for reason in left_out],
        ]
    )


def _worded(places: pd.DataFrame) -> pd.DataFrame:
    """The rows with what is written beside them, each in its own unit."""
    texts = [_texts(row) for row in _rows(places)]
    columns = ["label", "fewest", "own", "median", "middle"]
    return places.assign(**pd.DataFrame(texts, columns=columns, index=places.index))


def _texts(row: dict[Any, Any]) -> tuple[str, int, str, str, str]:
    score = SCORES[row["metric"]]
    own = narrative.own_value(row, score.unit, score.fewest)
    low, median, high = (format_value(row[name], score.unit) for name in ("low", "median", "high"))
    return score.label, score.fewest, own, median, f"{low} to {high}"


def _subtitle(places: pd.DataFrame) -> str:
    return f"{_DRAWN}; triangle: further out" if places["beyond"].any() else _DRAWN


def _sentences(person: Person, places: pd.DataFrame) -> list[page.Part]:
    strengths, areas = strengths_and_areas(person, places)
    if strengths.empty and areas.empty:
        return [page.note(f"Strengths and areas to grow: {_NONE} off the peers' median.")]
    strong = [page.note(page.accent("Strength: "), _told(row)) for row in _rows(strengths)]
    weak = [page.note(page.worse("To grow: "), _told(row), _asked(row)) for row in _rows(areas)]
    return [
        *(strong or [page.note(f"Strengths: {_NONE} on the better side of the peers' median.")]),
        *(weak or [page.note(f"Areas to grow: {_NONE} on the worse side of the peers' median.")]),
    ]


def _rows(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.to_dict("records")


def _told(row: dict[Any, Any]) -> str:
    score = SCORES[row["metric"]]
    said = narrative.against_peers(score.label, score.unit, row) + "."
    return said.replace("(n ", "(n\N{NO-BREAK SPACE}")  # a count keeps its name on its line


def _asked(row: dict[Any, Any]) -> str:
    worth = row["worth"]
    if pd.isna(worth) or worth <= 0:
        return f" {QUESTIONS.get(row['metric'], '')}".rstrip()
    more = f"{format_value(worth, MONEY)} more, all else being equal."
    said = f" At that median the period would have brought {more}"
    return f"{said} {QUESTIONS.get(row['metric'], '')}".rstrip()
