"""Where episodes start, and how long they take at best."""

import math

import gymnasium as gym
import numpy as np
import pytest
from conftest import ENV_ID

from gym_gridworld.dynamics import dynamics_of, open_grid
from gym_gridworld.layouts import read_layout
from gym_gridworld.starts import mean_optimal_length, start_probabilities

LAYOUTS = ["four_rooms", "cliff", ["..#.", "A.#T", "AT#A"], ["AT.", "T#A"]]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_mean_optimal_length_is_that_of_all_starts(layout):
    dynamics = dynamics_of(read_layout(layout))
    agents = []
    for agent in dynamics.layout.starts:
        distances = [dynamics.distances_to(target)[agent] for target in dynamics.layout.targets if target != agent]
        agents.append(np.mean([distance for distance in distances if distance < math.inf]))
    assert mean_optimal_length(dynamics) == pytest.approx(np.mean(agents), rel=1e-12)


def test_starts_are_drawn_as_the_environment_draws_them():
    env = gym.make(ENV_ID, layout=["AT.", "T#A"]).unwrapped
    probabilities = start_probabilities(env.dynamics)
    assert probabilities.sum() == pytest.approx(1.0)
    drawn = np.zeros_like(probabilities)
    env.reset(seed=0)
    for _ in range(4000):
        env.reset()
        drawn[env.agent_cell, env.layout.targets.tolist().index(env.target_cell)] += 1 / 4000
    np.testing.assert_allclose(drawn, probabilities, atol=0.03)
    assert (drawn[probabilities == 0] == 0).all()


def test_with_slip_an_episode_is_longer():
    grid = open_grid(4)
    still, slippery = mean_optimal_length(grid), mean_optimal_length(grid, slip=0.2, discount=0.9)
    assert still < slippery < 2 * still
    # One way, where every second step slips off to a side, into a wall: twice as many steps.
    corridor = dynamics_of(read_layout("A...T"))
    assert mean_optimal_length(corridor, slip=0.5, discount=0.9) == pytest.approx(8.0)
