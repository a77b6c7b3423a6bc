"""The rules of the game as arrays: one transition table that everything that moves an agent reads."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.layouts import SYMBOLS, WALL, Layout, open_layout

ACTIONS = ("right", "up", "left", "down")
MOVES = ((1, 0), (0, 1), (-1, 0), (0, -1))


class CellSet:
    """Some cells, to draw from.

    Args:
        cells: Their numbers.
    """

    def __init__(self, cells: NDArray[np.int64]) -> None:
        self._cells: list[int] = cells.tolist()
        self._position = {cell: position for position, cell in enumerate(self._cells)}

    def __contains__(self, cell: int) -> bool:
        return cell in self._position

    def has_other_than(self, cell: int) -> bool:
        """Whether there is one besides ``cell``."""
        return len(self._cells) > (cell in self._position)

    def draw(self, random: np.random.Generator, other_than: int | None = None) -> int:
        """One of the cells, uniformly, but not ``other_than``; one number is drawn."""
        excluded = None if other_than is None else self._position.get(other_than)
        if excluded is None:
            return self._cells[random.integers(len(self._cells))]
        position = random.integers(len(self._cells) - 1)
        return self._cells[position + (position >= excluded)]


@dataclass(frozen=True, eq=False)
class Dynamics:
    """Where each action leads from each cell of a layout.

    Cells are numbered as in :class:`gym_gridworld.layouts.Layout`: row by row from the bottom left.

    Attributes:
        layout: The map.
        locations: int64 array of shape ``(cells, 2)``: the (x, y) of each cell. Read-only.
        next_cell: int64 array of shape ``(cells, 4)``: the cell that each action leads to; the cell itself where a wall
            or the edge is in the way, and from walls and pits, which nobody leaves. Read-only.

    Example:
        >>> grid = open_grid(3)
        >>> grid.next_cell[grid.cell_at(0, 0)].tolist()  # right, up, left, down
        [1, 3, 0, 0]
        >>> grid.distances_to(grid.cell_at(2, 2)).reshape(3, 3).tolist()
        [[4.0, 3.0, 2.0], [3.0, 2.0, 1.0], [2.0, 1.0, 0.0]]
    """

    layout: Layout
    locations: NDArray[np.int64]
    next_cell: NDArray[np.int64]

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.locations)

    def cell_at(self, x: int, y: int) -> int:
        """Number of the cell at ``(x, y)``, which must lie on the grid."""
        return y * self.layout.width + x

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
    def pits(self) -> frozenset[int]:
        """The cells that end an episode badly."""
        return frozenset(np.flatnonzero(self.layout.is_pit).tolist())

    @cached_property
    def starts(self) -> CellSet:
        """Where the agent may start."""
        return CellSet(self.layout.starts)

    def targets_for(self, agent: int) -> CellSet:
        """Where the target may lie when the agent is in a cell: where it can be reached. May hold the cell itself."""
        return self._targets_in[int(self.layout.regions[agent])]

    def starts_for(self, target: int) -> CellSet:
        """Where the agent may start when the target is in a cell. May hold the cell itself."""
        return self._starts_in[int(self.layout.regions[target])]

    def draw_start(
        self, random: np.random.Generator, agent: int | None = None, target: int | None = None
    ) -> tuple[int, int]:
        """Where an episode starts: the cells of the agent and of the target.

        Args:
            random: Draws those that are not given.
            agent: The agent's cell, if it is given.
            target: The target's cell, if it is given.
        """
        if agent is None:
            starts = self.starts if target is None else self.starts_for(target)
            agent = starts.draw(random, other_than=target)
        if target is None:
            target = self.targets_for(agent).draw(random, other_than=agent)
        return agent, target

    def check_placed(self, agent: int | None, target: int | None) -> None:
        """Check that an episode can start with the agent, the target or both in these cells.

        Raises:
            ValueError: A cell is no place for it, or there is no way from the agent to a target.
        """
        regions, location = self.layout.regions, self.layout.location
        for name, cell in (("agent", agent), ("target", target)):
            if cell is not None and regions[cell] < 0:
                thing = SYMBOLS[self.layout.symbols[cell]]
                raise ValueError(f"reset option {name!r} must be on the floor, got {location(cell)}, a {thing}")
        if target is not None and target not in self.targets_for(target):
            raise ValueError(f"reset option 'target' must be a target of the layout, a 'T', got {location(target)}")
        if agent is not None and target is not None and regions[agent] != regions[target]:
            raise ValueError(
                f"reset options 'agent' and 'target' must be joined by a way, got {location(agent)} and "
                f"{location(target)}"
            )
        if agent is not None and not self.targets_for(agent).has_other_than(agent):
            raise ValueError(f"reset option 'agent' must be where a target can be reached, got {location(agent)}")
        if agent is None and target is not None and not self.starts_for(target).has_other_than(target):
            raise ValueError(f"reset option 'target' must be where a start can reach it, got {location(target)}")

    @cached_property
    def _targets_in(self) -> list[CellSet]:
        return self._by_region(self.layout.targets)

    @cached_property
    def _starts_in(self) -> list[CellSet]:
        return self._by_region(self.layout.starts)

    def _by_region(self, cells: NDArray[np.int64]) -> list[CellSet]:
        regions = self.layout.regions
        return [CellSet(cells[regions[cells] == number]) for number in range(1 + regions.max())]

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
        return lru_cache(maxsize=max(1, 2**22 // self.n_cells))(lambda target: self.search((target,)))

    def search(self, targets: Sequence[int], closed: Collection[int] = ()) -> list[float]:
        """Breadth-first search backwards from some cells.

        Args:
            targets: The cells to reach.
            closed: Cells not to enter, none of them a target.

        Returns:
            The number of steps from every cell to the nearest of ``targets``; infinity where there is no way, and in
            ``closed``.
        """
        distances = [math.inf] * self.n_cells
        steps = 0.0
        for target in targets:
            distances[target] = steps
        frontier = list(targets)
        while frontier:
            steps += 1.0
            reached = []
            for cell in frontier:
                for before in self._cells_before[cell]:
                    if distances[before] == math.inf and before not in closed:
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
        return dynamics_of, (self.layout,)


@lru_cache(maxsize=64)
def dynamics_of(layout: Layout) -> Dynamics:
    """The dynamics of a layout; the same object for the same layout."""
    x, y = np.meshgrid(np.arange(layout.width, dtype=np.int64), np.arange(layout.height, dtype=np.int64))
    locations = np.stack([x.ravel(), y.ravel()], axis=1)
    limits = np.array([layout.width - 1, layout.height - 1])
    moved = np.clip(locations[:, None, :] + np.array(MOVES), 0, limits)
    next_cell = moved[..., 1] * layout.width + moved[..., 0]
    cells = np.arange(len(locations))[:, None]
    stays = (layout.symbols == WALL)[next_cell] | (layout.regions < 0)[:, None]
    next_cell = np.where(stays, cells, next_cell)
    for array in (locations, next_cell):
        array.flags.writeable = False
    return Dynamics(layout, locations, next_cell)


def open_grid(size: int) -> Dynamics:
    """The dynamics of an open square grid of ``size`` cells a side."""
    return dynamics_of(open_layout(size))
