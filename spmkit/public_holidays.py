"""Public holidays by region."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from functools import cache


@cache
def public_holidays(region: str, years: range) -> frozenset[date]:
    """Return the public holidays of a region, days kept in lieu included.

    Parameters
    ----------
    region
        An ISO country (``"US"``) or one of its subdivisions (``"DE-BY"``).
    years
        Calendar years.

    Raises
    ------
    ValueError
        If the region is not known.

    Examples
    --------
    >>> date(2026, 7, 3) in public_holidays("US", range(2026, 2027))
    True
    """
    from holidays import country_holidays  # a slow import, and few need it

    _check(region)
    country, _, subdivision = region.partition("-")
    return frozenset(country_holidays(country, subdiv=subdivision or None, years=years))


def _check(region: str) -> None:
    from holidays import list_supported_countries

    countries = list_supported_countries(include_aliases=False)
    country = region.partition("-")[0]
    parts = [f"{country}-{part}" for part in countries.get(country, [])]
    known = [*countries, *parts]
    if region not in known:
        nearest = ", ".join(get_close_matches(region.upper(), known, n=3, cutoff=0.0))
        raise ValueError(
            f"no public holidays for region {region!r}: write an ISO country (US) or a subdivision "
            f"of one (US-CA), nearest: {nearest}"
        )
