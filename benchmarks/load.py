"""A billion steps at 16,384 environments, on the open grid and in four_rooms: ``python benchmarks/load.py``.

At intervals every invariant is checked, and the memory of the process is read, which must not grow after the first
million steps. The program fails if either does.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from itertools import chain
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import tables
from common import measured_on, write_json
from contestants import native
from numpy.typing import NDArray
from workers import drawn

import gym_gridworld  # noqa: F401

IDS = ("gym_gridworld/GridWorld-v0", "gym_gridworld/FourRooms-v0")
NUM_ENVS = 16384
WARM = 1_000_000
CHECKS = 1000
# Of what the system counts in pages, and Python in arenas.
MEGABYTES_OF_NOISE = 2.0


def megabytes() -> float:
    """What the process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def violations(
    envs: Any,
    observations: dict[str, Any],
    terminations: NDArray[np.bool_],
    truncations: NDArray[np.bool_],
    ages: NDArray[np.int64],
) -> list[str]:
    """The invariants that do not hold after a step.

    Args:
        envs: The environments, with ``NEXT_STEP``.
        observations: What the step handed out.
        terminations: Too.
        truncations: Too.
        ages: How many steps ago each episode has begun, counted without the environments.
    """
    agents, targets, layout = envs.agent_cells, envs.target_cells, envs.layout
    limit = envs.max_episode_steps
    holds = {
        "agents are on the floor": layout.regions[agents] >= 0,
        "targets are on targets of the layout": np.isin(targets, layout.targets),
        "agents can reach their targets": layout.regions[agents] == layout.regions[targets],
        "agents are on their targets when episodes terminate, and never else": (agents == targets) == terminations,
        "no episode starts on its target": (agents != targets) | (ages > 0),
        "episodes are truncated at the limit, and never else": truncations == (ages == limit),
        "no episode is older than the limit": ages <= limit,
        "agents are observed where they are": (observations["agent"] == envs.dynamics.locations[agents]).all(axis=1),
        "targets are observed where they are": (observations["target"] == envs.dynamics.locations[targets]).all(axis=1),
    }
    return [name for name, of_each in holds.items() if not of_each.all()]


def load(env_id: str, steps: int, num_envs: int = NUM_ENVS) -> dict[str, Any]:
    """So many steps of all environments together."""
    envs = gym.make_vec(env_id, num_envs=num_envs).unwrapped
    batches = drawn(native(num_envs))
    ages, ended = np.zeros(num_envs, np.int64), np.zeros(num_envs, np.bool_)
    terminated, truncated, seconds, memory, failed = 0, 0, 0.0, [], []
    envs.reset(seed=0)
    vector_steps = -(-steps // num_envs)
    interval = max(1, vector_steps // CHECKS)
    for number in range(1, vector_steps + 1):
        actions = next(batches)
        start = time.perf_counter()
        observations, _, terminations, truncations, _ = envs.step(actions)
        seconds += time.perf_counter() - start
        ages += 1
        ages[ended] = 0
        ended = terminations | truncations
        terminated += int(np.count_nonzero(terminations))
        truncated += int(np.count_nonzero(truncations))
        if number % interval == 0 or number == vector_steps:
            found = violations(envs, observations, terminations, truncations, ages)
            failed += [f"{name}: not after {number * num_envs:,} steps" for name in found]
            memory.append((number * num_envs, round(megabytes(), 2)))
    warm = [held for after, held in memory if after > WARM] or [held for _, held in memory]
    return {
        "env_id": env_id,
        "num_envs": num_envs,
        "steps": vector_steps * num_envs,
        "seconds_of_stepping": round(seconds, 2),
        "steps_per_second": round(vector_steps * num_envs / seconds),
        "episodes_terminated": terminated,
        "episodes_truncated": truncated,
        "times_checked": len(memory),
        "failed": failed,
        "megabytes_after_a_million": warm[0],
        "megabytes_at_most_afterwards": max(warm),
        "megabytes": memory[:: max(1, len(memory) // 50)],
    }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=10**9)
    options = parser.parse_args()
    runs = []
    for env_id in IDS:
        run = load(env_id, options.steps)
        grown = run["megabytes_at_most_afterwards"] - run["megabytes_after_a_million"]
        if grown > MEGABYTES_OF_NOISE:
            run["failed"].append(f"memory grew by {grown:.1f} MB")
        runs.append(run)
    result = {"measured_on": measured_on(), "runs": runs}
    write_json("load.json", result)
    print(tables.load(result))
    sys.exit(any(chain.from_iterable(run["failed"] for run in runs)))


if __name__ == "__main__":
    main()
