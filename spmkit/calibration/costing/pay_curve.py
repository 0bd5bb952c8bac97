"""What is paid for an attainment, as a share of target pay: the curve that a plan declares."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from spmkit.calibration.costing.pay_knots import (
    Knots,
    below_cap,
    from_threshold,
    marginal_knots,
    mean_payout,
    paid_before,
    payout_at,
    refuse_falling,
    refuse_pairs,
    retroactive_knots,
    straight_parts,
    stretched,
)
from spmkit.calibration.proposing.policy_checks import (
    refuse_number,
    refuse_other_word,
    refuse_table,
)
from spmkit.data import DataError
from spmkit.data.errors import nearest
from spmkit.intervals import Floats

MARGINAL, RETROACTIVE = "marginal", "retroactive"


@dataclass(frozen=True)
class PayCurve:
    """Payout over target pay as a function of attainment, piecewise straight.

    Without anything declared it is linear: 80 % of quota earns 80 % of target pay.
    A step is reached at just its attainment; below zero (more was reversed than
    sold) nothing is paid, and nothing is clawed back.

    Parameters
    ----------
    threshold
        Below this attainment nothing is paid; from it on the curve holds from the first sale.
    tiers
        Pairs of an attainment and the rate from it on, as a multiple of the base rate:
        ``((1.0, 2.0),)`` doubles pay above quota. Below the first the rate is 1.
    tiers_apply
        ``marginal``: a rate holds for what lies in its tier; ``retroactive``: reaching a tier pays
        its rate on everything from the first sale, which makes a cliff.
    points
        Instead of threshold and tiers: pairs of an attainment and the payout there, over target.
        Below the first nothing is paid, between two pay runs straight, beyond the last as between
        the last two (after a single one it stays). Two points at one attainment are a cliff.
    cap
        The most that is paid, over target.
    source
        Where it is declared: what messages name.

    Raises
    ------
    DataError
        With the key and the remedy: out of range, a payout that falls while attainment rises, a
        cap that leaves nobody their target pay.

    Examples
    --------
    >>> curve = PayCurve(threshold=0.5, tiers=((1.0, 2.0),), cap=3.0)
    >>> curve.payout([0.4, 0.5, 1.0, 1.2, 9.0]).tolist()
    [0.0, 0.5, 1.0, 1.4, 3.0]
    >>> PayCurve(points=((0.5, 0.0), (1.0, 1.0), (1.5, 2.0))).payout([0.75, 2.0]).tolist()
    [0.5, 3.0]
    >>> PayCurve(tiers=((100, 2.0),))
    Traceback (most recent call last):
    spmkit.data.errors.DataError: the pay curve: tiers has [100, 2.0]; an attainment is a number
    from 0 to 5, such as 1.2 for 120 % of quota.

    References
    ----------
    Catalogue I8; Oracle and Salesforce on marginal and retroactive rates.
    """

    threshold: float = 0.0
    tiers: tuple[tuple[float, float], ...] = ()
    tiers_apply: str = MARGINAL
    points: tuple[tuple[float, float], ...] = ()
    cap: float | None = None
    source: str = "the pay curve"

    def __post_init__(self) -> None:
        try:
            self._check()
        except DataError as error:
            raise DataError(f"{self.source}: {error}") from error

    def _check(self) -> None:
        refuse_number("threshold", self.threshold, 0, 1, "0.5 for half of quota")
        refuse_number("cap", self.cap, 0, 100, "2.5 for 250 % of target pay")
        refuse_other_word("tiers_apply", self.tiers_apply, (MARGINAL, RETROACTIVE))
        for name in ("tiers", "points"):
            refuse_pairs(name, getattr(self, name))
            object.__setattr__(self, name, tuple((a, b) for a, b in getattr(self, name)))
        if self.points and (self.tiers or self.threshold):
            raise DataError(
                "points stand for the whole curve: take out threshold and tiers, or the points "
                "(the first point's attainment is the threshold)."
            )
        refuse_falling(self._declared)
        self._refuse_nothing_at_quota()

    def _refuse_nothing_at_quota(self) -> None:
        """Refuse a curve by which whoever reaches quota gets nothing, or less than is declared.

        Raises
        ------
        DataError
            With the payout at quota.
        """
        at_quota = float(payout_at(self._declared, np.array(1.0)))
        if at_quota <= 0:
            raise DataError("nothing is paid at 100 % of quota, where target pay is earned.")
        if self.cap is not None and self.cap < at_quota:
            raise DataError(
                f"cap is {self.cap}, below the {at_quota:g} that is paid at quota: raise it, or "
                "leave it out."
            )

    @cached_property
    def _declared(self) -> Knots:
        """The corners of the curve without a cap."""
        if self.points:
            return self.points
        made = marginal_knots if self.tiers_apply == MARGINAL else retroactive_knots
        return from_threshold(made(self.tiers), self.threshold)

    @cached_property
    def knots(self) -> Knots:
        """The corners of the curve: attainment and payout; two at one attainment are a cliff."""
        return self._declared if self.cap is None else below_cap(self._declared, self.cap)

    @property
    def at_quota(self) -> float:
        """What is paid at 100 % of quota, over target: 1 where target pay is what it says."""
        return float(self.payout(1.0))

    def payout(self, attainment: ArrayLike) -> Floats:
        """What is paid, over target pay; NaN where there is no attainment.

        Examples
        --------
        >>> PayCurve(tiers=((1.0, 1.5),), tiers_apply="retroactive").payout([0.9, 1.0]).tolist()
        [0.9, 1.5]
        """
        return payout_at(self.knots, np.asarray(attainment, "float64"))

    def expected(self, spread: float, mean: float = 1.0) -> float:
        """What is paid on average where attainment is log-normal, over target pay.

        Parameters
        ----------
        spread
            Standard deviation of the logarithm of attainment; 0 is everyone at the mean.
        mean
            Mean attainment.

        Examples
        --------
        Accelerators make spread cost pay: all at 100 % earn 1, the same mean with spread more.

        >>> curve = PayCurve(threshold=0.5, tiers=((1.0, 2.0),))
        >>> [round(curve.expected(spread), 2) for spread in (0, 0.1, 0.3, 0.5)]
        [1.0, 1.04, 1.11, 1.15]

        References
        ----------
        Partial expectation of the log-normal distribution, summed over the straight parts.
        """
        refuse_number("spread", spread, 0, 10, "0.3")
        refuse_number("mean", mean, 1e-6, 100, "1.0 for 100 %")
        if spread == 0:
            return float(self.payout(mean))
        return mean_payout(self.knots, spread, mean)

    def accelerated(self, factor: float) -> PayCurve:
        """The curve with everything beyond what is paid at quota times a factor; the cap stays.

        Examples
        --------
        >>> PayCurve(tiers=((1.0, 2.0),)).accelerated(0.75).payout([0.8, 1.0, 1.5]).tolist()
        [0.8, 1.0, 1.75]
        """
        refuse_number("factor", factor, 0, 10, "1.25 for a quarter more")
        made = stretched(self._declared, factor)
        return replace(self, threshold=0.0, tiers=(), tiers_apply=MARGINAL, points=made)

    def table(self, until: float = 2.0) -> pd.DataFrame:
        """The corners up to an attainment, for a chart.

        Returns
        -------
        pandas.DataFrame
            ``attainment``, ``payout``, ``marginal_rate`` (payout per attainment from there on) and
            ``cliff`` (what is paid at once on reaching it).

        Examples
        --------
        >>> PayCurve(threshold=0.5, tiers=((1.0, 2.0),)).table().values.tolist()
        [[0.0, 0.0, 0.0, 0.0], [0.5, 0.5, 1.0, 0.5], [1.0, 1.0, 2.0, 0.0], [2.0, 3.0, 2.0, 0.0]]
        """
        starts, values, slopes = straight_parts(self.knots)
        jumps = values - paid_before(self.knots)
        rows = pd.DataFrame(
            {"attainment": starts, "payout": values, "marginal_rate": slopes, "cliff": jumps}
        )
        first = [] if starts[0] == 0 else [(0.0, 0.0, 0.0, 0.0)]
        last = (until, float(self.payout(until)), rows["marginal_rate"].iloc[-1], 0.0)
        ends = [pd.DataFrame([row], columns=list(rows)) for row in [*first, last]]
        shown = rows[rows["attainment"] < until]
        return pd.concat([*ends[:-1], shown, ends[-1]], ignore_index=True)


def pay_curve_of(declared: Mapping[str, Any], source: str = "[pay]") -> PayCurve:
    """Turn declarations, in the shape of the table ``[pay]``, into a curve.

    Raises
    ------
    DataError
        With the key and the remedy.

    Examples
    --------
    >>> pay_curve_of({"threshold": 0.5, "tiers": [[1.0, 2.0]]}).at_quota
    1.0
    >>> pay_curve_of({"treshold": 0.5})
    Traceback (most recent call last):
    spmkit.data.errors.DataError: [pay]: there is no key 'treshold'. Did you mean 'threshold'?
    """
    refuse_table("pay", declared)
    known = [one.name for one in fields(PayCurve) if one.name != "source"]
    for name in declared:
        if name not in known:
            raise DataError(f"{source}: there is no key {name!r}.{nearest(name, known)}")
    return PayCurve(**declared, source=source)


def read_pay_curve(path: str | Path) -> PayCurve:
    r"""Read a curve from the table ``[pay]`` of a TOML file.

    Raises
    ------
    DataError
        With the file, the key and the remedy.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     file = Path(place) / "plan.toml"
    ...     _ = file.write_text("[pay]\nthreshold = 0.5\ntiers = [[1.0, 2.0]]\ncap = 3.0\n")
    ...     read_pay_curve(file).payout([1.5, 9.0]).tolist()
    [2.0, 3.0]
    """
    file = Path(path)
    try:
        declared = tomllib.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise DataError(f"there is no file {file}: check its path.") from error
    except IsADirectoryError as error:
        raise DataError(f"{file} is a folder: name the file in it that has [pay].") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{file.name} is not valid TOML: {error}. Write shares as 0.5.") from error
    if "pay" not in declared:
        raise DataError(
            f"{file.name} has no table [pay]. Write one, such as:\n"
            "[pay]\nthreshold = 0.5\ntiers = [[1.0, 2.0]]\ncap = 3.0"
        )
    return pay_curve_of(declared["pay"], f"{file.name} [pay]")
