"""Throughput, as ratios measured in one run: ``python benchmarks/throughput.py``.

Every figure is the median over ``--rounds`` rounds, in each of which all contestants take their turn, so that a machine
that slows down slows them all. Actions are drawn beforehand; an episode's end costs each environment its own reset.
First environments one at a time, then many at once, in processes of their own: what is not installed is left out.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import gymnasium as gym
import minigrid  # noqa: F401
import numpy as np
import tables
import vectors
from anatomy import anatomy, bytes_per_environment
from common import RESULTS, measured_on, write_json
from pygame_camera import DrawnWithPygame

from gym_gridworld import GoalGridWorldEnv
from gym_gridworld.wrappers import (
    FlattenObservation,
    GoalChannels,
    OneHotObservation,
    RelativePosition,
    ScaledCoordinates,
)

ENV_ID = "gym_gridworld/GridWorld-v0"
PEERS = ("envpool", "navix", "gymnax", "jax")


def steps_per_second(env: gym.Env[Any, Any], seconds: float) -> float:
    """Steps a second of random play, resets included."""
    env.action_space.seed(0)
    actions = [env.action_space.sample() for _ in range(1000)]
    env.reset(seed=0)
    steps, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        for action in actions:
            _, _, terminated, truncated, _ = env.step(action)
            if terminated or truncated:
                env.reset()
        steps += len(actions)
    return steps / elapsed


def frames_per_second(env: gym.Env[Any, Any], seconds: float) -> float:
    """Calls of ``render`` a second, each after a step."""
    env.reset(seed=0)
    frames, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        _, _, terminated, truncated, _ = env.step(np.int64(frames % 4))
        if terminated or truncated:
            env.reset()
        env.render()
        frames += 1
    return frames / elapsed


def import_adds_seconds() -> float:
    """Seconds that a fresh interpreter takes to import the package, once it has imported Gymnasium."""
    program = (
        "import time, gymnasium; start = time.perf_counter(); import gym_gridworld; print(time.perf_counter() - start)"
    )
    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    return float(printed)


def wrapped(wrapper: Any, **arguments: Any) -> gym.Env[Any, Any]:
    """GridWorld-v0 through ``gym.make``, in a wrapper."""
    return wrapper(gym.make(ENV_ID), **arguments)


STEPS: dict[str, Callable[[], gym.Env[Any, Any]]] = {
    "GridWorld, no wrappers": lambda: gym.make(ENV_ID).unwrapped,
    "GridWorld 13x13, no wrappers": lambda: gym.make(ENV_ID, size=13).unwrapped,
    "FourRooms 13x13, no wrappers": lambda: gym.make("gym_gridworld/FourRooms-v0").unwrapped,
    "FrozenLake-v1, no wrappers": lambda: gym.make("FrozenLake-v1").unwrapped,
    "CartPole-v1, no wrappers": lambda: gym.make("CartPole-v1").unwrapped,
    "MiniGrid-Empty-5x5-v0, no wrappers": lambda: gym.make("MiniGrid-Empty-5x5-v0").unwrapped,
    "GridWorld, gym.make": lambda: gym.make(ENV_ID),
    "CartPole-v1, gym.make": lambda: gym.make("CartPole-v1"),
    "GridWorld, OneHotObservation cell": lambda: wrapped(OneHotObservation),
    "GridWorld, OneHotObservation axis": lambda: wrapped(OneHotObservation, encoding="axis"),
    "GridWorld, OneHotObservation axis with coordinates": lambda: wrapped(
        OneHotObservation, encoding="axis", coordinates=True
    ),
    "GridWorld, ScaledCoordinates": lambda: wrapped(ScaledCoordinates),
    "GridWorld, RelativePosition": lambda: wrapped(RelativePosition),
    "GridWorld, FlattenObservation": lambda: wrapped(FlattenObservation),
    "GoalGridWorld, no wrappers": GoalGridWorldEnv,
    "GoalGridWorld, GoalChannels": lambda: GoalChannels(GoalGridWorldEnv()),
    "GoalGridWorld, drawn by pygame": DrawnWithPygame,
    "GoalGridWorld, drawn by pygame with jagged edges": lambda: DrawnWithPygame(times=1),
}

# What is measured, beside what, and the least ratio that we aim at.
RATIOS = [
    ("GridWorld, no wrappers", "FrozenLake-v1, no wrappers", 6.0),
    ("GridWorld, no wrappers", "MiniGrid-Empty-5x5-v0, no wrappers", 100.0),
    ("FourRooms 13x13, no wrappers", "GridWorld 13x13, no wrappers", 0.9),
    ("GridWorld, gym.make", "CartPole-v1, gym.make", 4.0),
    ("GridWorld, OneHotObservation cell", "CartPole-v1, gym.make", 2.5),
    ("GridWorld, OneHotObservation axis", "CartPole-v1, gym.make", 2.5),
    ("GridWorld, OneHotObservation axis with coordinates", "CartPole-v1, gym.make", 2.5),
    ("GoalGridWorld, no wrappers", "GoalGridWorld, drawn by pygame", 30.0),
    ("GoalGridWorld, no wrappers", "GoalGridWorld, drawn by pygame with jagged edges", 30.0),
]


def measure(rounds: int, seconds: float) -> dict[str, Any]:
    """All figures: medians over the rounds, ratios taken within each round."""
    steps: dict[str, list[float]] = {name: [] for name in STEPS}
    frames: dict[int, list[float]] = {5: [], 30: []}
    imports: list[float] = []
    environments = {name: make() for name, make in STEPS.items()}
    arena = vectors.Arena()
    for number in range(1, rounds + 1):
        for name, env in environments.items():
            steps[name].append(steps_per_second(env, seconds))
        for size, of_size in frames.items():
            of_size.append(
                frames_per_second(gym.make(ENV_ID, size=size, render_mode="rgb_array", window_size=512), seconds)
            )
        imports.append(import_adds_seconds())
        arena.round(seconds / 2)
        print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
    arena.close()
    many = arena.result()
    alone = steps["GridWorld, no wrappers"]
    return {
        "steps_per_second": {name: median(values) for name, values in steps.items()},
        "ratios": [
            {
                "of": one,
                "to": other,
                "ratio": median(a / b for a, b in zip(steps[one], steps[other], strict=True)),
                "aim": aim,
            }
            for one, other, aim in RATIOS
        ],
        "frames_per_second_512x512": {f"{size}x{size}": median(values) for size, values in frames.items()},
        "import_adds_seconds": median(imports),
        "vector": many["rows"],
        "vector_left_out": many["left_out"],
        "vector_ratios": vectors.ratios(many["rows"], alone),
        "quicker_than_one_alone_from": vectors.crossing(many["rows"], median(alone)),
        "bytes_per_environment": bytes_per_environment(vectors.MANY),
        "anatomy": anatomy(vectors.MANY, 300 * rounds),
    }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.5, help="for each contestant in each round")
    options = parser.parse_args()
    from plots import plot_throughput
    from vector_plots import plot_anatomy, plot_vectors

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, vectors.CORES[:1])
    result = {"measured_on": measured_on(*PEERS), **measure(options.rounds, options.seconds)}
    write_json("throughput.json", result)
    plot_throughput(result["steps_per_second"], RESULTS / "throughput.png")
    plot_vectors(result, RESULTS / "vectors.png")
    plot_anatomy(result["anatomy"], RESULTS / "anatomy.png")
    of_all = (tables.steps_per_second, tables.throughput, tables.vectors, tables.vector_ratios, tables.anatomy)
    print("\n\n".join(of_one(result) for of_one in of_all))


if __name__ == "__main__":
    main()
