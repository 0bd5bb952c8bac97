"""How much hangs on few reps and few customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data.identity import NOT_IN_REPS
from spmkit.engine import collected, lazy_columns
from spmkit.expressions import total
from spmkit.groups import each_group, group_keys
from spmkit.intervals import Floats
from spmkit.redraws import redrawn_interval
from spmkit.traits import Traits
from spmkit.units import NUMBER, PERCENT

_FEWEST_FOR_A_DECILE = 20
_READ = ("rep_id", "credited")
_GINI = Traits("quota_lines", "neither", columns=_READ)
_DECILE = Traits("quota_lines", "lower", columns=_READ)
_EFFECTIVE = Traits("quota_lines", "higher", columns=_READ)
_CUSTOMERS = Traits("customer_lines", "lower", columns=("customer_id", "booked"))


def credit_gini(
    frame: Any, by: str | Sequence[str] | None = None, *, of: str = "credited"
) -> Annotated[pd.DataFrame, NUMBER, _GINI]:
    """Gini coefficient of the reps' credited sales: 0 where all bring the same, near 1 for one.

    Inequality may be by design, so measure the Gini of quota or potential
    beside it (``of="quota"``). Amounts below zero break it and are refused,
    never cut off.

    Parameters
    ----------
    frame
        Lines with ``rep_id`` and the amount, of any engine; a rep's lines are summed there.
    by
        A column or several to group by.
    of
        The column with the amount.

    Returns
    -------
    pandas.DataFrame
        The group, ``gini`` (Number), ``gini_corrected`` (times n/(n−1), for few reps; null of
        one), ``n`` (reps), ``low`` and ``high`` (95 %, reps redrawn, of ``gini``) and ``status``.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_id": list("abcdefg"), "credited": [1, 3, 2, 1, 1, 1, 4]})
    >>> credit_gini(lines)[["gini", "gini_corrected", "n"]].round(4).values.tolist()
    [[0.3077, 0.359, 7.0]]

    References
    ----------
    Catalogue K1; gtm-agents, quota health. The example is that of the R package ineq.
    """
    rows = []
    for key, amounts in _by_group(frame, by, of):
        value, low, high, status = _told(amounts, _gini)
        n = len(amounts)
        corrected = value * n / (n - 1) if n > 1 else np.nan
        rows.append({**key, "gini": value, "gini_corrected": corrected, "n": n} | _ends(low, high))
        rows[-1]["status"] = status
    return _frame(rows, [*group_keys(by), "gini", "gini_corrected", "n", "low", "high", "status"])


def top_decile_share(
    frame: Any, by: str | Sequence[str] | None = None, *, of: str = "credited"
) -> Annotated[pd.DataFrame, PERCENT, _DECILE]:
    """Share of all credited sales that the best tenth of the reps bring.

    A tenth is rounded up. With fewer than 20 reps a tenth is one person, so the
    shares of the best one and the best two are given instead, without an
    interval: redrawing says nothing of a maximum. The best of a period are
    partly the lucky ones, so it is not what the same reps will bring next time.

    Parameters
    ----------
    frame
        Lines with ``rep_id`` and the amount, of any engine.
    by
        A column or several to group by.
    of
        The column with the amount.

    Returns
    -------
    pandas.DataFrame
        The group, ``reps`` (``top 10 %``, ``top 1`` or ``top 2``), ``share`` (Percent), ``n``,
        ``low``, ``high`` and ``status``.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_id": ["a", "b", "c"], "credited": [60.0, 30.0, 10.0]})
    >>> top_decile_share(lines)[["reps", "share"]].values.tolist()
    [['top 1', 0.6], ['top 2', 0.9]]

    References
    ----------
    Catalogue K2; ORM Tech, attainment distribution.
    """
    rows = []
    for key, amounts in _by_group(frame, by, of):
        n = len(amounts)
        tops = {f"top {k}": k for k in (1, 2) if k <= max(n, 1)}
        if n >= _FEWEST_FOR_A_DECILE:
            tops = {"top 10 %": -(-n // 10)}
        for name, k in tops.items():
            value, low, high, status = _told(amounts, _Top(k), bounded=n >= _FEWEST_FOR_A_DECILE)
            rows.append({**key, "reps": name, "share": value, "n": n} | _ends(low, high))
            rows[-1]["status"] = status
    return _frame(rows, [*group_keys(by), "reps", "share", "n", "low", "high", "status"])


def effective_reps(
    frame: Any, by: str | Sequence[str] | None = None, *, of: str = "credited"
) -> Annotated[pd.DataFrame, NUMBER, _EFFECTIVE]:
    """Number of equal reps that would be as concentrated: one over the sum of squared shares.

    Compare it with ``n``: 12 effective reps of 60 is few. It falls with every
    overshoot, so a good year of one rep lowers it too.

    Parameters
    ----------
    frame
        Lines with ``rep_id`` and the amount, of any engine.
    by
        A column or several to group by.
    of
        The column with the amount.

    Returns
    -------
    pandas.DataFrame
        The group, ``effective_reps`` (Number), ``n``, ``low``, ``high`` and ``status``.

    Examples
    --------
    >>> lines = pd.DataFrame({"rep_id": ["a", "b", "c"], "credited": [50.0, 50.0, 0.0]})
    >>> effective_reps(lines)[["effective_reps", "n"]].values.tolist()
    [[2.0, 3.0]]

    References
    ----------
    Catalogue K3; the inverse of Herfindahl's index.
    """
    rows = []
    for key, amounts in _by_group(frame, by, of):
        value, low, high, status = _told(amounts, _effective)
        rows.append({**key, "effective_reps": value, "n": len(amounts)} | _ends(low, high))
        rows[-1]["status"] = status
    return _frame(rows, [*group_keys(by), "effective_reps", "n", "low", "high", "status"])


def customer_concentration(
    frame: Any,
    by: str | Sequence[str] | None = None,
    *,
    top: Sequence[int] = (1, 5, 10),
    of: str = "booked",
) -> Annotated[pd.DataFrame, PERCENT, _CUSTOMERS]:
    """Share of sales that the largest customers bring, subsidiaries counted with their parent.

    It counts every customer there is, so it has no interval: it describes, and
    redrawing says nothing of the largest. Over a short period few customers buy,
    and it looks high. Sales without an account are in no share;
    ``without_account`` says how much of all they are.

    Parameters
    ----------
    frame
        Lines with ``customer_id`` and the amount, as :func:`spmkit.customer_lines` gives them.
    by
        A column or several to group by, such as ``rep_id``.
    top
        How many of the largest; where there are fewer customers, all of them.
    of
        The column with the amount.

    Returns
    -------
    pandas.DataFrame
        The group, ``customers`` (how many), ``share`` (Percent), ``n`` (all customers),
        ``without_account`` (a share of all sales) and ``status``.

    Raises
    ------
    ValueError
        Where a number of customers is below one.

    Examples
    --------
    >>> lines = pd.DataFrame({"customer_id": ["a", "a", "b", None], "booked": [40.0, 20, 20, 20]})
    >>> customer_concentration(lines, top=[1])[["share", "n", "without_account"]].values.tolist()
    [[0.75, 2.0, 0.2]]

    References
    ----------
    Catalogue K4; common usage of the field.
    """
    if any(k < 1 for k in top):
        raise ValueError(f"top is {tuple(top)}: count customers from one on.")
    rows = []
    for key, group in each_group(_sums(frame, by, of, "customer_id"), by):
        known = group.dropna(subset=["customer_id"])["_sum"].dropna().sort_values()
        whole = group["_sum"].sum()
        nobody = group.loc[group["customer_id"].isna(), "_sum"].sum()
        without = nobody / whole if whole > 0 else np.nan
        for k in top:
            value, _, _, status = _told(known.to_numpy("float64"), _Top(k), bounded=False)
            said = {"customers": k, "share": value, "n": len(known)}
            rows.append({**key, **said, "without_account": without, "status": status})
    return _frame(rows, [*group_keys(by), "customers", "share", "n", "without_account", "status"])


class _Top:
    """The share of the k largest, however often each was drawn."""

    def __init__(self, k: int) -> None:
        self.k = k

    def __call__(self, amounts: Floats, counts: Floats) -> Floats:
        falling, drawn = amounts[::-1], counts[:, ::-1]
        taken = np.diff(np.minimum(np.cumsum(drawn, axis=1), self.k), axis=1, prepend=0.0)
        return _over(taken @ falling, drawn @ falling)


def _gini(amounts: Floats, counts: Floats) -> Floats:
    """Σ(2i−n−1)x ÷ nΣx over amounts in rising order, each counted as often as it was drawn."""
    n = counts.sum(axis=1)
    ranks = counts * (2 * np.cumsum(counts, axis=1) - counts - n[:, None])
    return _over(ranks @ amounts, n * (counts @ amounts))


def _effective(amounts: Floats, counts: Floats) -> Floats:
    return _over((counts @ amounts) ** 2, counts @ amounts**2)


def _over(numerator: Floats, denominator: Floats) -> Floats:
    known = np.where(denominator > 0, denominator, np.nan)
    divided: Floats = numerator / known
    return divided


def _told(
    amounts: Floats, statistic: Any, *, bounded: bool = True
) -> tuple[float, float, float, str]:
    """The statistic of amounts in rising order, its bounds, and ``ok`` or why there is none."""
    if not len(amounts):
        return np.nan, np.nan, np.nan, "undefined: no rows"
    if amounts[0] < 0:
        return np.nan, np.nan, np.nan, "undefined: negative amounts"
    if amounts[-1] <= 0:
        return np.nan, np.nan, np.nan, "undefined: zero total"
    value = float(statistic(amounts, np.ones((1, len(amounts))))[0])
    low, high = np.nan, np.nan
    if bounded:
        low, high = redrawn_interval(lambda counts: statistic(amounts, counts), len(amounts))
    return value, low, high, "ok"


def _by_group(
    frame: Any, by: str | Sequence[str] | None, of: str
) -> Iterator[tuple[dict[str, Any], Floats]]:
    """The reps' amounts of each group, in rising order; nobody and strangers are no rep."""
    sums = _sums(frame, by, of, "rep_id")
    for key, group in each_group(sums, by):
        own = group[group["rep_id"].notna() & (group["rep_id"] != NOT_IN_REPS)]
        yield key, np.sort(own["_sum"].dropna().to_numpy("float64"))


def _sums(frame: Any, by: str | Sequence[str] | None, of: str, owner: str) -> pd.DataFrame:
    """Sum the amounts by owner and group, in the engine of the frame."""
    keys = list(dict.fromkeys([*group_keys(by), owner]))
    lazy = lazy_columns(frame, list(dict.fromkeys([*keys, of])))
    amount = nw.col(of).cast(nw.Float64)
    return collected(lazy.group_by(*keys).agg(total(amount).alias("_sum")))


def _ends(low: float, high: float) -> dict[str, float]:
    return {"low": low, "high": high}


def _frame(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))
