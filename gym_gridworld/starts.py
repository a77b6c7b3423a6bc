"""Which (agent, target) pairs episodes start in, and how long they take at best."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gym_gridworld import planning
from gym_gridworld.dynamics import Dynamics
from gym_gridworld.models import DISCOUNT


def start_probabilities(dynamics: Dynamics) -> NDArray[np.float64]:
    """How likely an episode starts in each pair, as the environment's ``reset`` draws it.

    The agent uniformly over the layout's starts, then the target uniformly over the other targets that it can reach.

    Args:
        dynamics: The transition table.

    Returns:
        float64 array of shape ``(cells, targets)``, of sum 1.

    Example:
        >>> from gym_gridworld.dynamics import open_grid
        >>> start_probabilities(open_grid(2)).round(3)
        array([[0.   , 0.083, 0.083, 0.083],
               [0.083, 0.   , 0.083, 0.083],
               [0.083, 0.083, 0.   , 0.083],
               [0.083, 0.083, 0.083, 0.   ]])
    """
    layout = dynamics.layout
    agents, targets = layout.starts[:, None], layout.targets
    possible = (layout.regions[agents] == layout.regions[targets]) & (agents != targets)
    probabilities = np.zeros((dynamics.n_cells, len(targets)))
    probabilities[layout.starts] = possible / possible.sum(axis=1, keepdims=True) / len(layout.starts)
    return probabilities


class StartSampler:
    """Draws many starts at once, each as the environment's ``reset`` draws one.

    Args:
        dynamics: The transition table.

    Example:
        >>> from gym_gridworld.dynamics import open_grid
        >>> agents, targets = StartSampler(open_grid(5)).draw(np.random.default_rng(0), 1000)
        >>> bool((agents != targets).all())
        True
    """

    def __init__(self, dynamics: Dynamics) -> None:
        layout = dynamics.layout
        starts, regions = layout.starts, layout.regions[layout.targets]
        order = np.argsort(regions, kind="stable")
        targets, regions = layout.targets[order], regions[order]
        size = np.bincount(regions, minlength=1 + layout.regions.max())
        begin = np.cumsum(size) - size
        # Each region's targets twice: those that follow one of them are the others.
        self._targets = np.empty(2 * len(targets), np.int64)
        place = np.arange(len(targets)) + begin[regions]
        self._targets[place] = self._targets[place + size[regions]] = targets
        following = np.where(layout.regions < 0, 0, 2 * begin[layout.regions])
        following[targets] = place + 1
        self._starts, self._following = starts, following[starts]
        self._others = size[layout.regions[starts]] - np.isin(starts, targets)

    def draw(self, random: np.random.Generator, number: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The cells of agents and targets: two int64 arrays of shape ``(number,)``."""
        # Quicker than integers(), and as uniform but for the last of 53 bits.
        start, target = random.random((2, number))
        which = (start * len(self._starts)).astype(np.int64)
        other = (target * self._others[which]).astype(np.int64)
        return self._starts[which], self._targets[self._following[which] + other]


def mean_optimal_length(
    dynamics: Dynamics, slip: float = 0.0, discount: float = DISCOUNT, horizon: float = math.inf
) -> float:
    """The mean length of an episode that goes optimally, over where episodes start.

    Args:
        dynamics: The transition table.
        slip: Of the environment.
        discount: With slip, of what is called optimal; without, it changes nothing.
        horizon: With slip, steps in which the target must be reached; without, it changes nothing.

    Returns:
        Steps; with slip, of the episodes that arrive, NaN if none can.

    Raises:
        ValueError: With slip, ``discount`` or ``horizon`` is out of range.

    Example:
        >>> from gym_gridworld.dynamics import open_grid
        >>> round(mean_optimal_length(open_grid(5)), 3)
        3.333
    """
    probabilities = start_probabilities(dynamics)
    if slip:
        optimum = planning.solve(planning.decision_process(dynamics, slip=slip), discount, horizon)
        probabilities *= optimum.arrival
        steps = optimum.steps
    else:
        steps = planning.distances(dynamics)
    drawn = probabilities > 0
    if not drawn.any():
        return math.nan
    return float(np.average(steps[drawn], weights=probabilities[drawn]))
