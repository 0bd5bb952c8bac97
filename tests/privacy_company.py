"""A company in which every name, text and amount can be told apart, to be looked for in pages."""

from __future__ import annotations

import re
from zipfile import ZipFile

import pandas as pd
import review_company
from review_company import QUARTERS, everything_in

from spmkit.units import MONEY, format_full, format_value

NOW = "2026-07-01"
TEAMS = {
    "boss1": [f"alpha{n}" for n in range(7)],
    "boss2": [f"omega{n}" for n in range(7)],
    "boss3": ["pair0", "pair1"],
}
REPS = [rep for team in TEAMS.values() for rep in team]
EVERYBODY = [*TEAMS, *REPS, "chief"]


def named(rep):
    return f"Zq{rep.capitalize()}"


def reps():
    above = {rep: boss for boss, team in TEAMS.items() for rep in team}
    above |= dict.fromkeys(TEAMS, "chief")
    rows = [
        {"rep_id": f"id-{rep}", "name": named(rep), "manager_id": above.get(rep)}
        for rep in EVERYBODY
    ]
    frame = pd.DataFrame(rows)
    frame["manager_id"] = "id-" + frame["manager_id"]
    pair = frame["rep_id"].str.startswith("id-pair")
    return frame.assign(
        role="Account Executive",
        segment=pair.map({True: "Pair", False: "All"}),
        region=pair.map({True: "South", False: "North"}),
        ote=[100_000.0 + 1000 * n for n in range(len(frame))],
        base_pay=60_000.0,
    )


def amount_of(number):
    """An amount that nothing else on a page can be by chance."""
    return 51_007.13 + 613.01 * number  # above the numbers by which a workbook names days


def opportunities():
    rows = [
        (f"id-{rep}", outcome, start[:5] + f"{int(start[5:7]) + part % 3:02}-{11 + part}")
        for start, _ in QUARTERS
        for rep in REPS
        for part, outcome in enumerate(["won", "lost", "won", "lost", "won"])
    ]
    frame = pd.DataFrame(rows, columns=["rep_id", "outcome", "closed_on"])
    frame.insert(0, "opportunity_id", [f"deal-{n:04}" for n in range(len(frame))])
    return frame.assign(
        amount=[amount_of(n) for n in range(len(frame))], created_on="2026-03-01", stage="Proposal"
    )


def quotas():
    lines = [
        (f"id-{rep}", *quarter, 150_000.0 + 1234.5 * n)
        for quarter in QUARTERS
        for n, rep in enumerate(REPS)
    ]
    return pd.DataFrame(lines, columns=["rep_id", "period_start", "period_end", "quota"])


def credits_shared():
    """The first won deal of alpha0 and of omega1 is credited to two people."""
    deals = opportunities()
    first = deals[deals["rep_id"].eq("id-alpha0") & deals["closed_on"].gt(NOW)].iloc[0]
    rows = [
        ("c1", first["opportunity_id"], "id-alpha0", 30_111.11),
        ("c2", first["opportunity_id"], "id-omega1", 12_222.22),
    ]
    frame = pd.DataFrame(rows, columns=["credit_id", "opportunity_id", "rep_id", "amount"])
    return frame.assign(credited_on=first["closed_on"])


def actions():
    """An action a person, each in words of its own, seen to by somebody of its own."""
    rows = [
        {"action_id": f"act-{rep}", "rep_id": f"id-{rep}", "action": title_of(rep)}
        | {"owner": owner_of(rep), "baseline": 0.311 + n / 500, "target": 0.711 + n / 500}
        for n, rep in enumerate(REPS)
    ]
    return pd.DataFrame(rows).assign(metric="win_rate", status="open", due_on="2026-08-15")


def title_of(rep):
    return f"Zqagree with {rep}"


def owner_of(rep):
    return f"Zqowner of {rep}"


def activities():
    """Hours of each person: half an hour apart in kind, so that no two have the same shares."""
    rows = [
        (f"id-{rep}", kind, minutes)
        for n, rep in enumerate(REPS)
        for kind, minutes in (("selling", 1000 + 37 * n), ("admin", 500 + 11 * n), ("travel", 301))
    ]
    frame = pd.DataFrame(rows, columns=["rep_id", "category", "minutes"])
    number = frame.index.astype(str)
    return frame.assign(
        activity_id="visit-" + number,
        account_id="zqaccount-" + number,
        started_at="2026-08-03 09:00:00",
        status="held",
    )


def shares_of_time():
    """Share of the hours by person and kind."""
    hours = activities().pivot_table("minutes", "rep_id", "category", "sum")
    return hours.div(hours.sum(axis=1), axis=0)


def payouts():
    frame = pd.DataFrame({"rep_id": [f"id-{rep}" for rep in REPS], "period_start": NOW})
    return frame.assign(amount=[21_313.13 + 1_717.17 * n for n in range(len(frame))])


def forecasts():
    frame = pd.DataFrame({"rep_id": [f"id-{rep}" for rep in REPS], "as_of": "2026-08-15"})
    calls = [61_515.15 + 1_919.19 * n for n in range(len(frame))]
    return frame.assign(period_start=NOW, category="commit", amount=calls)


def write(folder):
    """Write the company's tables, each with something of everybody."""
    return review_company.write(
        folder,
        reps=reps(),
        opportunities=opportunities(),
        quotas=quotas(),
        credits=credits_shared(),
        actions=actions(),
        activities=activities(),
        payouts=payouts(),
        forecasts=forecasts(),
    )


def words_of(people):
    return [word for rep in people for word in (named(rep), f"id-{rep}")]


def of(people, frame):
    return frame[frame["rep_id"].isin([f"id-{rep}" for rep in people])]


def won_now():
    return opportunities().query("outcome == 'won' and closed_on > @NOW")


def written(amount):
    """An amount in every writing of a page, of a chart's data or of a table beside the page."""
    return {
        f"{amount:.2f}",
        f"{amount:,.2f}",
        repr(float(amount)),
        str(int(amount)),
        f"{amount:,.0f}",
        f"{amount:.15g}",
        format_full(amount, MONEY),
    }


def all_written(amounts):
    return set().union(*map(written, amounts))


def shortened(amount):
    """An amount as a sentence gives it; two amounts may share it."""
    return format_value(amount, MONEY)


def ratios_written(ratios):
    """Shares in every writing in which they are told apart."""
    return {f"{ratio:.6f}"[:6] for ratio in ratios} | {f"{ratio * 100:.1f} %" for ratio in ratios}


def found(text, searched):
    """Which of these are in a text, and not as a part of a longer number."""
    there = [one for one in searched if one in text]  # much faster than an expression
    return sorted(one for one in there if re.search(rf"(?<![\d.,]){re.escape(one)}(?!\d)", text))


def everything_written(page):
    """All that a run wrote: the page, what it carries compressed, and the tables beside it."""
    texts = [everything_in(page)]
    texts += [path.read_text("utf-8") for path in sorted(page.parent.rglob("*.csv"))]
    for book in page.parent.rglob("*.xlsx"):
        with ZipFile(book) as parts:
            texts += [parts.read(name).decode("utf-8") for name in parts.namelist()]
    return "\n".join(texts).replace("\N{NO-BREAK SPACE}", " ")
