"""What an agent would observe wherever it may be, behind whatever wrappers."""

from __future__ import annotations

import copy
import math
from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

# Gymnasium's and Stable-Baselines3's. Behind any other wrapper, the environment is reset to every state.
LEAVE_OBSERVATIONS_ALONE = (
    "gymnasium.wrappers.common.OrderEnforcing",
    "gymnasium.wrappers.common.PassiveEnvChecker",
    "gymnasium.wrappers.common.TimeLimit",
    "rl_zoo3.gym_patches.PatchedTimeLimit",
    "stable_baselines3.common.monitor.Monitor",
)


def observe(env: gym.Env[Any, Any], *states: NDArray[np.int64]) -> Any:
    """What an agent observes in many states, as one batch; the environment may be reset to each of them.

    Args:
        env: A GridWorld or a GoalGridWorld, wrapped or not.
        *states: int64 arrays of shape ``(n, ...)``, what the environment's ``reset_options`` takes of each state: of a
            GridWorld the agents' cells and the targets'.

    Returns:
        The observations as one array of shape ``(n, ...)``, or a dict of them.
    """
    batch_observer = _batch_observer(env)
    if batch_observer is not None:
        return batch_observer.observe_batch(*states)
    if getattr(env.unwrapped, "render_mode", None) == "human":
        # A window would show every single reset.
        env = copy.deepcopy(env)
        env.unwrapped.render_mode = None
    reset_options = env.unwrapped.reset_options  # type: ignore[attr-defined]
    observations = [env.reset(options=reset_options(*state))[0] for state in zip(*states, strict=True)]
    if isinstance(observations[0], dict):
        return {key: np.stack([observation[key] for observation in observations]) for key in observations[0]}
    return np.stack(observations)


def time_limit(env: gym.Env[Any, Any]) -> float:
    """The time limit of an environment's id, or what it was made with instead; infinity for none."""
    limit = env.spec.max_episode_steps if env.spec is not None else None
    return math.inf if limit is None else limit


def _batch_observer(env: gym.Env[Any, Any]) -> Any:
    """What gives the observations that the model sees, if it can tell many at once and nothing outside changes them."""
    while isinstance(env, gym.Wrapper):
        if hasattr(type(env), "observe_batch"):
            # A subclass that observes something else has inherited a batch that no longer fits.
            one, many = (_definer(type(env), name) for name in ("observation", "observe_batch"))
            return env if one is many else None
        if f"{type(env).__module__}.{type(env).__qualname__}" not in LEAVE_OBSERVATIONS_ALONE:
            return None
        env = env.env
    # A subclass, here too, may observe something else.
    return env if "observe_batch" in vars(type(env)) else None


def _definer(kind: type, name: str) -> type:
    return next(base for base in kind.__mro__ if name in vars(base))
