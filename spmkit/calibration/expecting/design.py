"""The design of the calibrated method: what stands behind each row's sales, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spmkit.calibration.expecting.history import RAMPED_AFTER, seats
from spmkit.intervals import Floats

FIRM = 10.0
"""What is common to all stands so many times as large, so that the ridge hardly pulls it."""


@dataclass(frozen=True)
class Design:
    """The columns of a whole panel: those common to all, one a rep and one a territory.

    Parameters
    ----------
    common
        Dense: season, ramp, potential, trend, role and segment.
    names
        What each column of it is of.
    rep, territory
        Sparse, a 1 in each row.
    """

    common: Floats
    names: tuple[str, ...]
    rep: Any
    territory: Any

    def joined(self, territory_weight: float) -> Any:
        """The columns side by side, those of territories at a weight: more is pulled less."""
        from scipy.sparse import csr_array, hstack

        blocks = [csr_array(self.common * FIRM), self.rep, self.territory * territory_weight]
        return hstack(blocks, format="csr")

    @property
    def reps(self) -> slice:
        """Where the effects of the reps stand among all."""
        first = self.common.shape[1]
        return slice(first, first + self.rep.shape[1])


def design_of(panel: pd.DataFrame) -> Design:
    """Make the design of all rows of a panel, those that are ahead included.

    Examples
    --------
    >>> from spmkit.calibration.expecting.simulator import World, simulated
    >>> design = design_of(simulated(World(reps=10, quarters=8)).panel)
    >>> design.common.shape[0], design.territory.shape
    (80, (80, 10))
    """
    columns = _common(panel)
    names = tuple(name for name, _ in columns)
    common = np.column_stack([column for _, column in columns] or [np.zeros((len(panel), 0))])
    return Design(common, names, _one_hot(panel["rep_id"]), _one_hot(seats(panel)))


def _one_hot(values: pd.Series[Any]) -> Any:
    from scipy.sparse import csr_array

    codes, names = pd.factorize(values)
    rows = np.arange(len(codes))
    return csr_array((np.ones(len(codes)), (rows, codes)), shape=(len(codes), len(names)))


def _common(panel: pd.DataFrame) -> list[tuple[str, Floats]]:
    """What each column is of, with its values; those that are the same everywhere left out."""
    known = panel["potential"].fillna(0.0) > 0
    log = pd.Series(np.log(panel["potential"].where(known)), index=panel.index)
    tenure = panel["tenure_periods"].fillna(RAMPED_AFTER)
    kind = _told(panel["role"]) + "\n" + _told(panel["segment"])
    years = panel["step"] / panel["season"].max()
    columns: list[tuple[str, pd.Series[Any]]] = [
        ("potential", (log - log.mean()).fillna(0.0)),
        ("potential", panel["potential"].isna()),
        ("potential", panel["potential"] == 0),
        ("trend", years / FIRM),
        *(("season", panel["season"] == one) for one in panel["season"].unique()),
        *(("ramp", tenure == one) for one in range(RAMPED_AFTER)),
        *(("role and segment", kind == one) for one in sorted(kind.unique())),
    ]
    dense = [(name, np.asarray(column, "float64")) for name, column in columns]
    return [(name, column) for name, column in dense if np.ptp(column) > 0]


def _told(names: pd.Series[Any]) -> pd.Series[str]:
    """Names as text; those that are not known are of one kind."""
    return names.astype("object").where(names.notna(), "none known").astype("str")
