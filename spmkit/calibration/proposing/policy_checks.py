"""What a value of a policy must be; each message names the key and says what to write."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from numbers import Real

from spmkit.data import DataError
from spmkit.data.errors import nearest

MOST_MONEY = 1e13
"""Above it sums of cents are no longer exact."""


def is_number(value: object) -> bool:
    """Whether a value is a number: not a flag, not a text, not infinite, not NaN.

    Examples
    --------
    >>> [is_number(value) for value in (1, 0.5, True, "1", float("nan"))]
    [True, True, False, False, False]
    """
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def refuse_number(name: str, value: object, low: float, high: float, example: str) -> None:
    """Refuse what is no number from low to high; none is no declaration and passes.

    Raises
    ------
    DataError
        With the key and an example.

    Examples
    --------
    >>> refuse_number("max_increase", 0.2, 0, 10, "0.2 for 20 %")
    """
    if value is None:
        return
    if not is_number(value) or not low <= value <= high:  # type: ignore[operator]
        raise DataError(
            f"{name} is {value!r}; write a number from {low:g} to {high:g}, such as {example}."
        )


def refuse_amount(name: str, value: object) -> None:
    """Refuse what is no amount of money in whole cents, at or above zero; none passes.

    Raises
    ------
    DataError
        With the key and the remedy.

    Examples
    --------
    >>> refuse_amount("minimum_quota", 10_000)
    """
    if value is None:
        return
    if not is_number(value) or not 0 <= value <= MOST_MONEY:  # type: ignore[operator]
        raise DataError(f"{name} is {value!r}; write an amount of money at or above 0.")
    cents = float(value) * 100  # type: ignore[arg-type]
    if abs(cents - round(cents)) > 1e-9 * max(cents, 1):
        raise DataError(f"{name} is {value!r}; write it in whole cents.")


def refuse_other_word(name: str, value: object, known: Sequence[str]) -> None:
    """Refuse a word that is none of those known.

    Raises
    ------
    DataError
        With the words that are known.

    Examples
    --------
    >>> refuse_other_word("basis", "proportional", ("common probability", "proportional"))
    """
    if value not in known:
        words = " or ".join(f'"{word}"' for word in known)
        raise DataError(f"{name} is {value!r}; it is {words}.")


def refuse_range(name: str, value: object) -> None:
    """Refuse what is no pair of shares, the lower first; none passes.

    Raises
    ------
    DataError
        With the key and an example.

    Examples
    --------
    >>> refuse_range("interval_coverage", (0.7, 0.9))
    """
    if value is None:
        return
    pair = isinstance(value, list | tuple) and len(value) == 2 and all(map(is_number, value))
    if not pair or not 0 <= value[0] <= value[1] <= 1:  # type: ignore[index]
        raise DataError(f"{name} is {value!r}; write two shares, the lower first: [0.05, 0.1].")


def refuse_table(name: str, value: object) -> None:
    """Refuse what is no section of keys and values.

    Raises
    ------
    DataError
        With the form of a section.

    Examples
    --------
    >>> refuse_table("pins", {"ada": 120_000})
    """
    if not isinstance(value, Mapping):
        raise DataError(f"{name} is {value!r}; write it as a section: [{name}], a line a key.")


def refuse_other_keys(name: str, value: object, known: Sequence[str]) -> None:
    """Refuse a section with a key that is none of those known.

    Raises
    ------
    DataError
        With the key, the nearest known one, and all that are known.

    Examples
    --------
    >>> refuse_other_keys("levels", {"region": 0.03}, ("region", "manager_id"))
    """
    refuse_table(name, value)
    for key in value:  # type: ignore[attr-defined]
        if key not in known:
            words = ", ".join(f"{one} = …" for one in known)
            raise DataError(
                f"[{name}] knows no {key!r}.{nearest(str(key), known)} What can stand there: "
                f"{words}."
            )
