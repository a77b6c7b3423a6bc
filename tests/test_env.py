"""The rules of GridWorld-v0, on every state of a small grid and on random play."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_gridworld import GridWorldEnv
from gym_gridworld.dynamics import MOVES


def place(env, agent, target):
    return env.reset(options={"agent": agent, "target": target})


def cells(size):
    return [(x, y) for x in range(size) for y in range(size)]


@pytest.mark.parametrize("size", [2, 3, 4])
def test_every_step_from_every_state(size):
    env = GridWorldEnv(size=size)
    for agent in cells(size):
        for target in cells(size):
            if agent == target:
                continue
            for action, (dx, dy) in enumerate(MOVES):
                observation, info = place(env, agent, target)
                assert observation["agent"].tolist() == [*agent]
                assert observation["target"].tolist() == [*target]
                assert info == {"distance": abs(agent[0] - target[0]) + abs(agent[1] - target[1])}

                observation, reward, terminated, truncated, info = env.step(action)
                x, y = (min(max(agent[0] + dx, 0), size - 1), min(max(agent[1] + dy, 0), size - 1))
                assert observation["agent"].tolist() == [x, y]
                assert observation["target"].tolist() == [*target]
                assert terminated is ((x, y) == target)
                assert truncated is False
                assert (type(reward), reward) == (float, 1.0 if terminated else 0.0)
                assert type(info["distance"]) is float
                assert info == {"distance": abs(x - target[0]) + abs(y - target[1])}


@settings(deadline=None, max_examples=100)
@given(size=st.integers(2, 12), seed=st.integers(0, 2**32), actions=st.lists(st.integers(0, 3), max_size=60))
def test_random_play_stays_in_the_space_and_ends_on_the_target(size, seed, actions):
    env = GridWorldEnv(size=size)
    observation, _ = env.reset(seed=seed)
    assert not np.array_equal(observation["agent"], observation["target"])
    for action in actions:
        observation, reward, terminated, _, info = env.step(action)
        assert observation in env.observation_space
        assert terminated == np.array_equal(observation["agent"], observation["target"]) == (info["distance"] == 0)
        assert reward == terminated
        if terminated:
            break


def test_spaces():
    env = GridWorldEnv(size=7)
    box = gym.spaces.Box(0, 6, (2,), np.int64)
    assert env.observation_space == gym.spaces.Dict(agent=box, target=box)
    assert env.action_space == gym.spaces.Discrete(4)


def test_size_is_5_unless_said():
    assert GridWorldEnv().observation_space == GridWorldEnv(size=5).observation_space


def test_start_is_uniform_over_all_pairs():
    env = GridWorldEnv(size=2)
    env.reset(seed=0)
    counts = np.zeros((4, 4), int)
    for _ in range(12_000):
        env.reset()
        counts[env.agent_cell, env.target_cell] += 1
    assert np.diag(counts).sum() == 0
    expected = 1000
    chi_squared = ((counts[~np.eye(4, dtype=bool)] - expected) ** 2 / expected).sum()
    assert chi_squared < 31.3  # 99.9th percentile at 11 degrees of freedom


@pytest.mark.parametrize(("placed", "drawn"), [("agent", "target"), ("target", "agent")])
def test_placing_one_draws_the_other_uniformly_elsewhere(placed, drawn):
    env = GridWorldEnv(size=2)
    env.reset(seed=0)
    counts = {}
    for _ in range(6000):
        observation, _ = env.reset(options={placed: (1, 0)})
        assert observation[placed].tolist() == [1, 0]
        other = tuple(observation[drawn].tolist())
        counts[other] = counts.get(other, 0) + 1
    assert set(counts) == {(0, 0), (0, 1), (1, 1)}
    assert sum((count - 2000) ** 2 / 2000 for count in counts.values()) < 13.8  # 99.9th percentile, 2 degrees


def test_options_may_be_lists_and_arrays():
    env = GridWorldEnv()
    for one in ([1, 2], np.array([1, 2]), (np.int32(1), np.uint8(2))):
        assert env.reset(options={"agent": one})[0]["agent"].tolist() == [1, 2]


@pytest.mark.parametrize("action", [2, np.int64(2), np.int32(2), np.uint8(2), np.array(2)])
def test_integers_of_any_kind_are_actions(action):
    env = GridWorldEnv()
    place(env, (3, 3), (0, 0))
    assert env.step(action)[0]["agent"].tolist() == [2, 3]


def test_step_after_the_end_needs_a_reset():
    env = GridWorldEnv()
    place(env, (0, 0), (1, 0))
    assert env.step(0)[2]
    with pytest.raises(ResetNeeded, match="reset"):
        env.step(0)
    assert env.agent_cell == env.target_cell
    env.reset()
    env.step(0)


def test_time_limit_is_in_the_registration(make):
    env = make()
    env.reset(options={"agent": (0, 0), "target": (4, 4)})
    for step in range(1, 101):
        _, _, terminated, truncated, _ = env.step(2)
        assert (terminated, truncated) == (False, step == 100)


def test_truncation_leaves_the_environment_itself_running(make):
    env = make(max_episode_steps=1)
    env.reset(options={"agent": (0, 0), "target": (4, 4)})
    assert env.step(2)[3]
    assert not env.unwrapped.step(2)[3]
