"""What a step of many environments consists of, operation by operation, beside the copy limit; and what it holds."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from statistics import median
from typing import Any

import gymnasium as gym
import numpy as np
from contestants import ENV_ID, copies, native
from gymnasium.vector.utils import batch_space
from workers import drawn

from gym_gridworld.dynamics import ACTIONS
from gym_gridworld.infos import LazyInfos
from gym_gridworld.validation import check_actions

WHOLE, LIMIT = "the whole step", "the copy limit"


def operations(num_envs: int) -> dict[str, Callable[[], Any]]:
    """Each operation of ``GridWorldVectorEnv.step``, in order, on what it works on there; the whole, and its limit."""
    envs, whole = (gym.make_vec(ENV_ID, num_envs=num_envs).unwrapped for _ in range(2))
    random, batches = np.random.default_rng(0), drawn(native(num_envs))
    first = next(batches)
    for each in (envs, whole):
        each.reset(seed=0)
        # Until there are episodes of all ages.
        for _ in range(2 * each.max_episode_steps):
            each.step(next(batches))
    agents, targets, ended = envs._agents, envs._targets, envs._ended
    entries, observed = np.add(agents, first), np.empty((2, num_envs), np.complex128)
    terminations, truncations = agents == targets, envs._deadlines == envs._now
    rewards = terminations.astype(np.float64)
    starts = envs._sampler.draw(random, len(ended))
    copied = copies(num_envs).call
    return {
        "check the actions": lambda: check_actions(first, num_envs, ACTIONS),
        "add them to the states": lambda: np.add(agents, first, out=entries),
        "gather the next states": lambda: envs._next_state.take(entries, mode="wrap"),
        f"draw {len(ended):,} new starts": lambda: envs._sampler.draw(random, len(ended)),
        "put them in place": lambda: envs._start(ended, agents, starts),
        "compare with the targets": lambda: agents == targets,
        "rewards": lambda: terminations.view(np.int8).astype(np.float64),
        "compare with the deadlines": lambda: envs._deadlines == envs._now,
        "find what has ended": lambda: np.nonzero(terminations | truncations),
        "gather the agents' locations": lambda: envs._locations.take(agents, mode="wrap", out=observed[0]),
        "copy the targets' locations": lambda: np.copyto(observed[1], envs._target_locations),
        "infos, put off": lambda: LazyInfos(envs._said() | envs._said_of_step(rewards, ended[:0])),
        WHOLE: lambda: whole.step(next(batches)),
        LIMIT: lambda: copied(first),
    }


def anatomy(num_envs: int, rounds: int) -> list[dict[str, Any]]:
    """Microseconds of each operation: medians of runs in which all take turns."""
    of_each = operations(num_envs)
    microseconds: dict[str, list[float]] = {name: [] for name in of_each}

    def run(*names: str) -> None:
        for name in names:
            start = time.perf_counter()
            kept = of_each[name]()
            microseconds[name].append(1e6 * (time.perf_counter() - start))
            del kept

    for _ in range(rounds):
        # One after another, as in the step: each finds in the caches what those before have left there.
        run(*list(of_each)[:-2])
    for name in (WHOLE, LIMIT):
        for _ in range(rounds):
            run(name)
    return [{"operation": name, "microseconds": round(median(times), 2)} for name, times in microseconds.items()]


def bytes_per_environment(num_envs: int) -> dict[str, float]:
    """What an environment more takes: in the state that it steps, and in Gymnasium's spaces."""
    gym.make_vec(ENV_ID, num_envs=1)
    actions = np.zeros(num_envs, np.int64)
    tracemalloc.start()
    envs = gym.make_vec(ENV_ID, num_envs=num_envs).unwrapped
    envs.reset(seed=0)
    for _ in range(10):
        envs.step(actions)
    held = tracemalloc.get_traced_memory()[0]
    spaces = [batch_space(one, num_envs) for one in (envs.single_observation_space, envs.single_action_space)]
    of_spaces = tracemalloc.get_traced_memory()[0] - held
    tracemalloc.stop()
    del spaces
    return {"state": round((held - of_spaces) / num_envs, 1), "spaces": round(of_spaces / num_envs, 1)}
