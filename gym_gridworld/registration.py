"""The one table of ids. Registration, tests, benchmarks and the README's table read it."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

ENVIRONMENTS: dict[str, dict[str, Any]] = {
    "gym_gridworld/GridWorld-v0": {
        "entry_point": "gym_gridworld.env:GridWorldEnv",
        # An untrained greedy policy walks into a wall for ever, and evaluating it would never end.
        "max_episode_steps": 100,
    },
}


def register_environments() -> None:
    """Register every id with Gymnasium, leaving alone those that already are."""
    for env_id, spec in ENVIRONMENTS.items():
        if env_id not in gym.registry:
            gym.register(env_id, **spec)
