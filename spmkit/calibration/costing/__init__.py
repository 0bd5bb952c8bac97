"""What quotas cost in pay, and what comes otherwise: scenarios and the running period."""
