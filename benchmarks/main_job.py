"""The README's command, with the seeds 0 to 9: ``python benchmarks/main_job.py``."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import tables
import yaml
from common import measured_on, write_json
from inputs import train
from zoo_command import ENV_ID, HYPERPARAMS, zoo_train

from gym_gridworld.registration import folder_name


def main_job(seeds: list[int]) -> list[dict[str, Any]]:
    """The README's command, seed by seed, and the share of pairs in which its final model is optimal."""
    from stable_baselines3.common.monitor import load_results

    from gym_gridworld.optimality import AllPairs
    from gym_gridworld.sb3.runs import load_run

    settings = yaml.safe_load(HYPERPARAMS.read_text())[ENV_ID]
    runs = []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            logs = Path(folder)
            wall = zoo_train(
                HYPERPARAMS, logs, seed, "-P", "--tensorboard-log", str(logs / "tensorboard"),
                "--log-interval", "500", "--eval-freq", "10000", "--eval-episodes", "20",
            ).seconds  # fmt: skip
            run_folder = logs / "dqn" / f"{folder_name(ENV_ID)}_1"
            run = load_run(run_folder)
            pairs = AllPairs(run.env)
            # The same training once more, watched: the first of 25 moments at which every pair was optimal.
            curve = train({"settings": settings, "size": 5, "seed": seed})["curve"]
            first = next((moment for moment in curve if moment[2] == 1.0), None)
            runs.append(
                {
                    "seed": seed,
                    "pairs": len(pairs.optimal),
                    "optimal": pairs.fraction(run.model),
                    "environment_steps": run.model.num_timesteps,
                    "first_optimal": first and {"environment_steps": first[0], "learning_seconds": first[1]},
                    "learning_seconds": float(load_results(str(run_folder))["t"].max()),
                    "whole_command_seconds": round(wall, 2),
                }
            )
        print(runs[-1], flush=True)
    return runs


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(10)))
    options = parser.parse_args()
    result = {"measured_on": measured_on(), "runs": main_job(options.seeds)}
    write_json("main_job.json", result)
    print(tables.main_job(result))


if __name__ == "__main__":
    main()
