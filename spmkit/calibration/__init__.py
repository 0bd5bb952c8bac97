"""Quota calibration: whether quotas were any good, and what the next ones should be."""

from spmkit.calibration.study import Study, open_study, proposed
from spmkit.calibration.verdict import verdict

__all__ = ["Study", "open_study", "proposed", "verdict"]
