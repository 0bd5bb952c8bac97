"""What every scenario is: a turn of what is expected, and of what is paid."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from spmkit.calibration.costing.pay_curve import PayCurve
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.data import DataError
from spmkit.data.errors import nearest
from spmkit.units import whole_percent

_SHOWN = 8  # names in a message


class Scenario(ABC):
    """Something that may come otherwise: it turns what is expected into what would be then."""

    @abstractmethod
    def applied(self, ahead: Expectation) -> tuple[Expectation, str]:
        """The expectation as it would be, its seats in the same order, and what was taken."""

    def paid(self, curve: PayCurve) -> PayCurve:
        """The pay curve as it would be."""
        return curve


def scaled(ahead: Expectation, expected: Any, spread: Any) -> Expectation:
    """The same seats with what is expected and its spread times a factor, or one a seat.

    Examples
    --------
    >>> ahead = Expectation(pd.DataFrame({"expected": [100.0], "spread": [20.0]}), [0.0])
    >>> scaled(ahead, 0.5, 0.7).seats.values.tolist()
    [[50.0, 14.0]]
    """
    seats = ahead.seats
    moved = {"expected": seats["expected"] * expected, "spread": seats["spread"] * spread}
    return replace(ahead, seats=seats.assign(**moved))


def column_of(ahead: Expectation, name: str) -> pd.Series[Any]:
    """A column of the seats that a scenario reads.

    Raises
    ------
    DataError
        Where it is not there.

    Examples
    --------
    >>> ahead = Expectation(pd.DataFrame({"expected": [100.0], "spread": [20.0]}), [0.0])
    >>> column_of(ahead, "expected").tolist()
    [100.0]
    """
    if name not in ahead.seats:
        raise DataError(f"unavailable: the seats have no column {name!r}.")
    return ahead.seats[name]


def refuse_unknown(what: str, asked: Sequence[str], known: Sequence[str]) -> None:
    """Refuse a name that no seat has.

    Raises
    ------
    DataError
        With the nearest name, or some of those known.

    Examples
    --------
    >>> refuse_unknown("rep", ["ada"], ["ada", "bo"])
    """
    for one in asked:
        if one not in known:
            hint = nearest(one, known)
            if " Known:" in hint and len(known) > _SHOWN:
                hint = f" Known: {', '.join(known[:_SHOWN])} and {len(known) - _SHOWN} more."
            raise DataError(f"there is no {what} {one!r} among the seats.{hint}")


def more_or_less(rate: float) -> str:
    """Write a change as a sentence does.

    Examples
    --------
    >>> more_or_less(-0.25)
    '25 % less'
    """
    return f"{whole_percent(abs(rate))} {'less' if rate < 0 else 'more'}"
