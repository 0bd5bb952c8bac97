"""What is said of where a gap or a change lies."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from spmkit.units import MONEY, format_difference, format_value, whole_percent

_NOT_GIVEN = "not given"
_ENOUGH = 2 / 3  # of what goes one way: groups are named until they are this much of it
_MOST_NAMED = 3


def gap_title(parts: pd.DataFrame, noun: str, *, complete: bool = True) -> str:
    """Say how large a gap to quota is, and which groups it is made of; the two add up.

    Parameters
    ----------
    parts
        ``group`` and ``part``: quota less credited.
    noun
        What the groups are.
    complete
        Whether the period is; in a running one nothing is missed yet.

    Examples
    --------
    >>> parts = pd.DataFrame({"group": ["East", "South", "North"], "part": [9e5, 2e5, -1e5]})
    >>> gap_title(parts, "region")
    'A gap of 1.00 M: East is 900 k short, the other 2 together 100 k'
    """
    whole = float(parts["part"].sum())
    amount = format_value(abs(whole), MONEY)
    said = gap_parts(parts, noun, complete=complete)
    if amount == format_value(0, MONEY):
        return f"Quota is met: {said}"
    if whole < 0:
        return f"{amount} above quota: {said}"
    return f"A gap of {amount}: {said}" if complete else f"{amount} still to bring: {said}"


def gap_parts(parts: pd.DataFrame, noun: str, *, complete: bool = True) -> str:
    """Say which groups are short, and what all others add.

    Takes what :func:`gap_title` does.

    Examples
    --------
    >>> gap_parts(pd.DataFrame({"group": ["East", "West"], "part": [9e5, -1e5]}), "region")
    'East is 900 k short, West 100 k over'
    """
    named, rest = _named(parts, 1)
    if named.empty:
        return f"no {noun} is short" if complete else f"no {noun} has anything left to bring"
    several = len(named) > 1 or named["group"].iloc[0] == _NOT_GIVEN
    verbs, side = (("is", "are"), "short") if complete else (("has", "have"), "to go")
    short = _side(float(named["part"].sum()), side)
    said = f"{_listed(named['group'], noun)} {verbs[several]} {short}"
    if rest.empty:
        return said
    other = float(rest["part"].sum())
    return f"{said}, {_others(rest, noun)} {_side(other, '' if other > 0 else side)}"


def change_title(parts: pd.DataFrame, noun: str, before: str) -> str:
    """Say how much credit changed, and which groups the change is made of; the two add up.

    Examples
    --------
    >>> parts = pd.DataFrame({"group": ["A", "B", "C"], "part": [-9e5, -2e5, 1e5]})
    >>> change_title(parts, "product", "2026Q2")
    'Credited sales fell by 1.00 M on 2026Q2: −900 k in A, −100 k in the other 2 together'
    """
    whole = float(parts["part"].sum())
    amount = format_value(abs(whole), MONEY)
    moved = f"{'fell' if whole < 0 else 'rose'} by {amount} on {before}"
    if amount == format_value(0, MONEY):
        moved = f"are as in {before}"
    return f"Credited sales {moved}: {change_parts(parts, noun)}"


def change_parts(parts: pd.DataFrame, noun: str) -> str:
    """Say which groups a change is made of, and what all others add.

    Examples
    --------
    >>> change_parts(pd.DataFrame({"group": ["A", "B"], "part": [-9e5, 2e5]}), "product")
    '−900 k in A, +200 k in B'
    """
    named, rest = _named(parts, -1 if parts["part"].sum() < 0 else 1)
    if named.empty:
        return f"no {noun} changed"
    said = f"{_difference(named)} in {_listed(named['group'], noun)}"
    return said if rest.empty else f"{said}, {_difference(rest)} in {_others(rest, noun)}"


def part_label(part: float, kind: str) -> str:
    """Write a part beside its bar.

    Examples
    --------
    >>> part_label(9e5, "gap"), part_label(-1e5, "gap"), part_label(-1e5, "change")
    ('900 k short', '100 k over', '−100 k')
    """
    return format_difference(part, MONEY) if kind == "change" else _side(part, "short")


def told_apart(share: float, dimension: str, compared: Sequence[str], *, beyond: bool) -> str:
    """Say why a dimension is the one that is drawn.

    Examples
    --------
    >>> told_apart(0.28, "segment", ["region", "segment"], beyond=True)
    'of region and segment it tells reps apart most: 28 % of their differences, net of chance'
    >>> told_apart(0.02, "region", ["region", "segment"], beyond=False)
    'neither region nor segment tells reps apart by more than chance would'
    """
    if not beyond and len(compared) == 1:
        return f"{dimension} does not tell reps apart by more than chance would"
    if not beyond:
        return f"neither {' nor '.join(compared)} tells reps apart by more than chance would"
    taken = f"{whole_percent(share)} of their differences, net of chance"
    if len(compared) == 1:
        return f"it tells reps apart: {taken}"
    return f"of {_joined(compared)} it tells reps apart most: {taken}"


def clear_title(groups: pd.DataFrame, noun: str) -> str:
    """Say which groups' whole interval is off quota; of the others nothing.

    Examples
    --------
    >>> groups = pd.DataFrame({"group": ["East", "West"], "low": [0.7, 1.1], "high": [0.9, 1.2]})
    >>> clear_title(groups, "region")
    'Clear of quota: East below, West above'
    """
    if groups["low"].isna().all():
        return f"Attainment by {noun}: too few reps for an interval"
    sides = {"below": groups[groups["high"] < 1], "above": groups[groups["low"] > 1]}
    said = [f"{_few(some, noun)} {side}" for side, some in sides.items() if len(some)]
    return f"Clear of quota: {', '.join(said)}" if said else f"No {noun} is clear of quota"


def _few(some: pd.DataFrame, noun: str) -> str:
    named = some["group"].tolist()
    return f"{len(named):,} {noun}s" if len(named) > _MOST_NAMED else _listed(named, noun)


def _named(parts: pd.DataFrame, way: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The few largest of those that go one way, and all others."""
    along = parts[parts["part"].round(2) * way > 0]
    along = along.reindex(along["part"].abs().sort_values(ascending=False, kind="stable").index)
    reached = along["part"].cumsum() / along["part"].sum()
    few = min(int((reached < _ENOUGH).sum()) + 1, _MOST_NAMED)
    named = along.head(few)
    return named, parts.drop(index=named.index)


def _side(amount: float, short: str) -> str:
    """An amount as short or over, never as a sign."""
    text = format_value(abs(amount), MONEY)
    if text == format_value(0, MONEY):
        return "at quota"
    return f"{text} {short}".strip() if amount > 0 else f"{text} over"


def _difference(parts: pd.DataFrame) -> str:
    return format_difference(float(parts["part"].sum()), MONEY)


def _others(rest: pd.DataFrame, noun: str) -> str:
    if len(rest) == 1:
        return _listed(rest["group"], noun)
    return f"the other {len(rest):,} together"


def _listed(groups: Sequence[str] | pd.Series[str], noun: str) -> str:
    without = f"those without a {noun}"
    return _joined([without if name == _NOT_GIVEN else str(name) for name in groups])


def _joined(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
