"""Ids: one table, registered once, and an import that costs nothing."""

import importlib
import subprocess
import sys
from itertools import chain

import gymnasium as gym
import pytest

import gym_gridworld
from gym_gridworld.registration import GOAL_GRID_WORLD, GRID_WORLD, UNITY_GRID_WORLD, ids_of, register_environments


def run(program):
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout


def test_every_id_can_be_made(env_id, make):
    env = make(env_id)
    assert env.spec.id == env_id
    assert f"{type(env.unwrapped).__module__}:{type(env.unwrapped).__name__}" == env.spec.entry_point


def test_the_table_is_all_that_is_registered():
    ours = {env_id for env_id in gym.registry if env_id.startswith("gym_gridworld/")}
    assert ours == set(gym_gridworld.ENVIRONMENTS)


def test_each_is_of_one_kind():
    kinds = [ids_of(GRID_WORLD), ids_of(GOAL_GRID_WORLD), ids_of(UNITY_GRID_WORLD)]
    assert sorted(chain(*kinds)) == sorted(gym_gridworld.ENVIRONMENTS)
    assert all(kinds)


def test_without_an_import(env_id):
    assert run(f"import gymnasium; print(gymnasium.make('gym_gridworld:{env_id}').spec.id)").strip() == env_id


def test_importing_twice_registers_once(recwarn):
    specs = {env_id: gym.spec(env_id) for env_id in gym_gridworld.ENVIRONMENTS}
    register_environments()
    importlib.reload(gym_gridworld)
    assert all(gym.spec(env_id) is spec for env_id, spec in specs.items())
    assert not recwarn


@pytest.mark.parametrize("module", ["pygame", "torch", "stable_baselines3", "matplotlib", "yaml", "mlagents_envs"])
def test_the_import_stays_light(module):
    program = f"import gym_gridworld, sys; print([name for name in sys.modules if name.split('.')[0] == {module!r}])"
    assert run(program).strip() == "[]"


def test_what_is_imported_late_is_there():
    program = (
        "import gym_gridworld, sys; late = 'gym_gridworld.vector_env' not in sys.modules; "
        "print(late, gym_gridworld.GridWorldVectorEnv is sys.modules['gym_gridworld.vector_env'].GridWorldVectorEnv)"
    )
    assert run(program).strip() == "True True"
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        gym_gridworld.nothing  # noqa: B018


def test_typed():
    files = importlib.resources.files(gym_gridworld)
    assert files.joinpath("py.typed").is_file()
