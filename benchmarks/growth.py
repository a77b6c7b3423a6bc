"""How steps, seconds and memory grow with the size: ``python benchmarks/growth.py``.

Sizes 5 to 32 are the runs of ``agents.py``; 64, which has no id of its own, is learned here with the seeds that
``--seeds`` names. ``--report`` only draws what has run so far.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import tables
import yaml
from common import RESULTS, measured_on, read_json, write_json
from learning import ENV_ID, FOLDER, HYPERPARAMS, zoo_train

SIZE = 64
# As 32x32, for longer, and with a discount that keeps farther cells apart.
CHANGES = {"n_timesteps": 3_000_000, "gamma": 0.985, "env_kwargs": {"size": SIZE, "max_episode_steps": 20 * SIZE}}


def train(seed: int) -> dict[str, Any]:
    """Learn the largest grid, and look at every pair with the final model."""
    from stable_baselines3.common.monitor import load_results

    settings = {**yaml.safe_load(HYPERPARAMS.read_text())["gym_gridworld/GridWorld32x32-v0"], **CHANGES}
    with tempfile.TemporaryDirectory() as folder:
        logs, conf_file = Path(folder), Path(folder) / "dqn.yml"
        conf_file.write_text(yaml.safe_dump({ENV_ID: settings}))
        used = zoo_train(conf_file, logs, seed, "--eval-freq", "-1", "--log-interval", "-2")
        run_folder = logs / "dqn" / f"{FOLDER}_1"
        command = [sys.executable, "-m", "gym_gridworld", "optimality", str(run_folder), "--json"]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        printed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
        return {
            "size": SIZE,
            "seed": seed,
            "settings": settings,
            "report": json.loads(printed),
            "learning_seconds": round(float(load_results(str(run_folder))["t"].max()), 1),
            "megabytes": round(used.megabytes),
            "processor": measured_on()["processor"],
        }


def smaller_sizes() -> list[dict[str, Any]]:
    """The open grids among the runs of ``agents.py``."""
    runs = []
    for run in read_json("agents.json")["runs"]:
        name = run["env_id"].removeprefix("gym_gridworld/").removesuffix("-v0").removeprefix("GridWorld")
        if name == "" or "x" in name:
            runs.append({"size": int(name.split("x")[0] or 5), **run})
    return runs


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--report", action="store_true")
    options = parser.parse_args()
    from plots import plot_growth

    result = read_json("growth.json") if (RESULTS / "growth.json").exists() else {"runs": []}
    for seed in [] if options.report else options.seeds:
        result["runs"] = [run for run in result["runs"] if run["seed"] != seed] + [train(seed)]
        result["measured_on"] = measured_on()
        write_json("growth.json", result)
    runs = sorted(smaller_sizes() + result["runs"], key=lambda run: (run["size"], run["seed"]))
    plot_growth(runs, RESULTS / "growth.png")
    print(tables.growth(runs))


if __name__ == "__main__":
    main()
