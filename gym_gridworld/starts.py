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
