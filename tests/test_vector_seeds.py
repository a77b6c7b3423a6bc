"""Seeds of the vector environment: the first starts are the scalar environment's, the rest is reproducible."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from twin_envs import assert_same

from gym_gridworld import GridWorldVectorEnv


def starts(envs, seed=None):
    envs.reset(seed=seed)
    return list(zip(envs.agent_cells.tolist(), envs.target_cells.tolist(), strict=True))


def trajectory(envs, seed, steps=60):
    random = np.random.default_rng(0)
    taken = [envs.reset(seed=seed)]
    for _ in range(steps):
        taken.append(envs.step(random.integers(4, size=envs.num_envs)))
        ended = taken[-1][2] | taken[-1][3]
        if envs.autoreset_mode is AutoresetMode.DISABLED and ended.any():
            taken.append(envs.reset(options={"reset_mask": ended}))
    return taken


@pytest.mark.parametrize("seed", [0, 7, 2**40, [5, 0, 5, 2**70, 1, 2]], ids=str)
def test_first_starts_are_those_of_gymnasiums_vector(env_id, seed):
    native = gym.make_vec(env_id, num_envs=6)
    scalar = gym.make_vec(env_id, num_envs=6, vectorization_mode="sync")
    assert_same(native.reset(seed=seed), scalar.reset(seed=seed))


@pytest.mark.parametrize("seed", [3, np.int64(3), [3, 4, 5], (3, 4, 5), range(3, 6), np.arange(3, 6)], ids=repr)
def test_seeds_of_any_kind(seed):
    assert starts(GridWorldVectorEnv(3), seed) == starts(GridWorldVectorEnv(3), 3)


@pytest.mark.parametrize("mode", AutoresetMode)
def test_same_seed_same_trajectory(mode):
    def make():
        return GridWorldVectorEnv(20, layout="random:6:0.1:3", slip=0.3, autoreset_mode=mode, max_episode_steps=9)

    envs = make()
    first = trajectory(envs, 3)
    assert_same(first, trajectory(make(), 3))
    assert_same(first, trajectory(envs, 3))
    with pytest.raises(AssertionError):
        assert_same(first, trajectory(make(), 4))


def test_what_comes_after_the_first_starts_is_seeded_too():
    one, other = GridWorldVectorEnv(50), GridWorldVectorEnv(50)
    first = starts(one, 0)
    assert first == starts(other, 0)
    later = starts(one)
    assert later == starts(other)
    assert later != first


@pytest.mark.parametrize("seeds", [lambda n: n, lambda n: [n, 0], lambda n: [n, n]], ids=["one", "zero", "twice"])
def test_later_starts_do_not_repeat_the_first(seeds):
    repeated = 0
    for number in range(100):
        envs = GridWorldVectorEnv(np.size(seeds(number)))
        repeated += starts(envs, seeds(number))[0] == starts(envs)[0]
    # One in 600 does, by chance.
    assert repeated <= 2


def test_none_among_seeds_is_drawn_anew():
    envs = GridWorldVectorEnv(4, size=100)
    first, second = starts(envs, [1, None, 3, None]), starts(envs, [1, None, 3, None])
    assert first[::2] == second[::2] == starts(GridWorldVectorEnv(4, size=100), [1, 2, 3, 4])[::2]
    assert first[1] != second[1]
    assert first[3] != second[3]
    later = starts(envs)
    envs.reset(seed=[1, None, 3, None])
    assert starts(envs) != later


def test_seeds_that_are_all_none_go_on_with_the_random_numbers():
    one, other = GridWorldVectorEnv(50), GridWorldVectorEnv(50)
    for envs in (one, other):
        envs.reset(seed=0)
    assert starts(one, [None] * 50) == starts(other, [None] * 50)
    assert starts(one) == starts(other)
    assert one.np_random_seed == 0


def test_np_random_seed():
    envs = GridWorldVectorEnv(2)
    assert envs.np_random_seed >= 0
    for seed, expected in ((5, 5), (np.int64(6), 6), (None, 6), ([1, 2], -1)):
        envs.reset(seed=seed)
        assert (type(envs.np_random_seed), envs.np_random_seed) == (int, expected)


def test_without_a_seed_environments_differ():
    assert starts(GridWorldVectorEnv(50)) != starts(GridWorldVectorEnv(50))
