"""A wrapper that shows the goal by the channels in which the picture lies."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.utils import RecordConstructorArgs
from numpy.typing import NDArray

from gym_gridworld.camera import camera
from gym_gridworld.env import Action
from gym_gridworld.goal_env import IMAGE_SHAPE, Cells, GoalGridWorldEnv, Observation
from gym_gridworld.goals import KINDS
from gym_gridworld.unity.env import UnityGridWorldEnv

Image = NDArray[np.uint8]


class GoalChannels(gym.ObservationWrapper[Image, Action, Observation], RecordConstructorArgs):
    """The camera's picture in the first three channels where the goal is plus, in the last three where it is ex.

    One uint8 image of shape ``(rows, columns, 6)``, 0 in the other channels: what a convolutional network reads, goal
    and all.

    Args:
        env: A GoalGridWorld or a UnityGridWorld, wrapped or not.

    Raises:
        TypeError: ``env`` is another environment.

    Example:
        >>> import gymnasium as gym
        >>> import gym_gridworld
        >>> env = GoalChannels(gym.make("gym_gridworld/GoalGridWorld-v0"))
        >>> image, _ = env.reset(options={"goal": "ex"})
        >>> image.shape, bool(image[..., :3].any()), bool(image[..., 3:].any())
        ((64, 84, 6), False, True)
    """

    def __init__(self, env: gym.Env[Any, Action]) -> None:
        RecordConstructorArgs.__init__(self)
        super().__init__(env)
        grid_world = env.unwrapped
        if not isinstance(grid_world, (GoalGridWorldEnv, UnityGridWorldEnv)):
            raise TypeError(f"{type(self).__name__} wraps a GoalGridWorldEnv or a UnityGridWorldEnv, got {env}")
        self._grid_world = grid_world
        channels = 3 * len(KINDS)
        if isinstance(grid_world, GoalGridWorldEnv):
            size, shape = grid_world.rules.size, grid_world.image_shape
            self._cameras = [camera(size, shape, channel, channels) for channel in range(0, channels, 3)]
        else:
            shape = IMAGE_SHAPE
        self.observation_space = gym.spaces.Box(0, 255, (*shape, channels), np.uint8)

    def observation(self, observation: Any) -> Image:  # noqa: ARG002
        """The image of the current state, a new array; what the inner environment observed is not looked at."""
        if isinstance(self._grid_world, UnityGridWorldEnv):
            return self._spread(self._grid_world.observed)
        agent, plus, ex, goal = self._grid_world.placement
        return self._cameras[goal].frame(agent, plus, ex)

    def observe_batch(self, agents: Cells, plus: Cells, ex: Cells, goals: Cells) -> Image:
        """The observations of many states at once.

        Args:
            agents: int64 array of shape ``(n,)``: the agents' cells.
            plus: int64 array of shape ``(n, n_plus)``: the cells of the plus goals.
            ex: int64 array of shape ``(n, n_ex)``: the cells of the ex goals.
            goals: int64 array of shape ``(n,)``: the signalled kinds.

        Returns:
            uint8 array of shape ``(n, rows, columns, 6)``: each as :meth:`observation` gives it in that state.
        """
        images = np.empty((len(agents), *self.observation_space.shape), np.uint8)  # type: ignore[misc]
        for goal, above in enumerate(self._cameras):
            where = goals == goal
            images[where] = above.frames(agents[where], plus[where], ex[where])
        return images

    def _spread(self, observed: Any) -> Image:
        """The picture of another's camera, in its channels."""
        image = np.zeros((*IMAGE_SHAPE, 3 * len(KINDS)), np.uint8)
        first = 3 * int(observed["goal"].argmax())
        image[..., first : first + 3] = observed["image"]
        return image
