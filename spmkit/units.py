"""What a number means and how it prints.

A metric's return annotation is its unit: ``Percent``, ``Money``, ``Days``,
``Count``, ``Multiple`` or ``Number``. Each is an ``Annotated`` type, so that a
metric can say more of itself later without a registry:
``Annotated[Percent, Something("…")]`` is still a ``Percent``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context
from typing import Annotated, Literal, TypeAlias

import narwhals.stable.v2 as nw
import pandas as pd

UnitName: TypeAlias = Literal["percent", "points", "money", "days", "count", "multiple", "number"]

_THREE_DIGITS = Context(prec=3, rounding=ROUND_HALF_UP)  # 374,500 is 375 k, as finance rounds
_NOISE = 9  # decimals beyond which a float is only the noise of sums
NULL = "–"
MINUS = "−"


@dataclass(frozen=True)
class Unit:
    """What a number is a number of.

    Parameters
    ----------
    name
        ``percent`` (a share; 1.0 is 100 %), ``points`` (a difference of two shares), ``money``,
        ``days``, ``count``, ``multiple`` or ``number`` (any other, such as calls a day).

    Examples
    --------
    >>> Unit("percent").dtype, Unit("count").dtype
    ('float64', 'Int64')
    """

    name: UnitName

    @property
    def dtype(self) -> Literal["float64", "Int64"]:
        """The pandas type of a measured column: whole numbers for counts."""
        return "Int64" if self.name == "count" else "float64"


@dataclass(frozen=True)
class Ratio:
    """One aggregate divided by another; null where the denominator is zero or null.

    Parameters
    ----------
    numerator
        An aggregate, such as ``total(credited)``.
    denominator
        An aggregate, such as ``total(quota)``.
    """

    numerator: nw.Expr
    denominator: nw.Expr


@dataclass(frozen=True)
class Share:
    """A share of counts: of the rows in ``of``, those that are also ``hits``.

    The rows of ``of`` are the base, as written: a row of the base whose hit is
    null is no hit. Where an unknown hit should leave the base too, say so:
    ``Share(fast, present(minutes))``. It is the one form with a closed
    interval (Wilson).

    Parameters
    ----------
    hits
        A flag, one value a row.
    of
        A flag, one value a row.
    """

    hits: nw.Expr
    of: nw.Expr


Column: TypeAlias = nw.Expr
Result: TypeAlias = nw.Expr | Ratio | Share

PERCENT, POINTS, MONEY = Unit("percent"), Unit("points"), Unit("money")
DAYS, COUNT, MULTIPLE, NUMBER = Unit("days"), Unit("count"), Unit("multiple"), Unit("number")

Percent = Annotated[nw.Expr | Ratio | Share, PERCENT]
Money = Annotated[nw.Expr | Ratio | Share, MONEY]
Days = Annotated[nw.Expr | Ratio | Share, DAYS]
Count = Annotated[nw.Expr | Ratio | Share, COUNT]
Multiple = Annotated[nw.Expr | Ratio | Share, MULTIPLE]
Number = Annotated[nw.Expr | Ratio | Share, NUMBER]


def format_value(value: float | None, unit: Unit, currency: str | None = None) -> str:
    """Write a number in its unit, money to three significant digits.

    Parameters
    ----------
    value
        The number; null (None, NaN, NA) prints as a dash. A percent is a share: 1.0 is 100 %.
    unit
        What it is a number of.
    currency
        Written after money; other units ignore it.

    Examples
    --------
    >>> format_value(0.912, PERCENT), format_value(1_170_000, MONEY), format_value(None, DAYS)
    ('91.2 %', '1.17 M', '–')
    >>> format_value(-45_300, MONEY, "EUR"), format_value(2.6, MULTIPLE)
    ('−45.3 k EUR', '2.6×')
    """
    return _written(value, unit, _FORMS[unit.name], currency)


def format_full(value: float | None, unit: Unit, currency: str | None = None) -> str:
    """Write a number in its unit, money to the last whole unit of the currency.

    Takes and returns what :func:`format_value` does.

    Examples
    --------
    >>> format_full(1_170_250.4, MONEY, "USD"), format_full(0.912, PERCENT)
    ('1,170,250 USD', '91.2 %')
    """
    form = _whole if unit.name == "money" else _FORMS[unit.name]
    return _written(value, unit, form, currency)


def whole_percent(value: float | None) -> str:
    """Write a share in whole percent, as sentences and charts do.

    From 99.5 % up to quota it keeps a decimal and is cut, not rounded: a missed
    quota never reads as reached. Takes null as :func:`format_value` does.

    Examples
    --------
    >>> whole_percent(0.9149), whole_percent(0.9996), whole_percent(1.0), whole_percent(-0.05)
    ('91 %', '99.9 %', '100 %', '−5 %')
    """
    if value is None or pd.isna(value):
        return NULL
    value = round(float(value), _NOISE)
    if 0.995 <= value < 1:
        return f"{int(value * 1000) / 10:.1f} %"
    text = f"{abs(value) * 100:,.0f} %"
    return f"{MINUS}{text}" if value < 0 and _any_digit(text) else text


def format_difference(value: float | None, unit: Unit, currency: str | None = None) -> str:
    """Write a difference of two numbers of a unit, with its sign; of percents in points.

    Takes what :func:`format_value` does; ``unit`` is that of the two numbers.

    Examples
    --------
    >>> format_difference(-0.04, PERCENT), format_difference(120_000, MONEY, "USD")
    ('−4.0 points', '+120 k USD')
    """
    unit = POINTS if unit == PERCENT else unit
    text = format_value(value, unit, currency)
    return text if not _any_digit(text) or text.startswith(MINUS) else f"+{text}"


def _written(
    value: float | None, unit: Unit, form: Callable[[float], str], currency: str | None
) -> str:
    if value is None or pd.isna(value):
        return NULL
    text = form(abs(float(value)))
    sign = MINUS if value < 0 and _any_digit(text) else ""
    after = f" {currency}" if currency and unit.name == "money" else ""
    return f"{sign}{text}{after}"


def _any_digit(text: str) -> bool:
    """Whether a text says anything but zero: −0.0 % is no loss."""
    return any(character in "123456789" for character in text)


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _short(value: float) -> str:
    """Three significant digits; rounded first, so that 999,999 is 1.00 M and not 1,000 k."""
    rounded = float(_THREE_DIGITS.create_decimal_from_float(round(value, 6)))
    sizes = ((1e9, " B"), (1e6, " M"), (1e3, " k"))
    size, letter = next((s for s in sizes if rounded >= s[0]), (1.0, ""))
    scaled = rounded / size
    whole = scaled >= 100 or (not letter and scaled.is_integer())
    decimals = 0 if whole else 1 if scaled >= 10 else 2
    return f"{scaled:,.{decimals}f}{letter}"


def _percent(value: float) -> str:
    """Write a share in percent; just below 100 % it is cut, so that a miss never reads as a hit."""
    value = round(value, _NOISE)
    return "99.9 %" if 0.9995 <= value < 1 else f"{value * 100:,.1f} %"


def _days(value: float) -> str:
    number = f"{value:,.1f}".removesuffix(".0")
    return f"{number} day" if number == "1" else f"{number} days"


_FORMS: Mapping[UnitName, Callable[[float], str]] = {
    "percent": _percent,
    "points": lambda value: f"{value * 100:,.1f} points",
    "money": _short,
    "days": _days,
    "count": _whole,
    "multiple": lambda value: f"{value:,.1f}×",
    "number": lambda value: f"{value:,.1f}",
}
