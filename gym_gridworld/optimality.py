"""How far from optimal an agent is, computed over every (agent, target) pair and not sampled."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from gym_gridworld import planning
from gym_gridworld.env import N_ACTIONS, GridWorldEnv

# Without any, a slipping agent that arrives at last is as good as one that goes straight there.
DISCOUNT = 0.99
# Gymnasium's and Stable-Baselines3's. Behind any other wrapper, the environment is reset to every pair.
LEAVE_OBSERVATIONS_ALONE = (
    "gymnasium.wrappers.common.OrderEnforcing",
    "gymnasium.wrappers.common.PassiveEnvChecker",
    "gymnasium.wrappers.common.TimeLimit",
    "rl_zoo3.wrappers.PatchedTimeLimit",
    "stable_baselines3.common.monitor.Monitor",
)


class Predictor(Protocol):
    """What is needed of a model: Stable-Baselines3's ``predict``."""

    def predict(self, observation: Any, *, deterministic: bool) -> tuple[NDArray[np.int64], Any]:
        """The actions, of shape ``(n,)``, for a batch of ``n`` observations."""


Model = Predictor | Callable[[Any], NDArray[np.int64]]


@dataclass(frozen=True)
class Report:
    """How far from optimal an agent is.

    Attributes:
        env_id: The id of the environment.
        pairs: Number of (agent, target) pairs: the agent on any floor from which the target can be reached.
        slip: Of the environment.
        horizon: Steps in which the agent must arrive; infinity for no limit.
        discount: Of the values; with slip, of what is called optimal too.
        actions: The share of the pairs in which the greedy action is optimal.
        success: The share of the pairs in which the greedy policy arrives; with slip, its mean probability.
        mean_regret: Steps more than the optimum until it arrives, the mean over the pairs in which it does, each pair
            by the expected steps of the episodes that arrive; NaN if it never does.
        max_regret: The same, the greatest.
        mean_return_regret: How much less it gains than the optimum, in discounted return, the mean over all pairs.
        q_error: The mean absolute error of its Q-values, over all pairs and actions; None for a model without.
        max_q_error: The same, the greatest.
    """

    env_id: str
    pairs: int
    slip: float
    horizon: float
    discount: float
    actions: float
    success: float
    mean_regret: float
    max_regret: float
    mean_return_regret: float
    q_error: float | None
    max_q_error: float | None

    def __str__(self) -> str:
        limit = "no time limit" if self.horizon == math.inf else f"time limit {self.horizon:g} steps"
        about = [f"{self.env_id}, {self.pairs:,} (agent, target) pairs, {limit}, discount {self.discount:g}"]
        if self.slip:
            about[0] += f", slip {self.slip:g}"
        # Whoever slips and takes risks may arrive the sooner, when it arrives.
        steps = "steps more than the optimum" + (", arriving" if self.slip else "")
        regret = (f"{self.mean_regret:.4g}", f"at most {self.max_regret:.4g}")
        rows = [
            ("greedy action optimal", f"{percent(self.actions)}%", f"{round(self.actions * self.pairs):,} of them"),
            ("target reached", f"{percent(self.success)}%", ""),
            (steps, *(regret if math.isfinite(self.mean_regret) else ("-", "it never arrives"))),
            ("return less than the optimum", f"{self.mean_return_regret:.4g}", ""),
        ]
        if self.q_error is not None:
            rows.append(("error of the Q-values", f"{self.q_error:.4g}", f"at most {self.max_q_error:.4g}"))
        return "\n".join([*about, *(f"  {what:<37}{value:>10}  {more}".rstrip() for what, value, more in rows)])

    def to_json(self) -> str:
        """A JSON object; what is infinite or not a number is null."""
        fields = dataclasses.asdict(self).items()
        return json.dumps({k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in fields})


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


class AllPairs:
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
            raise TypeError(f"optimality is known for a GridWorldEnv, got {env}")
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

    def __len__(self) -> int:
        return len(self.agents)

    @cached_property
    def optimum(self) -> planning.Solution:
        """The optimum, for all cells and targets."""
        if self.slip:
            return planning.solve(self._process, self.discount, self.horizon)
        return planning.shortest_paths(self.dynamics, self.discount, self.horizon)

    def fraction(self, model: Model) -> float:
        """The share of the pairs in which the model's greedy action is optimal, from 0.0 to 1.0.

        Raises:
            ValueError: The model is for other spaces, or does not give one action for each observation.
        """
        return float(self._is_optimal(self.greedy_actions(model)).mean())

    def greedy_actions(self, model: Model) -> NDArray[np.int64]:
        """The model's greedy action in every pair: an int64 array of shape ``(pairs,)``.

        Raises:
            ValueError: The model is for other spaces, or does not give one action for each observation.
        """
        check_spaces(model, self.env)
        chosen = []
        for batch in self.observations:
            expected = (len(next(iter(batch.values())) if isinstance(batch, dict) else batch),)
            actions = _predict(model, batch)
            if actions.shape != expected:
                raise ValueError(f"expected actions of shape {expected} from the model, got {actions.shape}")
            chosen.append(actions)
        actions = np.concatenate(chosen)
        if not np.issubdtype(actions.dtype, np.integer) or actions.min() < 0 or actions.max() >= N_ACTIONS:
            raise ValueError(f"expected actions from 0 to {N_ACTIONS - 1} from the model, got {np.unique(actions)[:9]}")
        return actions.astype(np.int64)

    def q_values(self, model: Model) -> NDArray[np.float64] | None:
        """The model's Q-values in every pair: a float64 array of shape ``(pairs, 4)``; None for a model without."""
        if not (hasattr(model, "q_net") or hasattr(model, "quantile_net")):
            return None
        from gym_gridworld.sb3.q_values import q_values

        return np.concatenate([q_values(model, batch) for batch in self.observations]).astype(np.float64)

    def evaluate(self, model: Model) -> Evaluation:
        """What a model does in every pair, and how far from optimal that is.

        Raises:
            ValueError: The model is for other spaces, or does not give one action for each observation.
        """
        actions = self.greedy_actions(model)
        arrival, steps, values = self._play(actions)
        optimum = self.optimum
        is_optimal = self._is_optimal(actions)
        regret = np.where(arrival > 0, steps - optimum.steps[self._pairs], np.nan)
        arrives = np.isfinite(regret)
        q_values = self.q_values(model)
        errors = None
        if q_values is not None:
            errors = np.abs(q_values - optimum.q_values.swapaxes(1, 2)[self._pairs])
        report = Report(
            env_id=self.env.spec.id if self.env.spec is not None else type(self.env.unwrapped).__name__,
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

    def _is_optimal(self, actions: NDArray[np.int64]) -> NDArray[np.bool_]:
        is_optimal: NDArray[np.bool_] = self.optimal[np.arange(len(self)), actions]
        return is_optimal

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


def observe(env: gym.Env[Any, Any], agents: NDArray[np.int64], targets: NDArray[np.int64]) -> Any:
    """What an agent observes in (agent, target) pairs, as one batch; the environment may be reset to each of them.

    Args:
        env: A GridWorld, wrapped or not.
        agents: int64 array of shape ``(n,)``: the agents' cells.
        targets: int64 array of shape ``(n,)``: the targets' cells.

    Returns:
        The observations as one array of shape ``(n, ...)``, or a dict of them.
    """
    batch_observer = _batch_observer(env)
    if batch_observer is not None:
        return batch_observer.observe_batch(agents, targets)
    if getattr(env.unwrapped, "render_mode", None) == "human":
        # A window would show every single reset.
        env = copy.deepcopy(env)
        env.unwrapped.render_mode = None
    location = env.unwrapped.layout.location  # type: ignore[attr-defined]
    observations = [
        env.reset(options={"agent": location(agent), "target": location(target)})[0]
        for agent, target in zip(agents, targets, strict=True)
    ]
    if isinstance(observations[0], dict):
        return {key: np.stack([observation[key] for observation in observations]) for key in observations[0]}
    return np.stack(observations)


def check_spaces(model: Any, env: gym.Env[Any, Any]) -> None:
    """Check that a model, if it says what it is for, is for the spaces of an environment.

    Raises:
        ValueError: It is for others.
    """
    for name in ("observation_space", "action_space"):
        expected = getattr(env, name)
        if getattr(model, name, expected) != expected:
            raise ValueError(
                f"the model's {name} does not fit the environment: {getattr(model, name)}, where it has {expected}"
            )


def evaluate(
    model: Model, env: gym.Env[Any, Any], discount: float | None = None, horizon: float | None = None
) -> Report:
    """How far from optimal a model is, exactly: every (agent, target) pair is looked at, and none sampled.

    Args:
        model: A Stable-Baselines3 model, anything with its ``predict``, or a function from a batch of observations to
            their actions.
        env: A GridWorld with the wrappers that the model was trained with. It is reset to each of the pairs.
        discount: Of the values; by default the model's own ``gamma``, or 0.99 if it has none.
        horizon: Steps in which the target must be reached; by default the time limit of the environment's id.
            ``math.inf`` for no limit.

    Returns:
        The figures; it prints as a table, and has a ``to_json``.

    Raises:
        TypeError: ``env`` is another environment.
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
        gym_gridworld/GridWorld-v0, 600 (agent, target) pairs, time limit 100 steps, discount 0.99
          greedy action optimal                   100.00%  600 of them
          target reached                          100.00%
          steps more than the optimum                   0  at most 0
          return less than the optimum                  0
    """
    return AllPairs(env, discount_of(model) if discount is None else discount, horizon).evaluate(model).report


def optimal_fraction(model: Model, env: gym.Env[Any, Any]) -> float:
    """The share of all (agent, target) pairs in which the greedy action is optimal.

    Args:
        model: As for :func:`evaluate`.
        env: A GridWorld with the wrappers that the model was trained with. It is reset to each of the pairs.

    Returns:
        A fraction from 0.0 to 1.0; 1.0 means that the greedy policy is optimal everywhere.

    Raises:
        TypeError: ``env`` is another environment.
        ValueError: The model is for other spaces, or does not give one action for each observation.
    """
    return AllPairs(env, discount_of(model)).fraction(model)


def discount_of(model: Any) -> float:
    """The discount that a model was trained with, or 0.99 if it has none."""
    return float(getattr(model, "gamma", DISCOUNT))


def percent(share: float) -> str:
    """A share in percent, rounded down, so that 100 is said of nothing less.

    Example:
        >>> percent(1.0), percent(159_599 / 159_600)
        ('100.00', '99.99')
    """
    return f"{math.floor(10_000 * share + 1e-6) / 100:.2f}"


def _batch_observer(env: gym.Env[Any, Any]) -> Any:
    """The wrapper whose observations the model sees, if it can tell many at once and nothing outside changes them."""
    while isinstance(env, gym.Wrapper):
        if hasattr(type(env), "observe_batch"):
            # A subclass that observes something else has inherited a batch that no longer fits.
            one, many = (_definer(type(env), name) for name in ("observation", "observe_batch"))
            return env if one is many else None
        if f"{type(env).__module__}.{type(env).__qualname__}" not in LEAVE_OBSERVATIONS_ALONE:
            return None
        env = env.env
    return None


def _definer(kind: type, name: str) -> type:
    return next(base for base in kind.__mro__ if name in vars(base))


def time_limit(env: gym.Env[Any, Any]) -> float:
    """The time limit of an environment's id, or what it was made with instead; infinity for none."""
    limit = env.spec.max_episode_steps if env.spec is not None else None
    return math.inf if limit is None else limit


def _predict(model: Model, batch: Any) -> NDArray[np.int64]:
    predict = getattr(model, "predict", None)
    if predict is not None:
        return np.asarray(predict(batch, deterministic=True)[0])
    if not callable(model):
        raise TypeError(f"expected a model with predict, or a function of observations, got {model!r}")
    return np.asarray(model(batch))
