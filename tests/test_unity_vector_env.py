"""A Unity build with several agents, as one vector environment."""

import gymnasium as gym
import numpy as np
import pytest
from conftest import GOAL_ID
from gymnasium.error import ClosedEnvironmentError, InvalidAction, ResetNeeded
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from twin_envs import TimeLimit, assert_same
from unity_build import BASE_PORT, ENV_ID, is_free

from gym_gridworld.unity import UnityError

AGENTS = 9
MAX_STEP = 12


@pytest.fixture
def make_vec(unity_build):
    """``gym.make_vec`` of a build with nine agents, with more arguments of the peer and of the environment."""
    made = []

    def make(*peer, num_envs=AGENTS, **arguments):
        build = unity_build("--agents", "9", "--max-step", str(MAX_STEP), *peer)
        made.append(gym.make_vec(ENV_ID, num_envs=num_envs, file_name=build, base_port=BASE_PORT, **arguments))
        return made[-1]

    yield make
    for envs in made:
        envs.close()


class Known(gym.Wrapper):
    """Says what a build says: never both flags, no distance, and no mask where an episode has ended."""

    def reset(self, **arguments):
        observation, info = self.env.reset(**arguments)
        return observation, {"action_mask": info["action_mask"]}

    def step(self, action):
        observation, reward, terminated, truncated, info = self.env.step(action)
        ended = terminated or truncated
        info = {name: info[name] for name in ("is_success", *["action_mask"] * (not ended))}
        return observation, reward, terminated, truncated and not terminated, info


def native():
    """The same games natively."""

    def make():
        return Known(TimeLimit(gym.make(GOAL_ID, max_episode_steps=-1, disable_env_checker=True), MAX_STEP))

    return SyncVectorEnv([make] * AGENTS, autoreset_mode=AutoresetMode.SAME_STEP)


@pytest.mark.parametrize("peer", [(), ("--late",)], ids=["as it is", "late"])
def test_as_gymnasiums_vector_of_native_ones(make_vec, peer):
    envs, twins = make_vec(*peer, seed=5), native()
    for name in ("observation_space", "action_space", "single_observation_space", "single_action_space", "num_envs"):
        assert getattr(envs, name) == getattr(twins, name)
    assert envs.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    assert_same(envs.reset(), twins.reset(seed=5))
    random, ends = np.random.default_rng(0), np.zeros(2, int)
    for number in range(60):
        actions = random.integers(4, size=AGENTS)
        moved, expected = envs.step(actions), twins.step(actions)
        assert_same(moved, expected, f"step {number}")
        ends += moved[2].sum(), moved[3].sum()
    assert (ends > 5).all()


def test_a_reset_starts_every_episode_anew(make_vec):
    envs, twins = make_vec(seed=5), native()
    first, _ = envs.reset()
    assert_same(first, twins.reset(seed=5)[0])
    assert_same(envs.reset(), twins.reset())


def test_the_number_of_agents_must_be_known(make_vec, make, unity_build):
    with pytest.raises(UnityError, match="num_envs must be the number of the scene's agents, which are 9, got 2"):
        make_vec(num_envs=2)
    with pytest.raises(UnityError, match=r"expected a scene of one agent, got 9: .* gym\.make_vec\(\.\.\., num_envs=9"):
        make(ENV_ID, file_name=unity_build("--agents", "9"), base_port=BASE_PORT)
    assert is_free(BASE_PORT)
    make_vec(num_envs=AGENTS)


def test_agents_that_get_lost_are_missed(make_vec):
    envs = make_vec("--misbehave", "deserts", "--at", "3")
    envs.reset()
    for _ in range(2):
        envs.step(np.zeros(AGENTS, np.int64))
    with pytest.raises(UnityError, match="expected all of 9 agents to ask for an action at once, got 8"):
        envs.step(np.zeros(AGENTS, np.int64))
    assert is_free(BASE_PORT)


def test_bad_input(make_vec):
    envs = make_vec()
    with pytest.raises(ResetNeeded, match="call reset"):
        envs.step(np.zeros(AGENTS, np.int64))
    with pytest.raises(ValueError, match="takes no reset options, got"):
        envs.reset(options={"reset_mask": np.ones(AGENTS, bool)})
    with pytest.raises(TypeError, match="seed must be an integer or a sequence of 9"):
        envs.reset(seed="0")
    envs.reset(seed=0)
    with pytest.raises(InvalidAction, match=r"shape \(9,\)"):
        envs.step(np.zeros(2, np.int64))
    envs.close()
    envs.close()
    for call in (envs.reset, lambda: envs.step(np.zeros(AGENTS, np.int64))):
        with pytest.raises(ClosedEnvironmentError, match="has been closed"):
            call()
    with pytest.raises(ValueError, match="num_envs must be at least 1, got 0"):
        make_vec(num_envs=0)
