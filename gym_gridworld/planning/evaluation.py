"""What a given policy achieves."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.planning.processes import DecisionProcess, Solution, Values, check_range
from gym_gridworld.planning.sweeps import follow, last_sweep, sweeps


def evaluate(
    process: DecisionProcess,
    policy: NDArray[np.int64] | Values,
    discount: float,
    horizon: float = math.inf,
) -> Solution:
    """What a policy achieves.

    Args:
        process: The decision process.
        policy: Deterministic: an int array of shape ``(cells, targets)``, the action in each. Stochastic: a float
            array of shape ``(cells, actions, targets)``, the probability of each action.
        discount: From 0 to 1.
        horizon: Steps that are left. Without any limit, systems of linear equations are solved, one for each target.

    Raises:
        ValueError: The policy has another shape or is none, ``discount`` or ``horizon`` is out of range, or the reward
            sums up without end.
    """
    check_range(discount, horizon)
    choose = follow(process, np.asarray(policy))
    if horizon < math.inf:
        return last_sweep(sweeps(process, discount, lambda _: choose), horizon)
    cells, actions, targets = process.rewards.shape
    given = np.asarray(policy)
    shares: Values = np.eye(actions)[given].swapaxes(1, 2) if given.ndim == 2 else given.astype(np.float64)
    rewards, arrivals = choose(process.rewards), choose(process.arrivals)
    values, arrival, weighted = np.zeros((3, cells, targets))
    for column in range(targets):
        terminal = process.terminal[:, column]
        chain = _chain(process, shares[:, :, column], terminal)
        going_on = ~terminal
        if discount == 1.0:
            ends = _may_reach(terminal, chain)
            if rewards[~ends, column].any():
                raise ValueError("the reward sums up without end: set a horizon or a discount below 1")
            going_on &= ends
        values[going_on, column] = _solve(discount * chain, rewards[:, column], going_on)
        arriving = _may_reach(arrivals[:, column] > 0.0, chain) & ~terminal
        arrival[arriving, column] = _solve(chain, arrivals[:, column], arriving)
        weighted[arriving, column] = _solve(chain, arrival[:, column], arriving)
    arrival = np.clip(arrival, 0.0, 1.0)
    q_values = process.rewards + discount * process.expected(values) * ~process.terminal[:, None, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        return Solution(discount, horizon, q_values, values, arrival, weighted / arrival)


def _chain(process: DecisionProcess, shares: Values, terminal: NDArray[np.bool_]) -> Values:
    """The probabilities of moving from cell to cell under a policy: ``(cells, cells)``."""
    chain = np.zeros((len(shares), len(shares)))
    cells = np.broadcast_to(np.arange(len(shares))[:, None, None], process.successors.shape)
    np.add.at(chain, (cells, process.successors), process.probabilities * shares[:, :, None])
    chain[terminal] = 0.0
    return chain


def _may_reach(goal: NDArray[np.bool_], chain: Values) -> NDArray[np.bool_]:
    """From where one of some cells can be reached."""
    reaches, leads_to = goal, chain > 0.0
    while True:
        more = reaches | leads_to[:, reaches].any(axis=1)
        if (more == reaches).all():
            return reaches
        reaches = more


def _solve(chain: Values, gained: Values, cells: NDArray[np.bool_]) -> Values:
    """What is gained in some cells, and in those that the chain leads to afterwards."""
    within = chain[np.ix_(cells, cells)]
    return np.linalg.solve(np.eye(len(within)) - within, gained[cells]).astype(np.float64)
