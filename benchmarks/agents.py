"""Every GridWorld that ``hyperparams/dqn.yml`` has settings for, learned with the zoo's own command.

``python benchmarks/agents.py``: with the seeds 0 to 4; stopped, it goes on where it was.
``python benchmarks/agents.py --jobs 0``: the table of what has run so far.
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
from resume import Runs
from zoo_command import HYPERPARAMS, zoo_train

from gym_gridworld.registration import GRID_WORLD, folder_name, ids_of

SEEDS = range(5)


def all_runs() -> list[dict[str, Any]]:
    """Every run: environment, settings and seed."""
    entries = yaml.safe_load(HYPERPARAMS.read_text())
    return [
        {"env_id": env_id, "seed": seed, "settings": entries[env_id]}
        for env_id in entries
        if env_id in ids_of(GRID_WORLD)
        for seed in SEEDS
    ]


def says(run: dict[str, Any]) -> str:
    """What a run came to."""
    actions, seconds = run["report"]["actions"], run["learning_seconds"]
    return f"{run['env_id']}, seed {run['seed']}: {actions:.4%} in {seconds:.0f} s"


def train(run: dict[str, Any]) -> dict[str, Any]:
    """Train, and look at every pair with the final model."""
    from stable_baselines3.common.monitor import load_results

    with tempfile.TemporaryDirectory() as folder:
        logs, name = Path(folder), folder_name(run["env_id"])
        # No evaluations in between: the callback in the settings looks at all pairs.
        used = zoo_train(
            HYPERPARAMS, logs, run["seed"], "--eval-freq", "-1", "--log-interval", "-2", env_id=run["env_id"]
        )
        run_folder = logs / "dqn" / f"{name}_1"
        command = [sys.executable, "-m", "gym_gridworld", "optimality", str(run_folder), "--json"]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        printed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
        checks = run_folder / "optimality.csv"
        rows = list(csv.DictReader(checks.read_text().splitlines())) if checks.exists() else []
        optimal_after = [int(row["environment_steps"]) for row in rows if float(row["actions"]) == 1.0]
        return {
            **run,
            "report": json.loads(printed),
            "first_optimal_steps": optimal_after[0] if optimal_after else None,
            "learning_seconds": round(float(load_results(str(run_folder))["t"].max()), 1),
            "whole_command_seconds": round(used.seconds, 1),
            "megabytes": round(used.megabytes),
        }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2, help="runs side by side; 0 only reports")
    parser.add_argument("--seeds", type=int, nargs="+", choices=SEEDS, default=list(SEEDS))
    parser.add_argument("--env", nargs="+", default=[], help="ids, or parts of them; by default all")
    options = parser.parse_args()

    def chosen(run: dict[str, Any]) -> bool:
        return run["seed"] in options.seeds and (not options.env or any(part in run["env_id"] for part in options.env))

    result, failed = Runs("agents.json", all_runs(), train, says).complete(options.jobs, chosen)
    if result["runs"]:
        print(tables.agents(result))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
