"""Whose the arrays are that the vector environment hands out, with copies and without."""

import copy

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from twin_envs import assert_same, twins

from gym_gridworld import GridWorldVectorEnv

AUTORESET = [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP]


def make(mode="NextStep", **arguments):
    return GridWorldVectorEnv(9, size=3, max_episode_steps=7, slip=0.2, autoreset_mode=mode, **arguments)


def taken(envs, steps=30):
    """Everything that a reset, steps and a reset of some hand out, each while it is new."""
    random = np.random.default_rng(0)
    yield envs.reset(seed=0)
    for _ in range(steps):
        yield envs.step(random.integers(4, size=9))
    yield envs.reset(options={"reset_mask": np.arange(9) < 5})
    yield envs.step(np.zeros(9, int))


def arrays(thing):
    """All arrays of numbers in there."""
    if isinstance(thing, np.ndarray) and thing.dtype != object:
        yield thing
    elif isinstance(thing, (dict, tuple, np.ndarray)):
        for inside in thing.values() if isinstance(thing, dict) else thing:
            yield from arrays(inside)


def spoil(thing):
    for array in arrays(thing):
        array[...] = True if array.dtype == bool else -99


@pytest.mark.parametrize("copied", [True, False])
@pytest.mark.parametrize("mode", AUTORESET)
def test_changing_what_was_handed_out_changes_nothing(mode, copied):
    for expected, other in zip(taken(make(mode)), taken(make(mode, copy=copied)), strict=True):
        assert_same(other, expected)
        spoil(other)


def test_with_copies_no_two_arrays_share_memory():
    handed_out = [array for step in taken(make(AutoresetMode.SAME_STEP), steps=4) for array in arrays(step)]
    assert len(handed_out) > 30
    for index, array in enumerate(handed_out):
        assert not any(np.shares_memory(array, other) for other in handed_out[:index])


@pytest.mark.parametrize("mode", AUTORESET)
def test_without_copies_observations_are_the_same_memory_with_the_right_values(mode):
    steps, expected = taken(make(mode, copy=False)), taken(make(mode))
    first = next(steps)[0]
    next(expected)
    for (observations, *_), (copies, *_) in zip(steps, expected, strict=True):
        for name, array in observations.items():
            assert array.__array_interface__["data"] == first[name].__array_interface__["data"]
            assert array.flags.c_contiguous
        assert_same(observations, copies)
        assert_same(first, copies)
    assert not np.shares_memory(first["agent"], first["target"])


@pytest.mark.parametrize("mode", AUTORESET)
@pytest.mark.parametrize("env_id", ["gym_gridworld/GridWorld-v0", "gym_gridworld/GoalGridWorld-v0"])
def test_without_copies_as_gymnasiums_vector(env_id, mode):
    native, scalar = twins(env_id, 9, mode, copy=False, size=3)
    observations, kept = native.reset(seed=0)[0], scalar.reset()[0]
    random = np.random.default_rng(0)
    for _ in range(30):
        actions = random.integers(4, size=9)
        assert_same(native.step(actions), scalar.step(actions))
        assert_same(observations, kept)


@pytest.mark.parametrize("copied", [True, False])
@pytest.mark.parametrize("mode", AUTORESET)
def test_infos_read_late_are_those_of_their_step(mode, copied):
    at_once = [copy.deepcopy(infos) for *_, infos in taken(make(mode, copy=copied))]
    late = [infos for *_, infos in taken(make(mode, copy=copied))]
    assert_same(late, at_once)
    assert any("final_obs" in infos for infos in late) == (mode is AutoresetMode.SAME_STEP)
    assert not np.array_equal(late[0]["distance"], late[1]["distance"])


@pytest.mark.parametrize("mode", AUTORESET)
def test_each_step_is_what_a_dict_of_arrays_says(mode):
    """Types and shapes as Gymnasium has them."""
    for observations, *rest, infos in taken(make(mode)):
        assert {name: (array.dtype, array.shape) for name, array in observations.items()} == {
            "agent": (np.int64, (9, 2)),
            "target": (np.int64, (9, 2)),
        }
        assert [(array.dtype, array.shape) for array in rest] in (
            [],
            [(np.float64, (9,)), (np.bool_, (9,)), (np.bool_, (9,))],
        )
        assert (infos["distance"].dtype, infos["_distance"].dtype) == (np.float64, np.bool_)
        assert observations in make().observation_space
