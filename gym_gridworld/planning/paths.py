"""Without slipping: shortest ways, and how far a policy goes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.dynamics import Dynamics
from gym_gridworld.planning.processes import Solution, Values, check_range, choose_targets


def distances(dynamics: Dynamics, targets: NDArray[np.int64] | None = None) -> Values:
    """The least number of steps, without slipping, from every cell to every target.

    Args:
        dynamics: The transition table.
        targets: The cells of the targets; by default all of the layout's.

    Returns:
        float64 array of shape ``(cells, targets)``; infinity where there is no way.

    Raises:
        ValueError: A target is no floor of the layout.

    Example:
        >>> from gym_gridworld.dynamics import open_grid
        >>> distances(open_grid(2))
        array([[0., 1., 1., 2.],
               [1., 0., 2., 1.],
               [1., 2., 0., 1.],
               [2., 1., 1., 0.]])
    """
    targets = choose_targets(dynamics, targets)
    reached = np.arange(dynamics.n_cells)[:, None] == targets
    steps = np.where(reached, 0.0, math.inf)
    number = 0
    while True:
        number += 1
        nearer = reached.copy()
        for successor in dynamics.next_cell.T:
            nearer |= reached[successor]
        new = nearer & ~reached
        if not new.any():
            return steps
        steps[new] = number
        reached = nearer


def shortest_paths(
    dynamics: Dynamics, discount: float, horizon: float = math.inf, targets: NDArray[np.int64] | None = None
) -> Solution:
    """The optimum without slipping, in closed form: the shortest way is the best for every discount below 1.

    Args:
        dynamics: The transition table.
        discount: From 0 to 1.
        horizon: Steps that are left.
        targets: The cells of the targets; by default all of the layout's.

    Raises:
        ValueError: ``discount`` or ``horizon`` is out of range, or a target is no floor of the layout.

    Example:
        >>> from gym_gridworld.dynamics import open_grid
        >>> solution = shortest_paths(open_grid(2), discount=0.5)
        >>> solution.values[0].tolist()  # from the bottom left to each of the four cells
        [0.0, 1.0, 1.0, 0.5]
    """
    check_range(discount, horizon)
    targets = choose_targets(dynamics, targets)
    steps = distances(dynamics, targets)
    afterwards = steps[dynamics.next_cell]
    is_pit = dynamics.layout.is_pit
    terminal = is_pit[:, None] | (steps == 0)
    # What is never reached is worth nothing, but 1 to the power of infinity is 1.
    in_time = (afterwards < horizon) & np.isfinite(afterwards)
    q_values = np.where(in_time, discount ** np.where(in_time, afterwards, 0.0), 0.0)
    q_values -= is_pit[dynamics.next_cell][:, :, None]
    q_values = np.where(terminal[:, None, :], 0.0, q_values)
    arrives = (steps <= horizon) & np.isfinite(steps) & ~terminal
    return Solution(
        discount, horizon, q_values, q_values.max(axis=1), arrives.astype(np.float64), np.where(arrives, steps, np.nan)
    )


def steps_of(
    dynamics: Dynamics, actions: NDArray[np.int64], targets: NDArray[np.int64] | None = None
) -> tuple[Values, Values]:
    """The steps in which a deterministic policy gets to the target or into a pit, without slipping.

    Args:
        dynamics: The transition table.
        actions: The policy: int array of shape ``(cells, targets)``.
        targets: The cells of the targets; by default all of the layout's.

    Returns:
        Two float64 arrays of shape ``(cells, targets)``, the steps to the target and the steps to a pit; infinity where
        it never gets there.
    """
    targets = choose_targets(dynamics, targets)
    is_target = np.arange(dynamics.n_cells)[:, None] == targets
    is_pit = np.broadcast_to(dynamics.layout.is_pit[:, None], is_target.shape)
    return steps_to_ends(dynamics.next_cell, actions, is_target, is_pit)


def steps_to_ends(
    next_cell: NDArray[np.int64], actions: NDArray[np.int64], is_target: NDArray[np.bool_], is_pit: NDArray[np.bool_]
) -> tuple[Values, Values]:
    """The steps in which a deterministic policy gets to a target or into a pit, wherever these lie.

    Args:
        next_cell: int64 array of shape ``(cells, actions)``: the cell that each action leads to.
        actions: The policy: int array of shape ``(cells, targets)``.
        is_target: bool array of shape ``(cells, targets)``, a column for each place in which the targets may lie.
        is_pit: The same for the pits.

    Returns:
        As :func:`steps_of`.

    Example:
        >>> next_cell = np.array([[1], [2], [2]])
        >>> is_target = np.array([[False], [False], [True]])
        >>> steps, _ = steps_to_ends(next_cell, np.zeros((3, 1), int), is_target, ~is_target & False)
        >>> steps.ravel().tolist()
        [2.0, 1.0, 0.0]
    """
    n_cells = len(next_cell)
    cells = np.arange(n_cells)[:, None]
    ends = is_target | is_pit
    here = np.where(ends, cells, next_cell[cells, actions])
    steps = np.where(ends, 0, 1)
    # Twice as far each time: a way that is not back in a cell where it was before is no longer than there are cells.
    for _ in range(n_cells.bit_length()):
        steps += np.take_along_axis(steps, here, axis=0)
        here = np.take_along_axis(here, here, axis=0)
    reached, fallen = (np.take_along_axis(end, here, axis=0) for end in (is_target, is_pit))
    return np.where(reached, steps, math.inf), np.where(fallen, steps, math.inf)
