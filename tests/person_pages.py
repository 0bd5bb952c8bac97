"""All that a rep's page shows, as text, for tests that look for what should not be there."""

from __future__ import annotations

import json
import re

from spmkit import review
from spmkit.data import open_data
from spmkit.reports import review_parts as parts


def page_of(tables, rep, period=None, **settings):
    """Every part of the page, in order: the HTML of words and tables, the data of charts."""
    data = open_data(tables, settings={"as_of": "2026-10-02"} | settings)
    person = review.open_person(data, period, rep)
    course = review.open_course(person)
    shown = [
        parts.review_masthead(person, "One to one"),
        parts.person_answer(person),
        parts.person_goals(course),
        parts.person_closed(person),
        parts.person_repeated(course),
        parts.person_growth(person),
        parts.own_actions(person),
        parts.person_lines(course),
    ]
    return [text for part in shown for text in _texts(part)]


def _texts(part):
    if isinstance(part, list):
        return [text for one in part for text in _texts(one)]
    if hasattr(part, "to_dict"):
        return [_drawn(part.to_dict())]
    html = part.as_raw_html() if hasattr(part, "as_raw_html") else str(part)
    return [re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)]


def _drawn(spec):
    """A chart's words and data; an empty one is refused, and so is a number that is none."""
    rows = list(spec["datasets"].values())
    assert rows
    assert all(rows), f"an empty chart: {spec['title']}"
    words = [spec["title"]["text"], spec["title"]["subtitle"], spec["description"]]
    return json.dumps([words, rows], allow_nan=False)


def assert_fit_to_show(texts):
    """No infinite number, no number that is none, and no word of a program."""
    for text in texts:
        words = re.sub(r"<[^>]*>", " ", text)
        assert not _NO_NUMBER.search(words), words
        assert not re.search(r"\d\.\d{5,}", words) or words.startswith("[["), words


_NO_NUMBER = re.compile(r"\b(nan|NaN|inf|Infinity|None|NaT)\b")
