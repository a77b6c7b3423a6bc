"""The features of many (agent, target) pairs at once, about as fast as memory is written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

# What a core's own cache holds.
LARGEST_TABLE = 2**20


class FeatureRows:
    """The rows of :class:`gym_gridworld.observations.FeatureVector` for many (agent, target) pairs.

    Of a small grid, a table holds the row of every pair. Of a larger one, each row is taken in two halves, the first
    from a table by agent and the second from one by target, which may leave a few columns in the wrong half: with
    several features, they are written afterwards.

    Args:
        features: Each float32 of shape ``(cells, n)``: the agent's n columns, and then the target's.
        largest_table: The most bytes that the table of all pairs may take.

    Example:
        >>> FeatureRows([np.array([[1, 2], [3, 4]], np.float32)])(np.array([0, 1, 1]), np.array([1, 0, 1]))
        array([[1., 2., 3., 4.],
               [3., 4., 1., 2.],
               [3., 4., 3., 4.]], dtype=float32)
    """

    def __init__(self, features: Sequence[NDArray[np.float32]], largest_table: int = LARGEST_TABLE) -> None:
        self._n_cells = len(features[0])
        # Two columns as one number, where they come in twos: half as many are in the wrong half.
        in_twos = all(array.shape[1] % 2 == 0 for array in features)
        tables = [np.ascontiguousarray(array).view(np.float64 if in_twos else np.float32) for array in features]
        self._width = 2 * sum(table.shape[1] for table in tables)
        # With one feature, both halves are rows of the same table.
        self._halves, self._second_half = tables[0], 0
        self._strays: list[tuple[int, int, NDArray[Any]]] = []
        if len(tables) > 1:
            self._join(tables)
        n_pairs, row_bytes = self._n_cells**2, self._width * self._halves.itemsize
        self._has_table = n_pairs * row_bytes <= largest_table

    def __call__(self, agents: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float32]:
        """The rows, a new float32 array of shape ``(n, inputs)``.

        Args:
            agents: int64 array of shape ``(n,)``: the agents' cells.
            targets: int64 array of shape ``(n,)``: the targets' cells.
        """
        if self._has_table:
            return self._table.take(agents * self._n_cells + targets, axis=0)
        return self._from_halves(agents, targets)

    @cached_property
    def _table(self) -> NDArray[np.float32]:
        cells = np.arange(self._n_cells)
        return self._from_halves(np.repeat(cells, self._n_cells), np.tile(cells, self._n_cells))

    def _from_halves(self, agents: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float32]:
        halves = self._halves.take(np.stack([agents, targets + self._second_half], axis=1), axis=0)
        rows = halves.reshape(-1, self._width)
        for column, owner, values in self._strays:
            rows[:, column] = values.take((agents, targets)[owner])
        encoded: NDArray[np.float32] = rows.view(np.float32)
        return encoded

    def _join(self, tables: list[NDArray[Any]]) -> None:
        """The tables of the halves, one under the other, and the columns that are in the wrong one."""
        joined = np.concatenate(tables, axis=1)
        half = joined.shape[1]
        parts = np.split(np.arange(half), np.cumsum([table.shape[1] for table in tables])[:-1])
        # Of each column of a row: which of the joined it is, and whether the agent's (0) or the target's (1).
        columns = np.concatenate([np.tile(part, 2) for part in parts])
        owners = np.concatenate([np.repeat((0, 1), len(part)) for part in parts])
        self._halves = np.concatenate([joined[:, columns[:half]], joined[:, columns[half:]]])
        self._second_half = self._n_cells
        strays = np.flatnonzero(owners != np.arange(2 * half) // half)
        self._strays = [(column, int(owners[column]), joined[:, columns[column]].copy()) for column in strays.tolist()]
