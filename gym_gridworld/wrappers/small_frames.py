"""A wrapper that makes camera pictures as small as a network needs them."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.utils import RecordConstructorArgs
from numpy.typing import NDArray

from gym_gridworld.validation import as_integer, check_at_least


class SmallFrames(gym.ObservationWrapper[NDArray[np.uint8], Any, NDArray[np.uint8]], RecordConstructorArgs):
    """A part of a picture, each block of pixels become one, their mean: uint8 of shape ``(rows, columns[, colours])``.

    Unlike :class:`gymnasium.wrappers.ResizeObservation`, it leaves out what is not worth seeing, and needs no OpenCV.
    :class:`gymnasium.wrappers.GrayscaleObservation` inside it and :class:`gymnasium.wrappers.FrameStackObservation`
    around it do the rest of what is usual.

    Args:
        env: An environment that observes uint8 pictures of shape ``(height, width)`` or ``(height, width, colours)``.
        rows: The first row that is kept, and the first that is not.
        columns: The same for columns.
        block: How many rows and columns become one.

    Raises:
        TypeError: ``env`` observes something else, or an argument is of the wrong type.
        ValueError: The rows or columns are not within the picture, or cannot be divided into blocks.

    Example:
        >>> import gymnasium as gym
        >>> import gym_gridworld
        >>> env = gym.make("gym_gridworld/GridWorld-v0", render_mode="rgb_array", window_size=96)
        >>> pictures = gym.wrappers.AddRenderObservation(env)
        >>> SmallFrames(pictures, rows=[0, 84], columns=[6, 90], block=2).observation_space
        Box(0, 255, (42, 42, 3), uint8)
    """

    def __init__(self, env: gym.Env[Any, Any], rows: Any, columns: Any, block: int = 1) -> None:
        RecordConstructorArgs.__init__(self, rows=rows, columns=columns, block=block)
        super().__init__(env)
        space = env.observation_space
        if not isinstance(space, gym.spaces.Box) or space.dtype != np.uint8 or len(space.shape) not in {2, 3}:
            raise TypeError(f"{type(self).__name__} wraps an environment of uint8 pictures, got {space}")
        height, width, *colours = space.shape
        self._block = check_at_least("block", block, 1)
        self._rows = _part("rows", rows, height, self._block)
        self._columns = _part("columns", columns, width, self._block)
        shape = [(part.stop - part.start) // self._block for part in (self._rows, self._columns)]
        self.observation_space = gym.spaces.Box(0, 255, (*shape, *colours), np.uint8)

    def observation(self, observation: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The small picture, a new array."""
        rows, columns, *colours = self.observation_space.shape  # type: ignore[misc]
        part = observation[self._rows, self._columns].reshape(rows, self._block, columns, self._block, *colours)
        small: NDArray[np.uint8] = np.rint(part.mean(axis=(1, 3))).astype(np.uint8)
        return small


def _part(name: str, value: Any, end: int, block: int) -> slice:
    allowed = f"two integers from 0 to {end}, the lower first, a multiple of {block} apart"
    try:
        first, last = map(as_integer, value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must be {allowed}, got {value!r}") from error
    if not 0 <= first < last <= end or (last - first) % block:
        raise ValueError(f"{name} must be {allowed}, got {value!r}")
    return slice(first, last)
