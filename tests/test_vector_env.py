"""The native vector environment against Gymnasium's, of scalar ones."""

import gymnasium as gym
import pytest
from gymnasium.vector import AutoresetMode
from parity import assert_parity

import gym_gridworld
from gym_gridworld import GridWorldVectorEnv

# benchmarks/parity.py goes on to a million steps of each.
STEPS = 100_000

MORE = {
    "walls and slip": {"layout": "random:6:0.2:3", "slip": 0.3},
    "every step slips": {"layout": ["A.#~T", ".~..#", "..T.A"], "slip": 1.0},
    "small": {"size": 2},
}


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("env_id", gym_gridworld.ENVIRONMENTS)
def test_every_id_is_as_gymnasiums_vector_of_scalar_ones(env_id, mode):
    assert isinstance(gym.make_vec(env_id).unwrapped, GridWorldVectorEnv)
    assert_parity(env_id, mode, STEPS)


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("arguments", MORE.values(), ids=MORE)
def test_arguments_are_as_there(arguments, mode):
    assert_parity("gym_gridworld/GridWorld-v0", mode, STEPS // 5, **arguments)
