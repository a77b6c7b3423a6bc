"""What the native vector environment is worth to Stable-Baselines3: ``python benchmarks/native.py``.

Beside ``DummyVecEnv`` of the same environments, taking turns: the steps of 256 environments alone, and with a PPO that
collects them; and the DQN of the main job, five seeds each, looked at again and again.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import tables
import torch
import yaml
from common import RESULTS, measured_on, write_json
from inputs import train
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecEnv
from zoo_command import ENV_ID, HYPERPARAMS

from gym_gridworld.sb3 import native
from gym_gridworld.wrappers import OneHotObservation

ENVS = 256
ROUNDS = 9
SEEDS = range(5)
NATIVE = "gym_gridworld.sb3.native"
KINDS = ("DummyVecEnv", "native")


def make(kind: str) -> VecEnv:
    """As many environments, one-hot, in monitors."""
    envs = make_vec_env(ENV_ID, ENVS, seed=0, wrapper_class=OneHotObservation)
    return native(envs) if kind == "native" else envs


def stepping(kind: str, steps: int = 200) -> Callable[[], float]:
    """Takes random actions, and returns the steps a second, over all environments together."""
    envs = make(kind)
    envs.reset()
    actions = np.random.default_rng(0).integers(4, size=(steps, ENVS))

    def run() -> float:
        start = time.perf_counter()
        for of_step in actions:
            envs.step(of_step)
        return steps * ENVS / (time.perf_counter() - start)

    return run


def collecting(kind: str, steps: int = 64) -> Callable[[], float]:
    """Collects rollouts with PPO's default policy, and returns the steps a second."""
    model = PPO("MlpPolicy", make(kind), n_steps=steps, seed=0, device="cpu")
    _, callback = model._setup_learn(total_timesteps=1)

    def run() -> float:
        start = time.perf_counter()
        model.collect_rollouts(model.env, callback, model.rollout_buffer, steps)
        return steps * ENVS / (time.perf_counter() - start)

    return run


def compare(measure: Callable[[str], Callable[[], float]]) -> dict[str, Any]:
    """Medians of rounds in which the two take turns."""
    contestants = {kind: measure(kind) for kind in KINDS}
    for run in contestants.values():
        run()
    rounds = {kind: [] for kind in KINDS}
    for _ in range(ROUNDS):
        for kind, run in contestants.items():
            rounds[kind].append(run())
    medians = {kind: round(median(values)) for kind, values in rounds.items()}
    return {"steps_per_second": medians, "ratio": round(medians["native"] / medians["DummyVecEnv"], 2)}


def learn(seeds: list[int]) -> list[dict[str, Any]]:
    """The main job with each kind of environments: steps, seconds and the share of optimal pairs."""
    settings = yaml.safe_load(HYPERPARAMS.read_text())[ENV_ID]
    settings.pop("vec_env_wrapper", None)
    runs = []
    for seed in seeds:
        for kind in KINDS:
            used = {**settings, "vec_env_wrapper": NATIVE} if kind == "native" else settings
            curve = train({"settings": used, "size": 5, "seed": seed})["curve"]
            runs.append({"kind": kind, "seed": seed, "curve": curve})
            print(kind, seed, curve[-1], flush=True)
    return runs


def main() -> None:
    """Run the command line."""
    from plots import plot_native

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    options = parser.parse_args()
    torch.set_num_threads(1)
    result = {
        "measured_on": measured_on(),
        "environments": ENVS,
        "stepping": compare(stepping),
        "collecting": compare(collecting),
        "runs": learn(options.seeds),
    }
    write_json("native.json", result)
    plot_native(result["runs"], RESULTS / "native.png")
    print(tables.native(result))


if __name__ == "__main__":
    main()
