"""The optimum, with a horizon and without."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from gym_gridworld.planning.evaluation import evaluate
from gym_gridworld.planning.processes import DecisionProcess, Solution, check_range
from gym_gridworld.planning.sweeps import last_sweep, sweeps, take

TOLERANCE = 1e-10
FIRST_SWEEPS = 40


def backward_induction(process: DecisionProcess, discount: float) -> Iterator[Solution]:
    """The optimum with 1, 2, 3, ... steps left, without end: what is best depends on how many there are."""
    check_range(discount, math.inf)
    return sweeps(process, discount, lambda q_values: take(q_values.argmax(axis=1)))


def solve(
    process: DecisionProcess, discount: float, horizon: float = math.inf, tolerance: float = TOLERANCE
) -> Solution:
    """The optimum, and what a policy that achieves it does.

    Args:
        process: The decision process.
        discount: From 0 to 1; below 1 without a horizon.
        horizon: Steps that are left.
        tolerance: Without a horizon, no value is farther than this from the true one.

    Raises:
        ValueError: ``discount`` or ``horizon`` is out of range.
    """
    check_range(discount, horizon)
    swept = backward_induction(process, discount)
    if horizon < math.inf:
        return last_sweep(swept, horizon)
    if discount == 1.0:
        raise ValueError("without a horizon, discount must be below 1: a policy that never arrives could be as good")
    # Policy iteration, from a policy that some sweeps have made good.
    policy = next(itertools.islice(swept, FIRST_SWEEPS, None)).q_values.argmax(axis=1)
    reached = -math.inf
    while True:
        achieved = evaluate(process, policy, discount)
        gain = achieved.q_values.max(axis=1) - achieved.values
        total = achieved.values.sum()
        # A policy that is no better has only been rounded otherwise: near a discount of 1 that could go on for ever.
        if gain.max() <= tolerance * (1.0 - discount) or total <= reached:
            return achieved
        reached = total
        policy = np.where(gain > 0.0, achieved.q_values.argmax(axis=1), policy)
