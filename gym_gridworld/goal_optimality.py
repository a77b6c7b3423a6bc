"""How far from optimal an agent is in the game with two kinds of goals, over every placement and goal signal."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from gym_gridworld import planning
from gym_gridworld.all_states import AllStates
from gym_gridworld.goal_env import GoalGridWorldEnv
from gym_gridworld.goal_report import GoalReport
from gym_gridworld.goals import GOAL_REWARD, PLUS, STEP_REWARD, WRONG_REWARD, GoalRules
from gym_gridworld.models import DISCOUNT, Model
from gym_gridworld.observing import observe, time_limit

Cells = NDArray[np.int64]
Values = NDArray[np.float64]

# Beyond, a single array of the planner takes hundreds of megabytes.
MOST_PLACEMENTS = 4_000_000


@dataclass(frozen=True, eq=False)
class GoalEvaluation:
    """What an agent does in every placement; each array has the shape ``(placements,)``.

    Attributes:
        report: The figures.
        actions: The greedy action.
        optimal: Whether it is optimal.
        reached: Whether the greedy policy reaches a goal of the signalled kind in time.
        touched: Whether it touches a goal of the other kind in time.
        returns: The return of the greedy policy.
        q_values: ``(placements, actions)``: the model's own; None for a model without.
    """

    report: GoalReport
    actions: Cells
    optimal: NDArray[np.bool_]
    reached: NDArray[np.bool_]
    touched: NDArray[np.bool_]
    returns: Values
    q_values: Values | None


class AllPlacements(AllStates):
    """Every placement and goal signal of a GoalGridWorld, with what is optimal there.

    Build it once to check a model again and again; :func:`gym_gridworld.optimality.evaluate` is the short form.

    Goals of a kind are not told apart. A board is where the goals lie and which kind is signalled; a placement is a
    board and the cell of the agent.

    Args:
        env: A GoalGridWorld with the wrappers that the model was trained with. It may be reset to each placement.
        discount: Of the Q-values.
        horizon: Steps in which the agent must arrive; by default the time limit of the environment's id, or none.
        chunk: Placements in one batch through the model, to bound the memory.

    Attributes:
        agents: int64 array of shape ``(placements,)``: the agent's cell.
        plus: int64 array of shape ``(placements, n_plus)``: the cells of the plus goals.
        ex: int64 array of shape ``(placements, n_ex)``: the cells of the ex goals.
        goals: int64 array of shape ``(placements,)``: the signalled kind, 0 plus, 1 ex.
        optimal: bool array of shape ``(placements, actions)``: whether the action is optimal: that of the greatest
            return, without a discount, with all steps of the horizon left.

    Raises:
        TypeError: ``env`` is another environment.
        ValueError: ``discount`` or ``horizon`` is out of range, or there are too many placements.

    Example:
        >>> import gym_gridworld
        >>> placements = AllPlacements(gym.make("gym_gridworld/GoalGridWorld-v0"))
        >>> len(placements), round(placements.optimal_return, 4)
        (27600, 0.9764)
    """

    def __init__(
        self, env: gym.Env[Any, Any], discount: float = DISCOUNT, horizon: float | None = None, chunk: int = 500
    ) -> None:
        grid_world = env.unwrapped
        if not isinstance(grid_world, GoalGridWorldEnv):
            raise TypeError(f"placements are those of a GoalGridWorldEnv, got {env}")
        self.env, self.rules, self._chunk = env, grid_world.rules, chunk
        self.discount, self.horizon = discount, time_limit(env) if horizon is None else horizon
        planning.check_range(self.discount, self.horizon)
        if self.rules.n_placements > MOST_PLACEMENTS:
            raise ValueError(
                f"all placements are looked at, of which there may be {MOST_PLACEMENTS:,}: got "
                f"{self.rules.n_placements:,} of {_layout_name(self.rules)}"
            )
        plus, ex, goals = _boards(self.rules)
        cells = np.arange(self.rules.grid.n_cells)[:, None]
        is_plus, is_ex = ((cells[:, :, None] == kind).any(axis=2) for kind in (plus, ex))
        self._is_right = np.where(goals == PLUS, is_plus, is_ex)
        self._is_wrong = np.where(goals == PLUS, is_ex, is_plus)
        # Board by board: all agents of one follow each other.
        boards, self.agents = np.nonzero(~(is_plus | is_ex).T)
        self._pairs = (self.agents, boards)
        self.plus, self.ex, self.goals = plus[boards], ex[boards], goals[boards]
        self.optimal = self.optimum.optimal_actions().swapaxes(1, 2)[self._pairs]

    def batches(self) -> Iterator[Any]:
        """The observations of all placements, as the wrapped environment gives them, in batches that are made anew."""
        for start in range(0, len(self), self._chunk):
            batch = slice(start, start + self._chunk)
            yield observe(self.env, self.agents[batch], self.plus[batch], self.ex[batch], self.goals[batch])

    @cached_property
    def optimum(self) -> planning.Solution:
        """The optimum without a discount, with the axes ``(cells, boards)``."""
        # Who wanders about for longer than this would have lost less by touching the other goal.
        enough = self.rules.grid.n_cells + math.ceil((GOAL_REWARD - WRONG_REWARD) / -STEP_REWARD)
        return planning.solve(self._process, 1.0, min(self.horizon, enough))

    @cached_property
    def discounted_optimum(self) -> planning.Solution:
        """The optimum with the discount, with the axes ``(cells, boards)``."""
        return self.optimum if self.discount == 1.0 else planning.solve(self._process, self.discount, self.horizon)

    @property
    def optimal_return(self) -> float:
        """The mean return of the optimum, over all placements and goal signals."""
        return float(self.optimum.values[self._pairs].mean())

    @property
    def optimal_length(self) -> float:
        """The mean length of an optimal episode, of those that can arrive; NaN if none can."""
        steps = self.optimum.steps[self._pairs]
        return float(np.nanmean(steps)) if np.isfinite(steps).any() else math.nan

    def reset_options(self, placement: int) -> dict[str, Any]:
        """The reset options that lead to a placement, given by its number."""
        state = (column[placement] for column in (self.agents, self.plus, self.ex, self.goals))
        options: dict[str, Any] = self.env.unwrapped.reset_options(*state)  # type: ignore[attr-defined]
        return options

    def way(self, actions: Cells, placement: int) -> list[int]:
        """The cells of the agent when it follows a policy, from where it starts to the end or to where it was before.

        Args:
            actions: Of the policy, in every placement: of shape ``(placements,)``.
            placement: Number of the placement.
        """
        here, board = (part[placement] for part in self._pairs)
        on_board = self._pairs[1] == board
        action_in = dict(zip(self.agents[on_board].tolist(), actions[on_board].tolist(), strict=True))
        way = [int(here)]
        # No action is known in the cells of goals.
        while way[-1] in action_in and way[-1] not in way[:-1]:
            way.append(self.rules.next_cell_rows[way[-1]][action_in[way[-1]]])
        return way

    def evaluate(self, model: Model) -> GoalEvaluation:
        """What a model does in every placement, and how far from optimal that is.

        Raises:
            TypeError: ``model`` is no model.
            ValueError: The model is for other spaces, or does not give one action for each observation.
        """
        actions, q_values = self.decisions(model)
        is_optimal = self.is_optimal(actions)
        reached, touched, steps = self._play(actions)
        returns = STEP_REWARD * (steps - (reached | touched)) + GOAL_REWARD * reached + WRONG_REWARD * touched
        regret = (steps - self.optimum.steps[self._pairs])[reached]
        errors = None
        if q_values is not None:
            errors = np.abs(q_values - self.discounted_optimum.q_values.swapaxes(1, 2)[self._pairs])
        report = GoalReport(
            env_id=self.env.spec.id if self.env.spec is not None else type(self.env.unwrapped).__name__,
            layout=_layout_name(self.rules),
            placements=len(self),
            horizon=self.horizon,
            discount=self.discount,
            actions=float(is_optimal.mean()),
            success=float(reached.mean()),
            wrong_goal=float(touched.mean()),
            mean_return=float(returns.mean()),
            optimal_return=self.optimal_return,
            mean_regret=float(regret.mean()) if len(regret) else math.nan,
            max_regret=float(regret.max()) if len(regret) else math.nan,
            q_error=None if errors is None else float(errors.mean()),
            max_q_error=None if errors is None else float(errors.max()),
            failures=tuple(self.reset_options(placement) for placement in np.flatnonzero(~reached).tolist()),
        )
        return GoalEvaluation(report, actions, is_optimal, reached, touched, returns, q_values)

    @cached_property
    def _process(self) -> planning.DecisionProcess:
        successors = self.rules.next_cell[:, :, None]
        certain = np.ones(successors.shape)
        return planning.process_of(successors, certain, self._is_right, self._is_wrong, STEP_REWARD)

    def _play(self, actions: Cells) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Values]:
        """Whether following the actions reaches a goal, whether it touches a wrong one, and the steps it takes."""
        policy = np.zeros(self._is_right.shape, np.int64)
        policy[self._pairs] = actions
        ends = planning.steps_to_ends(self.rules.next_cell, policy, self._is_right, self._is_wrong)
        right, wrong = (steps[self._pairs] for steps in ends)
        # Infinity is not in time, without a time limit either.
        reached, touched = ((steps <= self.horizon) & np.isfinite(steps) for steps in (right, wrong))
        return reached, touched, np.minimum(np.minimum(right, wrong), self.horizon)


def _boards(rules: GoalRules) -> tuple[Cells, Cells, Cells]:
    """Every board: the cells of the plus goals, those of the ex goals, and the signalled kind."""
    cells = range(rules.grid.n_cells)
    boards = [
        (plus, ex)
        for plus in itertools.combinations(cells, rules.n_plus)
        for ex in itertools.combinations([cell for cell in cells if cell not in plus], rules.n_ex)
    ]
    plus, ex = (np.array(kind, np.int64).reshape(len(boards), -1) for kind in zip(*boards, strict=True))
    signals = rules.signals
    goals = np.tile(np.array(signals), len(boards))
    return plus.repeat(len(signals), axis=0), ex.repeat(len(signals), axis=0), goals


def _layout_name(rules: GoalRules) -> str:
    return f"{rules.size}x{rules.size}, {rules.n_plus} plus, {rules.n_ex} ex"
