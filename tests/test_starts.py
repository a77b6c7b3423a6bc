"""Where episodes start, and how long they take at best."""

import math

import gymnasium as gym
import numpy as np
import pytest
from conftest import ENV_ID

from gym_gridworld.dynamics import dynamics_of, open_grid
from gym_gridworld.layouts import read_layout
from gym_gridworld.starts import StartSampler, mean_optimal_length, start_probabilities

LAYOUTS = ["four_rooms", "cliff", ["..#.", "A.#T", "AT#A"], ["AT.", "T#A"]]
STARTS_THAT_ARE_TARGETS = [["..", ".."], ["..T#.", ".T.#T"], ["A.#..", "..#A.", "##~.#"], ["T.T#..#~#TTT"]]


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


@pytest.mark.parametrize("layout", [*LAYOUTS, *STARTS_THAT_ARE_TARGETS])
def test_many_are_drawn_as_likely_as_one(layout):
    dynamics = dynamics_of(read_layout(layout))
    number = 400_000
    expected = number * start_probabilities(dynamics)
    agents, targets = StartSampler(dynamics).draw(np.random.default_rng(0), number)
    assert (agents.dtype, targets.dtype) == (np.int64, np.int64)
    drawn = np.zeros_like(expected)
    np.add.at(drawn, (agents, np.searchsorted(dynamics.layout.targets, targets)), 1)
    possible = expected > 0
    assert drawn[possible].sum() == number
    chi_squared = ((drawn - expected)[possible] ** 2 / expected[possible]).sum()
    # Of mean `freedom` and variance twice that: above the 99.9th percentile.
    freedom = possible.sum() - 1
    assert chi_squared <= freedom + 7 * np.sqrt(2 * freedom)


def test_what_is_drawn_at_once_is_not_one_start_for_all():
    agents, targets = StartSampler(open_grid(10)).draw(np.random.default_rng(0), 1000)
    assert len(set(zip(agents.tolist(), targets.tolist(), strict=True))) > 900
    # The target's cell says nothing of the agent's, but that it is another.
    assert abs(np.corrcoef(agents, targets)[0, 1]) < 0.1


@pytest.mark.parametrize("number", [0, 1, 5])
def test_as_many_as_asked_for(number):
    agents, targets = StartSampler(open_grid(3)).draw(np.random.default_rng(0), number)
    assert agents.shape == targets.shape == (number,)


def test_with_slip_an_episode_is_longer():
    grid = open_grid(4)
    still, slippery = mean_optimal_length(grid), mean_optimal_length(grid, slip=0.2, discount=0.9)
    assert still < slippery < 2 * still
    # One way, where every second step slips off to a side, into a wall: twice as many steps.
    corridor = dynamics_of(read_layout("A...T"))
    assert mean_optimal_length(corridor, slip=0.5, discount=0.9) == pytest.approx(8.0)
