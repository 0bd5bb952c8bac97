"""The end of a calibration page: how it was worked out, and what it does not show."""

from __future__ import annotations

from collections.abc import Mapping

from spmkit.attainment import quota_rules
from spmkit.calibration.frames import METHOD_WORDS
from spmkit.calibration.study import Study
from spmkit.reports import page

_WHY = {
    True: "season, ramp, potential, trend, role and segment, and an effect of each rep and "
    "territory as far as the past bears it out.",
    False: "in the back-test it missed less than the calibrated method by more than chance.",
}
LIMITS = (
    "A back-test shows how well a method shares out a sum among reps. What quotas do to what "
    "people sell it cannot show: the past was sold under the quotas of the past. A staged "
    "roll-out, a random half of the regions first, can.",
    "Potential is the one that the data has now. Where it was mended after the fact, the back-test "
    "knows more than was known then.",
    "Who is at work, on which territory, and corrected quotas are taken as they came out: the "
    "back-test knows leaves, moves and corrections that nobody knew on the first day.",
    "How many reach quota in one period is decided by what hits all at once more than by any "
    "method.",
    "Tests of fairness can all pass and the quotas be poor: last year's sales plus growth is fair "
    "to size.",
)
"""What the numbers of the page do not carry."""


def limits_part(study: Study) -> page.Part:
    """How it was worked out, and what it does not show."""
    rests = ""
    if not isinstance(study.expected, str):
        found = study.expected
        setting = f" ({found.variant}, chosen on the past)" if found.variant else ""
        words, why = METHOD_WORDS[found.method], _WHY[found.method == "calibrated"]
        rests = (
            f"Expected by the method “{words}”{setting}: {why} The ranges are {found.errors:,} "
            f"past errors of such expectations over {found.periods} periods. "
        )
    return page.Part(page.note(rests + LIMITS[0]) + "".join(page.note(text) for text in LIMITS[1:]))


def calibration_foot(study: Study, parameters: Mapping[str, object]) -> page.Part:
    """The foot: rules of quotas and credit, the policy, parameters, input, version."""
    from spmkit import __version__

    data = study.data
    given = ", ".join(f"{name} = {value}" for name, value in parameters.items() if value != "")
    fingerprint = (
        "" if isinstance(study.proposal, str) else f"; quotas {study.proposal.fingerprint}"
    )
    return page.foot(
        " ".join(quota_rules(data)),
        f"Policy: {study.policy.source}.",
        f"Data as of {data.as_of}; {data.name}; parameters: {given or 'none'}; input "
        f"{data.fingerprint}{fingerprint}; spmkit {__version__}.",
    )
