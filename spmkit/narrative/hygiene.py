"""What is said of the data's hygiene: how much is wrong, where, and what it hides."""

from __future__ import annotations

import pandas as pd

from spmkit.units import MONEY, format_value, whole_percent


def hygiene_title(found: pd.DataFrame) -> str:
    """Say the largest defect, with how many rows have it.

    Parameters
    ----------
    found
        What :func:`spmkit.diagnostics.defects` gives.

    Examples
    --------
    >>> hygiene_title(pd.DataFrame({"defect": ["open without an amount"], "rows": [12],
    ...     "of": [48], "share": [0.25]}))
    'Open without an amount: 25 % (12 of 48)'
    >>> hygiene_title(pd.DataFrame({"defect": ["open without an amount"], "rows": [0],
    ...     "of": [48], "share": [0.0]}))
    'None of the 1 defects that were looked for was found'
    """
    worst = found.iloc[0]
    if not worst["rows"]:
        return f"None of the {len(found)} defects that were looked for was found"
    counted = f"{worst['rows']:,} of {worst['of']:,}"
    return f"{worst['defect'].capitalize()}: {whole_percent(worst['share'])} ({counted})"


def defect_labels(found: pd.DataFrame) -> list[str]:
    """How many rows have each defect, and what they are worth where they have an amount.

    Examples
    --------
    >>> defect_labels(pd.DataFrame({"rows": [12], "of": [48], "amount": [3e5]}))
    ['12 of 48, 300 k']
    """
    rows = zip(found["rows"], found["of"], found["amount"], strict=True)
    return [
        f"{count:,} of {of:,}" + ("" if pd.isna(money) else f", {format_value(money, MONEY)}")
        for count, of, money in rows
    ]


def hygiene_hides(cost: pd.DataFrame) -> list[str]:
    """Say what the numbers are with what lies open counted.

    Parameters
    ----------
    cost
        What :func:`spmkit.diagnostics.hygiene_cost` gives.

    Examples
    --------
    >>> cost = pd.DataFrame({"number": ["decided_win_rate", "open_amount"], "n": [400, 90],
    ...     "told": [0.5, 9e6], "tended": [0.4, 6e6], "low": [0.35, None], "high": [0.45, None]})
    >>> hygiene_hides(cost)[0].partition(";")[2]
    ' with what was due and lies open counted as lost, 40 % (95 % interval 35 to 45 %, n 400).'
    >>> hygiene_hides(cost)[1]
    'Open pipeline: 9.00 M; without what is overdue or stale, 6.00 M.'
    """
    rows = {str(row["number"]): row for row in cost.to_dict("records")}
    rate, money = rows["decided_win_rate"], rows["open_amount"]
    said = []
    if pd.notna(rate["told"]) and pd.notna(rate["tended"]):
        said.append(
            f"Won of those won or lost: {whole_percent(rate['told'])}; with what was due and lies "
            f"open counted as lost, {whole_percent(rate['tended'])} (95 % interval "
            f"{rate['low'] * 100:.0f} to {rate['high'] * 100:.0f} %, n {int(rate['n']):,})."
        )
    if pd.notna(money["told"]):
        left = format_value(0.0 if pd.isna(money["tended"]) else money["tended"], MONEY)
        said.append(
            f"Open pipeline: {format_value(money['told'], MONEY)}; without what is overdue or "
            f"stale, {left}."
        )
    return said


def tended_title(groups: pd.DataFrame) -> str:
    """Name the team whose pipeline is least in order, where that is more than chance.

    Parameters
    ----------
    groups
        What :func:`spmkit.diagnostics.tended_pipeline` gives.

    Examples
    --------
    >>> teams = pd.DataFrame({"group": ["West", "East"], "tended": [0.5, 0.9], "n": [90, 90],
    ...     "others": [0.9, 0.5], "told": [True, False]})
    >>> tended_title(teams)
    'West keeps 50 % of its open opportunities in order; the other teams 90 %'
    >>> tended_title(teams.assign(told=False))
    'All teams keep 70 % of their open opportunities in order; no team is told apart'
    """
    told = groups[groups["told"].astype("bool")].to_dict("records")
    if told:
        name = "Nobody's team" if pd.isna(told[0]["group"]) else told[0]["group"]
        return (
            f"{name} keeps {whole_percent(told[0]['tended'])} of its open opportunities in order; "
            f"the other teams {whole_percent(told[0]['others'])}"
        )
    every = (groups["tended"] * groups["n"]).sum() / groups["n"].sum()
    return (
        f"All teams keep {whole_percent(every)} of their open opportunities in order; no team is "
        "told apart"
    )
