"""Whether what customers answered goes with who of them left later, by rep and by account."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from spmkit.data import DataError
from spmkit.data.quality import to_pandas
from spmkit.data.tables import completed, required
from spmkit.diagnostics.opening import Diagnosis
from spmkit.intervals import difference_interval, wilson_interval
from spmkit.review.retention import sales_of_accounts

_LOW = 6  # of 10: who answers that would not recommend the company
_FEWEST = 10
_COLUMNS = ["asked", "n", "value", "low", "high", "status"]


def shrunken_scores(diagnosis: Diagnosis) -> pd.DataFrame:
    """The mean score that customers gave before the window, by rep, drawn to the mean of all.

    A rep with few answers is drawn nearly all the way: the share kept is the variance between
    reps over that and the variance of the rep's own mean.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        ``rep_id``, ``answers``, ``mean``, ``kept`` (0 to 1) and ``score`` (shrunken).

    Raises
    ------
    DataError
        Where there is no feedback before the window.

    References
    ----------
    Efron and Morris 1977, doi 10.1038/scientificamerican0577-119.
    """
    rows = _answers(diagnosis).dropna(subset=["rep_id"])
    grouped = rows.groupby("rep_id")["score"]
    found = grouped.agg(answers="size", mean="mean").reset_index()
    deviations = rows["score"] - grouped.transform("mean")
    freedom = max(len(rows) - len(found), 1)
    within = float((deviations**2).sum() / freedom)
    whole = float(rows["score"].mean())
    noise = within / found["answers"]
    between = max(float(found["mean"].var(ddof=1) - noise.mean()), 0.0) if len(found) > 1 else 0.0
    kept = between / (between + noise) if between else pd.Series(0.0, index=found.index)
    return found.assign(kept=kept, score=whole + kept * (found["mean"] - whole))


def _answers(diagnosis: Diagnosis) -> pd.DataFrame:
    frame = completed(required(diagnosis.data, "feedback", "score"), "feedback", "account_id")
    before = frame.filter(nw.col("given_on").cast(nw.Date) < nw.lit(diagnosis.start.date()))
    found = to_pandas(before.select("rep_id", "account_id", "given_on", "score"))
    found = found.dropna(subset=["score"]).astype({"score": "float64"})
    if found.empty:
        raise DataError(f"No customer answered before {diagnosis.window[0]}: nothing is compared.")
    return found


def feedback_and_churn(diagnosis: Diagnosis) -> pd.DataFrame:
    """Set answers given before the window beside who stopped being a customer within it.

    A customer is an account that something was sold to before the window; a prospect that is lost
    is no customer that left.

    Parameters
    ----------
    diagnosis
        An open diagnosis.

    Returns
    -------
    pandas.DataFrame
        Two rows: ``owners`` (rank correlation of a rep's shrunken score with the share of the
        rep's accounts that left later) and ``accounts`` (share that left of those whose last
        score was 6 or less, less that of the others), each with ``n``, ``value``, ``low``,
        ``high`` (95 %) and ``status``.

    Raises
    ------
    DataError
        Where feedback, the days of leaving, or the accounts of opportunities are missing.

    Examples
    --------
    >>> found = feedback_and_churn(spm.diagnostics.open_diagnosis(
    ...     spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found["asked"].tolist()
    ['owners', 'accounts']
    """
    accounts = _accounts(diagnosis)
    rows = [_of_owners(diagnosis, accounts), _of_accounts(diagnosis, accounts)]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _accounts(diagnosis: Diagnosis) -> pd.DataFrame:
    """The customers at the start of the window, and whether they left within it.

    Raises
    ------
    DataError
        Where there were no customers, nobody left, or opportunities name no accounts.
    """
    frame = completed(required(diagnosis.data, "accounts", "churned_on"), "accounts", "rep_id")
    day = nw.col("churned_on").cast(nw.Date)
    start, end = nw.lit(diagnosis.start.date()), nw.lit(diagnosis.end.date())
    sold = sales_of_accounts(diagnosis.data).filter(nw.col("since") < start)
    there = frame.filter(day.is_null() | (day >= start)).join(sold, on="account_id")
    gone = (day <= end).fill_null(value=False).alias("gone")
    found = to_pandas(there.select("account_id", "rep_id", gone))
    if found.empty:
        raise DataError(
            f"unavailable: nothing won before {diagnosis.window[0]} names an account that was "
            "still there. Give opportunities.account_id."
        )
    if not found["gone"].any():
        raise DataError("No account left within the window, or nobody wrote it down.")
    return found.astype({"account_id": "object", "rep_id": "object", "gone": "float64"})


def _of_owners(diagnosis: Diagnosis, accounts: pd.DataFrame) -> dict[str, Any]:
    from scipy.stats import spearmanr

    lost = accounts.groupby("rep_id")["gone"].mean().rename("lost").reset_index()
    both = shrunken_scores(diagnosis).merge(lost, on="rep_id")
    told = {"asked": "owners", "n": len(both)}
    if len(both) < _FEWEST:
        return told | {"status": f"{len(both)} reps; {_FEWEST} are needed"}
    if both["score"].nunique() < 2 or both["lost"].nunique() < 2:
        return told | {"status": "reps do not differ beyond chance in one of the two"}
    value = float(spearmanr(both["score"], both["lost"]).statistic)
    reach = 1.96 * np.sqrt((1 + value**2 / 2) / (len(both) - 3))
    middle = np.arctanh(np.clip(value, -0.999, 0.999))
    ends = {"low": float(np.tanh(middle - reach)), "high": float(np.tanh(middle + reach))}
    return told | {"value": value, "status": "ok"} | ends


def _of_accounts(diagnosis: Diagnosis, accounts: pd.DataFrame) -> dict[str, Any]:
    answers = _answers(diagnosis).dropna(subset=["account_id"]).sort_values("given_on")
    last = answers.groupby("account_id")["score"].last().rename("score").reset_index()
    both = accounts.merge(last, on="account_id")
    low = both["score"] <= _LOW
    told = {"asked": "accounts", "n": len(both)}
    if min(int(low.sum()), int((~low).sum())) < _FEWEST:
        return told | {"status": f"fewer than {_FEWEST} accounts on a side"}
    sides = []
    for side in (both[low], both[~low]):
        span = wilson_interval([side["gone"].sum()], [len(side)], 0.95)
        sides.append(([side["gone"].mean()], *span))
    bounds = difference_interval(*sides)
    value = float(sides[0][0][0] - sides[1][0][0])
    ends = {"low": float(bounds[0][0]), "high": float(bounds[1][0])}
    return told | {"value": value, "status": "ok"} | ends
