"""Encodings of the state as an array: the space and the encoding of one state, in one object each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, Protocol

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from gym_gridworld.dynamics import Dynamics
from gym_gridworld.feature_rows import FeatureRows
from gym_gridworld.validation import check_choice, check_flag

Features = NDArray[np.float32]
"""Some numbers that describe each cell: float32 of shape ``(cells, n)``."""

Cells = NDArray[np.int64]
"""Numbers of ``n`` cells: int64 of shape ``(n,)``."""


class Encoding(Protocol):
    """An observation of the agent's cell and the target's, with the space it lies in."""

    @property
    def space(self) -> spaces.Box[Any]:
        """The exact space of the observations."""

    def encode(self, agent: int, target: int) -> NDArray[Any]:
        """The observation, a new array, of the agent in cell ``agent`` and the target in cell ``target``."""

    def encode_batch(self, agents: Cells, targets: Cells) -> NDArray[Any]:
        """The observations of ``n`` states, the first axis over them, from the cells of the agents and the targets."""


class FeatureVector:
    """One float32 vector: features of the agent's cell, and the same features of the target's.

    Args:
        *features: For each of them in turn, the vector holds the row of the agent's cell and then the target's.

    Attributes:
        space: The exact space, each input from its least value to its greatest.

    Example:
        >>> from gym_gridworld.dynamics import open_grid
        >>> grid = open_grid(2)
        >>> FeatureVector(one_hot_axes(grid), scaled_coordinates(grid)).encode(agent=1, target=2).tolist()
        [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, -1.0, -1.0, 1.0]
    """

    def __init__(self, *features: Features) -> None:
        agent_starts, target_starts, n_inputs = [], [], 0
        for array in features:
            width = array.shape[1]
            agent_starts.append(n_inputs)
            target_starts.append(n_inputs + width)
            n_inputs += 2 * width
        self._n_inputs = n_inputs
        self._features = features
        self._agent = _entries(features, agent_starts)
        self._target = _entries(features, target_starts)
        low = np.concatenate([array.min(axis=0) for array in features for _ in ("agent", "target")])
        high = np.concatenate([array.max(axis=0) for array in features for _ in ("agent", "target")])
        self.space = spaces.Box(low, high, dtype=np.float32)

    def encode(self, agent: int, target: int) -> NDArray[np.float32]:
        """The observation of one state."""
        encoded = np.zeros(self._n_inputs, np.float32)
        for index, value in self._agent[agent]:
            encoded[index] = value
        for index, value in self._target[target]:
            encoded[index] = value
        return encoded

    def encode_batch(self, agents: Cells, targets: Cells) -> NDArray[np.float32]:
        """The observations of ``n`` states: float32 of shape ``(n, inputs)``."""
        return self._rows(agents, targets)

    @cached_property
    def _rows(self) -> FeatureRows:
        return FeatureRows(self._features)


class Relative:
    """Target minus agent, ``(dx, dy)``: int64 of shape ``(2,)``, as far either way as the grid is wide and high.

    Attributes:
        space: The exact space.
    """

    def __init__(self, dynamics: Dynamics) -> None:
        farthest = dynamics.locations.max(axis=0)
        self.space = spaces.Box(-farthest, farthest, dtype=np.int64)
        self._all_locations, self._locations = dynamics.locations, dynamics.location_rows

    def encode(self, agent: int, target: int) -> NDArray[np.int64]:
        """The observation of one state."""
        relative: NDArray[np.int64] = self._locations[target] - self._locations[agent]
        return relative

    def encode_batch(self, agents: Cells, targets: Cells) -> NDArray[np.int64]:
        """The observations of ``n`` states: int64 of shape ``(n, 2)``."""
        relative = self._all_locations.take(targets, axis=0)
        relative -= self._all_locations.take(agents, axis=0)
        return relative


class Flat:
    """Agent x, y and target x, y: int64 of shape ``(4,)``, as ``gymnasium.spaces.flatten`` has it.

    Attributes:
        space: The exact space.
    """

    def __init__(self, dynamics: Dynamics) -> None:
        farthest = np.tile(dynamics.locations.max(axis=0), 2)
        self.space = spaces.Box(np.zeros_like(farthest), farthest, dtype=np.int64)
        self._all_locations, self._locations = dynamics.locations, dynamics.location_rows

    def encode(self, agent: int, target: int) -> NDArray[np.int64]:
        """The observation of one state."""
        return np.concatenate([self._locations[agent], self._locations[target]])

    def encode_batch(self, agents: Cells, targets: Cells) -> NDArray[np.int64]:
        """The observations of ``n`` states: int64 of shape ``(n, 4)``."""
        return self._all_locations.take(np.stack([agents, targets], axis=1), axis=0).reshape(-1, 4)


def one_hot_cells(dynamics: Dynamics) -> Features:
    """One input a cell, walls and pits included."""
    return np.eye(dynamics.n_cells, dtype=np.float32)


def one_hot_axes(dynamics: Dynamics) -> Features:
    """One input a column, then one a row."""
    axes = (np.eye(1 + axis.max(), dtype=np.float32)[axis] for axis in dynamics.locations.T)
    return np.concatenate(list(axes), axis=1)


def scaled_coordinates(dynamics: Dynamics) -> Features:
    """The location x, y, each mapped to [-1, 1]."""
    # Of a single row or column, the only coordinate is -1.
    farthest = np.maximum(dynamics.locations.max(axis=0), 1)
    coordinates: Features = (2.0 * dynamics.locations / farthest - 1.0).astype(np.float32)
    return coordinates


ONE_HOT = {"cell": one_hot_cells, "axis": one_hot_axes}


def one_hot(dynamics: Dynamics, encoding: str, coordinates: bool) -> FeatureVector:
    """The encoding of :class:`gym_gridworld.wrappers.OneHotObservation`.

    Raises:
        TypeError: ``coordinates`` is not a boolean.
        ValueError: ``encoding`` is unknown.
    """
    check_choice("encoding", encoding, ONE_HOT)
    check_flag("coordinates", coordinates)
    return _feature_vector(dynamics, ONE_HOT[encoding], *[scaled_coordinates] * coordinates)


def scaled(dynamics: Dynamics) -> FeatureVector:
    """The encoding of :class:`gym_gridworld.wrappers.ScaledCoordinates`."""
    return _feature_vector(dynamics, scaled_coordinates)


# A vector has no state of its own: environments of the same grid share one.
@lru_cache(maxsize=32)
def _feature_vector(dynamics: Dynamics, *features: Callable[[Dynamics], Features]) -> FeatureVector:
    return FeatureVector(*(feature(dynamics) for feature in features))


def _entries(features: Iterable[Features], starts: Iterable[int]) -> list[list[tuple[int, float]]]:
    """For each cell, the inputs that are not 0, as (index, value): quicker to set one by one than by slices."""
    parts = [
        [[(start + int(i), float(row[i])) for i in np.flatnonzero(row)] for row in array]
        for array, start in zip(features, starts, strict=True)
    ]
    return [list(chain.from_iterable(of_cell)) for of_cell in zip(*parts, strict=True)]
