"""The decision process of a grid world, and what a solution of it holds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.dynamics import Dynamics
from gym_gridworld.validation import check_share

Values = NDArray[np.float64]


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
        ValueError: ``slip`` is not from 0 to 1, or a target is no floor of the layout.
    """
    slip = check_share("slip", slip)
    targets = choose_targets(dynamics, targets)
    intended = dynamics.next_cell
    successors, shares = intended[:, :, None], [1.0]
    if slip:
        successors = np.stack([intended, np.roll(intended, -1, axis=1), np.roll(intended, 1, axis=1)], axis=2)
        shares = [1.0 - slip, slip / 2, slip / 2]
    probabilities = np.broadcast_to(np.array(shares), successors.shape)

    is_target = np.arange(dynamics.n_cells)[:, None] == targets
    is_pit = np.broadcast_to(dynamics.layout.is_pit[:, None], is_target.shape)
    return process_of(successors, probabilities, is_target, is_pit)


def process_of(
    successors: NDArray[np.int64],
    probabilities: Values,
    is_target: NDArray[np.bool_],
    is_pit: NDArray[np.bool_],
    step_reward: float = 0.0,
) -> DecisionProcess:
    """The decision process of a game that ends in targets, with a reward of 1, and in pits, with one of -1.

    Args:
        successors: int64 array of shape ``(cells, actions, outcomes)``: where an action may lead.
        probabilities: float64 array of the same shape: how likely it leads there.
        is_target: bool array of shape ``(cells, targets)``, a column for each place in which the targets may lie.
        is_pit: The same for the pits.
        step_reward: The reward of every other step.

    Example:
        >>> to_the_right = np.array([[[1]], [[2]], [[2]]])
        >>> is_target = np.array([[False], [False], [True]])
        >>> process_of(to_the_right, np.ones((3, 1, 1)), is_target, ~is_target & False, -0.01).rewards.ravel().tolist()
        [-0.01, 1.0, 0.0]
    """
    terminal = is_target | is_pit
    alive = ~terminal[:, None, :]
    process = DecisionProcess(successors, probabilities, np.empty(0), np.empty(0), terminal)
    arrivals = process.expected(is_target.astype(np.float64)) * alive
    falls = process.expected(is_pit.astype(np.float64)) * alive
    rewards = arrivals - falls
    if step_reward:
        rewards += step_reward * (1.0 - arrivals - falls) * alive
    return DecisionProcess(successors, probabilities, rewards, arrivals, terminal)


def choose_targets(dynamics: Dynamics, targets: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """The cells of the targets: those that are given, or all of the layout's.

    Raises:
        ValueError: One of them is no floor of the layout.
    """
    if targets is None:
        return dynamics.layout.targets
    targets = np.asarray(targets)
    is_floor = np.isin(targets, np.flatnonzero(dynamics.layout.regions >= 0))
    if targets.ndim != 1 or not is_floor.all():
        wrong = targets[~is_floor].tolist() if targets.ndim == 1 else f"an array of shape {targets.shape}"
        raise ValueError(f"targets must be numbers of floor cells, from 0 to {dynamics.n_cells - 1}, got {wrong}")
    return targets


def check_range(discount: float, horizon: float) -> None:
    """Check a discount and a horizon.

    Raises:
        ValueError: One of them is out of range.
    """
    if not 0.0 <= discount <= 1.0:
        raise ValueError(f"discount must be a number from 0 to 1, got {discount}")
    if not horizon >= 1 or (horizon != math.inf and horizon != int(horizon)):
        raise ValueError(f"horizon must be a whole number of steps, at least 1, or infinity, got {horizon}")
