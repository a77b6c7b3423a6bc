"""The invariants of the load test: they hold of the environments, and a broken one is named."""

import gymnasium as gym
import load
import numpy as np
import pytest
from conftest import ENV_ID

NUMBER = 50


@pytest.fixture
def stepped():
    """Environments that have just begun, and what is said of them."""
    envs = gym.make_vec(ENV_ID, num_envs=NUMBER, layout=["A..#", "...T", "T~.."]).unwrapped
    observations, _ = envs.reset(seed=0)
    no = np.zeros(NUMBER, np.bool_)
    return {
        "envs": envs,
        "observations": observations,
        "terminations": no,
        "truncations": no.copy(),
        "ages": np.zeros(NUMBER, np.int64),
    }


def test_all_hold_of_real_environments(stepped):
    assert load.violations(**stepped) == []
    run = load.load("gym_gridworld/FourRooms-v0", 2_000_000, num_envs=1000)
    assert run["failed"] == []
    assert run["steps"] == 2_000_000
    assert run["episodes_terminated"] > 0
    assert run["episodes_truncated"] > 0


def test_an_agent_in_a_wall_is_named(stepped):
    envs = stepped["envs"]
    envs._agents[3] = 4 * int(np.flatnonzero(envs.layout.regions < 0)[0])
    assert "agents are on the floor" in load.violations(**stepped)


def test_a_start_on_the_target_is_named(stepped):
    stepped["envs"]._agents[3] = stepped["envs"]._targets[3]
    assert "no episode starts on its target" in load.violations(**stepped)


def test_an_episode_past_the_limit_is_named(stepped):
    stepped["ages"][3] = 101
    assert "no episode is older than the limit" in load.violations(**stepped)


def test_a_missing_truncation_is_named(stepped):
    stepped["ages"][3] = 100
    assert load.violations(**stepped) == ["episodes are truncated at the limit, and never else"]


def test_a_wrong_observation_is_named(stepped):
    stepped["observations"]["target"][3] += 1
    assert load.violations(**stepped) == ["targets are observed where they are"]
