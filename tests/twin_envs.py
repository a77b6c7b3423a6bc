"""Gymnasium's vector environment of scalar ones, led to start where a native one starts, to compare the two."""

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode, SyncVectorEnv


class Led(gym.Wrapper):
    """Starts where environment ``index`` of ``leader`` is, and slips when that does."""

    def __init__(self, env, leader, index):
        super().__init__(env)
        self.leader, self.index = leader, index

    def reset(self, *, seed=None, options=None):  # noqa: ARG002
        # What draws nothing may still shuffle what it does not take.
        self.unwrapped.np_random = np.random.default_rng(0)
        result = self.env.reset(seed=seed, options=self.leader.unwrapped.reset_options(self.index))
        self.unwrapped.np_random = self
        return result

    def random(self):
        return self.leader.unwrapped.np_random.drawn[self.index]


class Recorder:
    """A generator that remembers the slips it drew last: one number for each environment, of starts there are two."""

    def __init__(self, generator):
        self.generator = generator

    def random(self, shape):
        numbers = self.generator.random(shape)
        if numbers.ndim == 1:
            self.drawn = numbers
        return numbers


class Vector(SyncVectorEnv):
    """Gymnasium's, which takes the mask out of its caller's options, where wrappers look for it afterwards."""

    def reset(self, *, seed=None, options=None):
        return super().reset(seed=seed, options=options and dict(options))


# Importing rl_zoo3 puts another in its place, which says more in the infos and never sets both flags.
TimeLimit = next(kind for kind in gym.wrappers.TimeLimit.__mro__ if kind.__module__.startswith("gymnasium."))


def scalar_env(env_id, **arguments):
    """``gym.make``, with the time limit of Gymnasium, whatever was imported before."""
    limit = arguments.pop("max_episode_steps", gym.spec(env_id).max_episode_steps)
    return TimeLimit(gym.make(env_id, disable_env_checker=True, max_episode_steps=-1, **arguments), limit)


def as_it_is(env):
    return env


def twins(env_id, num_envs, mode=AutoresetMode.NEXT_STEP, copy=True, wrap=(as_it_is, as_it_is), **arguments):
    """A native vector environment, and one of Gymnasium's that is led by it.

    ``wrap`` is what to put on the members of Gymnasium's, and on the native one.
    """
    native = gym.make_vec(env_id, num_envs=num_envs, autoreset_mode=mode, copy=copy, **arguments)
    wrap_member, wrap_all = wrap

    def member(index):
        return lambda: wrap_member(Led(scalar_env(env_id, **arguments), native, index))

    members = [member(index) for index in range(num_envs)]
    return wrap_all(native), Vector(members, autoreset_mode=mode, copy=copy)


def assert_same(one, other, where=""):
    """Equal in every bit, dtype and key."""
    assert type(one) is type(other) or {type(one), type(other)} <= DICTS, f"{where}: {type(one)}, {type(other)}"
    if isinstance(one, dict):
        assert set(one) == set(other), f"{where}: {sorted(one)}, {sorted(other)}"
        for key in one:
            assert_same(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, (tuple, list)):
        assert len(one) == len(other), where
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            assert_same(left, right, f"{where}[{index}]")
    elif isinstance(one, np.ndarray) and one.dtype == object:
        assert_same(list(one), list(other), where)
    elif isinstance(one, np.ndarray):
        assert (one.dtype, one.shape) == (other.dtype, other.shape), where
        # NaN included, and 0.0 told from -0.0.
        assert one.tobytes() == other.tobytes(), f"{where}: {one}, {other}"
    else:
        assert one == other, where


DICTS = {dict, type(gym.make_vec("gym_gridworld:gym_gridworld/GridWorld-v0").reset()[1])}


def masked_ones(mode, ended, random):
    """Those that ended, without autoreset; with it, now and then some."""
    if mode is AutoresetMode.DISABLED:
        return ended
    mask = random.random(len(ended)) < 0.5 * (random.random() < 0.03)
    # Every other one goes on to its time limit.
    mask[1::2] = False
    return mask


def assert_parity(env_id, mode, steps, num_envs=100, around=as_it_is, **arguments):
    """As many steps, over all environments, with random actions. ``around`` is put on both."""
    native, scalar = (around(envs) for envs in twins(env_id, num_envs, mode, **arguments))
    assert_same(native.reset(seed=0), scalar.reset())
    native.unwrapped.np_random = Recorder(native.np_random)
    random = np.random.default_rng(0)
    for number in range(-(-steps // num_envs)):
        actions = random.integers(native.single_action_space.n, size=num_envs)
        moved, expected = native.step(actions), scalar.step(actions)
        assert_same(moved, expected, f"step {number}")
        mask = masked_ones(mode, moved[2] | moved[3], random)
        if mask.any():
            again = native.reset(options={"reset_mask": mask})
            assert_same(again, scalar.reset(options={"reset_mask": mask}), f"reset after step {number}")
    native.close()
    scalar.close()
