"""Both environment checkers on every id, every render mode and every wrapper. Warnings are errors here."""

import gymnasium as gym
import pytest
from conftest import GOAL_ID
from gymnasium.utils import RecordConstructorArgs
from gymnasium.utils.env_checker import check_env as gymnasium_check_env
from stable_baselines3.common.env_checker import check_env as sb3_check_env

from gym_gridworld import GridWorldEnv
from gym_gridworld.wrappers import GoalChannels

pytestmark = pytest.mark.usefixtures("asked_fps")

RENDER_MODES = [None, *GridWorldEnv.metadata["render_modes"]]


@pytest.mark.parametrize("render_mode", RENDER_MODES)
def test_gymnasium(env_id, render_mode, make):
    gymnasium_check_env(make(env_id, render_mode=render_mode).unwrapped)


@pytest.mark.parametrize("render_mode", RENDER_MODES)
def test_stable_baselines3(env_id, render_mode, make):
    sb3_check_env(make(env_id, render_mode=render_mode).unwrapped, warn=True, skip_render_check=False)


# Gymnasium's checker remarks on any wrapper at all, whatever it does.
@pytest.mark.filterwarnings("ignore:.*is different from the unwrapped version")
@pytest.mark.parametrize("render_mode", RENDER_MODES)
def test_gymnasium_behind_every_wrapper(grid_world_id, render_mode, make, wrap):
    gymnasium_check_env(wrap(make(grid_world_id, render_mode=render_mode)))


@pytest.mark.parametrize("render_mode", RENDER_MODES)
def test_stable_baselines3_behind_every_wrapper(grid_world_id, render_mode, make, wrap):
    sb3_check_env(wrap(make(grid_world_id, render_mode=render_mode)), warn=True, skip_render_check=False)


@pytest.mark.filterwarnings("ignore:.*is different from the unwrapped version")
@pytest.mark.parametrize("render_mode", RENDER_MODES)
@pytest.mark.parametrize("check_env", [gymnasium_check_env, sb3_check_env])
def test_behind_goal_channels(check_env, render_mode, make):
    check_env(GoalChannels(make(GOAL_ID, render_mode=render_mode)))


class OffTheGrid(gym.ObservationWrapper, RecordConstructorArgs):
    """Observes the agent where it cannot be."""

    def __init__(self, env):
        RecordConstructorArgs.__init__(self)
        super().__init__(env)

    def observation(self, observation):
        return {**observation, "agent": observation["agent"] - 9}


@pytest.mark.filterwarnings("ignore:.*is different from the unwrapped version")
@pytest.mark.parametrize("check_env", [gymnasium_check_env, sb3_check_env])
def test_the_checkers_can_fail(make, check_env):
    with pytest.raises((AssertionError, UserWarning)):
        check_env(OffTheGrid(make()))
