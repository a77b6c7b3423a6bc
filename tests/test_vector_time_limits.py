"""Time limits of the vector environment: each episode has its own, and they are those of Gymnasium's TimeLimit."""

import sys

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from twin_envs import TimeLimit

from gym_gridworld import GridWorldEnv, GridWorldVectorEnv

RIGHT, LEFT = 0, 2


def corridor(limit, mode=AutoresetMode.NEXT_STEP, num_envs=2):
    """Three steps to the right is the target; to the left, a wall."""
    envs = GridWorldVectorEnv(num_envs, layout="A..T", max_episode_steps=limit, autoreset_mode=mode)
    envs.reset(seed=0)
    return envs


def flags(envs, *actions):
    """(terminated, truncated) of the first environment in each step."""
    return [tuple(bool(flag[0]) for flag in envs.step([action] * envs.num_envs)[2:4]) for action in actions]


@pytest.mark.parametrize("limit", [1, 2, 5])
@pytest.mark.parametrize(("mode", "between"), [(AutoresetMode.NEXT_STEP, 1), (AutoresetMode.SAME_STEP, 0)])
def test_truncates_in_the_last_step_of_each_episode(mode, between, limit):
    episode = [(False, step == limit) for step in range(1, limit + 1)] + [(False, False)] * between
    assert flags(corridor(limit, mode), *[LEFT] * 3 * len(episode)) == 3 * episode


@pytest.mark.parametrize("limit", [1, 4])
def test_truncates_in_the_last_step_after_each_reset(limit):
    envs = corridor(limit, AutoresetMode.DISABLED)
    for options in (None, {"reset_mask": np.array([True, True])}):
        envs.reset(options=options)
        assert flags(envs, *[LEFT] * limit) == [(False, step == limit) for step in range(1, limit + 1)]


@pytest.mark.parametrize("mode", AutoresetMode)
def test_the_target_in_the_last_step_sets_both_flags_as_time_limit_does(mode):
    assert flags(corridor(3, mode), RIGHT, RIGHT, RIGHT) == [(False, False), (False, False), (True, True)]
    env = TimeLimit(GridWorldEnv(layout="A..T"), 3)
    env.reset()
    assert [env.step(RIGHT)[2:4] for _ in range(3)] == [(False, False), (False, False), (True, True)]


def test_an_episode_that_ends_early_leaves_the_next_one_all_its_steps():
    envs = corridor(4, AutoresetMode.SAME_STEP)
    running = [(False, False)] * 3
    assert flags(envs, RIGHT, RIGHT, RIGHT, *[LEFT] * 4) == [*running[:2], (True, False), *running, (False, True)]


@pytest.mark.parametrize("limit", [None, sys.maxsize, 2**70])
@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_no_limit_never_truncates(mode, limit):
    envs = GridWorldVectorEnv(20, size=2, max_episode_steps=limit, autoreset_mode=mode)
    envs.reset(seed=0)
    random = np.random.default_rng(0)
    ended = np.zeros(20, np.int64)
    for _ in range(500):
        _, _, terminations, truncations, _ = envs.step(random.integers(4, size=20))
        ended += terminations
        assert not truncations.any()
    assert (ended > 50).all()


def test_the_limit_is_the_ids_unless_said(grid_world_id):
    limit = gym.spec(grid_world_id).max_episode_steps
    assert gym.make_vec(grid_world_id).unwrapped.max_episode_steps == limit
    assert gym.make_vec(grid_world_id, max_episode_steps=7).unwrapped.max_episode_steps == 7
    assert gym.make_vec(grid_world_id, max_episode_steps=None).unwrapped.max_episode_steps is None
    assert GridWorldVectorEnv().max_episode_steps is None
