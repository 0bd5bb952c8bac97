"""Quota attainment once more, slowly: plain loops over literal rows, one decision each."""

from __future__ import annotations

from datetime import date

NOT_IN_REPS = "not in reps"


def credits_of(company):
    """Every direct credit as (rep, day, amount): credit lines first, else the owner at closing."""
    known = {rep["rep_id"] for rep in company["reps"]}
    outcome = {deal["opportunity_id"]: deal["outcome"] for deal in company["opportunities"]}
    found, split = [], set()
    for credit in company["credits"]:
        deal = credit["opportunity_id"]
        if credit["credit_type"] == "overlay" or outcome.get(deal) == "void":
            continue
        split.add(deal)
        found.append((credit["rep_id"], credit["credited_on"], credit["amount"]))
    for deal in company["opportunities"]:
        if deal["outcome"] != "won" or deal["amount"] is None or deal["opportunity_id"] in split:
            continue
        found.append((owner_at_closing(company, deal), deal["closed_on"], deal["amount"]))
    return [
        (rep if rep is None or rep in known else NOT_IN_REPS, day, amount)
        for rep, day, amount in found
    ]


def owner_at_closing(company, deal):
    later = [
        move
        for move in company["opportunity_history"]
        if move["opportunity_id"] == deal["opportunity_id"]
        and move["field"] == "rep_id"
        and move["changed_at"].date() > deal["closed_on"]
    ]
    if not later:
        return deal["rep_id"]
    return min(later, key=lambda move: move["changed_at"])["old_value"]


def region_on(company, rep, day):
    spells = sorted(
        (s for s in company["rep_assignments"] if s["rep_id"] == rep),
        key=lambda spell: spell["starts_on"],
    )
    if not spells:
        return None
    begun = [spell for spell in spells if spell["starts_on"] <= day]
    return (begun or spells)[-1 if begun else 0]["region"]


def quota_of(company, rep, start, end, as_of):
    """The quota as issued: the period's own line, else the shorter ones within it, summed."""
    current = {}
    for line in company["quotas"]:
        if line["rep_id"] != rep or line["level"] != "rep" or line["released_on"] > as_of:
            continue
        span = line["period_start"], line["period_end"]
        if span not in current or line["version"] > current[span]["version"]:
            current[span] = line
    if (start, end) in current:
        return current[start, end]["quota"]
    within = [line["quota"] for (a, b), line in current.items() if start <= a and b <= end]
    amounts = [quota for quota in within if quota is not None]
    return sum(amounts) if amounts else None


def lines_of(company, periods, as_of):
    """Quota and credit by (rep, region, period)."""
    found = {}
    for label, start, end in periods:
        for rep, day, amount in credits_of(company):
            if start <= day <= end:
                found.setdefault((rep, region_on(company, rep, day), label), [None, 0.0])[1] += (
                    amount
                )
        add_quotas(found, company, (label, start, end), as_of)
    return found


def add_quotas(found, company, period, as_of):
    """Split each quota by days."""
    label, start, end = period
    days = [date.fromordinal(n) for n in range(start.toordinal(), end.toordinal() + 1)]
    for rep in {line["rep_id"] for line in company["quotas"]}:
        quota = quota_of(company, rep, start, end, as_of)
        for day in days if quota is not None else ():
            entry = found.setdefault((rep, region_on(company, rep, day), label), [None, 0.0])
            entry[0] = (entry[0] or 0.0) + quota / len(days)
