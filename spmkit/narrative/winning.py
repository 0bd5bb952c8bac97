"""What is said of winning: rates differ only where a test says so, and never whose merit it is."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit.narrative.funnel import share_span
from spmkit.narrative.win_loss import chance_words
from spmkit.review.frames import NOT_GIVEN
from spmkit.units import MONEY, format_value, whole_percent

CERTAIN = 0.05
_FEWEST = 20  # cases of a rate that a title may name


def kinds_title(rates: pd.DataFrame, tests: pd.DataFrame) -> str:
    """Say by what win rates differ most, and between which; else what would have been seen.

    Parameters
    ----------
    rates, tests
        What :func:`spmkit.diagnostics.win_rates_apart` and ``kinds_apart`` give.

    Examples
    --------
    >>> rates = pd.DataFrame({"kind": "source", "value": ["Event", "Partner"], "n": [90, 80],
    ...     "win_rate": [0.2, 0.5]})
    >>> tests = pd.DataFrame({"kind": ["source"], "apart": [True], "p": [0.001],
    ...     "detectable": [0.07]})
    >>> kinds_title(rates, tests)
    'Win rate differs most by source: 20 % of 90 Event, 50 % of 80 Partner'
    >>> kinds_title(rates, tests.assign(apart=False))
    'Whether win rates differ by source cannot be told; a spread of 7 points would mostly be seen'
    """
    if tests.empty:
        return "Nothing that closed parts into groups whose win rates could differ"
    first = tests.iloc[0]
    if not first["apart"]:
        names = ", ".join(tests["kind"])
        seen = f"{tests['detectable'].max() * 100:.0f} points"
        return (
            f"Whether win rates differ by {names} cannot be told; a spread of {seen} would "
            "mostly be seen"
        )
    known = rates[(rates["kind"] == first["kind"]) & (rates["value"] != NOT_GIVEN)]
    part = known[known["n"] >= _FEWEST].sort_values("win_rate", kind="stable")
    if len(part) < 2:
        return f"Win rate differs most by {first['kind']}"
    ends = [
        f"{whole_percent(row['win_rate'])} of {int(row['n']):,} {row['value']}"
        for row in (part.iloc[0], part.iloc[-1])
    ]
    return f"Win rate differs most by {first['kind']}: {', '.join(ends)}"


def kinds_said(tests: pd.DataFrame) -> str:
    """Say of each kind whether win rates differ by it.

    Examples
    --------
    >>> kinds_said(pd.DataFrame({"kind": ["source", "product"], "apart": [True, False],
    ...     "p": [0.0004, 0.7], "detectable": [0.02, 0.03]}))
    'Win rates differ by source (p below 0.001); by product cannot be told (p 0.700; a spread of 3 points would mostly be seen). A difference is no cause; each p is corrected for the 2 looked at.'
    """  # noqa: E501
    held, unheld = tests[tests["apart"]], tests[~tests["apart"]]
    said = []
    if len(held):
        names = ", ".join(f"{row['kind']} (p {chance_words(row['p'])})" for row in _rows(held))
        said.append(f"Win rates differ by {names}")
    said += [
        f"by {row['kind']} cannot be told (p {chance_words(row['p'])}; a spread of "
        f"{row['detectable'] * 100:.0f} points would mostly be seen)"
        for row in _rows(unheld)
    ]
    told = "; ".join(said)
    looked = f"each p is corrected for the {len(tests)} looked at" if len(tests) > 1 else ""
    last = f"A difference is no cause; {looked}." if looked else "A difference is no cause."
    return f"{told[:1].upper()}{told[1:]}. {last}"


def rate_label(row: pd.Series[Any]) -> str:
    """Write a win rate, and of how many deals.

    Examples
    --------
    >>> rate_label(pd.Series({"win_rate": 0.29, "n": 486}))
    '29 % of 486'
    """
    return f"{whole_percent(row['win_rate'])} of {int(row['n']):,}"


def rate_said(row: pd.Series[Any]) -> str:
    """Say a win rate with its interval, and of how many deals.

    Examples
    --------
    >>> rate_said(pd.Series({"win_rate": 0.29, "low": 0.25, "high": 0.33, "n": 486}))
    '29 % (25 to 33 %), n 486'
    """
    return f"{share_span(row, 'win_rate')}, n {int(row['n']):,}"


def reps_title(outside: pd.DataFrame, tests: pd.DataFrame) -> str:
    """Say how many reps lie outside the limits, how many chance puts there, and what follows.

    Parameters
    ----------
    outside, tests
        What :func:`spmkit.diagnostics.expected_outside` and ``homogeneity`` give.

    Examples
    --------
    >>> outside = pd.DataFrame({"level": [0.95, 0.998], "reps": 30, "outside": [3, 0],
    ...     "expected": [1.5, 0.06]})
    >>> tests = pd.DataFrame({"test": ["closed"], "p": [0.26]})
    >>> reps_title(outside, tests)
    'The win rates of 30 reps are not shown to differ more than chance: 3 lie outside, chance \
puts 1.5 there'
    >>> reps_title(outside, tests.assign(p=0.001))
    'The win rates of 30 reps differ more than chance: 3 lie outside, chance puts 1.5 there'
    """
    wide = outside.iloc[0]
    counts = f"{int(wide['outside'])} lie outside, chance puts {wide['expected']:.1f} there"
    p = tests.set_index("test")["p"]["closed"]
    if pd.isna(p):
        return f"Whether the win rates of {int(wide['reps'])} reps differ cannot be told: {counts}"
    verb = "differ" if p < CERTAIN else "are not shown to differ"
    return f"The win rates of {int(wide['reps'])} reps {verb} more than chance: {counts}"


def reps_said(tests: pd.DataFrame) -> list[str]:
    """Say what each test of the reps' win rates found, a sentence each.

    Examples
    --------
    >>> tests = pd.DataFrame({"test": ["closed", "age"], "p": [0.26, 0.18], "n": [6711, 6711],
    ...     "dispersion": [1.15, 1.24], "spread": [0.01, 0.01], "detectable": [0.03, 0.03]})
    >>> reps_said(tests)[0]
    'Of 6,711 deals closed: rates vary 1.1 times as much as by chance alone (p 0.260): no difference shown; one of 3.0 points (standard deviation) would mostly be seen.'
    """  # noqa: E501
    known = tests.dropna(subset=["p"])
    return [_tested(row) for row in known.to_dict("records")]


_TESTS = {
    "closed": "Of {n} deals closed",
    "mix": "Among deals of one type, segment and source",
    "age": "Among deals that closed at the same age (open ones are in none)",
    "open": "Of {n} deals created, the share still open",
}


def _tested(row: Any) -> str:
    lead = _TESTS[row["test"]].format(n=f"{int(row['n']):,}")
    times = f"{row['dispersion']:.1f} times as much as by chance alone"
    said = f"{lead}: rates vary {times} (p {chance_words(row['p'])})"
    if row["p"] >= CERTAIN:
        seen = f"{row['detectable'] * 100:.1f} points (standard deviation)"
        return f"{said}: no difference shown; one of {seen} would mostly be seen."
    spread = f"{row['spread'] * 100:.1f} points (standard deviation)"
    if row["test"] == "open":
        return (
            f"{said}: reps differ in how much they leave open, by about {spread}, and a rate of "
            "what closed flatters whoever does not close losses out."
        )
    return (
        f"{said}: beyond chance they differ by about {spread}, be it people, accounts or territory."
    )


def reasons_title(reasons: pd.DataFrame) -> str:
    """Say which reason was entered for most losses; surely so only where it is apart.

    Examples
    --------
    >>> reasons = pd.DataFrame({"reason": ["Price", "Timing"], "n": [60, 20], "of": 80,
    ...     "share": [0.75, 0.25], "low": [0.65, 0.17], "high": [0.83, 0.35]})
    >>> reasons_title(reasons)
    'Price was entered for 75 % of 80 losses (65 to 83 %), more than any other reason'
    """
    known = reasons[reasons["reason"] != NOT_GIVEN]
    if known.empty:
        return f"None of {int(reasons['of'].iloc[0]):,} losses has a reason" if len(reasons) else ""
    first, others = known.iloc[0], known.iloc[1:]
    said = (
        f"{first['reason']} was entered for {whole_percent(first['share'])} of "
        f"{int(first['of']):,} losses ({first['low'] * 100:.0f} to {first['high'] * 100:.0f} %)"
    )
    if len(others) and (first["low"] > others["high"]).all():
        return f"{said}, more than any other reason"
    return said


def reason_label(row: pd.Series[Any]) -> str:
    """Write the share of losses with a reason, how many, and what they were worth.

    Examples
    --------
    >>> reason_label(pd.Series({"share": 0.26, "n": 784, "amount": 15.4e6}))
    '26 % · 784 · 15.4 M'
    """
    amount = "" if pd.isna(row["amount"]) else f" · {format_value(row['amount'], MONEY)}"
    return f"{whole_percent(row['share'])} · {int(row['n']):,}{amount}"


def to_look_at(outside: pd.DataFrame, tests: pd.DataFrame) -> str:
    """Say what the reps' rates leave open: territory and accounts before people.

    Examples
    --------
    >>> to_look_at(pd.DataFrame({"outside": [3], "expected": [1.5]}),
    ...     pd.DataFrame({"test": ["closed"], "p": [0.26]}))
    'nothing follows from the win rates of single reps: they are not told from chance.'
    """
    p = tests.set_index("test")["p"]["closed"]
    if pd.isna(p) or p >= CERTAIN:
        return "nothing follows from the win rates of single reps: they are not told from chance."
    return (
        "what those outside the limits have in common: accounts, territory and mix before people. "
        "Owner: ________. By: ________. Watch: how many lie outside, now "
        f"{int(outside['outside'].iloc[0])}, by chance {outside['expected'].iloc[0]:.1f}."
    )


def _rows(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.to_dict("records")
