"""Encodings of the state as an array: the space and the encoding of one state, in one object each."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from gym_gridworld.dynamics import Dynamics
from gym_gridworld.validation import check_choice


class Encoding(Protocol):
    """An observation of the agent's cell and the target's, with the space it lies in."""

    space: spaces.Box

    def encode(self, agent: int, target: int) -> NDArray[np.generic]:
        """The observation, a new array, of the agent in cell ``agent`` and the target in cell ``target``."""


class ScaledCoordinates:
    """Agent x, y and target x, y, each mapped to [-1, 1]: float32 of shape ``(4,)``."""

    def __init__(self, dynamics: Dynamics) -> None:
        self.space = spaces.Box(-1.0, 1.0, (4,), np.float32)
        scaled = (2.0 * dynamics.locations / (dynamics.size - 1) - 1.0).astype(np.float32)
        self._rows = list(scaled)

    def encode(self, agent: int, target: int) -> NDArray[np.float32]:
        """The observation of one state."""
        encoded = np.empty(4, np.float32)
        encoded[:2] = self._rows[agent]
        encoded[2:] = self._rows[target]
        return encoded


class OneHot:
    """The agent's location and then the target's, one-hot, float32.

    Args:
        dynamics: The grid.
        encoding: ``"cell"``: one input a cell, ``2 * size**2`` in all. ``"axis"``: one input a column and one a row,
            ``4 * size`` in all.
        coordinates: Append the four scaled coordinates.

    Raises:
        ValueError: ``encoding`` is unknown.
    """

    def __init__(self, dynamics: Dynamics, encoding: str, coordinates: bool) -> None:
        check_choice("encoding", encoding, ("cell", "axis"))
        size, n_cells = dynamics.size, dynamics.n_cells
        if encoding == "cell":
            ones, width = np.arange(n_cells)[:, None], n_cells
        else:
            ones, width = dynamics.locations + [0, size], 2 * size
        self._agent_ones: list[list[int]] = ones.tolist()
        self._target_ones: list[list[int]] = (ones + width).tolist()
        self._n_inputs = n_one_hot = 2 * width
        self._coordinates = ScaledCoordinates(dynamics) if coordinates else None
        low = np.zeros(n_one_hot, np.float32)
        if self._coordinates is not None:
            low = np.append(low, self._coordinates.space.low)
            self._n_inputs += 4
        self.space = spaces.Box(low, np.ones(self._n_inputs, np.float32), dtype=np.float32)

    def encode(self, agent: int, target: int) -> NDArray[np.float32]:
        """The observation of one state."""
        encoded = np.zeros(self._n_inputs, np.float32)
        for one in self._agent_ones[agent]:
            encoded[one] = 1.0
        for one in self._target_ones[target]:
            encoded[one] = 1.0
        if self._coordinates is not None:
            encoded[-4:] = self._coordinates.encode(agent, target)
        return encoded


class RelativePosition:
    """Target minus agent, ``(dx, dy)``: int64 of shape ``(2,)``, from ``1 - size`` to ``size - 1``."""

    def __init__(self, dynamics: Dynamics) -> None:
        self.space = spaces.Box(1 - dynamics.size, dynamics.size - 1, (2,), np.int64)
        self._rows = dynamics.location_rows

    def encode(self, agent: int, target: int) -> NDArray[np.int64]:
        """The observation of one state."""
        relative: NDArray[np.int64] = self._rows[target] - self._rows[agent]
        return relative
