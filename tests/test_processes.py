"""Environments in other processes, however these are started."""

import multiprocessing

import gymnasium as gym
import numpy as np
import pytest
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv

import gym_gridworld  # noqa: F401
from gym_gridworld.wrappers import OneHotObservation

START_METHODS = multiprocessing.get_all_start_methods()
# Python 3.12 and later remark on a fork in a process that has threads, which torch's import starts.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork")


def make_env():
    return OneHotObservation(gym.make("gym_gridworld:gym_gridworld/GridWorld-v0"))


@pytest.mark.parametrize("start_method", START_METHODS)
def test_subproc_vec_env(start_method):
    here = DummyVecEnv([make_env, make_env])
    there = SubprocVecEnv([make_env, make_env], start_method=start_method)
    try:
        for vec_env in (here, there):
            vec_env.seed(3)
        np.testing.assert_array_equal(here.reset(), there.reset())
        for actions in np.random.default_rng(0).integers(4, size=(30, 2)):
            for expected, said in zip(here.step(actions)[:3], there.step(actions)[:3], strict=True):
                np.testing.assert_array_equal(said, expected)
    finally:
        there.close()


@pytest.mark.parametrize("start_method", START_METHODS)
def test_async_vector_env(start_method):
    env_id = "gym_gridworld/GridWorld-v0"
    here = gym.make_vec(env_id, 2, vectorization_mode="sync")
    there = gym.make_vec(env_id, 2, vectorization_mode="async", vector_kwargs={"context": start_method})
    try:
        for name, expected in here.reset(seed=3)[0].items():
            np.testing.assert_array_equal(there.reset(seed=3)[0][name], expected)
        for actions in np.random.default_rng(0).integers(4, size=(30, 2)):
            expected, said = here.step(actions), there.step(actions)
            for name in expected[0]:
                np.testing.assert_array_equal(said[0][name], expected[0][name])
            for one, other in zip(said[1:4], expected[1:4], strict=True):
                np.testing.assert_array_equal(one, other)
    finally:
        there.close()
