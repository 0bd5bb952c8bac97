"""Quotas of a period ahead: proposed to a goal, within a policy, explained and compared."""
