"""GoalChannels: the picture in the channels of its goal, one state at a time and many at once."""

import copy
import pickle

import gymnasium as gym
import numpy as np
import pytest
from conftest import GOAL_ID
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.preprocessing import is_image_space
from test_determinism import play, same
from test_goal_env import every_placement

from gym_gridworld import observing
from gym_gridworld.goals import KINDS
from gym_gridworld.observing import observe
from gym_gridworld.wrappers import GoalChannels


@pytest.mark.parametrize(("n_plus", "n_ex"), [(1, 1), (2, 1), (1, 0), (0, 1)])
def test_every_state_after_a_reset_and_after_a_step(make, n_plus, n_ex):
    env = GoalChannels(make(GOAL_ID, size=3, n_plus=n_plus, n_ex=n_ex, image_shape=(18, 20)))
    for options in every_placement(3, n_plus, n_ex):
        shown = slice(0, 3) if options["goal"] == "plus" else slice(3, 6)
        for move in (lambda options=options: env.reset(options=options), lambda: env.step(0)):
            image = move()[0]
            inner = env.unwrapped.observe_batch(*(np.array([part], np.int64) for part in env.unwrapped.placement))[
                "image"
            ][0]
            np.testing.assert_array_equal(image[..., shown], inner)
            assert not np.delete(image, shown, axis=2).any()
            assert image in env.observation_space


def test_space(make):
    env = GoalChannels(make(GOAL_ID))
    assert env.observation_space == gym.spaces.Box(0, 255, (64, 84, 6), np.uint8)
    assert is_image_space(env.observation_space)
    assert GoalChannels(make(GOAL_ID, image_shape=(40, 50))).observation_space.shape == (40, 50, 6)


def states(env):
    """Every state, as arrays."""
    rows = []
    rules = env.unwrapped.rules
    for options in every_placement(rules.size, rules.n_plus, rules.n_ex):
        cells = [[rules.grid.cell_at(*location) for location in options[kind]] for kind in KINDS]
        rows.append((rules.grid.cell_at(*options["agent"]), *cells, KINDS.index(options["goal"])))
    agents, plus, ex, goals = zip(*rows, strict=True)
    shaped = (np.array(goal, np.int64).reshape(len(rows), -1) for goal in (plus, ex))
    return np.array(agents), *shaped, np.array(goals)


@pytest.mark.parametrize("wrap", [GoalChannels, lambda env: env], ids=["GoalChannels", "Dict"])
@pytest.mark.parametrize(("n_plus", "n_ex"), [(1, 1), (1, 2), (0, 1)])
def test_many_at_once_are_those_of_a_reset_to_each(make, monkeypatch, wrap, n_plus, n_ex):
    env = Monitor(wrap(make(GOAL_ID, size=3, n_plus=n_plus, n_ex=n_ex, image_shape=(15, 21))))
    resets = []
    monkeypatch.setattr(type(env.unwrapped), "reset", lambda *_, **__: resets.append(1))
    every = states(env)
    at_once = observe(env, *every)
    assert not resets
    monkeypatch.undo()
    monkeypatch.setattr(observing, "LEAVE_OBSERVATIONS_ALONE", ())
    one_by_one = observe(env, *every)
    assert len(every[0]) == env.unwrapped.rules.n_placements
    for one, other in (
        [(at_once, one_by_one)] if wrap is GoalChannels else [(at_once[k], one_by_one[k]) for k in at_once]
    ):
        np.testing.assert_array_equal(one, other, strict=True)


def test_a_subclass_that_observes_something_else_is_asked_itself(make):
    class Darker(GoalChannels):
        def observation(self, observation):
            return super().observation(observation) // 2

    inner = make(GOAL_ID, size=2, n_ex=0, image_shape=(12, 12))
    every = states(inner)
    np.testing.assert_array_equal(observe(Darker(inner), *every), observe(GoalChannels(inner), *every) // 2)


def test_copies_and_pickles_go_on_identically(make):
    env = GoalChannels(make(GOAL_ID))
    env.reset(seed=3)
    play(env, 50, seed=1)
    copies = [copy.deepcopy(env), pickle.loads(pickle.dumps(env))]
    expected = play(env, 100, seed=2)
    for twin in copies:
        assert same(play(twin, 100, seed=2), expected)


def test_spec_round_trip(make):
    env = GoalChannels(make(GOAL_ID, size=4))
    again = gym.make(gym.envs.registration.EnvSpec.from_json(env.spec.to_json()))
    assert again.spec == env.spec
    np.testing.assert_array_equal(env.reset(seed=1)[0], again.reset(seed=1)[0])
