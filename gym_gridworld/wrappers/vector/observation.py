"""Wrappers that put an encoding of the states in the observations' place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs
from gymnasium.vector import VectorEnv, VectorWrapper
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from gym_gridworld import observations
from gym_gridworld.goal_vector_env import GoalGridWorldVectorEnv
from gym_gridworld.infos import LazyInfos, objects_in_place
from gym_gridworld.native_vector_env import Cells, NativeVectorEnv, States
from gym_gridworld.vector_env import GridWorldVectorEnv
from gym_gridworld.wrappers import goal_channels

Batch = NDArray[Any]
Steps = tuple[Batch, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]


# Gymnasium's takes no types before 1.4.
class StateObservation(VectorWrapper, RecordConstructorArgs):
    """Base of the wrappers: reads the states of the grid worlds inside, whatever the observations in between are."""

    wraps: ClassVar[type[NativeVectorEnv]] = GridWorldVectorEnv

    _observe: Callable[..., Batch]

    def __init__(self, env: VectorEnv[Any, NDArray[np.int64], NDArray[Any]], **arguments: Any) -> None:
        RecordConstructorArgs.__init__(self, **arguments)
        super().__init__(env)
        if not isinstance(env.unwrapped, self.wraps):
            raise TypeError(f"{type(self).__name__} wraps a {self.wraps.__name__}, got {env}")
        self._grid_worlds: Any = env.unwrapped

    def _observe_with(self, space: spaces.Space[Any], observe_batch: Callable[..., Batch]) -> None:
        self._observe = observe_batch
        self.single_observation_space = copy.deepcopy(space)
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)

    def _encode_with(self, encoding: observations.Encoding) -> None:
        self._observe_with(encoding.space, encoding.encode_batch)

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[Batch, dict[str, Any]]:
        """Start an episode, as :meth:`gym_gridworld.GridWorldVectorEnv.reset`."""
        _, infos = self.env.reset(seed=seed, options=options)
        return self._observations(), infos

    def step(self, actions: NDArray[np.int64]) -> Steps:
        """Move every agent one cell, as :meth:`gym_gridworld.GridWorldVectorEnv.step`."""
        _, rewards, terminations, truncations, infos = self.env.step(actions)
        if "final_obs" in infos:
            final = partial(self._final_observations, *self._grid_worlds.final_states)
            if isinstance(infos, LazyInfos):
                infos.defer("final_obs", final)
            else:
                infos["final_obs"] = final()
        return self._observations(), rewards, terminations, truncations, infos

    def _observations(self) -> Batch:
        return self._observe(*self._grid_worlds.states())

    def _final_observations(self, ended: Cells, states: States) -> NDArray[np.object_]:
        return objects_in_place(self.num_envs, ended, self._observe(*states))


class OneHotObservation(StateObservation):
    """The agents' locations and then the targets', one-hot: float32 of shape ``(num_envs, inputs)``.

    Args:
        env: A ``GridWorldVectorEnv``, wrapped or not.
        encoding: As for :class:`gym_gridworld.wrappers.OneHotObservation`.
        coordinates: As there.

    Raises:
        TypeError: ``env`` is another environment, or ``coordinates`` not a boolean.
        ValueError: ``encoding`` is unknown.

    Example:
        >>> import gymnasium as gym
        >>> import gym_gridworld
        >>> envs = OneHotObservation(gym.make_vec("gym_gridworld/GridWorld-v0", num_envs=3), encoding="axis")
        >>> envs.reset(seed=0)[0].shape
        (3, 20)
    """

    def __init__(self, env: VectorEnv[Any, Any, Any], encoding: str = "cell", coordinates: bool = False) -> None:
        super().__init__(env, encoding=encoding, coordinates=coordinates)
        self._encode_with(observations.one_hot(self._grid_worlds.dynamics, encoding, coordinates))


class ScaledCoordinates(StateObservation):
    """Agent x, y and target x, y, each mapped to [-1, 1]: float32 of shape ``(num_envs, 4)``.

    Args:
        env: A ``GridWorldVectorEnv``, wrapped or not.

    Raises:
        TypeError: ``env`` is another environment.
    """

    def __init__(self, env: VectorEnv[Any, Any, Any]) -> None:
        super().__init__(env)
        self._encode_with(observations.scaled(self._grid_worlds.dynamics))


class RelativePosition(StateObservation):
    """Target minus agent, ``(dx, dy)``: int64 of shape ``(num_envs, 2)``.

    Args:
        env: A ``GridWorldVectorEnv``, wrapped or not.

    Raises:
        TypeError: ``env`` is another environment.
    """

    def __init__(self, env: VectorEnv[Any, Any, Any]) -> None:
        super().__init__(env)
        self._encode_with(observations.Relative(self._grid_worlds.dynamics))


class FlattenObservation(StateObservation):
    """Agent x, y and target x, y: int64 of shape ``(num_envs, 4)``, as Gymnasium's, without its loop.

    Args:
        env: A ``GridWorldVectorEnv``, wrapped or not.

    Raises:
        TypeError: ``env`` is another environment.
    """

    def __init__(self, env: VectorEnv[Any, Any, Any]) -> None:
        super().__init__(env)
        self._encode_with(observations.Flat(self._grid_worlds.dynamics))


class GoalChannels(StateObservation):
    """The camera's pictures in the channels of the signalled goal: uint8 of shape ``(num_envs, rows, columns, 6)``.

    Args:
        env: A ``GoalGridWorldVectorEnv``, wrapped or not.

    Raises:
        TypeError: ``env`` is another environment.
    """

    wraps = GoalGridWorldVectorEnv

    def __init__(self, env: VectorEnv[Any, Any, Any]) -> None:
        super().__init__(env)
        scalar = goal_channels.GoalChannels(self._grid_worlds.single)
        self._observe_with(scalar.observation_space, scalar.observe_batch)
