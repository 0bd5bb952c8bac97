"""Methods that compete: each says what to expect of every rep ahead from what was known before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from spmkit.calibration.expecting import baselines
from spmkit.calibration.expecting.history import History
from spmkit.calibration.expecting.regressions import Regressions
from spmkit.intervals import Floats

Expecting: TypeAlias = Callable[[History], Floats]


@dataclass(frozen=True)
class Method:
    """A way to set quotas, with the settings of it among which the past decides.

    Parameters
    ----------
    name, title
        Its name in code, and in words.
    variants
        By setting: takes a :class:`History`, gives what to expect of each row ahead, up to a
        factor common to all; null where it has nothing to say.
    proportional
        Whether its quotas are its expectations at the right sum, as companies set them; else they
        are asked for at one common probability.
    """

    name: str
    title: str
    variants: Mapping[str, Expecting]
    proportional: bool = False


PENALTIES = (0.3, 1.0, 3.0, 9.0, 27.0)
TERRITORY_WEIGHTS = (0.5, 1.0)


def methods(panel: pd.DataFrame) -> list[Method]:
    """All methods for a panel: the simple ones, those that fit a model, and the calibrated one.

    Examples
    --------
    >>> from spmkit.calibration.expecting.simulator import World, simulated
    >>> [method.name for method in methods(simulated(World(reps=10, quarters=8)).panel)][:3]
    ['company', 'flat', 'last_year']
    """
    models = Regressions(panel)
    weights = (0.25, 0.5, 0.75)
    return [
        _single("company", "the company's own quotas", baselines.issued, proportional=True),
        _single("flat", "the same for everyone", baselines.flat, proportional=True),
        _single("last_year", "last year plus growth", baselines.last_year, proportional=True),
        _single("years_mean", "three years plus growth", baselines.years_mean, proportional=True),
        _single(
            "potential_share", "share of potential", baselines.potential_share, proportional=True
        ),
        Method(
            "hybrid",
            "history and potential, weighted",
            {f"{w:.0%} history": _with(baselines.hybrid, w) for w in weights},
            proportional=True,
        ),
        _single("on_drivers", "regression on drivers", models.on_drivers),
        _single("empirical_bayes", "empirical Bayes", models.empirical_bayes),
        _single("dynamic", "dynamic pooled regression", models.dynamic),
        calibrated_settings(models)[0],
    ]


def calibrated_settings(models: Regressions) -> tuple[Method, dict[str, tuple[float, float]]]:
    """The calibrated method, and the penalty and weight of territories of each of its variants."""
    grid = {
        f"ridge {penalty:g}, territory {weight:g}": (penalty, weight)
        for penalty in PENALTIES
        for weight in TERRITORY_WEIGHTS
    }
    variants = {name: _with(models.calibrated, *setting) for name, setting in grid.items()}
    return Method("calibrated", "calibrated", variants), grid


def _single(name: str, title: str, expecting: Expecting, *, proportional: bool = False) -> Method:
    return Method(name, title, {"": expecting}, proportional)


def _with(expecting: Callable[..., Floats], *settings: float) -> Expecting:
    return lambda history: expecting(history, *settings)
