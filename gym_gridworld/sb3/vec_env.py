"""The native vector environment as Stable-Baselines3 wants it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from numpy.typing import NDArray
from stable_baselines3.common.env_util import is_wrapped
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import VecEnv
from stable_baselines3.common.vec_env.base_vec_env import VecEnvIndices, VecEnvObs, VecEnvStepReturn

from gym_gridworld.native_vector_env import NativeVectorEnv
from gym_gridworld.sb3.monitors import Monitors
from gym_gridworld.sb3.twins import scalar_spec

# What one of the environments cannot do without the others.
OF_ALL = ("close", "reset", "step")


class GridWorldVecEnv(VecEnv):
    """A vector environment of this package, wrapped or not, as a ``VecEnv`` of Stable-Baselines3.

    As ``DummyVecEnv`` around as many environments in a ``Monitor``: where an episode ends, another starts in the same
    step, and the info holds ``terminal_observation``, ``TimeLimit.truncated``, ``episode`` and what the environment
    says. The other infos are empty, and nothing loops over them.

    Args:
        env: Made with ``autoreset_mode="SameStep"``.
        monitors: The files, and the info keywords, of as many ``Monitor`` that this takes the place of.

    Raises:
        TypeError: ``env`` is another environment.
        ValueError: ``env`` has another autoreset mode.

    Example:
        >>> import gymnasium as gym
        >>> import gym_gridworld
        >>> from stable_baselines3 import DQN
        >>> from gym_gridworld.wrappers.vector import OneHotObservation
        >>> envs = gym.make_vec("gym_gridworld/GridWorld-v0", num_envs=128, autoreset_mode="SameStep")
        >>> model = DQN("MlpPolicy", GridWorldVecEnv(OneHotObservation(envs)), train_freq=1, device="cpu")
    """

    def __init__(self, env: VectorEnv[Any, Any, Any], monitors: Monitors | None = None) -> None:
        if not isinstance(env, VectorEnv) or not isinstance(env.unwrapped, NativeVectorEnv):
            raise TypeError(
                f"{type(self).__name__} adapts a vector environment of gym_gridworld, wrapped or not, got {env}"
            )
        if env.metadata["autoreset_mode"] is not AutoresetMode.SAME_STEP:
            raise ValueError(
                f"Stable-Baselines3 resets in the same step: make the environment with autoreset_mode='SameStep', got "
                f"{env.metadata['autoreset_mode'].value!r}"
            )
        self.env, self.grid_worlds = env, env.unwrapped
        self.monitors = monitors if monitors is not None else Monitors()
        self._single: gym.Env[Any, Any] | None = None
        self._own: dict[str, dict[int, Any]] = {}
        self._returns = np.zeros(env.num_envs)
        self._lengths = np.zeros(env.num_envs, np.int64)
        self._actions: NDArray[np.int64] = np.zeros(env.num_envs, np.int64)
        super().__init__(env.num_envs, env.single_observation_space, env.single_action_space)

    def reset(self) -> VecEnvObs:
        """Start an episode everywhere, with the seeds and options that were set."""
        seeds = None if all(seed is None for seed in self._seeds) else self._seeds
        observations, infos = self.env.reset(seed=seeds, options=self._merged_options())  # type: ignore[arg-type]
        self._reset_seeds()
        self._reset_options()
        self._returns[:] = 0.0
        self._lengths[:] = 0
        self.reset_infos = _apart(infos, np.arange(self.num_envs))
        started: VecEnvObs = observations
        return started

    def step_async(self, actions: NDArray[np.int64]) -> None:
        """Remember the actions of the next step."""
        self._actions = actions

    def step_wait(self) -> VecEnvStepReturn:
        """Move every agent one cell: observations, rewards (float32), dones and infos."""
        observations, rewards, terminations, truncations, infos = self.env.step(self._actions)
        self._returns += rewards
        self._lengths += 1
        dones = terminations | truncations
        of_each: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        if "final_obs" in infos:
            for index, info in self._end(dones.nonzero()[0], truncations & ~terminations, infos).items():
                of_each[index] = info
        return observations, rewards.astype(np.float32), dones, of_each

    def close(self) -> None:
        """Close the environments, and the files of the monitors."""
        self.env.close()
        self.monitors.close()

    def get_images(self) -> Sequence[NDArray[np.uint8] | None]:
        """The picture of every environment."""
        pictures: Any = self.env.render()
        return [None] * self.num_envs if pictures is None else list(pictures)

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """An attribute of each environment, as if it were one of its own, with wrappers of its own."""
        which = self._get_indices(indices)
        if attr_name in self._own:
            return [self._own[attr_name].get(index) for index in which]
        if attr_name in self.grid_worlds.of_states:
            return [self.grid_worlds.attribute(attr_name, index) for index in which]
        if attr_name == "results_writer":
            return [self.monitors.writers[index] if self.monitors.writers else None for index in which]
        if attr_name == "render_mode":
            return [self.grid_worlds.render_mode for _ in which]
        value = self.single.get_wrapper_attr(attr_name)
        return [value for _ in which]

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Give some environments an attribute of their own.

        Raises:
            ValueError: They share it with the others, as everything that an environment has from the start.
        """
        if attr_name in self.grid_worlds.of_states or self.single.has_wrapper_attr(attr_name):
            raise ValueError(f"the environments share {attr_name!r}, which cannot be set afterwards: make others")
        self._own.setdefault(attr_name, {}).update(dict.fromkeys(self._get_indices(indices), value))

    def env_method(
        self, method_name: str, *method_args: Any, indices: VecEnvIndices = None, **method_kwargs: Any
    ) -> list[Any]:
        """Call a method of some environments, each in the state that it is in.

        Raises:
            ValueError: The method would change the state: all environments move together.
        """
        if method_name in OF_ALL:
            raise ValueError(f"{method_name!r} is not for one environment: all of them move together")
        return [
            self._placed(index).get_wrapper_attr(method_name)(*method_args, **method_kwargs)
            for index in self._get_indices(indices)
        ]

    def env_is_wrapped(
        self, wrapper_class: type[gym.Wrapper[Any, Any, Any, Any]], indices: VecEnvIndices = None
    ) -> list[bool]:
        """Whether the environments do what a wrapper does. They do all that ``Monitor`` does."""
        wrapped = issubclass(wrapper_class, Monitor) or is_wrapped(self.single, wrapper_class)
        return [wrapped for _ in self._get_indices(indices)]

    @property
    def single(self) -> gym.Env[Any, Any]:
        """One environment, with the settings and wrappers of these."""
        if self._single is None:
            self._single = gym.make(scalar_spec(self.env), disable_env_checker=True)
        return self._single

    def _placed(self, index: int) -> gym.Env[Any, Any]:
        """The single environment in the state of one of these."""
        self.single.reset(options=self.grid_worlds.reset_options(index))
        return self.single

    def _merged_options(self) -> dict[str, Any] | None:
        """Options of each environment as options of all."""
        first = self._options[0]
        if all(options == first for options in self._options):
            return first or None
        if any(set(options) != set(first) for options in self._options):
            raise ValueError(f"reset options must have the same keys for every environment, got {self._options}")
        return {name: np.array([options[name] for options in self._options]) for name in first}

    def _end(
        self, ended: NDArray[np.int64], truncated: NDArray[np.bool_], infos: dict[str, Any]
    ) -> dict[int, dict[str, Any]]:
        """What there is to say of the episodes that have just ended."""
        final_observations = infos["final_obs"]
        of_ended: dict[int, dict[str, Any]] = {}
        for index, info, reset_info in zip(
            ended.tolist(), _apart(infos["final_info"], ended), _apart(infos, ended), strict=True
        ):
            info["TimeLimit.truncated"] = bool(truncated[index])
            info["terminal_observation"] = final_observations[index]
            info["episode"] = self.monitors.record(index, float(self._returns[index]), int(self._lengths[index]), info)
            of_ended[index], self.reset_infos[index] = info, reset_info
        self._returns[ended] = 0.0
        self._lengths[ended] = 0
        return of_ended


def _apart(infos: dict[str, Any], indices: NDArray[np.int64]) -> list[dict[str, Any]]:
    """The infos of some environments, one by one, as they would have said it themselves."""
    names = [name for name in infos if f"_{name}" in infos and not name.startswith("final_")]
    columns = [(infos[name][indices], infos[f"_{name}"][indices]) for name in names]
    # Numbers as Python's, and an array as a row.
    rows = [(values.tolist() if values.ndim == 1 else list(values), said.tolist()) for values, said in columns]
    return [
        {name: values[number] for name, (values, said) in zip(names, rows, strict=True) if said[number]}
        for number in range(len(indices))
    ]
