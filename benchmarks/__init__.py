"""The performance claims, each a module and a command; ``make bench`` prints them as one table."""
