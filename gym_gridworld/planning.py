"""Exact planning: the best that can be done in a grid world, and what a given policy does in it.

Everything here is about all targets at once. Arrays have the axes ``(cells, actions, targets)`` or ``(cells,
targets)``: the agent's cell, what it does, and the target. A horizon counts the steps that are left, as a time limit
does; infinity means that there is no limit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.dynamics import Dynamics

Values = NDArray[np.float64]

TOLERANCE = 1e-10
MAX_SWEEPS = 100_000


@dataclass(frozen=True, eq=False)
class DecisionProcess:
    """A finite Markov decision process, for one target or several.

    Attributes:
        successors: int64 array of shape ``(cells, actions, outcomes)``: where an action may lead.
        probabilities: float64 array of the same shape: how likely it leads there.
        rewards: float64 array of shape ``(cells, actions, targets)``: the expected reward of an action.
        arrivals: float64 array of the same shape: the probability that an action leads to the target.
        terminal: bool array of shape ``(cells, targets)``: where nothing follows any more.
    """

    successors: NDArray[np.int64]
    probabilities: Values
    rewards: Values
    arrivals: Values
    terminal: NDArray[np.bool_]

    def expected(self, values: Values) -> Values:
        """The expected value of the cell that an action leads to.

        Args:
            values: Of shape ``(cells, targets)``.

        Returns:
            Of shape ``(cells, actions, targets)``.
        """
        total = self.probabilities[:, :, 0, None] * values[self.successors[:, :, 0]]
        for outcome in range(1, self.successors.shape[2]):
            total += self.probabilities[:, :, outcome, None] * values[self.successors[:, :, outcome]]
        return total


@dataclass(frozen=True, eq=False)
class Solution:
    """What a policy achieves from each cell to each target.

    Attributes:
        discount: Of the values.
        horizon: Steps that are left; infinity for no limit.
        q_values: ``(cells, actions, targets)``: the expected discounted return of an action, the policy followed from
            then on.
        values: ``(cells, targets)``: the expected discounted return.
        arrival: ``(cells, targets)``: the probability of reaching the target.
        steps: ``(cells, targets)``: the expected number of steps to the target, of the episodes that reach it; NaN
            where none does.
    """

    discount: float
    horizon: float
    q_values: Values
    values: Values
    arrival: Values
    steps: Values

    def optimal_actions(self, tolerance: float = 1e-9) -> NDArray[np.bool_]:
        """Whether no action is better by more than ``tolerance``: ``(cells, actions, targets)``."""
        best = self.q_values >= self.q_values.max(axis=1, keepdims=True) - tolerance
        is_best: NDArray[np.bool_] = best
        return is_best


def decision_process(
    dynamics: Dynamics, targets: NDArray[np.int64] | None = None, slip: float = 0.0
) -> DecisionProcess:
    """The decision process of a grid world.

    Args:
        dynamics: Its transition table.
        targets: The cells of the targets; by default all of the layout's.
        slip: The probability of moving to the left or to the right of an action's direction instead.
    """
    targets = dynamics.layout.targets if targets is None else targets
    intended = dynamics.next_cell
    successors, shares = intended[:, :, None], [1.0]
    if slip:
        successors = np.stack([intended, np.roll(intended, -1, axis=1), np.roll(intended, 1, axis=1)], axis=2)
        shares = [1.0 - slip, slip / 2, slip / 2]
    probabilities = np.broadcast_to(np.array(shares), successors.shape)

    n_cells = dynamics.n_cells
    is_pit = np.isin(np.arange(n_cells), list(dynamics.pits))
    terminal = is_pit[:, None] | (np.arange(n_cells)[:, None] == targets)
    alive = ~terminal[:, None, :]
    process = DecisionProcess(successors, probabilities, np.empty(0), np.empty(0), terminal)
    arrivals = process.expected((np.arange(n_cells)[:, None] == targets).astype(np.float64)) * alive
    rewards = arrivals - process.expected(is_pit[:, None].astype(np.float64)) * alive
    return DecisionProcess(successors, probabilities, rewards, arrivals, terminal)


def distances(dynamics: Dynamics, targets: NDArray[np.int64] | None = None) -> Values:
    """The least number of steps, without slipping, from every cell to every target.

    Args:
        dynamics: The transition table.
        targets: The cells of the targets; by default all of the layout's.

    Returns:
        float64 array of shape ``(cells, targets)``; infinity where there is no way.

    Example:
        >>> from gym_gridworld.dynamics import open_grid
        >>> distances(open_grid(2))
        array([[0., 1., 1., 2.],
               [1., 0., 2., 1.],
               [1., 2., 0., 1.],
               [2., 1., 1., 0.]])
    """
    targets = dynamics.layout.targets if targets is None else targets
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

    Example:
        >>> from gym_gridworld.dynamics import open_grid
        >>> solution = shortest_paths(open_grid(2), discount=0.5)
        >>> solution.values[0].tolist()  # from the bottom left to each of the four cells
        [0.0, 1.0, 1.0, 0.5]
    """
    check_range(discount, horizon)
    targets = dynamics.layout.targets if targets is None else targets
    steps = distances(dynamics, targets)
    afterwards = steps[dynamics.next_cell]
    is_pit = np.isin(np.arange(dynamics.n_cells), list(dynamics.pits))
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
    targets = dynamics.layout.targets if targets is None else targets
    cells = np.arange(dynamics.n_cells)[:, None]
    is_pit = np.isin(cells, list(dynamics.pits))
    ends = is_pit | (cells == targets)
    here = np.where(ends, cells, dynamics.next_cell[cells, actions])
    steps = np.where(ends, 0, 1)
    # Twice as far each time: a way that is not back in a cell where it was before is no longer than there are cells.
    for _ in range(dynamics.n_cells.bit_length()):
        steps += np.take_along_axis(steps, here, axis=0)
        here = np.take_along_axis(here, here, axis=0)
    return np.where(here == targets, steps, math.inf), np.where(is_pit[here, 0], steps, math.inf)


def backward_induction(process: DecisionProcess, discount: float) -> Iterator[Solution]:
    """The optimum with 1, 2, 3, ... steps left, without end: what is best depends on how many there are."""
    check_range(discount, math.inf)
    return _sweeps(process, discount, lambda q_values: _take(q_values.argmax(axis=1)))


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
    sweeps = backward_induction(process, discount)
    if horizon < math.inf:
        return _last_sweep(sweeps, horizon)
    if discount == 1.0:
        raise ValueError("without a horizon, discount must be below 1: a policy that never arrives could be as good")
    best = _converged(sweeps, tolerance * (1.0 - discount) / discount if discount else 0.0, ("q_values",))
    achieved = evaluate(process, best.q_values.argmax(axis=1), discount, horizon, tolerance)
    return replace(best, horizon=horizon, arrival=achieved.arrival, steps=achieved.steps)


def evaluate(
    process: DecisionProcess,
    policy: NDArray[np.int64] | Values,
    discount: float,
    horizon: float = math.inf,
    tolerance: float = TOLERANCE,
) -> Solution:
    """What a policy achieves.

    Args:
        process: The decision process.
        policy: Deterministic: an int array of shape ``(cells, targets)``, the action in each. Stochastic: a float
            array of shape ``(cells, actions, targets)``, the probability of each action.
        discount: From 0 to 1.
        horizon: Steps that are left.
        tolerance: Without a horizon, no value is farther than this from the true one for a discount below 1; for a
            discount of 1, where nothing bounds the error, the last sweep changed none by more.

    Raises:
        ValueError: The policy has another shape or is none, ``discount`` or ``horizon`` is out of range, or the values
            do not converge.
    """
    check_range(discount, horizon)
    choose = _follow(process, np.asarray(policy))
    sweeps = _sweeps(process, discount, lambda _: choose)
    if horizon < math.inf:
        return _last_sweep(sweeps, horizon)
    change = tolerance * min(1.0, (1.0 - discount) / discount) if 0.0 < discount < 1.0 else tolerance
    return replace(_converged(sweeps, change, ("q_values", "arrival", "steps")), horizon=horizon)


Choice = Callable[[Values], Values]
"""From something of each action, ``(cells, actions, targets)``, to that of the policy, ``(cells, targets)``."""


def _take(actions: NDArray[np.int64]) -> Choice:
    return lambda of_actions: np.take_along_axis(of_actions, actions[:, None, :], axis=1)[:, 0]


def _follow(process: DecisionProcess, policy: NDArray[np.generic]) -> Choice:
    cells, actions, targets = process.rewards.shape
    if policy.shape == (cells, targets) and np.issubdtype(policy.dtype, np.integer):
        if policy.min() < 0 or policy.max() >= actions:
            raise ValueError(f"a policy's actions are 0 to {actions - 1}, got {policy.min()} to {policy.max()}")
        return _take(policy.astype(np.int64))
    if policy.shape == (cells, actions, targets) and np.issubdtype(policy.dtype, np.floating):
        shares = policy.astype(np.float64)
        if shares.min() < 0 or not np.allclose(shares.sum(axis=1), 1.0):
            raise ValueError("a stochastic policy's probabilities must sum to 1 over the actions, and none be negative")
        return lambda of_actions: (shares * of_actions).sum(axis=1)
    raise ValueError(
        f"a policy is an integer array of shape {(cells, targets)} or a float array of shape "
        f"{(cells, actions, targets)}, got {policy.dtype} of shape {policy.shape}"
    )


def _sweeps(process: DecisionProcess, discount: float, choose: Callable[[Values], Choice]) -> Iterator[Solution]:
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


def _last_sweep(sweeps: Iterator[Solution], horizon: float) -> Solution:
    """The sweep with ``horizon`` steps left, or one that stands for it, as nothing will change any more."""
    last = next(sweeps)
    while last.horizon < horizon:
        now = next(sweeps)
        if _change(last, now, ("q_values", "arrival", "steps")) == 0.0:
            return replace(now, horizon=horizon)
        last = now
    return last


def _converged(sweeps: Iterator[Solution], change: float, names: tuple[str, ...]) -> Solution:
    """The first sweep that changes nothing by more than ``change``."""
    last = next(sweeps)
    while last.horizon < MAX_SWEEPS:
        now = next(sweeps)
        if _change(last, now, names) <= change:
            return now
        last = now
    raise ValueError(f"values do not converge with a discount of {last.discount}: set a horizon or a lower discount")


def _change(last: Solution, now: Solution, names: tuple[str, ...]) -> float:
    changes = (np.abs(getattr(now, name) - getattr(last, name)) for name in names)
    # Steps are NaN where there is no arrival yet, and an arrival is a change of its own.
    return max(float(np.nan_to_num(change).max()) for change in changes)


def check_range(discount: float, horizon: float) -> None:
    """Check a discount and a horizon.

    Raises:
        ValueError: One of them is out of range.
    """
    if not 0.0 <= discount <= 1.0:
        raise ValueError(f"discount must be a number from 0 to 1, got {discount}")
    if not horizon >= 1 or (horizon != math.inf and horizon != int(horizon)):
        raise ValueError(f"horizon must be a whole number of steps, at least 1, or infinity, got {horizon}")
