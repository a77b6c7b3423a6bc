"""Wrappers that put an encoding of the state in the observation's place."""

from __future__ import annotations

import copy
from typing import Any

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs
from numpy.typing import NDArray

from gym_gridworld import observations
from gym_gridworld.env import Action, GridWorldEnv, Observation


class StateObservation(gym.ObservationWrapper[NDArray[Any], Action, Observation], RecordConstructorArgs):
    """Base of the wrappers: reads the state of the grid world inside, whatever the observation in between is."""

    _encoding: observations.Encoding

    def __init__(self, env: gym.Env[Any, Action], **arguments: Any) -> None:
        RecordConstructorArgs.__init__(self, **arguments)
        super().__init__(env)
        if not isinstance(env.unwrapped, GridWorldEnv):
            raise TypeError(f"{type(self).__name__} wraps a GridWorldEnv, got {env}")
        self._grid_world = env.unwrapped

    def _encode_with(self, encoding: observations.Encoding) -> None:
        self._encoding = encoding
        # Environments may share an encoding, but a space holds random numbers of its own.
        self.observation_space = copy.deepcopy(encoding.space)

    def observation(self, observation: Any) -> NDArray[Any]:  # noqa: ARG002
        """The encoding of the current state, a new array; what the inner environment observed is not looked at."""
        return self._encoding.encode(self._grid_world.agent_cell, self._grid_world.target_cell)

    def observe_batch(self, agents: observations.Cells, targets: observations.Cells) -> NDArray[Any]:
        """The observations of many states at once, from the cells of the agents and the targets.

        Args:
            agents: int64 array of shape ``(n,)``.
            targets: int64 array of shape ``(n,)``.

        Returns:
            Array of shape ``(n, ...)``: each row as :meth:`observation` gives it in that state.
        """
        return self._encoding.encode_batch(agents, targets)


class OneHotObservation(StateObservation):
    """The agent's location and then the target's, one-hot: float32, every entry 0 or 1.

    Args:
        env: A GridWorld, wrapped or not.
        encoding: ``"cell"``: one input a cell, ``2 * width * height`` in all. ``"axis"``: one input a column and one a
            row, ``2 * (width + height)`` in all.
        coordinates: Append agent x, y and target x, y, scaled to [-1, 1].

    Raises:
        TypeError: ``env`` is another environment, or ``coordinates`` not a boolean.
        ValueError: ``encoding`` is unknown.

    Example:
        >>> import gymnasium as gym
        >>> import gym_gridworld
        >>> env = OneHotObservation(gym.make("gym_gridworld/GridWorld-v0", size=3), encoding="axis")
        >>> env.reset(options={"agent": (0, 0), "target": (2, 1)})[0].tolist()
        [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0]
    """

    def __init__(self, env: gym.Env[Any, Action], encoding: str = "cell", coordinates: bool = False) -> None:
        super().__init__(env, encoding=encoding, coordinates=coordinates)
        self._encode_with(observations.one_hot(self._grid_world.dynamics, encoding, coordinates))


class ScaledCoordinates(StateObservation):
    """Agent x, y and target x, y, each mapped to [-1, 1]: float32 of shape ``(4,)``.

    Gymnasium's ``RescaleObservation`` keeps the integer dtype of the space and rounds every coordinate to -1, 0 or 1.

    Args:
        env: A GridWorld, wrapped or not.

    Raises:
        TypeError: ``env`` is another environment.

    Example:
        >>> import gymnasium as gym
        >>> import gym_gridworld
        >>> env = ScaledCoordinates(gym.make("gym_gridworld/GridWorld-v0"))
        >>> env.reset(options={"agent": (0, 1), "target": (2, 4)})[0].tolist()
        [-1.0, -0.5, 0.0, 1.0]
    """

    def __init__(self, env: gym.Env[Any, Action]) -> None:
        super().__init__(env)
        self._encode_with(observations.scaled(self._grid_world.dynamics))


class RelativePosition(StateObservation):
    """Target minus agent, ``(dx, dy)``: int64 of shape ``(2,)``, as far either way as the grid is wide and high.

    Args:
        env: A GridWorld, wrapped or not.

    Raises:
        TypeError: ``env`` is another environment.

    Example:
        >>> import gymnasium as gym
        >>> import gym_gridworld
        >>> env = RelativePosition(gym.make("gym_gridworld/GridWorld-v0"))
        >>> env.reset(options={"agent": (3, 1), "target": (0, 2)})[0].tolist()
        [-3, 1]
    """

    def __init__(self, env: gym.Env[Any, Action]) -> None:
        super().__init__(env)
        self._encode_with(observations.Relative(self._grid_world.dynamics))
