"""Shortest distances of many (agent, target) pairs at once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gym_gridworld import planning
from gym_gridworld.dynamics import Dynamics
from gym_gridworld.layouts import FLOOR

LARGEST_TABLE = 2**22


class PairDistances:
    """Shortest distances of many (agent, target) pairs at once: in closed form, from a table, or target by target.

    Args:
        dynamics: The transition table.

    Example:
        >>> from gym_gridworld.dynamics import open_grid
        >>> PairDistances(open_grid(3))(np.array([0, 8]), np.array([5, 7]))
        array([3., 1.])
    """

    def __init__(self, dynamics: Dynamics) -> None:
        self._dynamics = dynamics
        self._is_open = bool(np.equal(dynamics.layout.symbols, FLOOR).all())

    def __call__(self, agents: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float64]:
        """The distances: a float64 array of shape ``(n,)``, infinity where there is no way.

        Args:
            agents: int64 array of shape ``(n,)``: the agents' cells.
            targets: int64 array of shape ``(n,)``: the targets' cells, each a target of the layout.
        """
        dynamics = self._dynamics
        if self._is_open:
            apart: NDArray[np.int64] = np.abs(dynamics.locations[agents] - dynamics.locations[targets]).sum(axis=1)
            return apart.astype(np.float64)
        if dynamics.n_cells * len(dynamics.layout.targets) <= LARGEST_TABLE:
            return self._table[agents, np.searchsorted(dynamics.layout.targets, targets)]
        rows, row = np.unique(targets, return_inverse=True)
        found = np.array([dynamics.distance_row(target) for target in rows.tolist()])
        return found.reshape(len(rows), dynamics.n_cells)[row, agents]

    @cached_property
    def _table(self) -> NDArray[np.float64]:
        return planning.distances(self._dynamics)
