"""The frames that the parts of a calibration page show."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from spmkit.attainment.fairness import quota_potential_elasticity
from spmkit.calibration.expecting.backtest import Backtest
from spmkit.calibration.expecting.scores import errors_by_period
from spmkit.calibration.fairness.ratchet import ratchet
from spmkit.calibration.fairness.yearly import year_changes
from spmkit.units import MINUS

METHOD_WORDS: Mapping[str, str] = {
    "company": "the company's own",
    "flat": "the same for all",
    "last_year": "last year",
    "years_mean": "three years",
    "potential_share": "share of potential",
    "hybrid": "history and potential",
    "on_drivers": "regression on drivers",
    "empirical_bayes": "empirical Bayes",
    "dynamic": "dynamic regression",
    "calibrated": "calibrated",
}
"""Each method in the words of a page."""
_THERE = 0.999  # of a period's selling days: a quota for a part of it is no measure
_TONES = {"calibrated": "accent", "company": "worse"}


def fairness_effects(fairness: pd.DataFrame) -> pd.DataFrame:
    """The tests that gave an effect, each on the scale of its own margin: 1 is as much as matters.

    Returns
    -------
    pandas.DataFrame
        ``label``, ``effect``, ``low``, ``high``, ``verdict``, ``told`` (as measured), ``band_low``,
        ``band_high``.

    Examples
    --------
    >>> fairness = pd.DataFrame({"test": ["T1"], "name": ["potential"], "effect": [0.15],
    ...     "statistic": ["rank correlation"], "low": [0.0], "high": [0.3], "margin": [0.3],
    ...     "verdict": ["cannot tell"]})
    >>> fairness_effects(fairness)[["label", "effect", "told"]].values.tolist()
    [['T1 potential', 0.5, '+0.15']]
    """
    known = fairness[fairness["effect"].notna() & fairness["margin"].notna()]
    known = known[known["low"].notna() & ~known["test"].isin(["T7", "T9"])]
    scaled = {name: known[name] / known["margin"] for name in ("effect", "low", "high")}
    return pd.DataFrame(
        {
            "label": _labels(known),
            **scaled,
            "verdict": known["verdict"],
            "told": [signed(value) for value in known["effect"]],
            "band_low": -1.0,
            "band_high": 1.0,
        }
    ).reset_index(drop=True)


def signed(value: float) -> str:
    """A number with its sign; what rounds to nothing has none.

    Examples
    --------
    >>> signed(0.153), signed(-0.001), signed(-0.2)
    ('+0.15', '0.00', '−0.20')
    """
    text = f"{value:+.2f}"
    return "0.00" if not float(text) else text.replace("-", MINUS)


def _labels(tests: pd.DataFrame) -> pd.Series[str]:
    """Test and name; what is measured too where two tests have one name."""
    short = tests["test"] + " " + tests["name"].str.removeprefix("next quota on ")
    twice = short.duplicated(keep=False)
    how = tests["statistic"].str.split().str[0]
    return short.where(~twice, short + ", " + how)


def skill_effects(scores: pd.DataFrame) -> pd.DataFrame:
    """How much less each method missed than last year's sales, in the form of effects.

    Returns
    -------
    pandas.DataFrame
        As :func:`fairness_effects`; a method whose interval lies above zero passes.
    """
    others = scores[(scores["method"] != "last_year") & scores["skill"].notna()]
    verdicts = np.where(others["skill_low"] > 0, "pass", "cannot tell")
    verdicts = np.where(others["skill_high"] < 0, "fail", verdicts)
    return pd.DataFrame(
        {
            "label": others["method"].map(METHOD_WORDS).fillna(others["method"]),
            "effect": others["skill"],
            "low": others["skill_low"].fillna(others["skill"]),
            "high": others["skill_high"].fillna(others["skill"]),
            "verdict": verdicts,
            "told": [_signed_percent(value) for value in others["skill"]],
            "band_low": np.nan,
            "band_high": np.nan,
        }
    ).sort_values("effect", ascending=False, ignore_index=True)


def _signed_percent(value: float) -> str:
    text = f"{value * 100:+.0f}"
    return f"{text.replace('-', MINUS)} %" if float(text) else "0 %"


def method_errors(tested: Backtest) -> pd.DataFrame:
    """Errors by period in the words of a page, the calibrated and the company's in colour."""
    errors = errors_by_period(tested)
    tones = errors["method"].map(_TONES).fillna("context")
    words = errors["method"].map(METHOD_WORDS).fillna(errors["method"])
    kept = errors["method"].isin(["calibrated", "company", "last_year", "years_mean"])
    return errors.assign(method=words, tone=tones)[kept].reset_index(drop=True)


def scored_methods(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores with the methods in words, the least error first."""
    words = scores["method"].map(METHOD_WORDS).fillna(scores["method"])
    return scores.assign(title=words).sort_values("error", ignore_index=True)


def quota_potential(panel: pd.DataFrame, period: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Quotas and potential of a period, with the slope of quotas and that of sales.

    Returns
    -------
    tuple of pandas.DataFrame
        ``rep``, ``potential``, ``quota``; and the ends of the lines ``line``, ``potential``,
        ``quota``. Both empty where fewer than five reps have potential, quota and sales.
    """
    rows = panel[(panel["period"] == period) & (panel["present"] > _THERE)]
    rows = rows[(rows[["potential", "quota", "credited"]] > 0).all(axis=1)]
    points = rows[["rep", "potential", "quota"]].reset_index(drop=True)
    if len(points) < 5 or points["potential"].min() == points["potential"].max():
        return points.head(0), pd.DataFrame(columns=["line", "potential", "quota"])
    ends = np.array([points["potential"].min(), points["potential"].max()])
    middle = float(np.log(points["potential"].to_numpy("float64")).mean())
    level = float(np.log(points["quota"].to_numpy("float64")).mean())
    slopes = elasticities(panel, period).set_index("of")["slope"]
    lines = [
        pd.DataFrame(
            {
                "line": f"{words}, {slopes[of]:.2f}",
                "potential": ends,
                "quota": np.exp(level + slopes[of] * (np.log(ends) - middle)),
            }
        )
        for of, words in (("quota", "quotas"), ("sales", "sales"))
    ]
    return points, pd.concat(lines, ignore_index=True)


def elasticities(panel: pd.DataFrame, period: str) -> pd.DataFrame:
    """By how many percent quotas, and sales, rise with one percent of potential.

    Returns
    -------
    pandas.DataFrame
        As :func:`spmkit.quota_potential_elasticity` gives it, of reps who were there throughout.
    """
    rows = panel[(panel["period"] == period) & (panel["present"] > _THERE)]
    renamed = rows.rename(columns={"quota": "rep_quota", "credited": "rep_credited"})
    return quota_potential_elasticity(renamed)


def ratchet_changes(panel: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How quotas changed after a year above or below expectation, with the fitted slope.

    Returns
    -------
    tuple of pandas.DataFrame
        ``rep``, ``cause``, ``change`` (logarithms about their means); and the ends of the lines
        ``line``, ``cause``, ``change``. Both empty where it takes more years.
    """
    changes = year_changes(panel).dropna(subset=["change", "surprise"])
    found = ratchet(panel).set_index(["follows", "part"])["slope"]
    slope = float(found.get(("surprise", "all"), np.nan))
    if len(changes) < 5 or np.isnan(slope):
        return changes.head(0), pd.DataFrame(columns=["line", "cause", "change"])
    names = panel.drop_duplicates("rep_id").set_index("rep_id")["rep"]
    points = pd.DataFrame(
        {
            "rep": changes["rep_id"].map(names),
            "cause": changes["surprise"] - changes["surprise"].mean(),
            "change": changes["change"] - changes["change"].mean(),
        }
    ).reset_index(drop=True)
    ends = np.array([points["cause"].min(), points["cause"].max()])
    lines = [
        pd.DataFrame({"line": f"as set, {slope:.2f}", "cause": ends, "change": slope * ends}),
        pd.DataFrame({"line": "no ratchet, 0", "cause": ends, "change": 0 * ends}),
    ]
    return points, pd.concat(lines, ignore_index=True)
