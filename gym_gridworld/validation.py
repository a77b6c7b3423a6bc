"""Checks of what users pass in: the type first, then the value, each with its own error."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium.error import InvalidAction


def as_integer(value: Any) -> int:
    """``value`` as a Python integer, if it is one: NumPy integers are, booleans, floats and strings are not.

    Raises:
        TypeError: ``value`` is not an integer.
    """
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{value!r} is a boolean, not an integer")
    return operator.index(value)


def check_at_least(name: str, value: Any, minimum: int) -> int:
    """An integer argument with a lower bound.

    Raises:
        TypeError: ``value`` is not an integer.
        ValueError: ``value`` is below ``minimum``.
    """
    try:
        integer = as_integer(value)
    except TypeError:
        raise TypeError(
            f"{name} must be an integer, at least {minimum}, got {value!r} of type {type(value).__name__}"
        ) from None
    if integer < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {integer}")
    return integer


def check_choice(name: str, value: Any, choices: Iterable[str | None]) -> None:
    """An argument that must be one of a few names.

    Raises:
        ValueError: ``value`` is none of them.
    """
    allowed = list(choices)
    if not any(value is choice or (isinstance(value, str) and value == choice) for choice in allowed):
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, got {value!r}")


def check_flag(name: str, value: Any) -> None:
    """An argument that must be True or False.

    Raises:
        TypeError: ``value`` is neither.
    """
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {value!r}")


def check_action(action: Any, names: tuple[str, ...]) -> int:
    """An action as a Python integer. Integers, NumPy integers and 0-d integer arrays are actions.

    Raises:
        InvalidAction: ``action`` is none of these, or out of range.
    """
    try:
        index = as_integer(action)
    except TypeError:
        index = -1
    if not 0 <= index < len(names):
        allowed = ", ".join(f"{number} ({name})" for number, name in enumerate(names))
        raise InvalidAction(f"action must be one of the integers {allowed}, got {action!r}")
    return index


def check_share(name: str, value: Any) -> float:
    """An argument that is a number from 0 to 1.

    Raises:
        TypeError: ``value`` is not a number.
        ValueError: ``value`` is below 0 or above 1.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be a number from 0 to 1, got {value!r} of type {type(value).__name__}")
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} must be a number from 0 to 1, got {value}")
    return float(value)


def check_location(name: str, value: Any, last: tuple[int, int]) -> tuple[int, int]:
    """A reset option that places something on a grid, of which ``last`` is the top right cell.

    Raises:
        TypeError: ``value`` is not a pair of integers.
        ValueError: ``value`` does not have two coordinates, or lies off the grid.
    """
    x, y = last
    bounds = f"each from 0 to {x}" if x == y else f"from 0 to {x} and from 0 to {y}"
    allowed = f"two integers (x, y), {bounds}"
    # A set has no order, a mapping no second coordinate.
    is_sequence = isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, (str, bytes))
    try:
        location = tuple(as_integer(coordinate) for coordinate in value) if is_sequence else None
    except TypeError:
        location = None
    if location is None:
        raise TypeError(f"reset option {name!r} must be {allowed}, got {value!r}")
    if len(location) != 2 or not all(0 <= at <= end for at, end in zip(location, last, strict=True)):
        raise ValueError(f"reset option {name!r} must be {allowed}, got {value!r}")
    return location


def check_options(options: Any, allowed: tuple[str, ...]) -> Mapping[str, Any]:
    """Reset options: a mapping, or None for none.

    Raises:
        TypeError: ``options`` is not a mapping.
        ValueError: ``options`` has an unknown key.
    """
    if options is None:
        return {}
    names = ", ".join(map(repr, allowed))
    if not isinstance(options, Mapping):
        raise TypeError(f"reset options must be a mapping with keys among {names}, got {options!r}")
    for key in options:
        if key not in allowed:
            raise ValueError(f"reset options may hold {names}, got the unknown key {key!r}")
    return options
