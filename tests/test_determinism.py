"""The same seed, the same trajectory: in another process, in a copy, after a pickle, next to another environment."""

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import digest
import numpy as np
from gymnasium.utils.env_checker import data_equivalence

import gym_gridworld
from gym_gridworld import GridWorldEnv


def play(env, steps, seed):
    """Everything that a fixed sequence of actions makes the environment say."""
    actions = np.random.default_rng(seed).integers(4, size=steps)
    said = []
    for action in actions:
        observation, reward, terminated, truncated, info = env.step(action)
        said.append((observation, reward, terminated, truncated, info))
        if terminated or truncated:
            said.append(env.reset())
    return said


def same(one, other):
    return data_equivalence(tuple(one), tuple(other), exact=True)


def test_digest_of_10_000_steps_here_and_in_another_process():
    assert {env_id: digest.digest(env_id) for env_id in digest.EXPECTED} == digest.EXPECTED
    # Nothing from outside but where the package lies that is tested here.
    env = {"PYTHONHASHSEED": "1", "PYTHONPATH": str(Path(gym_gridworld.__file__).parents[1])}
    program = [sys.executable, "-O", digest.__file__]
    printed = subprocess.run(program, check=True, capture_output=True, text=True, env=env)
    assert printed.stdout.split() == [*digest.EXPECTED.values()]


def test_copies_and_pickles_of_a_running_environment_go_on_identically(make, wrap):
    env = wrap(make())
    env.reset(seed=3)
    play(env, 50, seed=1)
    copies = [copy.deepcopy(env)]
    if type(env).__name__ != "FlattenObservation":  # Gymnasium's holds a lambda, which pickle refuses
        copies.append(pickle.loads(pickle.dumps(env)))
    expected = play(env, 300, seed=2)
    for twin in copies:
        assert same(play(twin, 300, seed=2), expected)


def test_copies_share_the_tables_and_pickles_do_not_hold_them():
    env = GridWorldEnv(size=50)
    env.reset(seed=0)
    for twin in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        assert twin._next_cell is env._next_cell
        assert twin._locations is env._locations
        assert twin._distances is env._distances
    assert len(pickle.dumps(env)) < 5000
    assert pickle.loads(pickle.dumps(GridWorldEnv())).reset(seed=1)[1] == GridWorldEnv().reset(seed=1)[1]


def test_environments_never_share_state():
    one, other, alone = GridWorldEnv(), GridWorldEnv(), GridWorldEnv()
    alone.reset(seed=5)
    expected = play(alone, 200, seed=7)
    one.reset(seed=5)
    other.reset(seed=6)
    said = []
    for action in np.random.default_rng(7).integers(4, size=200):
        if other.step((action + 1) % 4)[2]:
            other.reset()
        said.append(one.step(action))
        if said[-1][2]:
            said.append(one.reset())
    assert same(said, expected)


def test_observations_handed_out_earlier_never_change(make, wrap):
    env = wrap(make())
    observation, _ = env.reset(seed=0)
    kept, copied = [observation], [copy.deepcopy(observation)]
    for said in play(env, 300, seed=0):
        kept.append(said[0])
        copied.append(copy.deepcopy(said[0]))
    assert same(kept, copied)


def test_writing_to_an_observation_changes_nothing_inside(make, wrap):
    env, untouched = wrap(make()), wrap(make())
    env.reset(seed=0)
    untouched.reset(seed=0)
    for action in (0, 1, 2, 3) * 5:
        observation, _, terminated, _, _ = env.step(action)
        assert same((observation,), (untouched.step(action)[0],))
        for array in observation.values() if isinstance(observation, dict) else [observation]:
            array[:] = 9
        if terminated:
            break


def test_unseeded_resets_go_on_with_the_random_numbers():
    env = GridWorldEnv(size=30)
    env.reset(seed=0)
    assert len({(env.reset()[0]["agent"].tobytes(), env.target_cell) for _ in range(20)}) == 20
