"""Quota calibration: whether quotas were any good, and what the next ones should be."""
