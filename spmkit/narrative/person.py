"""Sentences of a rep's own page: about the work, never about the person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spmkit.units import COUNT, MONEY, PERCENT, Unit, format_value, whole_percent


def person_headline(now: pd.Series[Any], label: str, currency: str) -> list[tuple[str, str]]:
    """Say what was reached, to the rep who reached it.

    Examples
    --------
    >>> now = pd.Series({"attainment": 1.29, "credited": 372_664.0, "quota": 289_000.0})
    >>> "".join(text for _, text in person_headline(now, "2026Q3", "USD"))
    'You closed 2026Q3 at 129 % of quota: 373 k of 289 k USD.'
    """
    if pd.isna(now["attainment"]):
        return [("plain", f"You were credited {_credited(now, currency)} in {label}; {_NO_QUOTA}.")]
    reached = ("accent", whole_percent(now["attainment"]))
    amounts = f"{_of_quota(now)} {currency}".strip()
    return [("plain", f"You closed {label} at "), reached, ("plain", f" of quota: {amounts}.")]


def person_running(
    now: pd.Series[Any], label: str, as_of: str, currency: str
) -> list[tuple[str, str]]:
    """Say what is reached so far of a period that is running, and at which pace.

    Examples
    --------
    >>> now = pd.Series({"attainment": 0.5, "credited": 50.0, "quota": 100.0, "pace": 1.25})
    >>> "".join(text for _, text in person_running(now, "2026Q4", "9 Nov 2026", "USD"))
    'You are at 50 % of quota in 2026Q4 up to 9 Nov 2026 (50 of 100 USD), a pace of 125 %.'
    """
    if pd.isna(now["attainment"]):
        told = f"You were credited {_credited(now, currency)} in {label} up to {as_of}"
        return [("plain", f"{told}; {_NO_QUOTA}.")]
    pace = "" if pd.isna(now["pace"]) else f", a pace of {whole_percent(now['pace'])}"
    amounts = f"({_of_quota(now)} {currency}".strip()
    return [
        ("plain", "You are at "),
        ("accent", whole_percent(now["attainment"])),
        ("plain", f" of quota in {label} up to {as_of} {amounts}){pace}."),
    ]


_NO_QUOTA = "no quota above 0 holds then"


def _credited(now: pd.Series[Any], currency: str) -> str:
    return f"{format_value(now['credited'], MONEY)} {currency}".strip()


def _of_quota(now: pd.Series[Any]) -> str:
    return f"{format_value(now['credited'], MONEY)} of {format_value(now['quota'], MONEY)}"


def deal_words(deal: Mapping[Any, Any]) -> str:
    """Say of a deal what it brought or would have, its price, how long it took, what is logged.

    Examples
    --------
    >>> deal_words({"deal": "biggest win", "opportunity_id": "o1", "amount": 39_220.0,
    ...     "discount": 0.09, "cycle_days": 77, "touches": 3, "pushes": 0})
    'Biggest win: o1, 39.2 k (9.0 % below list price) after 77 days; 3 touches with the ...'
    """
    what = str(deal["deal"]).capitalize()
    took = "" if pd.isna(deal["cycle_days"]) else f" after {int(deal['cycle_days'])} days"
    seen = [
        _counted(int(deal[name]), *words)
        for name, words in _LOGGED.items()
        if not pd.isna(deal[name])
    ]
    logged = f"; {', '.join(seen)}" if seen else ""
    amount = format_value(deal["amount"], MONEY)
    price = _price(deal["discount"])
    return f"{what}: {deal['opportunity_id']}, {amount}{price}{took}{logged}."


def _price(discount: float) -> str:
    if pd.isna(discount):
        return ""
    size = format_value(abs(discount), PERCENT)
    if size == "0.0 %":
        return " (at list price)"
    return f" ({size} {'below' if discount > 0 else 'above'} list price)"


_LOGGED = {
    "touches": ("touch with the customer logged", "touches with the customer logged"),
    "pushes": ("push to a later quarter", "pushes to a later quarter"),
}


def _counted(count: int, one: str, several: str) -> str:
    return f"{count or 'no'} {one if count == 1 else several}"


def ways_title(deals: pd.DataFrame) -> str:
    """Say how long each of the deals took.

    Examples
    --------
    >>> ways_title(pd.DataFrame({"deal": ["biggest win", "biggest loss"], "cycle_days": [84, 85]}))
    'The biggest win took 84 days, the biggest loss 85'
    """
    known = deals.dropna(subset=["cycle_days"])
    if known.empty:
        return "The way of the biggest deals"
    days = [int(value) for value in known["cycle_days"]]
    first = f"The {known['deal'].iloc[0]} took {days[0]} days"
    rest = zip(known["deal"].iloc[1:], days[1:], strict=True)
    return ", ".join([first, *[f"the {deal} {took}" for deal, took in rest]])


def against_peers(label: str, unit: Unit, row: Mapping[Any, Any]) -> str:
    """Say where a value stands against the median of the peers.

    Examples
    --------
    >>> from spmkit.units import PERCENT
    >>> against_peers("Win rate", PERCENT, {"shown": 0.44, "median": 0.4, "peers": 23, "n": 90})
    'Win rate 44.0 % (n 90), against a median of 40.0 % of 23 peers'
    """
    value, median = (format_value(row[name], unit) for name in ("shown", "median"))
    return (
        f"{label} {value} (n {format_value(row['n'], COUNT)}), against a median of {median} of "
        f"{int(row['peers'])} peers"
    )
