"""Which vector environment is as good as many scalar ones, and the other way round."""

from __future__ import annotations

import copy
from typing import Any

import gymnasium as gym
from gymnasium.envs.registration import EnvSpec, WrapperSpec
from gymnasium.utils import RecordConstructorArgs
from gymnasium.vector import AutoresetMode, VectorEnv, VectorWrapper
from stable_baselines3.common.monitor import Monitor

from gym_gridworld import wrappers
from gym_gridworld.registration import GOAL_GRID_WORLD, GRID_WORLD
from gym_gridworld.wrappers import vector


def _entry_point(wrapper: type) -> str:
    return f"{wrapper.__module__}:{wrapper.__name__}"


# By their common names: the scalar wrappers, as they stand in specs, and their vector twins.
TWINS: dict[str, Any] = {_entry_point(getattr(wrappers, name)): getattr(vector, name) for name in vector.__all__}
SCALAR: dict[type, type] = {getattr(vector, name): getattr(wrappers, name) for name in vector.__all__}
MONITOR = _entry_point(Monitor)
OF_VECTORS = ("autoreset_mode", "copy", "max_episode_steps", "num_envs", "vectorization_mode")


def without_monitor(spec: EnvSpec) -> EnvSpec:
    """A copy of a spec that does not wrap in a ``Monitor``."""
    spec = copy.deepcopy(spec)
    spec.additional_wrappers = tuple(one for one in spec.additional_wrappers if one.entry_point != MONITOR)
    return spec


def vector_twin(spec: EnvSpec, num_envs: int) -> VectorEnv[Any, Any, Any]:
    """A native vector environment, wrapped, that does what so many environments of a spec do.

    Args:
        spec: Of a scalar environment, with its wrappers; a ``Monitor`` among them is left out.
        num_envs: How many.

    Raises:
        TypeError: It is no environment of this package.
        ValueError: A wrapper has no vector twin.
    """
    spec = without_monitor(spec)
    around, spec.additional_wrappers = spec.additional_wrappers, ()
    if spec.vector_entry_point is None or not _is_native(spec):
        raise TypeError(f"only the environments of gym_gridworld have a native vector environment, got {spec.id}")
    for wrapper in around:
        if wrapper.entry_point not in TWINS:
            names = ", ".join(vector.__all__)
            raise ValueError(
                f"the wrapper {wrapper.name} ({wrapper.entry_point}) has no twin for vector environments, which are "
                f"{names}: leave out the wrapper, or the native vector environment"
            )
    env = gym.make_vec(spec, num_envs=num_envs, autoreset_mode=AutoresetMode.SAME_STEP)
    for wrapper in around:
        env = TWINS[wrapper.entry_point](env, **(wrapper.kwargs or {}))
    return env


def scalar_spec(env: VectorEnv[Any, Any, Any]) -> EnvSpec:
    """The spec of a scalar environment that does what each of a native vector environment does.

    Raises:
        ValueError: There is none: it was not made by ``gym.make_vec``, or a wrapper changes what is observed.
    """
    around: list[WrapperSpec] = []
    outermost = env
    while isinstance(env, VectorWrapper):
        if type(env) in SCALAR:
            scalar = SCALAR[type(env)]
            arguments = env._saved_kwargs if isinstance(env, RecordConstructorArgs) else {}
            around.insert(0, WrapperSpec(scalar.__name__, _entry_point(scalar), copy.deepcopy(arguments)))
        elif env.single_observation_space != env.env.single_observation_space:
            raise ValueError(f"no scalar environment is known that observes what {type(env).__name__} makes of it")
        env = env.env
    if env.spec is None:
        raise ValueError(f"no scalar environment is known for {outermost}: make it with gym.make_vec")
    spec = copy.deepcopy(env.spec)
    spec.max_episode_steps = env.unwrapped.max_episode_steps  # type: ignore[attr-defined]
    spec.kwargs = {name: value for name, value in spec.kwargs.items() if name not in OF_VECTORS}
    spec.additional_wrappers = tuple(around)
    return spec


def _is_native(spec: EnvSpec) -> bool:
    entry_point = spec.vector_entry_point
    if isinstance(entry_point, type):
        entry_point = _entry_point(entry_point)
    return entry_point in (GRID_WORLD["vector_entry_point"], GOAL_GRID_WORLD["vector_entry_point"])
