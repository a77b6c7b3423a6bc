"""The rules of the game as arrays: one transition table that everything that moves an agent reads."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

ACTIONS = ("right", "up", "left", "down")
MOVES = ((1, 0), (0, 1), (-1, 0), (0, -1))


@dataclass(frozen=True, eq=False)
class Dynamics:
    """Where each action leads from each cell.

    Cells are numbered row by row from the bottom left: cell ``y * size + x`` lies at ``(x, y)``, with y up.

    Attributes:
        size: Cells a side.
        locations: int64 array of shape ``(cells, 2)``: the (x, y) of each cell. Read-only.
        next_cell: int64 array of shape ``(cells, 4)``: the cell that each action leads to. Read-only.

    Example:
        >>> grid = open_grid(3)
        >>> grid.next_cell[grid.cell_at(0, 0)].tolist()  # right, up, left, down
        [1, 3, 0, 0]
        >>> grid.distances_to(grid.cell_at(2, 2)).reshape(3, 3).tolist()
        [[4.0, 3.0, 2.0], [3.0, 2.0, 1.0], [2.0, 1.0, 0.0]]
    """

    size: int
    locations: NDArray[np.int64]
    next_cell: NDArray[np.int64]

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.locations)

    def cell_at(self, x: int, y: int) -> int:
        """Number of the cell at ``(x, y)``, which must lie on the grid."""
        return y * self.size + x

    def distances_to(self, target: int) -> NDArray[np.float64]:
        """Exact number of steps from every cell to ``target``.

        Args:
            target: Number of the target cell.

        Returns:
            float64 array of shape ``(cells,)``; infinity where the target cannot be reached.
        """
        return np.array(self.distance_row(target))

    # Plain lists index several times faster than arrays, one element at a time.

    @cached_property
    def next_cell_rows(self) -> list[list[int]]:
        """``next_cell`` as lists, for stepping one environment."""
        rows: list[list[int]] = self.next_cell.tolist()
        return rows

    @cached_property
    def location_rows(self) -> list[NDArray[np.int64]]:
        """The rows of ``locations``, each a read-only array of shape ``(2,)``."""
        return list(self.locations)

    @cached_property
    def distance_row(self) -> Callable[[int], list[float]]:
        """``distances_to`` as a list, remembered for the targets met last (in up to 32 MB)."""
        return lru_cache(maxsize=max(1, 2**22 // self.n_cells))(self._search)

    def _search(self, target: int) -> list[float]:
        """Breadth-first search backwards from ``target``."""
        distances = [math.inf] * self.n_cells
        distances[target] = steps = 0.0
        frontier = [target]
        while frontier:
            steps += 1.0
            reached = []
            for cell in frontier:
                for before in self._cells_before[cell]:
                    if distances[before] == math.inf:
                        distances[before] = steps
                        reached.append(before)
            frontier = reached
        return distances

    @cached_property
    def _cells_before(self) -> list[list[int]]:
        before: list[list[int]] = [[] for _ in range(self.n_cells)]
        for cell, successors in enumerate(self.next_cell_rows):
            for successor in successors:
                before[successor].append(cell)
        return before

    def __reduce__(self) -> tuple[Callable[..., Dynamics], tuple[Any, ...]]:
        # A copy is the same object, and a pickle holds how to make the tables, not the tables.
        return open_grid, (self.size,)


@lru_cache(maxsize=64)
def open_grid(size: int) -> Dynamics:
    """The dynamics of an open square grid; the same object for the same size.

    Args:
        size: Cells a side, at least 2.
    """
    y, x = np.divmod(np.arange(size * size, dtype=np.int64), size)
    locations = np.stack([x, y], axis=1)
    moved = np.clip(locations[:, None, :] + np.array(MOVES), 0, size - 1)
    next_cell = moved[..., 1] * size + moved[..., 0]
    for array in (locations, next_cell):
        array.flags.writeable = False
    return Dynamics(size, locations, next_cell)
