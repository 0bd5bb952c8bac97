"""The first screen of a calibration page: five questions, each with its answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from spmkit import narrative
from spmkit.calibration.evidence import level_bounds, own_lines, three_numbers
from spmkit.calibration.fairness.chance import noise_floor
from spmkit.calibration.fairness.ratchet import ratchet
from spmkit.calibration.study import Study
from spmkit.calibration.verdict import counts
from spmkit.calibration.verdict_lines import failures
from spmkit.intervals import wilson_interval
from spmkit.reports import page
from spmkit.reports.review_parts.answer import day_words

_WORDS = ("common probability", "expected", "total")


def calibration_masthead(study: Study, title: str) -> page.Part:
    """The head: report and periods, company, the day of the data, for whom it is."""
    data = study.data
    facts = [
        data.settings.company,
        f"quotas of {study.period} judged"
        + (f", of {study.ahead} proposed" if study.ahead else ""),
        f"data as of {day_words(data.as_of)}",
        "names reps: for analysts",
    ]
    return page.masthead(title, *[str(fact) for fact in facts if fact])


def calibration_answer(study: Study) -> page.Part:
    """The verdict in one sentence, and what it cannot carry."""
    judged = study.judged
    found = counts(judged[judged["criterion"] != "C6"])  # which judges our own chances
    facts = next_facts(study)
    total = None if facts is None else facts["total"]
    lead = page.lead(narrative.verdict_lead(found, study.period, study.ahead, total))
    said = [
        "There is no single score: one number would hide which criterion failed. What the data "
        "cannot tell is no pass."
    ]
    if study.named and study.named == study.ahead:
        said.append(f"{study.ahead} is not over: the quotas of {study.period} are judged.")
    if total is not None and not study.given:
        stands = "what is expected in sum" if study.expected_is_goal else "the company's own quota"
        said.append(f"No goal of {study.ahead} was given: {stands} stands for it.")
    said += narrative.cautioned(study.data.cautions())
    return page.Part(lead + page.sub(" ".join(said)))


def five_answers(study: Study) -> page.Part:
    """Was the level right, was it fair, was it luck, what should be next, what will it cost."""
    now = study.evidence.now
    hits, n = int((now["credited"].round(2) >= now["quota"].round(2)).sum()), len(now)
    low, high = wilson_interval([hits], [n], 0.95) if n else ([np.nan], [np.nan])
    ends = (float(low[0]), float(high[0]))
    slopes = ratchet(study.panel)
    surprise = slopes[(slopes["follows"] == "surprise") & (slopes["part"] == "all")]
    answers = [
        narrative.level_answer(_level(study), hits / n if n else 0.0, ends, n),
        narrative.fairness_answer(study.fairness, failures(_given(study.strict))),
        narrative.luck_answer(
            noise_floor(study.panel), next(iter(surprise.to_dict("records")), None)
        ),
        narrative.next_answer(next_facts(study), study.ahead, str(study.proposal)),
        narrative.cost_answer(cost_facts(study), str(study.cost)),
    ]
    return page.figures(*answers)


def _level(study: Study) -> dict[str, Any]:
    """The three numbers, and what was wanted of them with the verdict."""
    judged = study.judged.set_index("name")
    told = {"wanted": judged["wanted"]["level"], "told": judged["verdict"]["level"]}
    return {**three_numbers(study.evidence), **told}


def next_facts(study: Study) -> dict[str, float] | None:
    """The facts of the proposal; None where there is none."""
    if isinstance(study.proposal, str):
        return None
    total = study.proposal.total.set_index("fact")
    found = {name: float(total["value"][name]) for name in _WORDS}
    ends = {end: float(total[end]["common probability"]) for end in ("low", "high")}
    _, above, _ = level_bounds(own_lines(study.evidence_ahead), study.ahead)
    return {**found, **ends, "apart": float(np.log(above))}


def _given(tests: pd.DataFrame) -> pd.DataFrame:
    return tests[tests["test"].isin(["T1", "T2", "T3", "T4"])]


def cost_facts(study: Study) -> dict[str, float] | None:
    """The facts of the cost; None where it is not known."""
    if isinstance(study.cost, str):
        return None
    facts = study.cost.facts.set_index("fact")["value"]
    return {str(name): float(value) for name, value in facts.items() if np.isfinite(value)}
