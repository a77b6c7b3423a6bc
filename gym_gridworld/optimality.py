"""How far from optimal an agent is, computed over every state and not sampled."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from gym_gridworld import planning
from gym_gridworld.all_states import AllStates
from gym_gridworld.env import GridWorldEnv
from gym_gridworld.goal_env import GoalGridWorldEnv
from gym_gridworld.goal_optimality import AllPlacements
from gym_gridworld.goal_report import GoalReport
from gym_gridworld.models import DISCOUNT, Model, discount_of
from gym_gridworld.observing import observe, time_limit
from gym_gridworld.report import Report

__all__ = ["AllPairs", "AllPlacements", "Evaluation", "Report", "all_states", "evaluate", "optimal_fraction"]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What an agent does in every pair; each array has the shape ``(pairs,)``.

    Attributes:
        report: The figures.
        actions: The greedy action.
        optimal: Whether it is optimal.
        arrival: The probability that the greedy policy reaches the target in time: 0 or 1 without slip.
        regret: Steps more than the optimum, of the episodes that arrive; NaN where none does.
        q_values: ``(pairs, 4)``: the model's own; None for a model without.
    """

    report: Report
    actions: NDArray[np.int64]
    optimal: NDArray[np.bool_]
    arrival: NDArray[np.float64]
    regret: NDArray[np.float64]
    q_values: NDArray[np.float64] | None


class AllPairs(AllStates):
    """Every (agent, target) pair of a grid world, with what an agent observes there and what is optimal.

    Build it once to check a model again and again; :func:`evaluate` is the short form.

    Args:
        env: A GridWorld with the wrappers that the model was trained with. It may be reset to each of the pairs.
        discount: Of the values.
        horizon: Steps in which the target must be reached; by default the time limit of the environment's id, or none.
        chunk: Pairs in one batch through the model, to bound the memory.

    Attributes:
        agents: int64 array of shape ``(pairs,)``: the agent's cell.
        targets: int64 array of shape ``(pairs,)``: the target's cell.
        observations: The observations of all pairs, as the wrapped environment gives them, in batches.
        optimal: bool array of shape ``(pairs, 4)``: whether the action is optimal. Without slip, those are the actions
            that bring the agent one step nearer, whatever the discount; with slip, those of the greatest value.

    Raises:
        TypeError: ``env`` is another environment.
        ValueError: ``discount`` or ``horizon`` is out of range.
    """

    def __init__(
        self, env: gym.Env[Any, Any], discount: float = DISCOUNT, horizon: float | None = None, chunk: int = 20_000
    ) -> None:
        grid_world = env.unwrapped
        if not isinstance(grid_world, GridWorldEnv):
            raise TypeError(f"(agent, target) pairs are those of a GridWorldEnv, got {env}")
        self.env, self.slip = env, grid_world.slip
        self.discount, self.horizon = discount, time_limit(env) if horizon is None else horizon
        planning.check_range(self.discount, self.horizon)
        self.dynamics, self._layout = grid_world.dynamics, grid_world.layout

        distances = planning.distances(self.dynamics)
        # Column by column: all agents of a target follow each other.
        columns, self.agents = np.nonzero(((distances > 0) & np.isfinite(distances)).T)
        self._pairs = (self.agents, columns)
        self.targets = self._layout.targets[columns]
        if self.slip:
            self.optimal = self.optimum.optimal_actions().swapaxes(1, 2)[self._pairs]
        else:
            nearer = distances[self.dynamics.next_cell] == distances[:, None] - 1.0
            self.optimal = nearer.swapaxes(1, 2)[self._pairs]
        batches = [slice(start, start + chunk) for start in range(0, len(self), chunk)]
        self.observations = [observe(env, self.agents[batch], self.targets[batch]) for batch in batches]

    def batches(self) -> list[Any]:
        """The observations of all pairs, in batches."""
        return self.observations

    @cached_property
    def optimum(self) -> planning.Solution:
        """The optimum, for all cells and targets."""
        if self.slip:
            return planning.solve(self._process, self.discount, self.horizon)
        return planning.shortest_paths(self.dynamics, self.discount, self.horizon)

    def evaluate(self, model: Model) -> Evaluation:
        """What a model does in every pair, and how far from optimal that is.

        Raises:
            TypeError: ``model`` is no model.
            ValueError: The model is for other spaces, or does not give one action for each observation.
        """
        actions, q_values = self.decisions(model)
        arrival, steps, values = self._play(actions)
        optimum = self.optimum
        is_optimal = self.is_optimal(actions)
        regret = np.where(arrival > 0, steps - optimum.steps[self._pairs], np.nan)
        arrives = np.isfinite(regret)
        errors = None
        if q_values is not None:
            errors = np.abs(q_values - optimum.q_values.swapaxes(1, 2)[self._pairs])
        report = Report(
            env_id=self.env.spec.id if self.env.spec is not None else type(self.env.unwrapped).__name__,
            layout=_layout_name(self.env),
            pairs=len(self),
            slip=self.slip,
            horizon=self.horizon,
            discount=self.discount,
            actions=float(is_optimal.mean()),
            success=float(arrival.mean()),
            mean_regret=float(regret[arrives].mean()) if arrives.any() else math.nan,
            max_regret=float(regret[arrives].max()) if arrives.any() else math.nan,
            mean_return_regret=float((optimum.values[self._pairs] - values).mean()),
            q_error=None if errors is None else float(errors.mean()),
            max_q_error=None if errors is None else float(errors.max()),
        )
        return Evaluation(report, actions, is_optimal, arrival, regret, q_values)

    def on_cells(self, of_pairs: NDArray[Any], fill: Any = math.nan) -> NDArray[Any]:
        """Something of each pair as an array of shape ``(cells, targets, ...)``; ``fill`` where there is no pair."""
        shape = (self.dynamics.n_cells, len(self._layout.targets), *of_pairs.shape[1:])
        filled = np.full(shape, fill, of_pairs.dtype)
        filled[self._pairs] = of_pairs
        return filled

    @cached_property
    def _process(self) -> planning.DecisionProcess:
        return planning.decision_process(self.dynamics, slip=self.slip)

    def _play(self, actions: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Arrival, steps and discounted return of following the actions."""
        policy = self.on_cells(actions, fill=0)
        if self.slip:
            played = planning.evaluate(self._process, policy, self.discount, self.horizon)
            return played.arrival[self._pairs], played.steps[self._pairs], played.values[self._pairs]
        steps, falls = planning.steps_of(self.dynamics, policy)
        in_time, falls_in_time = ((number <= self.horizon) & np.isfinite(number) for number in (steps, falls))
        values = np.where(in_time, self.discount ** np.where(in_time, steps - 1, 0.0), 0.0)
        values -= np.where(falls_in_time, self.discount ** np.where(falls_in_time, falls - 1, 0.0), 0.0)
        return in_time[self._pairs].astype(np.float64), steps[self._pairs], values[self._pairs]


def all_states(
    env: gym.Env[Any, Any], discount: float = DISCOUNT, horizon: float | None = None
) -> AllPairs | AllPlacements:
    """Every state of an environment: all pairs of a GridWorld, all placements of a GoalGridWorld.

    Args:
        env: A GridWorld or a GoalGridWorld, with the wrappers that the model was trained with.
        discount: Of the values.
        horizon: Steps in which the agent must arrive; by default the time limit of the environment's id, or none.

    Raises:
        TypeError: ``env`` is another environment.
        ValueError: ``discount`` or ``horizon`` is out of range, or there are too many placements.
    """
    if isinstance(env.unwrapped, GoalGridWorldEnv):
        return AllPlacements(env, discount, horizon)
    if isinstance(env.unwrapped, GridWorldEnv):
        return AllPairs(env, discount, horizon)
    raise TypeError(f"optimality is known for a GridWorldEnv and a GoalGridWorldEnv, got {env}")


def evaluate(
    model: Model, env: gym.Env[Any, Any], discount: float | None = None, horizon: float | None = None
) -> Report | GoalReport:
    """How far from optimal a model is, exactly: every state is looked at, and none sampled.

    Args:
        model: A Stable-Baselines3 model, anything with its ``predict``, or a function from a batch of observations to
            their actions.
        env: A GridWorld or a GoalGridWorld with the wrappers that the model was trained with. It may be reset to each
            of its states.
        discount: Of the values; by default the model's own ``gamma``, or 0.99 if it has none.
        horizon: Steps in which the target must be reached; by default the time limit of the environment's id.
            ``math.inf`` for no limit.

    Returns:
        The figures, of a GoalGridWorld a :class:`gym_gridworld.goal_report.GoalReport`; it prints as a table, and has a
        ``to_json``.

    Raises:
        TypeError: ``env`` is another environment, or ``model`` is no model.
        ValueError: The model is for other spaces, or does not give one action for each observation; ``discount`` or
            ``horizon`` is out of range.

    Example:
        >>> import gymnasium as gym
        >>> import gym_gridworld
        >>> env = gym.make("gym_gridworld/GridWorld-v0")
        >>> def first_right_then_up(observations):
        ...     dx, dy = (observations["target"] - observations["agent"]).T
        ...     return np.where(dx > 0, 0, np.where(dy > 0, 1, np.where(dx < 0, 2, 3)))
        >>> print(evaluate(first_right_then_up, env))
        gym_gridworld/GridWorld-v0, 5x5, 600 (agent, target) pairs, time limit 100 steps, discount 0.99
          greedy action optimal                   100.00%  600 of them
          target reached                          100.00%
          steps more than the optimum                   0  at most 0
          return less than the optimum                  0
    """
    return all_states(env, discount_of(model) if discount is None else discount, horizon).evaluate(model).report


def optimal_fraction(model: Model, env: gym.Env[Any, Any]) -> float:
    """The share of all states, (agent, target) pairs or placements, in which the greedy action is optimal.

    Args:
        model: As for :func:`evaluate`.
        env: As for :func:`evaluate`.

    Returns:
        A fraction from 0.0 to 1.0; 1.0 means that the greedy policy is optimal everywhere.

    Raises:
        TypeError: ``env`` is another environment, or ``model`` is no model.
        ValueError: The model is for other spaces, or does not give one action for each observation.
    """
    return all_states(env, discount_of(model)).fraction(model)


def _layout_name(env: gym.Env[Any, Any]) -> str:
    """The size, after the name of the layout where that has one."""
    layout = env.unwrapped.layout  # type: ignore[attr-defined]
    given = env.spec.kwargs.get("layout") if env.spec is not None else None
    size = f"{layout.width}x{layout.height}"
    return f"{given} {size}" if isinstance(given, str) and len(given.split()) == 1 else size
