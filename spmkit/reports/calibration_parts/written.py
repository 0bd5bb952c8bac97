"""Values and intervals of a table whose rows have units of their own, as texts."""

from __future__ import annotations

import pandas as pd

from spmkit.units import MONEY, NULL, format_value

_MONEY = 1000  # no share and no multiple is as large


def number(value: float, *, share: object) -> str:
    """A share as percent, an amount as money, any other number with two digits.

    Examples
    --------
    >>> number(0.42, share=True), number(-0.2, share=False), number(float("nan"), share=False)
    ('42 %', '−0.20', '–')
    """
    if pd.isna(value):
        return NULL
    if abs(value) >= _MONEY:
        return format_value(value, MONEY)
    text = f"{value * 100:.0f} %" if share else f"{value:.2f}"
    return text.removeprefix("-") if not float(text.split()[0]) else text.replace("-", "−")


def interval(low: float, high: float, *, share: object) -> str:
    """Two bounds, the unit once; a dash where there are none.

    Examples
    --------
    >>> interval(0.3, 0.54, share=True), interval(float("nan"), 1.0, share=True)
    ('30 to 54 %', '–')
    """
    if pd.isna(low):
        return NULL
    return f"{number(low, share=share).removesuffix(' %')} to {number(high, share=share)}"
