"""A metric's signature read back."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import pytest

from spmkit.declaration import metric_columns, metric_name, metric_unit
from spmkit.expressions import count
from spmkit.units import COUNT, PERCENT, Column, Count, Percent, Share


def reached(credited: Column, quota: Column, *, at: float = 1.0, most: float = 9.0) -> Percent:
    return Share((credited >= quota * at) & (credited <= quota * most), quota > 0)


def tagged(won: Column) -> Annotated[Count, "leading"]:
    return count(won)


def forward(won: Column) -> Nowhere:  # noqa: F821
    return count(won)


def test_columns_are_the_parameters_without_a_default():
    assert metric_columns(reached) == ("credited", "quota")
    assert metric_columns(partial(reached, at=0.8)) == ("credited", "quota")


def test_the_name_says_what_was_bound_and_differs_from_the_default():
    assert metric_name(partial(reached, at=0.8)) == "reached_0.8"
    assert metric_name(partial(reached, at=1.0)) == "reached"
    assert metric_name(partial(partial(reached, at=0.8), most=2)) == "reached_0.8_2"
    assert metric_name(partial(partial(reached, at=0.8), at=0.9)) == "reached_0.9"


def test_the_unit_is_the_return_annotation_whatever_else_it_says():
    assert metric_unit(partial(reached, at=0.8)) == PERCENT
    assert metric_unit(tagged) == COUNT


def test_an_annotation_that_does_not_resolve_is_named():
    with pytest.raises(ValueError, match=r"forward: .*Nowhere"):
        metric_unit(forward)


def test_what_is_no_function_is_no_metric():
    with pytest.raises(ValueError, match="'win_rate' is no metric"):
        metric_columns("win_rate")
