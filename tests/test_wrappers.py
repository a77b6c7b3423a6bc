"""Wrappers: the exact encoding of every state, exact spaces, and environments made again from their spec."""

import gymnasium as gym
import numpy as np
import pytest
from conftest import WRAPPERS

from gym_gridworld import wrappers


def all_states(env):
    """(agent, target, observation) of every state, straight after a reset and again after a step."""
    size = env.unwrapped.layout.width
    cells = [(x, y) for x in range(size) for y in range(size)]
    for agent in cells:
        for target in cells:
            if agent == target:
                continue
            yield agent, target, env.reset(options={"agent": agent, "target": target})[0]
            for action in range(4):
                env.reset(options={"agent": agent, "target": target})
                observation = env.step(action)[0]
                moved = env.unwrapped.dynamics.locations[env.unwrapped.agent_cell]
                yield tuple(moved.tolist()), target, observation


def one_hot(index, n):
    return [float(i == index) for i in range(n)]


def scaled(agent, target, size):
    return [2 * coordinate / (size - 1) - 1 for coordinate in (*agent, *target)]


EXPECTED = {
    "FlattenObservation": lambda a, t, n: [*a, *t],
    "one-hot cell": lambda a, t, n: one_hot(a[1] * n + a[0], n * n) + one_hot(t[1] * n + t[0], n * n),
    "one-hot axis": lambda a, t, n: one_hot(a[0], n) + one_hot(a[1], n) + one_hot(t[0], n) + one_hot(t[1], n),
    "ScaledCoordinates": scaled,
    "RelativePosition": lambda a, t, n: [t[0] - a[0], t[1] - a[1]],
}
EXPECTED["one-hot cell+"] = lambda a, t, n: EXPECTED["one-hot cell"](a, t, n) + scaled(a, t, n)
EXPECTED["one-hot axis+"] = lambda a, t, n: EXPECTED["one-hot axis"](a, t, n) + scaled(a, t, n)


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("name", WRAPPERS)
def test_every_state(make, name, size):
    wrapper, arguments = WRAPPERS[name]
    env = wrapper(make(size=size), **arguments)
    assert set(EXPECTED) == set(WRAPPERS)
    for agent, target, observation in all_states(env):
        expected = np.array(EXPECTED[name](agent, target, size), env.observation_space.dtype)
        np.testing.assert_array_equal(observation, expected, strict=True)
        assert observation in env.observation_space


SPACES = {
    "FlattenObservation": lambda n: gym.spaces.Box(0, n - 1, (4,), np.int64),
    "one-hot cell": lambda n: gym.spaces.Box(0, 1, (2 * n * n,), np.float32),
    "one-hot axis": lambda n: gym.spaces.Box(0, 1, (4 * n,), np.float32),
    "one-hot cell+": lambda n: gym.spaces.Box(np.array([0] * 2 * n * n + [-1] * 4, np.float32), 1, dtype=np.float32),
    "one-hot axis+": lambda n: gym.spaces.Box(np.array([0] * 4 * n + [-1] * 4, np.float32), 1, dtype=np.float32),
    "ScaledCoordinates": lambda n: gym.spaces.Box(-1, 1, (4,), np.float32),
    "RelativePosition": lambda n: gym.spaces.Box(1 - n, n - 1, (2,), np.int64),
}


@pytest.mark.parametrize("size", [2, 5, 9])
@pytest.mark.parametrize("name", WRAPPERS)
def test_exact_space(make, name, size):
    wrapper, arguments = WRAPPERS[name]
    assert wrapper(make(size=size), **arguments).observation_space == SPACES[name](size)


@pytest.mark.parametrize("name", WRAPPERS)
def test_the_bounds_are_reached(make, name):
    wrapper, arguments = WRAPPERS[name]
    env = wrapper(make(size=3), **arguments)
    observations = np.array([observation for _, _, observation in all_states(env)])
    np.testing.assert_array_equal(observations.min(axis=0), env.observation_space.low)
    np.testing.assert_array_equal(observations.max(axis=0), env.observation_space.high)


def test_environments_do_not_share_a_space(make, wrap):
    one, other, alone = wrap(make()), wrap(make()), wrap(make())
    for env in (other, alone):
        env.observation_space.seed(3)
    one.observation_space.seed(4)
    np.testing.assert_array_equal(other.observation_space.sample(), alone.observation_space.sample())


def test_spec_round_trip(make, wrap):
    env = wrap(make(size=4, render_mode="rgb_array"))
    again = gym.make(env.spec)
    assert str(again) == str(env)
    assert again.spec == env.spec
    assert gym.make(gym.envs.registration.EnvSpec.from_json(env.spec.to_json())).spec == env.spec
    assert again.observation_space == env.observation_space
    np.testing.assert_array_equal(env.reset(seed=1)[0], again.reset(seed=1)[0])
    again.close()


def test_flatten_is_gymnasiums_own():
    assert wrappers.FlattenObservation is gym.wrappers.FlattenObservation


def test_a_wrapper_reads_the_state_whatever_lies_in_between(make):
    inner = wrappers.FlattenObservation(make())
    env, plain = wrappers.OneHotObservation(inner, "axis"), wrappers.OneHotObservation(make(), "axis")
    np.testing.assert_array_equal(env.reset(seed=2)[0], plain.reset(seed=2)[0])


def test_gymnasiums_rescaling_does_not_serve(make):
    """The reason for a wrapper of our own; when this fails, Gymnasium's can take its place."""
    env = gym.wrappers.RescaleObservation(wrappers.FlattenObservation(make()), -1.0, 1.0)
    observation, _ = env.reset(options={"agent": (1, 2), "target": (4, 0)})
    assert env.observation_space.dtype == np.int64
    assert observation.tolist() != [-0.5, 0.0, 1.0, -1.0]
