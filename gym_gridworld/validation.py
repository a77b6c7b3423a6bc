"""Checks of what users pass in: the type first, then the value, each with its own error."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium.error import InvalidAction
from numpy.typing import NDArray


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
        raise InvalidAction(f"action must be one of the integers {_numbered(names)}, got {action!r}")
    return index


def check_actions(actions: Any, number: int, names: tuple[str, ...]) -> NDArray[np.int64]:
    """The actions of many environments: an integer array of shape ``(number,)``, or a sequence of as many integers.

    Raises:
        InvalidAction: ``actions`` is none of these, or one of them is out of range.
    """
    allowed = "actions must be an integer array of shape ({},) of {}, got {}"
    try:
        given = np.asarray(actions)
    except ValueError as error:
        raise InvalidAction(allowed.format(number, _numbered(names), "rows of different lengths")) from error
    if given.shape != (number,) or given.dtype.kind not in "iu":
        got = f"dtype {given.dtype} and shape {given.shape}"
        raise InvalidAction(allowed.format(number, _numbered(names), got))
    array = given.astype(np.int64, copy=False)
    # Seen as unsigned, what is negative is the largest.
    if array.view(np.uint64).max() >= len(names):
        index = int(np.flatnonzero((array < 0) | (array >= len(names)))[0])
        raise InvalidAction(f"actions must be {_numbered(names)}, got {given[index]} for environment {index}")
    return array


def _numbered(names: tuple[str, ...]) -> str:
    return ", ".join(f"{index} ({name})" for index, name in enumerate(names))


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


def check_number(name: str, value: Any) -> float:
    """An argument that is a number.

    Raises:
        TypeError: ``value`` is not a number.
        ValueError: ``value`` is infinite or not a number.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be a number, got {value!r} of type {type(value).__name__}")
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value}")
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
    location = _integers(value)
    if location is None:
        raise TypeError(f"reset option {name!r} must be {allowed}, got {value!r}")
    if len(location) != 2 or not all(0 <= at <= end for at, end in zip(location, last, strict=True)):
        raise ValueError(f"reset option {name!r} must be {allowed}, got {value!r}")
    return location


def check_locations(name: str, value: Any, last: tuple[int, int], most: int) -> list[tuple[int, int]]:
    """A reset option that places several things of a kind on a grid, of which ``last`` is the top right cell.

    Raises:
        TypeError: ``value`` is not a list of pairs of integers.
        ValueError: There are more than ``most``, or one of them lies off the grid.
    """
    if not _is_sequence(value) or not all(map(_is_sequence, value)):
        raise TypeError(f"reset option {name!r} must be a list of (x, y), at most {most}, got {value!r}")
    if len(value) > most:
        raise ValueError(f"reset option {name!r} must be a list of (x, y), at most {most}, got {value!r}")
    return [check_location(name, location, last) for location in value]


def check_shape(name: str, value: Any, least: int) -> tuple[int, int]:
    """An argument that is the shape of an image.

    Raises:
        TypeError: ``value`` is not a pair of integers.
        ValueError: It has more or fewer than two, or one is below ``least``.
    """
    allowed = f"two integers (rows, columns), each at least {least}"
    shape = _integers(value)
    if shape is None:
        raise TypeError(f"{name} must be {allowed}, got {value!r}")
    if len(shape) != 2 or min(shape) < least:
        raise ValueError(f"{name} must be {allowed}, got {value!r}")
    return shape


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


def check_reset_mask(mask: Any, number: int) -> NDArray[np.bool_]:
    """A mask of the environments to reset.

    Raises:
        TypeError: ``mask`` is not an array of booleans.
        ValueError: It is of another shape, or true nowhere.
    """
    if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_:
        got = f"dtype {mask.dtype}" if isinstance(mask, np.ndarray) else f"a {type(mask).__name__}"
        raise TypeError(f"reset option 'reset_mask' must be a bool array of shape ({number},), got {got}")
    if mask.shape != (number,):
        raise ValueError(f"reset option 'reset_mask' must be a bool array of shape ({number},), got shape {mask.shape}")
    if not mask.any():
        raise ValueError("reset option 'reset_mask' must be true somewhere, got false for every environment")
    return mask


def check_rows(name: str, value: Any, number: int, shape: tuple[int | None, ...], allowed: str) -> list[Any]:
    """A reset option for each of many environments: their own, or one for all.

    Args:
        name: Of the option.
        value: One for all, or an array that holds one for each.
        number: Of environments.
        shape: Of one as an array; None is any length.
        allowed: What is, in words, with ``{}`` for the number.

    Raises:
        ValueError: It is an array of another shape.
    """
    if not isinstance(value, np.ndarray) or value.ndim <= len(shape):
        return [value] * number
    expected = (number, *shape)
    if value.ndim != len(expected) or any(
        side not in (None, got) for side, got in zip(expected, value.shape, strict=True)
    ):
        raise ValueError(f"reset option {name!r} must be {allowed.format(number)}, got shape {value.shape}")
    return list(value)


def check_seeds(seed: Any, number: int) -> list[int | None] | None:
    """The seeds of many environments, from one for the first or from a sequence; None for none.

    Raises:
        TypeError: ``seed`` is neither an integer nor a sequence of integers and None.
        ValueError: There are more or fewer of them than environments.
    """
    if seed is None:
        return None
    allowed = f"an integer or a sequence of {number} integers or None"
    try:
        if isinstance(seed, (Sequence, np.ndarray)) and not isinstance(seed, (str, bytes)):
            seeds = [None if one is None else as_integer(one) for one in seed]
        else:
            first = as_integer(seed)
            seeds = [first + index for index in range(number)]
    except TypeError:
        raise TypeError(f"seed must be {allowed}, got {seed!r}") from None
    if len(seeds) != number:
        raise ValueError(f"seed must be {allowed}, got {len(seeds)} of them")
    return seeds


def _integers(value: Any) -> tuple[Any, ...] | None:
    """A sequence of integers, of any length, as a tuple; None if it is something else."""
    try:
        return tuple(as_integer(one) for one in value) if _is_sequence(value) else None
    except TypeError:
        return None


def _is_sequence(value: Any) -> bool:
    """Whether it has a first and a second element: a set has no order, text and a mapping no coordinates."""
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))
