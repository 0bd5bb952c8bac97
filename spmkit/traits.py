"""What a number is good for: said once, in the return annotation of what measures it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Better: TypeAlias = Literal["higher", "lower", "target", "neither"]
Timing: TypeAlias = Literal["leading", "lagging"]


@dataclass(frozen=True)
class Traits:
    """The lines that a number is measured over, and how to read it.

    Stands beside the unit: ``-> Annotated[Percent, Traits("quota_lines", "higher")]``.

    Parameters
    ----------
    lines
        The table function (or tidy table) whose rows it reads.
    better
        ``higher``, ``lower``, ``target`` (best within a band) or ``neither`` (both ends may be
        bad, or it only describes).
    timing
        ``leading`` where it moves before results do, else ``lagging``: seen in the mirror.
    controllable
        Whether a rep can change it this week by what the rep does.
    columns
        The columns read, where no signature can say it: of what gives a frame, not one number.

    Examples
    --------
    >>> Traits("opportunity_lines", "higher").timing
    'lagging'
    """

    lines: str
    better: Better
    timing: Timing = "lagging"
    controllable: bool = False
    columns: tuple[str, ...] = ()
