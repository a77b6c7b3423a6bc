"""The proof of optimality, on policies whose optimality is known."""

import numpy as np
import pytest
from conftest import WRAPPERS

from gym_gridworld.optimality import AllPairs, optimal_fraction


class Policy:
    """A policy over Dict observations, in the form of a Stable-Baselines3 model."""

    def __init__(self, act):
        self.act = act
        self.batches = []

    def predict(self, observation, *, deterministic):
        assert deterministic
        self.batches.append(len(observation["agent"]))
        return np.array(
            [self.act(*pair) for pair in zip(observation["agent"], observation["target"], strict=True)]
        ), None


def towards(agent, target):
    """An optimal policy: first along x, then along y."""
    dx, dy = target - agent
    return (0 if dx > 0 else 2) if dx else (1 if dy > 0 else 3)


@pytest.mark.parametrize("size", [2, 3, 5])
def test_an_optimal_policy(make, size):
    assert optimal_fraction(Policy(towards), make(size=size)) == 1.0


def test_one_wrong_pair_of_600_shows(make):
    def almost(agent, target):
        if (*agent, *target) == (0, 0, 4, 4):
            return 3
        return towards(agent, target)

    assert optimal_fraction(Policy(almost), make()) == 599 / 600


def test_always_right_is_right_where_the_target_lies_to_the_right(make):
    # In 10 of the 25 (column, column) pairs, each with 25 (row, row) pairs.
    assert optimal_fraction(Policy(lambda *_: 0), make()) == 250 / 600


def test_walking_into_a_wall_is_wrong(make):
    env = make(size=2)
    pairs = AllPairs(env)
    assert pairs.optimal.shape == (12, 4)
    # To the right of, above, left of, below: the distance falls by one, and never by more.
    assert pairs.optimal.sum() == 16


def test_batches_are_bounded(make):
    policy = Policy(towards)
    assert AllPairs(make(size=3), chunk=20).fraction(policy) == 1.0
    assert policy.batches == [20, 20, 20, 12]


@pytest.mark.parametrize("name", WRAPPERS)
def test_behind_every_wrapper(make, name):
    wrapper, arguments = WRAPPERS[name]
    plain, wrapped = AllPairs(make(size=3)), AllPairs(wrapper(make(size=3), **arguments))
    np.testing.assert_array_equal(wrapped.optimal, plain.optimal)
    env = wrapper(make(size=3), **arguments)
    pairs = [(agent, target) for target in range(9) for agent in range(9) if agent != target]
    locations = env.unwrapped.dynamics.locations
    for (agent, target), observation in zip(pairs, wrapped.observations[0], strict=True):
        options = {"agent": locations[agent], "target": locations[target]}
        np.testing.assert_array_equal(env.reset(options=options)[0], observation)


def test_actions_of_the_wrong_shape_are_refused(make):
    class Column:
        def predict(self, observation, **_):
            return np.zeros((len(observation["agent"]), 1), int), None

    with pytest.raises(ValueError, match=r"\(12,\) from the model, got \(12, 1\)"):
        optimal_fraction(Column(), make(size=2))
