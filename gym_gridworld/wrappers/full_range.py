"""A wrapper that makes a continuous action discrete, from one end of its range to the other."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.utils import RecordConstructorArgs
from gymnasium.wrappers import DiscretizeAction

from gym_gridworld.validation import check_at_least


class FullRangeActions(DiscretizeAction[Any, Any, Any]):
    """Gymnasium's ``DiscretizeAction``, but with evenly spaced actions that reach both ends of the range.

    The bins of that wrapper stand for their centres: of three, the outer two have but two thirds of the full torque.

    Args:
        env: An environment with a finite continuous action space.
        bins: How many values each number of an action has, at least 2; together ``bins ** n`` actions.

    Raises:
        TypeError: ``bins`` is not an integer, or the actions are not continuous.
        ValueError: ``bins`` is below 2, or the actions have no end.

    Example:
        >>> import gymnasium as gym
        >>> gym.wrappers.DiscretizeAction(gym.make("Pendulum-v1"), bins=4).action(0)
        array([-1.5], dtype=float32)
        >>> FullRangeActions(gym.make("Pendulum-v1"), bins=4).action(0)
        array([-2.], dtype=float32)
    """

    def __init__(self, env: gym.Env[Any, Any], bins: int) -> None:
        number = check_at_least("bins", bins, 2)
        # The first to say what it was made with is believed.
        RecordConstructorArgs.__init__(self, bins=number)
        super().__init__(env, number)
        self.bin_centers = [np.linspace(low, high, number) for low, high in zip(self.low, self.high, strict=True)]
