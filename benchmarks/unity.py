"""Steps a second through Unity's protocol, with one agent and with nine: ``python benchmarks/unity.py``.

Beside the native environments, and beside ML-Agents' own ``UnityEnvironment`` that takes the same messages and does
nothing else. At the other end is the player of the tests, not Unity. Every figure is the median over ``--rounds``
rounds, in each of which all take turns. Needs the extra ``unity``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count, cycle
from pathlib import Path
from statistics import median
from typing import Any

import gymnasium as gym
import numpy as np
import tables
from common import ROOT, measured_on, write_json

import gym_gridworld  # noqa: F401
from gym_gridworld.unity.ml_agents import ActionTuple, EngineConfigurationChannel, UnityEnvironment

sys.path.append(str(ROOT / "tests"))
from unity_build import ENV_ID, write_build

NATIVE_ID = "gym_gridworld/GoalGridWorld-v0"
AGENTS = (1, 9)
BASE_PORT = 15_005
DRAWN = 997
WIRE, ADAPTER, NATIVE = "UnityEnvironment", "UnityGridWorld", "GoalGridWorld"

# Takes a step with every agent.
Step = Callable[[], Any]
workers = count()


def directly(build: Path, agents: int, cleanup: ExitStack) -> Step:
    """ML-Agents' own environment, with random actions."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        channel = EngineConfigurationChannel()
        channel.set_configuration_parameters(time_scale=12.0)
        env = UnityEnvironment(str(build), next(workers), BASE_PORT, side_channels=[channel])
    cleanup.callback(env.close)
    env.reset()
    (name,) = env.behavior_specs
    moves = cycle(np.random.default_rng(0).integers(1, 5, size=(DRAWN, agents, 1), dtype=np.int32))

    def step() -> Any:
        env.set_actions(name, ActionTuple(discrete=next(moves)))
        env.step()
        return env.get_steps(name)

    return step


def one(env: gym.Env[Any, Any], cleanup: ExitStack) -> Step:
    """An environment with one agent, with random actions."""
    cleanup.callback(env.close)
    env.reset(seed=0)
    moves = cycle(np.random.default_rng(0).integers(4, size=DRAWN).tolist())

    def step() -> Any:
        said = env.step(next(moves))
        if said[2] or said[3]:
            env.reset()
        return said

    return step


def many(envs: Any, cleanup: ExitStack) -> Step:
    """A vector environment, with random actions."""
    cleanup.callback(envs.close)
    envs.reset(seed=0)
    moves = cycle(np.random.default_rng(0).integers(4, size=(DRAWN, envs.num_envs)))
    return lambda: envs.step(next(moves))


def contestants(folder: Path, cleanup: ExitStack) -> dict[tuple[str, int], Step]:
    """All of them, by what they are and how many agents they have."""
    steps: dict[tuple[str, int], Step] = {}
    for agents in AGENTS:
        build = write_build(folder, "--agents", str(agents), name=f"GridWorld{agents}")
        steps[WIRE, agents] = directly(build, agents, cleanup)
        settings = {"file_name": build, "base_port": BASE_PORT, "worker_id": next(workers)}
        if agents == 1:
            steps[ADAPTER, agents] = one(gym.make(ENV_ID, disable_env_checker=True, **settings).unwrapped, cleanup)
            steps[NATIVE, agents] = one(gym.make(NATIVE_ID, disable_env_checker=True).unwrapped, cleanup)
        else:
            steps[ADAPTER, agents] = many(gym.make_vec(ENV_ID, num_envs=agents, **settings), cleanup)
            steps[NATIVE, agents] = many(gym.make_vec(NATIVE_ID, num_envs=agents, autoreset_mode="SameStep"), cleanup)
    return steps


def steps_per_second(step: Step, agents: int, seconds: float) -> float:
    """Steps a second, those of all agents together."""
    calls, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        for _ in range(10):
            step()
        calls += 10
    return calls * agents / elapsed


def measure(rounds: int, seconds: float) -> list[dict[str, Any]]:
    """A row for each number of agents: medians over the rounds, shares taken within each round."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as cleanup:
        all_steps = contestants(Path(folder), cleanup)
        taken: dict[tuple[str, int], list[float]] = {key: [] for key in all_steps}
        for number in range(1, rounds + 1):
            # Now the one first, now the other.
            for key, step in list(all_steps.items())[:: 1 if number % 2 else -1]:
                taken[key].append(steps_per_second(step, key[1], seconds))
            print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
    return [
        {
            "agents": agents,
            "steps_per_second": {name: round(median(taken[name, agents])) for name in (WIRE, ADAPTER, NATIVE)},
            "adapter_adds": median(
                wire / adapter - 1.0 for wire, adapter in zip(taken[WIRE, agents], taken[ADAPTER, agents], strict=True)
            ),
        }
        for agents in AGENTS
    ]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each in each round")
    options = parser.parse_args()
    rows = measure(options.rounds, options.seconds)
    result = {"measured_on": measured_on("mlagents-envs", "protobuf", "grpcio"), "rows": rows}
    write_json("unity.json", result)
    print(tables.unity(result))


if __name__ == "__main__":
    main()
