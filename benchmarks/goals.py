"""GoalGridWorld-v0, learned in several ways with the zoo's own command.

``python benchmarks/goals.py``: all ways, with the seeds of each; stopped, it goes on where it was.
``python benchmarks/goals.py --jobs 0``: the table and the plot of what has run so far.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import tables
import yaml
from common import RESULTS, ROOT
from resume import Runs
from zoo_command import zoo_train

from gym_gridworld.registration import folder_name

ENV_ID = "gym_gridworld/GoalGridWorld-v0"
# The zoo's name of the algorithm, the file of the settings, and the seeds.
WAYS = {
    "DQN, GoalChannels": ("dqn", "dqn", range(5)),
    "DQN, Dict": ("dqn", "dqn_dict", range(3)),
    "PPO, GoalChannels": ("ppo", "ppo", range(3)),
    "DQN, as published": ("dqn", "tutorials", range(3)),
}
# How the published agent was tested.
TEST_STEPS, TEST_EPSILON = 5_000, 0.05


def all_runs() -> list[dict[str, Any]]:
    """Every run: the way, its settings and a seed."""
    runs = []
    for way, (algo, name, seeds) in WAYS.items():
        settings = yaml.safe_load((ROOT / "hyperparams" / f"{name}.yml").read_text())[ENV_ID]
        runs += [
            {"way": way, "algo": algo, "file": f"{name}.yml", "seed": seed, "settings": settings} for seed in seeds
        ]
    return runs


def says(run: dict[str, Any]) -> str:
    """What a run came to."""
    return f"{run['way']}, seed {run['seed']}: {run['report']['success']:.4%} in {run['learning_seconds']:.0f} s"


def tested(folder: Path) -> float:
    """The mean return of the episodes of so many steps, in which the agent now and then moves at random."""
    from stable_baselines3.common.evaluation import evaluate_policy
    from stable_baselines3.common.monitor import Monitor

    from gym_gridworld.sb3.runs import load_run

    run = load_run(folder)
    run.model.exploration_rate = TEST_EPSILON
    env = Monitor(run.env)
    env.reset(seed=0)
    run.model.set_random_seed(0)
    while sum(env.get_episode_lengths()) < TEST_STEPS:
        evaluate_policy(run.model, env, n_eval_episodes=10, deterministic=False)
    returns = env.get_episode_rewards()
    return sum(returns) / len(returns)


def train(run: dict[str, Any], keep: Path | None) -> dict[str, Any]:
    """Train, and look at every placement with the final model."""
    from stable_baselines3.common.monitor import load_results

    with tempfile.TemporaryDirectory() as temporary:
        logs = Path(temporary) if keep is None else keep / f"{run['file']}-{run['seed']}"
        used = zoo_train(
            ROOT / "hyperparams" / run["file"], logs, run["seed"], "--eval-freq", "-1", "--log-interval", "-2",
            env_id=ENV_ID, algo=run["algo"],
        )  # fmt: skip
        folder = max((logs / run["algo"]).glob(f"{folder_name(ENV_ID)}_*"), key=lambda path: path.stat().st_mtime)
        command = [sys.executable, "-m", "gym_gridworld", "optimality", str(folder), "--json"]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        printed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
        report = json.loads(printed)
        report["failures"] = len(report["failures"])
        curve = csv.DictReader((folder / "optimality.csv").read_text().splitlines())
        return {
            **run,
            "report": report,
            "mean_return_with_epsilon": round(tested(folder), 4) if run["algo"] == "dqn" else None,
            "curve": [[int(row["environment_steps"]), float(row["success"])] for row in curve],
            "learning_seconds": round(float(load_results(str(folder))["t"].max()), 1),
            "whole_command_seconds": round(used.seconds, 1),
            "megabytes": round(used.megabytes),
        }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2, help="runs side by side; 0 only reports")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--seeds", type=int, nargs="+", help="by default those of each way")
    parser.add_argument("--keep", type=Path, help="a folder for what the zoo writes; by default it is not kept")
    options = parser.parse_args()
    from plots import plot_goals

    runs = Runs("goals.json", all_runs(), lambda run: train(run, options.keep), says)

    def chosen(run: dict[str, Any]) -> bool:
        return run["way"] in options.ways and (options.seeds is None or run["seed"] in options.seeds)

    result, failed = runs.complete(options.jobs, chosen)
    if result["runs"]:
        plot_goals(result["runs"], RESULTS / "goals.png")
        print(tables.goals(result))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
