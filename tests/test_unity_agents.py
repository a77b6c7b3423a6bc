"""An agent that was trained natively, in a Unity build: it does there what it does at home."""

from pathlib import Path

import numpy as np
import pytest
from conftest import GOAL_ID
from looking import Looking
from unity_build import BASE_PORT, ENV_ID

from gym_gridworld.wrappers import GoalChannels

TRAINED = Path(__file__).parents[1] / "agents" / "dqn" / "gym_gridworld-GoalGridWorld-v0_1"
EPISODES = 30


def looking():
    """One that is optimal by the rules, and what it needs to be put around the environment."""
    return Looking(), lambda env: env


def trained():
    """The one that was trained with the zoo."""
    from gym_gridworld.sb3.runs import load_run

    return load_run(TRAINED).model, GoalChannels


def episodes(env, model, seed=None):
    """Return, length and success of each, the first one with a seed."""
    played = []
    observation, _ = env.reset(seed=seed)
    for _ in range(EPISODES):
        rewards, ended = [], False
        while not ended:
            action, _ = model.predict(observation, deterministic=True)
            observation, reward, terminated, truncated, info = env.step(action)
            rewards.append(reward)
            ended = terminated or truncated
        played.append((sum(rewards), len(rewards), info["is_success"]))
        observation, _ = env.reset()
    return played


@pytest.mark.parametrize("agent", [looking, trained])
def test_it_reaches_there_what_it_reaches_natively(make, unity_build, agent):
    model, wrap = agent()
    natively = episodes(wrap(make(GOAL_ID)), model, seed=4)
    there = episodes(wrap(make(ENV_ID, file_name=unity_build(), base_port=BASE_PORT, seed=4)), model)
    assert there == natively
    assert np.mean([success for _, _, success in there]) > 0.9
