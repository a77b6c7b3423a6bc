"""The one table of ids. Registration, tests, benchmarks and the README's table read it."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

SIZES = (8, 10, 16, 20, 32)

GRID_WORLD = {
    "entry_point": "gym_gridworld.env:GridWorldEnv",
    "vector_entry_point": "gym_gridworld.vector_env:GridWorldVectorEnv",
}
GOAL_GRID_WORLD = {
    "entry_point": "gym_gridworld.goal_env:GoalGridWorldEnv",
    "vector_entry_point": "gym_gridworld.goal_vector_env:GoalGridWorldVectorEnv",
}
# A build of Unity's, not made of this package alone.
UNITY_GRID_WORLD = {
    "entry_point": "gym_gridworld.unity.env:UnityGridWorldEnv",
    "vector_entry_point": "gym_gridworld.unity.vector_env:UnityGridWorldVectorEnv",
}
NATIVE = (GRID_WORLD, GOAL_GRID_WORLD)

# Each has the time limit that suits it: an untrained greedy policy walks into a wall for ever, and evaluating it would
# never end. A Unity build has its own.
ENVIRONMENTS: dict[str, dict[str, Any]] = {
    "gym_gridworld/GridWorld-v0": {**GRID_WORLD, "max_episode_steps": 100},
    # As Gymnasium's FrozenLake8x8: an id of its own for each size, under which hyperparameters can be found.
    **{
        f"gym_gridworld/GridWorld{size}x{size}-v0": {
            **GRID_WORLD,
            "max_episode_steps": 20 * size,
            "kwargs": {"size": size},
        }
        for size in SIZES
    },
    "gym_gridworld/FourRooms-v0": {**GRID_WORLD, "max_episode_steps": 200, "kwargs": {"layout": "four_rooms"}},
    "gym_gridworld/Maze-v0": {**GRID_WORLD, "max_episode_steps": 300, "kwargs": {"layout": "maze"}},
    "gym_gridworld/CliffGrid-v0": {**GRID_WORLD, "max_episode_steps": 100, "kwargs": {"layout": "cliff"}},
    "gym_gridworld/GoalGridWorld-v0": {**GOAL_GRID_WORLD, "max_episode_steps": 100},
    "gym_gridworld/UnityGridWorld-v0": {**UNITY_GRID_WORLD},
}


def ids_of(*kinds: dict[str, str]) -> list[str]:
    """The ids of some kinds of environments, e.g. ``GRID_WORLD``."""
    entry_points = [kind["entry_point"] for kind in kinds]
    return [env_id for env_id, spec in ENVIRONMENTS.items() if spec["entry_point"] in entry_points]


def folder_name(env_id: str) -> str:
    """What the RL Zoo calls the folders and files of an id: a slash would make two folders of it."""
    return env_id.replace("/", "-")


def register_environments() -> None:
    """Register every id with Gymnasium, leaving alone those that already are."""
    for env_id, spec in ENVIRONMENTS.items():
        if env_id not in gym.registry:
            gym.register(env_id, **spec)
