"""Infos of many environments, in the form that Gymnasium's vector environments have, put off until they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.infos import in_place

# What computes each info: an array with a row for each of the environments of which something is said.
Values = dict[str, Callable[[], NDArray[Any]]]


def infos_of(values: Values, number: int, where: NDArray[np.int64] | None = None) -> Values:
    """Infos with their masks: a row for every environment, of zeros for those of which nothing is said.

    Args:
        values: Rows for the environments in question.
        number: Of all environments.
        where: The numbers of those in question; None for all.

    Example:
        >>> infos = infos_of({"distance": lambda: np.array([3.0, 5.0])}, 3, where=np.array([0, 2]))
        >>> {name: compute().tolist() for name, compute in infos.items()}
        {'distance': [3.0, 0.0, 5.0], '_distance': [True, False, True]}
    """
    mask = mask_of(number, where)
    infos = dict(values)
    for name, value in values.items():
        if where is not None:
            infos[name] = _spread(number, where, value)
        infos[f"_{name}"] = mask
    return infos


def mask_of(number: int, where: NDArray[np.int64] | None) -> Callable[[], NDArray[np.bool_]]:
    """What computes a mask of some of ``number`` environments, or of all."""
    if where is None:
        return lambda: np.ones(number, np.bool_)
    return lambda: in_place(number, where, np.ones(len(where), np.bool_))


def values_at(where: NDArray[np.int64], values: Values) -> Values:
    """Of rows for all environments those of some."""
    return {name: _rows(where, value) for name, value in values.items()}


# Functions, as in a loop every lambda would see the last of its variables.


def _spread(number: int, where: NDArray[np.int64], value: Callable[[], NDArray[Any]]) -> Callable[[], NDArray[Any]]:
    return lambda: in_place(number, where, value())


def _rows(where: NDArray[np.int64], value: Callable[[], NDArray[Any]]) -> Callable[[], NDArray[Any]]:
    return lambda: value()[where]
