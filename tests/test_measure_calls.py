"""Calls of measure: options that name the column, and mistakes that are said."""

from __future__ import annotations

import functools

import pytest
from measured_lines import LINES, above, attainment, mean_amount, reached, win_rate

from spmkit.measure import measure
from spmkit.units import Column, Count, Money, Multiple


def test_options_are_bound_and_name_the_column():
    metrics = [reached, functools.partial(reached, at=0.8), functools.partial(above, floor=9)]
    found = measure(LINES, metrics)
    assert found.filter(regex="^(?!.*_(n|status)$)").columns.tolist() == [
        "reached",
        "reached_0.8",
        "above_9",
    ]
    assert found["reached"].tolist() == [0.6]
    assert found["reached_0.8"].tolist() == [0.8]
    assert found["above_9"].tolist() == [3]


def test_a_default_bound_again_keeps_the_plain_name():
    assert "reached" in measure(LINES, functools.partial(reached, at=1.0))


def _no_unit(amount: Column):
    return amount.mean()


def _a_number(amount: Column) -> Money:
    return 3


def _row_by_row(amount: Column) -> Money:
    return amount * 2


def _fraction(amount: Column) -> Count:
    return amount.mean() / 7


def _text(rep: Column) -> Multiple:
    return rep.max()


@pytest.mark.parametrize(
    ("metrics", "by", "message"),
    [
        ([attainment, attainment], None, "'attainment' is asked for twice"),
        (mean_amount, ["team", "team"], "'team' is asked for twice"),
        ([], None, "no metrics"),
        (mean_amount, "taem", "no column 'taem'; nearest: 'team'"),
        (above, None, "above needs its option 'floor'"),
        (functools.partial(above, 5), None, "bind options by name"),
        (functools.partial(reached, credited="amount"), None, "'credited' is no option"),
        (functools.partial(reached, att=0.8), None, "'att' is no option.*options are at"),
        (_no_unit, None, "_no_unit does not say its unit"),
        (_a_number, None, "returns int"),
        (_row_by_row, None, "must aggregate"),
        (_fraction, None, "is a Count but gives fractions"),
        (_text, None, "_text gives no number"),
        (["attainment"], None, "'attainment' is no metric"),
    ],
)
def test_wrong_calls_say_what_was_wrong(metrics, by, message):
    with pytest.raises(ValueError, match=message):
        measure(LINES, metrics, by=by)


def test_what_is_no_frame_is_refused():
    with pytest.raises(ValueError, match="list is no frame"):
        measure([1, 2], mean_amount)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match=r"write a share, such as 0\.95"):
        measure(LINES, win_rate, confidence=confidence)
