"""The observation wrappers of many environments against the scalar ones, around each of as many."""

from functools import partial

import gymnasium as gym
import numpy as np
import pytest
from conftest import ENV_ID, WRAPPERS
from gymnasium.vector import AutoresetMode, VectorWrapper
from gymnasium.vector.utils import batch_space
from twin_envs import assert_parity, assert_same, twins

from gym_gridworld import GridWorldVectorEnv, wrappers
from gym_gridworld.wrappers import vector

GOALS = "gym_gridworld/GoalGridWorld-v0"
PAIRS = {
    name: (partial(wrapper, **arguments), partial(getattr(vector, wrapper.__name__), **arguments))
    for name, (wrapper, arguments) in WRAPPERS.items()
}
GRIDS = {
    "open": {},
    "walls and slip": {"layout": "random:6:0.2:3", "slip": 0.3},
    "no square, with pits": {"layout": "cliff"},
    "a row": {"layout": "...A.T"},
}


def playing(envs, seed=0):
    """Reset, and step for ever."""
    random = np.random.default_rng(seed)
    yield envs.reset(seed=seed)
    while True:
        yield envs.step(random.integers(4, size=envs.num_envs))


def first(number, steps):
    return [next(steps) for _ in range(number)]


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
@pytest.mark.parametrize("wrap", PAIRS.values(), ids=PAIRS)
def test_as_the_scalar_wrapper_around_each(wrap, grid, mode):
    assert_parity(ENV_ID, mode, 1500, num_envs=10, wrap=wrap, max_episode_steps=12, **grid)


@pytest.mark.parametrize("name", PAIRS)
def test_spaces(grid_world_id, name):
    scalar, wrap = PAIRS[name]
    single = scalar(gym.make(grid_world_id)).observation_space
    envs = wrap(gym.make_vec(grid_world_id, num_envs=3))
    assert envs.single_observation_space == single
    assert envs.observation_space == batch_space(single, 3)
    assert (envs.single_action_space, envs.action_space) == (envs.env.single_action_space, envs.env.action_space)
    for observations, *_ in first(5, playing(envs)):
        assert observations in envs.observation_space


def test_every_scalar_wrapper_of_observations_has_its_twin():
    # Not the one that only draws, nor those that are for environments of others.
    without = {"QValueOverlay", "FullRangeActions", "SmallFrames"}
    assert set(vector.__all__) == set(wrappers.__all__) - without


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("arguments", [{}, {"size": 3, "n_plus": 2, "n_ex": 1, "image_shape": (19, 16)}], ids=str)
def test_goal_channels_are_as_around_each(arguments, mode):
    wrap = (wrappers.GoalChannels, vector.GoalChannels)
    assert_parity(GOALS, mode, 1500, num_envs=10, wrap=wrap, max_episode_steps=12, **arguments)


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
@pytest.mark.parametrize("between", [vector.FlattenObservation, gym.wrappers.vector.RecordEpisodeStatistics])
def test_reads_the_states_whatever_lies_in_between(between, mode):
    def make():
        return GridWorldVectorEnv(9, size=3, autoreset_mode=mode)

    stacked = first(40, playing(vector.OneHotObservation(between(make()), encoding="axis")))
    plain = first(40, playing(vector.OneHotObservation(make(), encoding="axis")))
    for one, other in zip(stacked, plain, strict=True):
        for key in ("episode", "_episode"):
            one[-1].pop(key, None)
        assert_same(one, other)


class PlainInfos(VectorWrapper):
    """As a wrapper does that puts together infos of its own."""

    def step(self, actions):
        *moved, infos = self.env.step(actions)
        return *moved, dict(infos)


@pytest.mark.parametrize("wrap", PAIRS.values(), ids=PAIRS)
def test_final_observations_in_infos_that_are_not_lazy(wrap):
    scalar_wrap, vector_wrap = wrap
    outer = (scalar_wrap, lambda envs: vector_wrap(PlainInfos(envs)))
    assert_parity(ENV_ID, AutoresetMode.SAME_STEP, 500, num_envs=10, wrap=outer, max_episode_steps=5)


@pytest.mark.parametrize("wrap", PAIRS.values(), ids=PAIRS)
def test_final_observations_read_late_are_those_of_their_step(wrap):
    native, scalar = twins(ENV_ID, 9, AutoresetMode.SAME_STEP, wrap=wrap, size=3)
    native.reset(seed=0)
    scalar.reset()
    random = np.random.default_rng(0)
    kept = []
    for _ in range(30):
        actions = random.integers(4, size=9)
        kept.append((native.step(actions)[-1], scalar.step(actions)[-1]))
    assert sum("final_obs" in infos for infos, _ in kept) > 5
    for infos, expected in kept:
        assert_same(infos, expected)


@pytest.mark.parametrize("copy", [True, False])
@pytest.mark.parametrize("wrap", PAIRS.values(), ids=PAIRS)
def test_what_is_handed_out_is_the_callers(wrap, copy):
    _, wrap = wrap
    kept, spoilt = (wrap(GridWorldVectorEnv(9, size=3, autoreset_mode="SameStep", copy=copy)) for _ in range(2))
    expected, steps = playing(kept), playing(spoilt)
    for _ in range(30):
        observations, *_, infos = taken = next(steps)
        assert_same(taken, next(expected))
        observations[:] = -99
        for final in infos.get("final_obs", ()):
            if final is not None:
                final[:] = -99


@pytest.mark.parametrize("wrap", PAIRS.values(), ids=PAIRS)
def test_environments_do_not_share_a_space(wrap):
    one, other, alone = (wrap[1](GridWorldVectorEnv(2)) for _ in range(3))
    for envs in (other, alone):
        envs.single_observation_space.seed(3)
    one.single_observation_space.seed(4)
    assert_same(other.single_observation_space.sample(), alone.single_observation_space.sample())
