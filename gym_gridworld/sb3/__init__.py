"""Stable-Baselines3 and the RL Zoo: the native vector environment for them, callbacks, trained agents."""

from gym_gridworld.sb3.episodes import EpisodeLog, StopOnMeanReturn
from gym_gridworld.sb3.native_envs import native
from gym_gridworld.sb3.vec_env import GridWorldVecEnv

__all__ = ["EpisodeLog", "GridWorldVecEnv", "StopOnMeanReturn", "native"]
