"""What is asked of a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from gym_gridworld.dynamics import ACTIONS

# Without any, a slipping agent that arrives at last is as good as one that goes straight there.
DISCOUNT = 0.99


class Predictor(Protocol):
    """What is needed of a model: Stable-Baselines3's ``predict``."""

    def predict(self, observation: Any, *, deterministic: bool) -> tuple[NDArray[np.int64], Any]:
        """The actions, of shape ``(n,)``, for a batch of ``n`` observations."""


Model = Predictor | Callable[[Any], NDArray[np.int64]]


def greedy_actions(model: Model, observations: Any, n_actions: int = len(ACTIONS)) -> NDArray[np.int64]:
    """A model's greedy actions.

    Args:
        model: A Stable-Baselines3 model, anything with its ``predict``, or a function of a batch of observations.
        observations: The batch: an array of shape ``(n, ...)``, or a dict of them.
        n_actions: How many actions there are.

    Returns:
        int64 array of shape ``(n,)``.

    Raises:
        TypeError: ``model`` is none of these.
        ValueError: It does not give one action for each observation.
    """
    predict = getattr(model, "predict", None)
    if predict is not None:
        actions = np.asarray(predict(observations, deterministic=True)[0])
    elif callable(model):
        actions = np.asarray(model(observations))
    else:
        raise TypeError(f"expected a model with predict, or a function of observations, got {model!r}")
    expected = (len(next(iter(observations.values())) if isinstance(observations, dict) else observations),)
    if actions.shape != expected:
        raise ValueError(f"expected actions of shape {expected} from the model, got {actions.shape}")
    if not np.issubdtype(actions.dtype, np.integer) or actions.min() < 0 or actions.max() >= n_actions:
        raise ValueError(f"expected actions from 0 to {n_actions - 1} from the model, got {np.unique(actions)[:9]}")
    return actions.astype(np.int64)


def has_q_values(model: Any) -> bool:
    """Whether a model has Q-values of all actions, as Stable-Baselines3's DQN and sb3-contrib's QR-DQN have."""
    return hasattr(model, "q_net") or hasattr(model, "quantile_net")


def takes_the_greatest(model: Any) -> bool:
    """Whether a model's ``predict`` is known to take the action of the greatest Q-value, as a library's own does."""
    library = type(model).__module__.partition(".")[0]
    return has_q_values(model) and library in ("stable_baselines3", "sb3_contrib")


def discount_of(model: Any) -> float:
    """The discount that a model was trained with, or 0.99 if it has none."""
    return float(getattr(model, "gamma", DISCOUNT))


def check_spaces(model: Any, env: gym.Env[Any, Any]) -> None:
    """Check that a model, if it says what it is for, is for the spaces of an environment.

    Raises:
        ValueError: It is for others.
    """
    for name in ("observation_space", "action_space"):
        expected = getattr(env, name)
        given = getattr(model, name, expected)
        if given != expected and given != _channels_first(expected):
            raise ValueError(
                f"the model's {name} does not fit the environment: {getattr(model, name)}, where it has {expected}"
            )


def _channels_first(space: spaces.Space[Any]) -> spaces.Space[Any]:
    """The space as a Stable-Baselines3 model has it, which puts the channels of images first by itself."""
    if isinstance(space, spaces.Dict):
        return spaces.Dict({name: _channels_first(part) for name, part in space.spaces.items()})
    if isinstance(space, spaces.Box) and space.dtype == np.uint8 and len(space.shape) == 3:
        low, high = (bound.transpose(2, 0, 1) for bound in (space.low, space.high))
        return spaces.Box(low, high, dtype=np.uint8)
    return space
