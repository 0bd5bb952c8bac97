"""What half of each gap may be worth, ranked, in parts that add up."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spmkit import charts, tables
from spmkit.diagnostics import Diagnosis, joint_worth, sizing
from spmkit.diagnostics.drivers_lines import complete_window, driver_dimension
from spmkit.narrative.drivers import driver_value
from spmkit.narrative.sizing import gap_words, leak_answer_over, leak_label, sizing_title
from spmkit.reports import page
from spmkit.reports.review_parts.sections import Stack, or_reason
from spmkit.units import COUNT, MONEY, format_value

_MOST_DRAWN = 12
_MOST_LISTED = 200


def sizing_parts(diagnosis: Diagnosis) -> Stack:
    """The gaps to peers by what half of each may be worth, and what that is not."""
    found = or_reason(_parts, diagnosis)
    return found if isinstance(found, Stack) else Stack([found])


def leak_span(diagnosis: Diagnosis) -> str:
    """The time over which worth is counted, in words.

    Raises
    ------
    DataError
        Where no period is complete.
    """
    periods = complete_window(diagnosis)
    first, last = periods[0].label, periods[-1].label
    return f"in {last}" if first == last else f"over {first} to {last}"


def _parts(diagnosis: Diagnosis) -> Stack:
    leaks, by, span = diagnosis.found(sizing), driver_dimension(diagnosis), leak_span(diagnosis)
    answer = leak_answer_over(leaks, span)
    if leaks.empty:
        return Stack([page.note(f"{answer}.")])
    return Stack(
        [
            _bars(leaks, by, span),
            page.sub(f"{answer}."),
            page.note(_LIMITS),
            _table(leaks, by, diagnosis.data.settings.currency),
            _decide(leaks),
        ]
    )


_LIMITS = (
    "Each part is an if: half of the way to the peers' median, all else as it is. They are shares "
    "of one joint effect, so they add up and none is counted twice. That peers do better does not "
    "say that a team can, nor by what. Gaps that the driver beside them makes up for are taken "
    "off; quotas, and credit beside new business, are not sized."
)


def _bars(leaks: pd.DataFrame, by: str, span: str) -> Any:
    kept = leaks.head(_MOST_DRAWN)
    names = kept["group"] + ": " + kept["driver"]
    words = [leak_label(row) for _, row in kept.iterrows()]
    shown = kept.assign(label=names, words=words, value=kept["worth"])
    rest = leaks.iloc[_MOST_DRAWN:]["worth"].sum()
    left = f"; {len(leaks) - len(kept)} smaller ones, {format_value(rest, MONEY)}, below"
    some = left if rest else ""
    subtitle = (
        f"Credit {span} if half of each gap to the peers' median were closed, by {by} and driver, "
        f"95 % intervals{some}"
    )
    return charts.leak_intervals(shown, sizing_title(leaks), subtitle)


def _table(leaks: pd.DataFrame, by: str, currency: str | None) -> page.Part:
    rows = leaks.head(_MOST_LISTED)
    verdict = ["told from chance" if told else "cannot tell" for told in rows["told"]]
    verdict = [v if s == "ok" else s for v, s in zip(verdict, rows["status"], strict=True)]
    shown = rows.assign(
        own=[driver_value(*pair) for pair in zip(rows["value"], rows["driver"], strict=True)],
        median=[
            driver_value(*pair) for pair in zip(rows["peers_value"], rows["driver"], strict=True)
        ],
        below=[gap_words(row) for _, row in rows.iterrows()],
        verdict=verdict,
    )
    last = pd.DataFrame([{"group": "All", "worth": joint_worth(leaks)}])
    labels = {
        "group": by.capitalize(),
        "driver": "Driver",
        "own": "Own",
        "median": "Peers",
        "below": "Gap",
        "worth": "Half of it may be worth",
        "low": "from",
        "high": "to",
        "n": "Reps",
        "verdict": "",
    }
    units = {**dict.fromkeys(("worth", "low", "high"), MONEY), "n": COUNT}
    whole = pd.concat([shown, last], ignore_index=True)
    table = tables.unit_table(whole, units, "", labels, currency, ["worth"])
    return page.unfolding(f"All {len(leaks):,} gaps, adding up to the whole", table.as_raw_html())


def _decide(leaks: pd.DataFrame) -> page.Part:
    told = leaks[leaks["told"].astype(bool)]
    if told.empty:
        return page.decide(
            "nothing follows from these gaps alone: ask the managers of the first two what is "
            "behind them before anything is changed. Owner: ________. By: ________."
        )
    first = told.iloc[0]
    own, peers = (driver_value(first[name], first["driver"]) for name in ("value", "peers_value"))
    return page.decide(
        f"what {first['group']} does about {first['driver']}. Owner: ________. By: ________. "
        f"Watch: {first['driver']}, now {own}, peers {peers}."
    )
