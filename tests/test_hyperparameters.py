"""Hyperparameter files: plain data, every key known to the zoo or to the algorithm, every id registered."""

import copy
import importlib
import inspect
from pathlib import Path

import gymnasium as gym
import pytest
import torch
import yaml
from conftest import ENV_ID
from gymnasium.wrappers import TimeLimit
from rl_zoo3.utils import ALGOS, get_callback_list, get_wrapper_class
from stable_baselines3 import DQN
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize

from gym_gridworld.registration import ENVIRONMENTS, UNITY_GRID_WORLD, ids_of
from gym_gridworld.sb3 import GridWorldVecEnv

# Each file's, by the zoo's name.
ALGORITHMS = {
    "dqn": "dqn",
    "dqn_dict": "dqn",
    "ppo": "ppo",
    "qrdqn": "qrdqn",
    "tutorials": "dqn",
    "tutorials_2": "dqn",
}
FILES = sorted((Path(__file__).parents[1] / "hyperparams").glob("*.yml"))

# What rl_zoo3.exp_manager takes out of an entry before it makes the algorithm.
ZOO_KEYS = {
    "callback",
    "env_kwargs",
    "env_wrapper",
    "frame_stack",
    "monitor_kwargs",
    "n_envs",
    "n_timesteps",
    "normalize",
    "vec_env_wrapper",
}
# Set by the zoo itself.
ZOO_ARGUMENTS = {"self", "env", "tensorboard_log", "seed", "verbose", "device", "_init_setup_model"}


def entries():
    for path in FILES:
        for env_id, entry in yaml.safe_load(path.read_text()).items():
            yield pytest.param(ALGORITHMS[path.stem], env_id, entry, id=f"{path.stem}-{env_id}")


def limits_time(wrapped, env):
    """Whether a wrapper outside ``env``, and so outside the monitor, cuts episodes, which are never counted then."""
    outside = []
    while wrapped is not env:
        outside.append(wrapped)
        wrapped = wrapped.env
    return any(isinstance(wrapper, TimeLimit) for wrapper in outside)


def test_there_are_files():
    assert {path.stem for path in FILES} == set(ALGORITHMS)


@pytest.mark.parametrize(("algo", "env_id", "entry"), list(entries()))
def test_entry(algo, env_id, entry, make, request):
    assert env_id in gym.registry
    assert entry["n_timesteps"] > 0
    arguments = set(inspect.signature(ALGOS[algo]).parameters) - ZOO_ARGUMENTS
    assert set(entry) <= arguments | ZOO_KEYS
    # The zoo evaluates these as Python where they are text.
    for key in ("policy_kwargs", "replay_buffer_kwargs", "monitor_kwargs", "env_kwargs"):
        assert isinstance(entry.get(key, {}), dict)
    assert not isinstance(entry.get("normalize"), str)
    assert not isinstance(entry.get("replay_buffer_class"), str)
    # Its wrappers exist and take these arguments.
    build = {"file_name": request.getfixturevalue("unity_build")()} if env_id in ids_of(UNITY_GRID_WORLD) else {}
    env = make(env_id, **entry.get("env_kwargs", {}), **build)
    wrap = get_wrapper_class(dict(entry))
    if wrap is not None:
        wrapped = wrap(env)
        assert wrapped.reset(seed=0)[0] in wrapped.observation_space
        assert not limits_time(wrapped, env)
    wrap_all = get_wrapper_class(dict(entry), "vec_env_wrapper")
    if wrap_all is not None:
        envs = make_vec_env(env_id, 2, wrapper_class=wrap, env_kwargs=entry.get("env_kwargs", {}))
        spaces = envs.observation_space, envs.action_space
        envs = wrap_all(envs)
        assert isinstance(envs, GridWorldVecEnv)
        assert (envs.observation_space, envs.action_space) == spaces
    if "normalize" in entry:
        # Of the rewards alone: what plays the agent needs to know nothing of it.
        normalized = VecNormalize(make_vec_env(env_id, 1, wrapper_class=wrap), **entry["normalize"])
        assert normalized.norm_reward
        assert not normalized.norm_obs
    # Its callbacks too.
    callbacks = get_callback_list(dict(entry))
    assert len(callbacks) == len(entry.get("callback", []))


@pytest.mark.parametrize("name", ["dqn", "qrdqn", "ppo"])
def test_there_are_settings_for_every_id(name):
    (path,) = [path for path in FILES if path.stem == name]
    assert {*ENVIRONMENTS, "LunarLander-v3"} <= set(yaml.safe_load(path.read_text()))


def test_a_time_limit_among_the_wrappers_is_noticed(make):
    limit = {"gymnasium.wrappers.TimeLimit": {"max_episode_steps": 50}}
    wrap = get_wrapper_class({"env_wrapper": [limit, "gymnasium.wrappers.FlattenObservation"]})
    env = make(ENV_ID)
    assert limits_time(wrap(env), env)


@pytest.mark.parametrize("env_id", ["CartPole-v1", ENV_ID])
def test_the_optimizer_of_the_tutorial_is_adamw(env_id):
    (path,) = [path for path in FILES if path.stem == "tutorials"]
    arguments = yaml.safe_load(path.read_text())[env_id]["policy_kwargs"]
    policy = DQN("MlpPolicy", "CartPole-v1", policy_kwargs=arguments, buffer_size=1, device="cpu").policy
    twin = copy.deepcopy(policy.q_net)
    steps = {
        policy.q_net: policy.optimizer,
        twin: torch.optim.AdamW(twin.parameters(), lr=1e-4, weight_decay=0.01, amsgrad=True),
    }
    for network, optimizer in steps.items():
        for number in range(20):
            optimizer.zero_grad()
            network(torch.full((2, 4), number / 20)).square().mean().backward()
            optimizer.step()
    assert all(map(torch.equal, policy.q_net.parameters(), twin.parameters()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_module_for_conf_file(path):
    module = importlib.import_module(f"gym_gridworld.hyperparams.{path.stem}")
    assert module.hyperparams == yaml.safe_load(path.read_text())
