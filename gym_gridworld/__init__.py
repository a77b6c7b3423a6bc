"""Grid worlds for Gymnasium, solved exactly.

Importing the package registers its environments:

    >>> import gymnasium as gym
    >>> import gym_gridworld
    >>> env = gym.make("gym_gridworld/GridWorld-v0", size=5)
"""

from typing import TYPE_CHECKING, Any

from gym_gridworld.env import GridWorldEnv
from gym_gridworld.goal_env import GoalGridWorldEnv
from gym_gridworld.registration import ENVIRONMENTS, register_environments

if TYPE_CHECKING:
    from gym_gridworld.goal_vector_env import GoalGridWorldVectorEnv
    from gym_gridworld.vector_env import GridWorldVectorEnv

__all__ = [
    "ENVIRONMENTS",
    "GoalGridWorldEnv",
    "GoalGridWorldVectorEnv",
    "GridWorldEnv",
    "GridWorldVectorEnv",
    "__version__",
]

__version__ = "0.1.0"

register_environments()


def __getattr__(name: str) -> Any:
    # Most programs have no use for it, and do not wait for what it imports.
    if name == "GridWorldVectorEnv":
        from gym_gridworld.vector_env import GridWorldVectorEnv

        return GridWorldVectorEnv
    if name == "GoalGridWorldVectorEnv":
        from gym_gridworld.goal_vector_env import GoalGridWorldVectorEnv

        return GoalGridWorldVectorEnv
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
