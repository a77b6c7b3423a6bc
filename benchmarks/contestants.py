"""What is measured beside what: each contestant as one call that takes a batch of actions and hands out what follows.

Each function here makes one, with the libraries that it alone needs; those that are not installed are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

import gym_gridworld  # noqa: F401
from gym_gridworld.wrappers import vector

ENV_ID = "gym_gridworld/GridWorld-v0"


class Contestant(NamedTuple):
    """One call, and what it takes.

    Attributes:
        call: Takes an integer array of shape ``shape``, hands out observations, rewards and flags.
        shape: ``(environments,)``, or ``(steps, environments)`` where a call takes several steps.
        n_actions: The actions are below it.
    """

    call: Callable[[NDArray[np.int64]], Any]
    shape: tuple[int, ...]
    n_actions: int


def _of(envs: Any) -> Contestant:
    envs.reset()
    return Contestant(envs.step, (envs.num_envs,), int(envs.single_action_space.n))


def _native(num_envs: int, wrapper: str | None, wrap: dict[str, Any] | None, **arguments: Any) -> Any:
    envs = gym.make_vec(ENV_ID, num_envs=num_envs, **arguments)
    return getattr(vector, wrapper)(envs, **wrap or {}) if wrapper else envs


def native(
    num_envs: int, wrapper: str | None = None, wrap: dict[str, Any] | None = None, **arguments: Any
) -> Contestant:
    """GridWorld's own vector environment, in a wrapper or in none."""
    return _of(_native(num_envs, wrapper, wrap, **arguments))


def copies(num_envs: int, **arguments: Any) -> Contestant:
    """The copy limit: ``np.copyto`` of exactly the bytes that :func:`native` hands out."""
    contestant = native(num_envs, **arguments)
    observations, *others, _ = contestant.call(np.zeros(num_envs, np.int64))
    arrays = [*(observations.values() if isinstance(observations, dict) else [observations]), *others]
    return contestant._replace(call=_copying(arrays))


def encodings(num_envs: int, wrapper: str, wrap: dict[str, Any] | None = None) -> Contestant:
    """What a wrapper of GridWorld's vector environment does, without the step."""
    envs = _native(num_envs, wrapper, wrap)
    contestant = _of(envs)
    return contestant._replace(call=lambda _: [None, envs._observations()])


def encoding_copies(num_envs: int, wrapper: str, wrap: dict[str, Any] | None = None) -> Contestant:
    """The copy limit of :func:`encodings`."""
    contestant = encodings(num_envs, wrapper, wrap)
    _, encoded = contestant.call(np.zeros(num_envs, np.int64))
    return contestant._replace(call=_copying([encoded]))


def _copying(arrays: list[NDArray[Any]]) -> Callable[[NDArray[np.int64]], Any]:
    written = [(array, array.copy()) for array in arrays]

    def call(_: NDArray[np.int64]) -> Any:
        for source, destination in written:
            np.copyto(destination, source)
        return [None, arrays[-1]]

    return call


def gymnasium(num_envs: int, env_id: str, mode: str) -> Contestant:
    """An environment in one of Gymnasium's vectors."""
    if env_id.startswith("MiniGrid"):
        import minigrid  # noqa: F401
    return _of(gym.make_vec(env_id, num_envs=num_envs, vectorization_mode=mode))


def envpool(num_envs: int, env_id: str, threads: int) -> Contestant:
    """An environment of EnvPool."""
    import envpool as library

    envs = library.make(env_id, env_type="gymnasium", num_envs=num_envs, num_threads=threads)
    envs.reset()
    return Contestant(envs.step, (num_envs,), envs.action_space.n)


def navix(num_envs: int, env_id: str, steps: int) -> Contestant:
    """An environment of Navix, ``steps`` steps in a jitted call."""
    import jax
    import navix as library

    env = library.make(env_id)

    def step(timesteps: Any, actions: Any) -> Any:
        timesteps = jax.vmap(env.step)(timesteps, actions)
        return timesteps, (timesteps.observation, timesteps.reward, timesteps.step_type)

    start = jax.jit(jax.vmap(env.reset))(jax.random.split(jax.random.PRNGKey(0), num_envs))
    return _jitted(step, start, (steps, num_envs), len(env.action_set))


def gymnax(num_envs: int, env_id: str, steps: int) -> Contestant:
    """An environment of gymnax, ``steps`` steps in a jitted call."""
    import gymnax as library
    import jax

    env, parameters = library.make(env_id)
    key, keys = jax.random.PRNGKey(0), jax.random.split(jax.random.PRNGKey(1), num_envs)
    _, states = jax.jit(jax.vmap(env.reset, in_axes=(0, None)))(keys, parameters)

    def step(carried: Any, actions: Any) -> Any:
        key, states = carried
        key, drawn = jax.random.split(key)
        observations, states, rewards, ended, _ = jax.vmap(env.step, in_axes=(0, 0, 0, None))(
            jax.random.split(drawn, num_envs), states, actions, parameters
        )
        return (key, states), (observations, rewards, ended)

    return _jitted(step, (key, states), (steps, num_envs), env.num_actions)


def _jitted(step: Callable[[Any, Any], Any], carried: Any, shape: tuple[int, ...], n_actions: int) -> Contestant:
    import jax

    run = jax.jit(lambda carried, actions: jax.lax.scan(step, carried, actions))

    def call(actions: NDArray[np.int64]) -> Any:
        nonlocal carried
        carried, outputs = run(carried, actions)
        # jax hands out promises: the arrays are there when they are looked at, which costs no copy on a processor.
        return [np.asarray(output) for output in jax.tree.leaves(outputs)]

    return Contestant(call, shape, n_actions)


MAKERS: dict[str, Callable[..., Contestant]] = {
    "native": native,
    "copies": copies,
    "encodings": encodings,
    "encoding_copies": encoding_copies,
    "gymnasium": gymnasium,
    "envpool": envpool,
    "navix": navix,
    "gymnax": gymnax,
}
