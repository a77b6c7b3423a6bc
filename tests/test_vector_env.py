"""The native vector environment against Gymnasium's, of scalar ones."""

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from twin_envs import assert_parity, assert_same

from gym_gridworld import GridWorldVectorEnv
from gym_gridworld.native_vector_env import NativeVectorEnv
from gym_gridworld.registration import NATIVE, ids_of

# benchmarks/parity.py goes on to a million steps of each.
STEPS = 50_000

MORE = {
    "walls and slip": {"layout": "random:6:0.2:3", "slip": 0.3},
    "every step slips": {"layout": ["A.#~T", ".~..#", "..T.A"], "slip": 1.0},
    "small": {"size": 2},
}

GOALS = "gym_gridworld/GoalGridWorld-v0"
GOALS_MORE = {
    "many": {"size": 3, "n_plus": 2, "n_ex": 3, "allow_stay": True, "image_shape": (20, 31)},
    "of one kind": {"n_plus": 0, "n_ex": 2, "image_shape": (25, 25)},
}


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("env_id", ids_of(*NATIVE))
def test_every_id_is_as_gymnasiums_vector_of_scalar_ones(env_id, mode):
    assert isinstance(gym.make_vec(env_id).unwrapped, NativeVectorEnv)
    assert gym.spec(env_id).max_episode_steps < STEPS / 50
    assert_parity(env_id, mode, STEPS, num_envs=50)


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("arguments", MORE.values(), ids=MORE)
def test_arguments_are_as_there(arguments, mode):
    assert_parity("gym_gridworld/GridWorld-v0", mode, STEPS // 3, **arguments)


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("arguments", GOALS_MORE.values(), ids=GOALS_MORE)
def test_goals_are_as_there(arguments, mode):
    assert_parity(GOALS, mode, STEPS // 10, **arguments)


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("env_id", ["gym_gridworld/GridWorld-v0", GOALS])
@pytest.mark.parametrize("limit", [1, 2])
def test_short_episodes_are_as_there(limit, env_id, mode):
    assert_parity(env_id, mode, STEPS // 10, size=2, max_episode_steps=limit)


@pytest.mark.parametrize("num_envs", [1, 2, 3])
@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("env_id", ["gym_gridworld/GridWorld-v0", GOALS])
def test_few_are_as_there(env_id, num_envs, mode):
    assert_parity(env_id, mode, 500 * num_envs, num_envs, size=3)


def test_spaces_are_those_of_gymnasiums_vector(env_id):
    native, scalar = (gym.make_vec(env_id, num_envs=3, vectorization_mode=mode) for mode in (None, "sync"))
    for name in ("observation_space", "action_space", "single_observation_space", "single_action_space"):
        assert getattr(native, name) == getattr(scalar, name)
    assert native.num_envs == scalar.num_envs == 3


@pytest.mark.parametrize("mode", [*AutoresetMode, *(mode.value for mode in AutoresetMode)])
def test_the_mode_is_in_the_metadata_of_that_environment_alone(mode):
    envs = gym.make_vec("gym_gridworld/GridWorld-v0", num_envs=2, autoreset_mode=mode)
    assert envs.metadata["autoreset_mode"] is envs.unwrapped.autoreset_mode is AutoresetMode(mode)
    assert GridWorldVectorEnv.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP


def test_spec_round_trip(grid_world_id):
    envs = gym.make_vec(grid_world_id, num_envs=3, slip=0.1, render_mode="ansi", copy=False)
    again = gym.make_vec(envs.spec)
    assert (again.num_envs, again.slip, again.render_mode, again.copy) == (3, 0.1, "ansi", False)
    assert again.layout == envs.layout
    assert_same(again.reset(seed=1), envs.reset(seed=1))


def test_cells_are_those_observed():
    envs = GridWorldVectorEnv(50, layout="four_rooms")
    observations, _ = envs.reset(seed=0)
    for _ in range(5):
        for name, cells in (("agent", envs.agent_cells), ("target", envs.target_cells)):
            assert (cells.dtype, cells.shape) == ("int64", (50,))
            assert_same(observations[name], envs.dynamics.locations[cells])
        observations, *_ = envs.step(envs.action_space.sample())


def test_final_states_are_those_that_the_episodes_ended_in():
    envs = GridWorldVectorEnv(50, size=3, max_episode_steps=4, autoreset_mode="SameStep")
    envs.reset(seed=0)
    seen = 0
    for _ in range(20):
        *_, terminations, truncations, infos = envs.step(envs.action_space.sample())
        if "final_obs" not in infos:
            assert not (terminations | truncations).any()
            continue
        ended, (agents, targets) = envs.final_states
        assert_same(ended, (terminations | truncations).nonzero()[0])
        for index, agent, target in zip(ended, agents, targets, strict=True):
            locations = {"agent": envs.dynamics.locations[agent], "target": envs.dynamics.locations[target]}
            assert_same(infos["final_obs"][index], locations)
        seen += len(ended)
    assert seen > 100


@pytest.mark.parametrize(
    "again", [copy.deepcopy, lambda envs: pickle.loads(pickle.dumps(envs))], ids=["copy", "pickle"]
)
@pytest.mark.parametrize("copied", [True, False])
@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
@pytest.mark.parametrize(
    ("env_id", "arguments"),
    [("gym_gridworld/GridWorld-v0", {"layout": "random:6:0.2:3", "slip": 0.3}), (GOALS, {"image_shape": (25, 25)})],
    ids=["GridWorld", "goals"],
)
def test_copies_and_pickles_of_a_running_environment_go_on_identically(env_id, arguments, mode, copied, again):
    envs = gym.make_vec(env_id, num_envs=20, max_episode_steps=9, autoreset_mode=mode, copy=copied, **arguments)
    envs.reset(seed=0)
    random = np.random.default_rng(0)
    for _ in range(12):
        envs.step(random.integers(4, size=20))
    twin = again(envs)
    for _ in range(30):
        actions = random.integers(4, size=20)
        assert_same(envs.step(actions), twin.step(actions))
    assert_same(envs.reset(), twin.reset())


@pytest.mark.parametrize("env_id", ["gym_gridworld/GridWorld-v0", GOALS])
def test_states_are_the_callers(env_id):
    envs = gym.make_vec(env_id, num_envs=5, autoreset_mode="SameStep", max_episode_steps=2)
    envs.reset(seed=0)
    kept = copy.deepcopy(envs.unwrapped.states())
    for part in envs.unwrapped.states():
        part[:] = 0
    assert_same(envs.unwrapped.states(), kept)


def test_goals_of_many_are_drawn_uniformly_on_distinct_cells():
    envs = gym.make_vec(GOALS, num_envs=14400, size=2, n_plus=1, n_ex=2, image_shape=(10, 10))
    envs.reset(seed=0)
    envs.reset()
    agents, plus, ex, goals = envs.unwrapped.states()
    drawn = np.column_stack([agents, plus, ex])
    assert all(len(set(cells)) == 4 for cells in drawn.tolist())
    _, counts = np.unique(np.column_stack([drawn, goals]), axis=0, return_counts=True)
    # 24 orders of the cells, two signals; 99.9th percentile, 47 degrees.
    assert len(counts) == 48
    assert ((counts - 300) ** 2 / 300).sum() < 82.7


def test_the_million_steps_can_start():
    """Its file is named as the one here that it imports."""
    benchmarks = Path(__file__).parents[1] / "benchmarks"
    # As a program finds its imports, but without its main().
    program = f"import runpy, sys; sys.path[0] = {str(benchmarks)!r}; runpy.run_path({str(benchmarks / 'parity.py')!r})"
    subprocess.run([sys.executable, "-c", program], check=True)
