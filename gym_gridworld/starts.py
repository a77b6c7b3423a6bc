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
        self._starts = layout.starts
        regions = layout.regions[layout.targets]
        order = np.argsort(regions, kind="stable")
        self._targets = layout.targets[order]
        in_region = np.bincount(regions, minlength=1 + layout.regions.max())
        of_start = layout.regions[self._starts]
        # For each start: where its region's targets begin, its own place among them, and how many others there are.
        self._first = (np.cumsum(in_region) - in_region)[of_start]
        place = np.full(dynamics.n_cells, len(self._targets))
        place[self._targets] = np.arange(len(self._targets))
        self._own = place[self._starts] - self._first
        self._others = in_region[of_start] - np.isin(self._starts, self._targets)

    def draw(self, random: np.random.Generator, number: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The cells of agents and targets: two int64 arrays of shape ``(number,)``."""
        which = random.integers(len(self._starts), size=number)
        target = random.integers(self._others[which])
        target += target >= self._own[which]
        target += self._first[which]
        return self._starts[which], self._targets[target]


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
