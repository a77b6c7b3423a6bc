"""Pictures of many environments: those of as many scalar ones."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from twin_envs import assert_same, twins

from gym_gridworld import GridWorldVectorEnv


@pytest.mark.parametrize("mode", ["rgb_array", "ansi"])
def test_pictures_are_those_of_the_scalar_environments(env_id, mode):
    native, scalar = twins(env_id, 3, render_mode=mode, window_size=48)
    assert native.render_mode == mode
    assert_same(native.reset(seed=0), scalar.reset())
    seen = []
    for action in (None, 0, 1, 2, 3):
        if action is not None:
            assert_same(native.step([action] * 3), scalar.step([action] * 3))
        pictures = native.render()
        assert type(pictures) is tuple
        assert_same(pictures, scalar.render())
        seen.append(np.array(pictures).tobytes())
    assert len(set(seen)) > 1
    if mode == "rgb_array":
        assert max(pictures[0].shape) == 48


def test_text_of_known_places():
    envs = GridWorldVectorEnv(2, size=2, render_mode="ansi")
    envs.reset(options={"agent": np.array([[0, 0], [1, 1]]), "target": (0, 1)})
    assert envs.render() == ("T .\nA .", "T A\n. .")
    envs.step([1, 2])
    assert envs.render() == ("* .\n. .", "* .\n. .")


def test_pictures_are_the_callers():
    envs = GridWorldVectorEnv(2, size=2, render_mode="rgb_array", window_size=16)
    envs.reset(options={"agent": (0, 0), "target": (1, 1)})
    one, other = envs.render()
    assert_same(one, other)
    kept = other.copy()
    one[:] = 0
    assert_same(other, kept)
    assert_same(envs.render(), (kept, kept))


def test_without_a_render_mode_there_is_nothing_to_show():
    envs = GridWorldVectorEnv(2)
    envs.reset()
    with pytest.warns(UserWarning, match="shows nothing without a render_mode"):
        assert envs.render() is None


@pytest.mark.parametrize("mode", ["rgb_array", "ansi"])
def test_before_the_first_reset_there_is_nothing_to_show(mode):
    with pytest.raises(ResetNeeded, match="before render"):
        GridWorldVectorEnv(2, render_mode=mode).render()


def test_no_windows():
    with pytest.raises(ValueError, match="'rgb_array', 'ansi', got 'human'"):
        gym.make_vec("gym_gridworld/GridWorld-v0", num_envs=2, render_mode="human")
    assert GridWorldVectorEnv.metadata["render_modes"] == ["rgb_array", "ansi"]
    assert GridWorldVectorEnv.metadata["render_fps"] == 4
