"""Exact planning: the best that can be done in a grid world, and what a given policy does in it.

Everything here is about all targets at once. Arrays have the axes ``(cells, actions, targets)`` or ``(cells,
targets)``: the agent's cell, what it does, and the target. A horizon counts the steps that are left, as a time limit
does; infinity means that there is no limit.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.dynamics import Dynamics
from gym_gridworld.validation import check_share

Values = NDArray[np.float64]

TOLERANCE = 1e-10
FIRST_SWEEPS = 40


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
        """Whether an action is as good as the best: ``(cells, actions, targets)``.

        Args:
            tolerance: By which share of the best value another may fall short of it. Far from the target all values
                are small, and none of them is the same as another for that.
        """
        best = self.q_values.max(axis=1, keepdims=True)
        # Sums that pits and targets take part in are rounded as their largest part is.
        rounding = 4.0 * np.finfo(np.float64).eps * np.abs(self.q_values).max(axis=1, keepdims=True)
        is_best: NDArray[np.bool_] = self.q_values >= best - tolerance * np.abs(best) - rounding
        return is_best


def decision_process(
    dynamics: Dynamics, targets: NDArray[np.int64] | None = None, slip: float = 0.0
) -> DecisionProcess:
    """The decision process of a grid world.

    Args:
        dynamics: Its transition table.
        targets: The cells of the targets; by default all of the layout's.
        slip: The probability of moving to the left or to the right of an action's direction instead.

    Raises:
        TypeError: ``slip`` is not a number.
        ValueError: ``slip`` is not from 0 to 1.
    """
    slip = check_share("slip", slip)
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
    # Policy iteration, from a policy that some sweeps have made good.
    policy = next(itertools.islice(sweeps, FIRST_SWEEPS, None)).q_values.argmax(axis=1)
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
    choose = _follow(process, np.asarray(policy))
    if horizon < math.inf:
        return _last_sweep(_sweeps(process, discount, lambda _: choose), horizon)
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
        pairs = ((last.q_values, now.q_values), (last.arrival, now.arrival), (last.steps, now.steps))
        if all(np.array_equal(one, other, equal_nan=True) for one, other in pairs):
            return replace(now, horizon=horizon)
        last = now
    return last


def check_range(discount: float, horizon: float) -> None:
    """Check a discount and a horizon.

    Raises:
        ValueError: One of them is out of range.
    """
    if not 0.0 <= discount <= 1.0:
        raise ValueError(f"discount must be a number from 0 to 1, got {discount}")
    if not horizon >= 1 or (horizon != math.inf and horizon != int(horizon)):
        raise ValueError(f"horizon must be a whole number of steps, at least 1, or infinity, got {horizon}")
