"""Arrow columns from arrays of numbers, fast enough for a hundred million rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from spmkit.data.sample.company import FAR, Array


def identifiers(prefix: str, numbers: Array, width: int) -> pa.Array:
    """Spell numbers as identifiers of one length; a negative number is no identifier.

    Parameters
    ----------
    prefix
        What each begins with.
    numbers
        Whole numbers.
    width
        Digits.

    Returns
    -------
    pyarrow.Array
        Strings.

    Examples
    --------
    >>> identifiers("T", np.array([7, -1, 12]), 3).to_pylist()
    ['T007', None, 'T012']
    """
    # Digits are written straight into the buffer: casting and padding text costs ten times more.
    length = len(prefix) + width
    text = np.empty((len(numbers), length), dtype=np.uint8)
    text[:, : len(prefix)] = np.frombuffer(prefix.encode(), dtype=np.uint8)
    rest = np.maximum(numbers, 0).astype(np.int64)
    for position in range(length - 1, len(prefix) - 1, -1):
        rest, digit = np.divmod(rest, 10)
        text[:, position] = digit + ord("0")
    offsets = np.arange(0, (len(numbers) + 1) * length, length, dtype=np.int32)
    valid = pa.py_buffer(np.packbits(numbers >= 0, bitorder="little"))
    buffers = [valid, pa.py_buffer(offsets), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.string(), len(numbers), buffers)


def labels(codes: Array, names: Sequence[str] | pa.Array) -> pa.DictionaryArray:
    """Spell codes as words; a negative code is null.

    Parameters
    ----------
    codes
        Positions in ``names``.
    names
        The words.

    Returns
    -------
    pyarrow.DictionaryArray
        Words, each kept once.

    Examples
    --------
    >>> labels(np.array([1, -1]), ["low", "high"]).to_pylist()
    ['high', None]
    """
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(names, pa.string()))


def dates(days: Array) -> pa.Array:
    """Spell days since 1970 as dates; a negative or far day is null.

    Parameters
    ----------
    days
        Days since 1970.

    Returns
    -------
    pyarrow.Array
        Dates.

    Examples
    --------
    >>> dates(np.array([31, -1])).to_pylist()
    [datetime.date(1970, 2, 1), None]
    """
    missing = (days < 0) | (days >= FAR)
    return pa.array(days.astype(np.int32), mask=missing).cast(pa.date32())


def moments(minutes: Array) -> pa.Array:
    """Spell minutes since 1970 as moments; a negative one is null.

    Parameters
    ----------
    minutes
        Minutes since 1970.

    Returns
    -------
    pyarrow.Array
        Moments without time zone.

    Examples
    --------
    >>> moments(np.array([61])).to_pylist()
    [datetime.datetime(1970, 1, 1, 1, 1)]
    """
    whole = minutes.astype(np.int64)
    return pa.array(whole * 60_000_000, mask=whole < 0).cast(pa.timestamp("us"))


def numbers(values: Array) -> pa.Array:
    """Spell numbers; NaN is null.

    Parameters
    ----------
    values
        Numbers.

    Returns
    -------
    pyarrow.Array
        Numbers with nulls.

    Examples
    --------
    >>> numbers(np.array([1.5, np.nan])).to_pylist()
    [1.5, None]
    """
    return pa.array(values, mask=np.isnan(values.astype(float)))


def constant(word: str, rows: int) -> pa.DictionaryArray:
    """Repeat one word.

    Parameters
    ----------
    word
        What every row says.
    rows
        How often.

    Returns
    -------
    pyarrow.DictionaryArray
        The word, kept once.

    Examples
    --------
    >>> constant("USD", 2).to_pylist()
    ['USD', 'USD']
    """
    return labels(np.zeros(rows, dtype=np.int32), [word])


def moment(days: Array, hours: Array) -> Array:
    """Give the minute of a day that is ``hours`` after midnight.

    Parameters
    ----------
    days
        Days since 1970.
    hours
        Hours, with fractions.

    Returns
    -------
    Array
        Minutes since 1970.

    Examples
    --------
    >>> moment(np.array([1]), np.array([0.5])).tolist()
    [1470]
    """
    return np.asarray(days.astype(np.int64) * 1440 + np.floor(hours * 60).astype(np.int64))
