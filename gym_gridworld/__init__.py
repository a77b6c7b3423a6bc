"""Grid worlds for Gymnasium, solved exactly.

Importing the package registers its environments:

    >>> import gymnasium as gym
    >>> import gym_gridworld
    >>> env = gym.make("gym_gridworld/GridWorld-v0", size=5)
"""

from gym_gridworld.env import GridWorldEnv
from gym_gridworld.registration import ENVIRONMENTS, register_environments

__all__ = ["ENVIRONMENTS", "GridWorldEnv", "__version__"]

__version__ = "0.1.0"

register_environments()
