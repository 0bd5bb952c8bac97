"""How long until something ends, where some of it has not ended yet.

A frame of any engine is reduced there to counts by group, day and ending; the
curves are made from these counts. statsmodels takes counts too, but then gives
no Greenwood error, no error of an incidence and no log-rank test; the tests
hold these curves against its answers row by row.
"""

from spmkit.survival.competing import cumulative_incidence
from spmkit.survival.curves import FEWER_THAN_HALF, duration_curve, median_duration
from spmkit.survival.difference import duration_difference

__all__ = [
    "FEWER_THAN_HALF",
    "cumulative_incidence",
    "duration_curve",
    "duration_difference",
    "median_duration",
]
