"""What a metric says of itself: its signature read back.

The parameters of a metric that have no default are the columns it reads, its
keyword-only parameters are options, its return annotation is its unit. Nothing
is registered anywhere: these functions read the function itself.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, get_args

from spmkit.traits import Traits
from spmkit.units import Result, Unit

Metric: TypeAlias = Callable[..., Result]


def metric_columns(metric: Metric) -> tuple[str, ...]:
    """Name the columns that a metric reads, in the order of its parameters.

    Raises
    ------
    ValueError
        Where an option without a default was left open, or a column was bound.

    Examples
    --------
    >>> metric_columns(spm.attainment)
    ('credited', 'quota')
    """
    own = inspect.signature(_function(metric)).parameters
    columns = tuple(n for n, p in own.items() if p.kind in _COLUMN_KINDS and p.default is p.empty)
    bound = _bound(metric)
    if wrong := [name for name in bound if name not in own or name in columns]:
        raise ValueError(
            f"{_own_name(metric)}: {wrong[0]!r} is no option, so it cannot be bound; options are "
            f"{', '.join(_options(metric)) or 'none'}. Rename columns in the frame instead."
        )
    if missing := [n for n, default in _options(metric).items() if default is _OPEN]:
        raise ValueError(
            f"{_own_name(metric)} needs its option {missing[0]!r}: "
            f"functools.partial({_own_name(metric)}, {missing[0]}=…)"
        )
    return columns


def metric_name(metric: Metric) -> str:
    """Name the column of a metric: its own name, then each bound option that is not the default.

    Examples
    --------
    >>> metric_name(spm.participation_rate)
    'participation_rate'
    >>> metric_name(functools.partial(spm.participation_rate, at=0.8))
    'participation_rate_0.8'
    """
    own = inspect.signature(_function(metric)).parameters
    said = [
        value
        for name, value in _bound(metric).items()
        if name in own and value != own[name].default
    ]
    return "_".join([_own_name(metric), *map(str, said)])


def metric_unit(metric: Metric) -> Unit:
    """Read the unit from the return annotation.

    Raises
    ------
    ValueError
        Where the annotation names no unit.

    Examples
    --------
    >>> metric_unit(spm.attainment)
    Unit(name='percent')
    """
    function = _function(metric)
    for said in getattr(_returned(function), "__metadata__", ()):
        if isinstance(said, Unit):
            return said
    raise ValueError(
        f"{_own_name(metric)} does not say its unit: annotate what it returns as Percent, Money, "
        "Days, Count, Multiple or Number."
    )


def is_metric(function: object) -> bool:
    """Whether something is a metric: a function from columns to one aggregate with a unit.

    Examples
    --------
    >>> is_metric(spm.attainment), is_metric(spm.gap_breakdown), is_metric(spm.measure)
    (True, False, False)
    """
    return inspect.isfunction(function) and get_args(_returned(function))[:1] == (Result,)


def metric_traits(metric: Metric) -> Traits:
    """Read from the return annotation what a number is measured over and how to read it.

    Raises
    ------
    ValueError
        Where the annotation says nothing of it.

    Examples
    --------
    >>> metric_traits(spm.win_rate).better
    'higher'
    """
    if (traits := traits_of(_function(metric))) is not None:
        return traits
    raise ValueError(
        f"{_own_name(metric)} does not say how to read it: annotate what it returns as "
        "Annotated[Percent, Traits(…)]."
    )


def traits_of(function: Callable[..., Any]) -> Traits | None:
    """The traits of a function that measures something, be it one number or a table."""
    said = getattr(_returned(function), "__metadata__", ())
    return next((found for found in said if isinstance(found, Traits)), None)


def _returned(function: Callable[..., Any]) -> object:
    """What the return annotation says; of what is written for type checkers alone, nothing.

    Only that annotation is evaluated: parameters such as ``pd.Series[float]`` cannot be.
    """
    said = function.__annotations__.get("return")
    if not isinstance(said, str):
        return said
    try:
        return eval(said, function.__globals__)
    except NameError as error:
        raise ValueError(
            f"{function.__name__}: its annotations name something that is not imported ({error})."
        ) from error
    except TypeError:
        return None


def _function(metric: Metric) -> Callable[..., Any]:
    for layer in _layers(metric):
        if layer.args:
            raise ValueError(
                f"{_own_name(metric)}: bind options by name, functools.partial(…, option=value)."
            )
        metric = layer.func
    if not inspect.isfunction(metric):
        raise ValueError(f"{metric!r} is no metric: give a function from columns to an aggregate.")
    return metric


def _own_name(metric: Metric) -> str:
    while isinstance(metric, functools.partial):
        metric = metric.func
    return str(getattr(metric, "__name__", metric))


def _bound(metric: Metric) -> Mapping[str, Any]:
    bound: dict[str, Any] = {}
    for layer in _layers(metric):
        bound = layer.keywords | bound
    return bound


def _layers(metric: Metric) -> Iterator[functools.partial[Result]]:
    while isinstance(metric, functools.partial):
        yield metric
        metric = metric.func


def _options(metric: Metric) -> dict[str, Any]:
    own = inspect.signature(_function(metric)).parameters
    bound = _bound(metric)
    return {n: bound.get(n, p.default) for n, p in own.items() if p.kind is p.KEYWORD_ONLY}


_OPEN = inspect.Parameter.empty
_COLUMN_KINDS = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
