"""The checklist of causes: what made quotas poor, and what else explains the results."""

from __future__ import annotations

import pandas as pd

from spmkit.calibration.explaining.beside_quotas import beside_causes
from spmkit.calibration.explaining.cause_lines import CAUSE_COLUMNS
from spmkit.calibration.explaining.how_set import set_causes
from spmkit.calibration.study import Study

SET, BESIDE = "set", "beside"


def causes(study: Study) -> pd.DataFrame:
    """Every known cause of poor quotas, and of results that are no fault of theirs, measured.

    Nothing is asserted: a cause is there where its whole interval lies beyond what matters, not
    there where it lies within, and else cannot be told. What is counted in full has no interval.

    Parameters
    ----------
    study
        As ``open_study`` gives it.

    Returns
    -------
    pandas.DataFrame
        ``of`` (``set``: the way quotas were set; ``beside``: what hit reps whatever their quotas),
        ``cause``, ``measure``, ``value``, ``low``, ``high`` (95 %), ``n``, ``counted``, ``unit``
        (``percent`` or ``number``), ``matters`` (from where on), ``found`` (``yes``, ``no``,
        ``cannot tell``) and ``note``.

    Examples
    --------
    >>> from spmkit.calibration import open_study
    >>> found = causes(open_study(spm.open_data(spm.shipped("datasets") / "sample")))
    >>> found.set_index("cause")["found"][["late release", "sales credited twice"]].tolist()
    ['yes', 'no']

    References
    ----------
    Alexander Group, quotas diagnostics and solutions (causes of poor quotas).
    """
    rows = [{"of": SET, **line} for line in set_causes(study)]
    rows += [{"of": BESIDE, **line} for line in beside_causes(study)]
    return pd.DataFrame(rows, columns=["of", *CAUSE_COLUMNS])
