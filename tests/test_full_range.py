"""FullRangeActions: every combination of evenly spaced values, the ends among them."""

from itertools import product

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.wrappers import DiscretizeAction

from gym_gridworld.wrappers import FullRangeActions


class Joints(gym.Env):
    """Takes two numbers, each with a range of its own, and observes them."""

    observation_space = action_space = gym.spaces.Box(np.array([-1, 0]), np.array([1, 4]), dtype=np.float64)

    def step(self, action):
        return action, 0.0, False, False, {}


@pytest.mark.parametrize("bins", [2, 3, 5])
def test_every_combination_is_an_action(bins):
    env = FullRangeActions(Joints(), bins)
    assert env.action_space == gym.spaces.Discrete(bins**2)
    taken = [env.step(action)[0].tolist() for action in range(bins**2)]
    spaced = [[low + (high - low) * one / (bins - 1) for one in range(bins)] for low, high in ((-1.0, 1.0), (0.0, 4.0))]
    assert taken == [list(pair) for pair in product(*spaced)]
    assert [env.revert_action(np.array(pair)) for pair in taken] == list(range(bins**2))


def test_gymnasiums_do_not_reach_the_ends():
    assert DiscretizeAction(Joints(), 3).step(0)[0].tolist() == pytest.approx([-2 / 3, 2 / 3])


def test_its_spec_makes_it_again():
    env = FullRangeActions(gym.make("Pendulum-v1"), bins=7)
    again = gym.make(env.spec)
    assert isinstance(again, FullRangeActions)
    assert again.action(0) == env.action(0) == -2.0
    assert again.action_space == env.action_space


@pytest.mark.parametrize(("bins", "error"), [(1, ValueError), (0, ValueError), (2.0, TypeError), ("3", TypeError)])
def test_bad_bins(bins, error):
    with pytest.raises(error, match=f"bins must be .*, got {bins!r}"):
        FullRangeActions(Joints(), bins)


def test_discrete_actions_are_refused():
    with pytest.raises(TypeError, match="continuous"):
        FullRangeActions(gym.make("CartPole-v1"), 3)
