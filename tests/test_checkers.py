"""Both environment checkers on every id, every render mode and every wrapper. Warnings are errors here."""

import gymnasium as gym
import pytest
from gymnasium.utils.env_checker import check_env as gymnasium_check_env
from stable_baselines3.common.env_checker import check_env as sb3_check_env

from gym_gridworld import GridWorldEnv

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
def test_gymnasium_behind_every_wrapper(env_id, render_mode, make, wrap):
    gymnasium_check_env(wrap(make(env_id, render_mode=render_mode)))


@pytest.mark.parametrize("render_mode", RENDER_MODES)
def test_stable_baselines3_behind_every_wrapper(env_id, render_mode, make, wrap):
    sb3_check_env(wrap(make(env_id, render_mode=render_mode)), warn=True, skip_render_check=False)


class Reusing(gym.Wrapper):
    """Hands out the same array twice, as the tutorial's environment does."""

    def step(self, action):
        _, *rest = super().step(action)
        return self.first, *rest

    def reset(self, *, seed=None, options=None):
        self.first, info = super().reset(seed=seed, options=options)
        return self.first, info


@pytest.mark.filterwarnings("ignore:.*is different from the unwrapped version")
def test_a_checker_that_cannot_fail_checks_nothing(make):
    with pytest.raises(AssertionError, match="share an object"):
        gymnasium_check_env(Reusing(make(render_mode="rgb_array")))
