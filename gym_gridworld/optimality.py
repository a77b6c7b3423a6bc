"""How far from optimal an agent is, counted over every (agent, target) pair and not sampled."""

from __future__ import annotations

import math
from typing import Any, Protocol

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from gym_gridworld.env import GridWorldEnv


class Model(Protocol):
    """What is needed of a model: Stable-Baselines3's ``predict``."""

    def predict(self, observation: Any, *, deterministic: bool) -> tuple[NDArray[np.int64], Any]:
        """The actions, of shape ``(n,)``, for a batch of ``n`` observations."""


class AllPairs:
    """Every (agent, target) pair of a grid world, with what an agent observes there and the actions that are optimal.

    Build it once to check a model again and again; :func:`optimal_fraction` is the short form.

    Args:
        env: A GridWorld with the wrappers that the model was trained with. It is reset to each of the pairs.
        chunk: Pairs in one batch through the model, to bound the memory.

    Attributes:
        observations: The observations of all pairs, as the wrapped environment gives them, in batches.
        optimal: bool array of shape ``(pairs, 4)``: whether the action brings the agent one step nearer.

    Raises:
        TypeError: ``env`` is another environment.
    """

    def __init__(self, env: gym.Env[Any, Any], chunk: int = 20_000) -> None:
        grid_world = env.unwrapped
        if not isinstance(grid_world, GridWorldEnv):
            raise TypeError(f"optimality is known for a GridWorldEnv, got {env}")
        dynamics = grid_world.dynamics
        layout = dynamics.layout
        observations, optimal = [], []
        for target in layout.targets.tolist():
            distances = dynamics.distances_to(target)
            nearer = distances[dynamics.next_cell] == distances[:, None] - 1.0
            for agent in np.flatnonzero((distances > 0) & np.isfinite(distances)).tolist():
                options = {"agent": layout.location(agent), "target": layout.location(target)}
                observations.append(env.reset(options=options)[0])
                optimal.append(nearer[agent])
        self.optimal = np.array(optimal)
        self.observations = [_stack(observations[i : i + chunk]) for i in range(0, len(observations), chunk)]

    def fraction(self, model: Model) -> float:
        """The share of the pairs in which the model's greedy action is optimal, from 0.0 to 1.0.

        Raises:
            ValueError: The model does not give one action for each observation.
        """
        actions = np.concatenate([model.predict(batch, deterministic=True)[0] for batch in self.observations])
        if actions.shape != (len(self.optimal),):
            raise ValueError(f"expected actions of shape ({len(self.optimal)},) from the model, got {actions.shape}")
        return float(self.optimal[np.arange(len(actions)), actions].mean())


def optimal_fraction(model: Model, env: gym.Env[Any, Any]) -> float:
    """The share of all (agent, target) pairs in which the greedy action brings the agent one step nearer.

    Args:
        model: A Stable-Baselines3 model, or anything with its ``predict``.
        env: A GridWorld with the wrappers that the model was trained with. It is reset to each of the pairs.

    Returns:
        A fraction from 0.0 to 1.0; 1.0 means that the greedy policy is optimal everywhere.

    Raises:
        TypeError: ``env`` is another environment.
    """
    return AllPairs(env).fraction(model)


def percent(share: float) -> str:
    """A share in percent, rounded down, so that 100 is said of nothing less.

    Example:
        >>> percent(1.0), percent(159_599 / 159_600)
        ('100.00', '99.99')
    """
    return f"{math.floor(10_000 * share + 1e-6) / 100:.2f}"


def _stack(observations: list[Any]) -> Any:
    if isinstance(observations[0], dict):
        return {key: np.stack([observation[key] for observation in observations]) for key in observations[0]}
    return np.stack(observations)
