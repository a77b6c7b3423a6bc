"""For the zoo's YAML: the native vector environment in place of many scalar ones."""

from __future__ import annotations

from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv

from gym_gridworld.sb3.monitors import Monitors
from gym_gridworld.sb3.twins import vector_twin
from gym_gridworld.sb3.vec_env import GridWorldVecEnv


def native(vec_env: VecEnv) -> VecEnv:
    """Replace many scalar environments by one native vector environment of the same settings, wrappers and seeds.

    In the zoo's YAML::

        vec_env_wrapper: gym_gridworld.sb3.native

    What cannot be replaced is returned as it is: environments with a window, which one looks at one by one, and those
    in other processes.

    Args:
        vec_env: What the zoo, or ``make_vec_env``, made.

    Returns:
        A :class:`GridWorldVecEnv`, which goes on with the files of the monitors.

    Raises:
        TypeError: They are other environments.
        ValueError: A wrapper has no vector twin.

    Example:
        >>> import gym_gridworld
        >>> from stable_baselines3.common.env_util import make_vec_env
        >>> native(make_vec_env("gym_gridworld/GridWorld-v0", n_envs=8, seed=0)).reset()["agent"].shape
        (8, 2)
    """
    if not isinstance(vec_env, DummyVecEnv) or vec_env.render_mode == "human":
        return vec_env
    spec = vec_env.envs[0].spec
    if spec is None:
        raise TypeError(f"native() replaces environments made by gym.make, and {vec_env.envs[0]} has no spec")
    replaced = GridWorldVecEnv(vector_twin(spec, vec_env.num_envs), Monitors.of(vec_env))
    # To be used at the next reset.
    replaced._seeds, replaced._options = vec_env._seeds, vec_env._options
    return replaced
