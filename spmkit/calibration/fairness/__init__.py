"""Whether quotas were fair: what attainment follows, what was luck, what was skill."""
