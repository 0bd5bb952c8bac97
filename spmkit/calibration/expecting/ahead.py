"""What to expect of the period ahead: the calibrated method, with where each number comes from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.backtest import FEWEST_PERIODS, chosen, expectations, learnt
from spmkit.calibration.expecting.design import FIRM
from spmkit.calibration.expecting.errors import FEWEST_ERRORS, Errors
from spmkit.calibration.expecting.expectation import Expectation
from spmkit.calibration.expecting.history import History, seats
from spmkit.calibration.expecting.methods import calibrated_settings, methods
from spmkit.calibration.expecting.regressions import Regressions
from spmkit.calibration.expecting.scores import CALIBRATED
from spmkit.data import DataError
from spmkit.intervals import Floats

EFFECTS = {
    "potential": "potential_effect",
    "season": "season_effect",
    "ramp": "ramp_effect",
    "role and segment": "role_effect",
    "trend": "trend_effect",
}
"""The column that holds the factor of each kind of common effect."""
_SEAT = [
    *("rep_id", "rep", "territory_id", "region", "segment", "role", "manager_id", "manager"),
    *("period", "potential", "tenure_periods", "present", "issued_quota"),
]
_SMALLEST = 1e-3  # of the mean expectation: nobody who is there is expected to sell nothing at all


@dataclass(frozen=True)
class Ahead:
    """What is expected of a period ahead, and what that rests on.

    Parameters
    ----------
    expectation
        Its seats have, beside ``expected`` and ``spread``: ``last_quota``, ``last_credited`` (the
        same period a year before), ``history_periods``, and the factors whose product is
        ``expected``: ``baseline`` (money), ``potential_effect``, ``role_effect``,
        ``trend_effect``, ``season_effect``, ``ramp_effect``, ``territory_effect``,
        ``rep_effect`` and ``present_effect`` (of the calibrated method alone).
    method, variant
        The method, and the setting of it that the past spoke for.
    errors
        How many past errors the distribution rests on.
    periods
        How many complete periods there are.
    left_out
        Who is there and of whom nothing can be expected: no selling day in the period.
    """

    expectation: Expectation
    method: str
    variant: str
    errors: int
    periods: int
    left_out: pd.DataFrame


def expected_ahead(panel: pd.DataFrame, name: str = CALIBRATED) -> Ahead:
    """Expect the sales of each seat of the last period of a panel, which is ahead.

    Parameters
    ----------
    panel
        What ``quota_panel(data, ahead)`` gave.
    name
        Of the method, such as :func:`method_ahead` gives it.

    Raises
    ------
    DataError
        Where the past is too short to know how far such expectations are off.

    Examples
    --------
    >>> from spmkit.calibration.expecting.simulator import World, simulated
    >>> panel = simulated(World(reps=30, quarters=13)).panel
    >>> panel["credited"] = panel["credited"].where(panel["step"] < 12)
    >>> ahead = expected_ahead(panel)
    >>> len(ahead.expectation.seats), ahead.periods
    (30, 12)
    """
    panel = panel.reset_index(drop=True)
    step = int(panel["step"].max())
    between = periods_between(panel)
    history = History(panel, step, between)
    _refuse_short(history)
    models = Regressions(panel)
    calibrated, settings = calibrated_settings(models)
    known = {one.name: one for one in [*methods(panel), calibrated]}
    method, past = known[name], panel[panel["step"] < step]
    tried = expectations(past, method, between)
    variant = chosen(past, tried, step)
    errors = _errors(past, tried[variant], history)
    there = (history.ahead["present"] > 0).to_numpy()
    raw = method.variants[variant](history)
    raw = np.where(np.isnan(raw), np.nanmean(raw), raw)
    raw = np.maximum(raw, _SMALLEST * raw[there].mean())
    rows = _with_past(history)[there]
    found = rows.assign(expected=errors.expected(raw)[there], spread=errors.spread(raw)[there])
    parts = pd.DataFrame({"ramp_effect": _ramp(history)})
    if name == CALIBRATED:
        parts = _parts(models, history, *settings[variant])
        parts["baseline"] *= errors.level
    found = pd.concat([found, parts[there].set_axis(found.index)], axis=1)
    return Ahead(
        Expectation(found.reset_index(drop=True), errors.sizes, errors.periods),
        name,
        variant,
        len(errors.sizes),
        history.until,
        _with_past(history)[~there].reset_index(drop=True),
    )


def _errors(past: pd.DataFrame, expected: pd.Series[float], history: History) -> Errors:
    """How far expectations made as far ahead were off.

    Raises
    ------
    DataError
        Where there are too few to say.
    """
    errors = learnt(past, expected, history.step)
    if errors is None:
        far = f" {history.between + 1} periods ahead" if history.between else ""
        raise DataError(
            f"Fewer than {FEWEST_ERRORS} expectations of the past{far} are over, so it cannot be "
            f"told how far the next ones{far} may be off. Give quotas and sales of more periods or "
            f"reps{', or ask for the next period' if far else ''}."
        )
    return errors


def periods_between(panel: pd.DataFrame) -> int:
    """How many periods lie between the last complete one of a panel and the one ahead.

    Examples
    --------
    >>> panel = pd.DataFrame({"step": [0, 1, 3], "credited": [5.0, 6.0, None]})
    >>> periods_between(panel)
    1
    """
    over = panel.loc[panel["credited"].notna(), "step"]
    return int(panel["step"].max() - over.max() - 1) if len(over) else 0


def _ramp(history: History) -> Floats:
    """What a new hire is expected to sell of a ramped rep, by any method."""
    ahead = history.ahead
    return np.asarray(ahead["strength"] / ahead["present"].where(ahead["present"] > 0), "float64")


def _refuse_short(history: History) -> None:
    """Refuse a past of which no expectation can be made and checked.

    Raises
    ------
    DataError
        With the periods that there are, and how many are needed.
    """
    if history.until <= FEWEST_PERIODS:
        raise DataError(
            f"{history.until} complete periods are too few to propose quotas: with fewer than "
            f"{FEWEST_PERIODS + 1} it cannot be told how far an expectation is off. The quotas "
            "that were can still be judged: spmkit report quota_calibration."
        )
    if not len(history.ahead):
        raise DataError("Nobody who carries a quota is there in the period ahead.")


def _parts(models: Regressions, history: History, penalty: float, weight: float) -> pd.DataFrame:
    """The factors of each expectation; their product is it."""
    found = models.effects(history, penalty, weight)
    design, at = models.design, models.places(history.ahead)
    common = len(design.names)
    ready = design.common[at] * FIRM * found.effects[:common]
    reps = found.effects[design.reps]
    lands = found.effects[design.reps.stop :]
    factors = {
        column: np.exp(_sum_of(ready, design.names, kind)) for kind, column in EFFECTS.items()
    }
    return pd.DataFrame(
        {
            "baseline": np.full(len(at), found.scale * np.exp(found.intercept)),
            **factors,
            "territory_effect": np.exp(weight * (design.territory[at] @ lands)),
            "rep_effect": np.exp(design.rep[at] @ reps),
            "present_effect": np.maximum(history.ahead["present"].to_numpy("float64"), 1e-6),
        }
    )


def _sum_of(ready: Floats, names: tuple[str, ...], kind: str) -> Floats:
    return np.asarray(ready[:, [name == kind for name in names]].sum(axis=1))


def _with_past(history: History) -> pd.DataFrame:
    """The rows ahead, with the last quota and what was sold in the same period a year before."""
    rows = history.panel[history.panel["step"] == history.step][_SEAT]
    past = history.panel[history.panel["step"] < history.step]
    last = past.dropna(subset=["quota"]).drop_duplicates("rep_id", keep="last")
    before = past[past["step"] == history.step - history.cycle].drop_duplicates("rep_id")
    known = past.groupby(seats(past)).size()
    return rows.assign(
        last_quota=rows["rep_id"].map(last.set_index("rep_id")["quota"]).astype("float64"),
        last_credited=rows["rep_id"].map(before.set_index("rep_id")["credited"]).astype("float64"),
        history_periods=seats(rows).map(known).fillna(0).astype("int64"),
    )
