"""A Unity build in the place of GoalGridWorld, through ML-Agents' own protocol."""

import builtins
import re
import sys

import gymnasium as gym
import numpy as np
import pytest
from conftest import GOAL_ID
from gymnasium.error import ClosedEnvironmentError, DependencyNotInstalled, InvalidAction, ResetNeeded
from stable_baselines3.common.env_checker import check_env
from twin_envs import TimeLimit, assert_same
from unity_build import BASE_PORT, ENV_ID, is_free, said

from gym_gridworld.unity.env import UnityGridWorldEnv
from gym_gridworld.wrappers import GoalChannels


@pytest.fixture
def make_unity(make, unity_build):
    """``gym.make`` of a build, with arguments of the peer and of the environment."""

    def make_env(*peer, **arguments):
        return make(ENV_ID, file_name=unity_build(*peer), base_port=BASE_PORT, timeout_wait=60, **arguments)

    return make_env


def native(max_step):
    """The same game natively, in which the time limit never ends an episode that has ended by itself."""
    env = gym.make(GOAL_ID, max_episode_steps=-1, disable_env_checker=True)
    return TimeLimit(env, max_step)


def known(info):
    """What a build can say too."""
    return {name: value for name, value in info.items() if name != "distance"}


def assert_same_play(env, twin, steps, policy):
    """The same observations, rewards, flags and infos in every step: the numbers of ends and of interruptions."""
    ends = np.zeros(2, int)
    observation, info = env.reset()
    expected, expected_info = twin.reset(seed=5)
    for _ in range(steps):
        assert_same(observation, expected)
        assert_same(info, known(expected_info))
        action = policy(observation)
        observation, reward, terminated, truncated, info = env.step(action)
        expected, expected_reward, expected_end, expected_cut, expected_info = twin.step(action)
        expected_cut = expected_cut and not expected_end
        assert_same((reward, terminated, truncated), (expected_reward, expected_end, expected_cut))
        if terminated or truncated:
            ends += terminated, truncated
            assert_same(observation, expected)
            # Unity says nothing of what one could do next.
            assert_same(info, {"is_success": expected_info["is_success"]})
            observation, info = env.reset()
            expected, expected_info = twin.reset()
    return ends


@pytest.mark.parametrize("peer", [(), ("--uncompressed",), ("--late",)], ids=lambda peer: " ".join(peer) or "as it is")
def test_through_the_wire_all_is_as_natively(make_unity, peer):
    env = make_unity(*peer, "--max-step", "12", seed=5)
    assert (env.observation_space, env.action_space) == (native(1).observation_space, native(1).action_space)
    random = np.random.default_rng(0)
    # A message of images as numbers takes a tenth of a second to write and to read.
    steps = 25 if "--uncompressed" in peer else 400
    ends = assert_same_play(env, native(12), steps, lambda _: int(random.integers(4)))
    assert (ends > 5).all() or "--uncompressed" in peer


def test_the_image_is_spread_over_channels_as_natively(make, make_unity):
    env, twin = GoalChannels(make_unity(seed=2)), GoalChannels(make(GOAL_ID))
    assert env.observation_space == twin.observation_space
    image, expected = env.reset()[0], twin.reset(seed=2)[0]
    signals = set()
    for action in np.random.default_rng(1).integers(4, size=40).tolist():
        np.testing.assert_array_equal(image, expected, strict=True)
        signals.add(bool(image[..., :3].any()))
        image, _, ended, _, _ = env.step(action)
        expected = twin.step(action)[0]
        if ended:
            image, expected = env.reset()[0], twin.reset()[0]
    assert signals == {True, False}


def test_masks(make_unity):
    env = make_unity(seed=5)
    _, info = env.reset()
    assert info["action_mask"].dtype == np.int8
    np.testing.assert_array_equal(env.unwrapped.action_masks(), info["action_mask"] == 1)
    assert env.unwrapped.action_masks().dtype == np.bool_
    assert all(make_unity("--no-mask", worker_id=1).reset()[1]["action_mask"] == 1)


def test_stable_baselines3(make_unity):
    check_env(make_unity(render_mode="rgb_array").unwrapped, warn=True)


def test_a_reset_in_mid_episode_starts_another(make_unity):
    env = make_unity(seed=5)
    first, _ = env.reset()
    env.step(0)
    second, _ = env.reset()
    assert (first["image"] != second["image"]).any()
    twin = native(100)
    assert_same(first, twin.reset(seed=5)[0])
    assert_same(second, twin.reset()[0])


def test_pictures(make_unity):
    env = make_unity(render_mode="rgb_array").unwrapped
    with pytest.raises(ResetNeeded, match="nothing to show yet"):
        env.render()
    observation, _ = env.reset()
    np.testing.assert_array_equal(env.render(), observation["image"], strict=True)
    assert env.render() is not observation["image"]


def test_without_a_picture(make_unity):
    assert make_unity(render_mode="human").unwrapped.render() is None
    with pytest.warns(UserWarning, match="without a render_mode"):
        assert make_unity(worker_id=3).unwrapped.render() is None


def test_settings_reach_the_build(make_unity, tmp_path):
    log = tmp_path / "here.log"
    arguments = {"additional_args": ["-logFile", str(log)], "worker_id": 7}
    make_unity(**arguments, seed=11, time_scale=2.5, no_graphics=True).close()
    assert said(log)["seed"] == "11"
    assert said(log)["time_scale"] == "2.5"
    assert said(log)["pid"].endswith("nographics")
    make_unity(**arguments).close()
    assert (said(log)["seed"], said(log)["time_scale"]) == ("0", "12")
    assert said(log)["pid"].endswith(" graphics")


def test_worker_ids_and_base_ports_are_ports(make_unity):
    env = make_unity(worker_id=4)
    assert not is_free(BASE_PORT + 4)
    # The first that is free.
    others = [make_unity(), make_unity()]
    assert not any(map(is_free, (BASE_PORT, BASE_PORT + 1)))
    for one in [env, *others]:
        one.close()
    assert all(is_free(BASE_PORT + worker_id) for worker_id in (0, 1, 4))


def test_two_side_by_side(make_unity):
    one, other = make_unity(worker_id=1, seed=5), make_unity(worker_id=2, seed=5)
    for env in (one, other):
        env.reset()
    assert_same(one.step(0), other.step(0))
    one.close()
    assert is_free(BASE_PORT + 1)
    other.reset()


def test_bad_input(make_unity):
    env = make_unity(seed=5).unwrapped
    with pytest.raises(ResetNeeded, match="call reset"):
        env.step(0)
    with pytest.raises(ResetNeeded, match="call reset"):
        env.action_masks()
    with pytest.raises(ValueError, match=r"takes no reset options, got \{'goal': 'plus'\}"):
        env.reset(options={"goal": "plus"})
    env.reset(options={})
    with pytest.raises(InvalidAction, match="0 \\(right\\), 1 \\(up\\), 2 \\(left\\), 3 \\(down\\), got 4"):
        env.step(4)
    env.close()
    env.close()
    for call in (env.reset, lambda: env.step(0)):
        with pytest.raises(ClosedEnvironmentError, match="has been closed"):
            call()


ROWS = {
    "file_name 1": ({"file_name": 1}, TypeError, "file_name must be the path of a Unity build, got 1"),
    "worker_id -1": ({"worker_id": -1}, ValueError, "worker_id must be at least 0, got -1"),
    "worker_id '0'": ({"worker_id": "0"}, TypeError, "worker_id must be an integer"),
    "base_port 0": ({"base_port": 0}, ValueError, "base_port must be at least 1, got 0"),
    "port 65536": ({"base_port": 65535, "worker_id": 1}, ValueError, "at most 65535 together, got 65536"),
    "seed -1": ({"seed": -1}, ValueError, "seed must be at least 0, got -1"),
    "seed 2**31": ({"seed": 2**31}, ValueError, "seed must be at most 2147483647, got 2147483648"),
    "time_scale 0": ({"time_scale": 0}, ValueError, "time_scale must be above 0, got 0"),
    "time_scale inf": ({"time_scale": float("inf")}, ValueError, "time_scale must be a finite number, got inf"),
    "time_scale '1'": ({"time_scale": "1"}, TypeError, "time_scale must be a number, got '1'"),
    "no_graphics 1": ({"no_graphics": 1}, TypeError, "no_graphics must be True or False, got 1"),
    "timeout_wait 0": ({"timeout_wait": 0}, ValueError, "timeout_wait must be at least 1, got 0"),
    "timeout_wait 0.5": ({"timeout_wait": 0.5}, TypeError, "timeout_wait must be an integer"),
    "additional_args text": (
        {"additional_args": "-x"},
        TypeError,
        "additional_args must be a list of strings, got '-x'",
    ),
    "additional_args [1]": ({"additional_args": [1]}, TypeError, "additional_args must be a list of strings"),
    "render_mode 'ansi'": (
        {"render_mode": "ansi"},
        ValueError,
        "render_mode must be one of None, 'human', 'rgb_array'",
    ),
}


@pytest.mark.parametrize(("arguments", "error", "said"), ROWS.values(), ids=ROWS)
def test_bad_arguments(arguments, error, said):
    with pytest.raises(error, match=re.escape(said)):
        UnityGridWorldEnv(**{"file_name": "nowhere", **arguments})


def test_without_the_extra(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("gym_gridworld.unity.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mlagents_envs.base_env", None)
    with pytest.raises(DependencyNotInstalled, match=r"mlagents_envs.* install gym_gridworld with its extra \[unity\]"):
        gym.make(ENV_ID, file_name="nowhere")


def test_with_another_protobuf(monkeypatch):
    def refuse(name, *_, **__):
        if name == "gym_gridworld.unity.build":
            raise TypeError("Descriptors cannot be created directly.")
        return real(name, *_, **__)

    real = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(DependencyNotInstalled, match=r"protobuf<3\.21"):
        UnityGridWorldEnv("nowhere")
