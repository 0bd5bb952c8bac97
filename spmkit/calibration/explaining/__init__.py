"""What lies behind a verdict on quotas: shape against policy, what it follows, causes, bridges."""
