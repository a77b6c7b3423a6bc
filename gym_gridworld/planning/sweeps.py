"""Backward induction: what a policy achieves with one step more to go, and one more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.planning.processes import DecisionProcess, Solution, Values

Choice = Callable[[Values], Values]
"""From something of each action, ``(cells, actions, targets)``, to that of the policy, ``(cells, targets)``."""


def take(actions: NDArray[np.int64]) -> Choice:
    """The choice of one action each: an int array of shape ``(cells, targets)``."""
    return lambda of_actions: np.take_along_axis(of_actions, actions[:, None, :], axis=1)[:, 0]


def follow(process: DecisionProcess, policy: NDArray[np.generic]) -> Choice:
    """The choice of a policy, deterministic or stochastic.

    Raises:
        ValueError: It has another shape, or is no policy.
    """
    cells, actions, targets = process.rewards.shape
    if policy.shape == (cells, targets) and np.issubdtype(policy.dtype, np.integer):
        if policy.min() < 0 or policy.max() >= actions:
            raise ValueError(f"a policy's actions are 0 to {actions - 1}, got {policy.min()} to {policy.max()}")
        return take(policy.astype(np.int64))
    if policy.shape == (cells, actions, targets) and np.issubdtype(policy.dtype, np.floating):
        shares = policy.astype(np.float64)
        if shares.min() < 0 or not np.allclose(shares.sum(axis=1), 1.0):
            raise ValueError("a stochastic policy's probabilities must sum to 1 over the actions, and none be negative")
        return lambda of_actions: (shares * of_actions).sum(axis=1)
    raise ValueError(
        f"a policy is an integer array of shape {(cells, targets)} or a float array of shape "
        f"{(cells, actions, targets)}, got {policy.dtype} of shape {policy.shape}"
    )


def sweeps(process: DecisionProcess, discount: float, choose: Callable[[Values], Choice]) -> Iterator[Solution]:
    """One more step to go with each."""
    values, arrival, weighted = (np.zeros(process.terminal.shape) for _ in range(3))
    alive = ~process.terminal
    horizon = 0
    while True:
        horizon += 1
        q_values = process.rewards + discount * process.expected(values) * alive[:, None, :]
        choice = choose(q_values)
        values = choice(q_values)
        arrival = choice(process.arrivals + process.expected(arrival) * alive[:, None, :])
        # Steps to the target, times the probability of getting there: one more for all that arrive.
        weighted = arrival + choice(process.expected(weighted) * alive[:, None, :])
        with np.errstate(invalid="ignore", divide="ignore"):
            steps = weighted / arrival
        yield Solution(discount, horizon, q_values, values, arrival, steps)


def last_sweep(swept: Iterator[Solution], horizon: float) -> Solution:
    """The sweep with ``horizon`` steps left, or one that stands for it, as nothing will change any more."""
    last = next(swept)
    while last.horizon < horizon:
        now = next(swept)
        pairs = ((last.q_values, now.q_values), (last.arrival, now.arrival), (last.steps, now.steps))
        if all(np.array_equal(one, other, equal_nan=True) for one, other in pairs):
            return replace(now, horizon=horizon)
        last = now
    return last
