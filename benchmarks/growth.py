"""How steps, seconds and memory to the optimum grow with the size: ``python benchmarks/growth.py``.

Each run is a training with the settings of its size, of which checkpoints are kept; afterwards every checkpoint is
looked at, in all pairs: so nothing but the training takes time and memory. Stopped, it goes on where it was;
``python benchmarks/growth.py --jobs 0`` prints the table and draws the plot of what has run so far.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import tables
import yaml
from common import RESULTS, ROOT
from resume import Runs
from zoo_command import ENV_ID, HYPERPARAMS, zoo_train

from gym_gridworld.registration import SIZES, folder_name

CHECKPOINTS = 25
SEEDS = range(3)
LARGEST = 64
# More looks at so many pairs would take longer than the training.
CHECKPOINTS_OF_LARGEST = 8


def settings_of(size: int) -> dict[str, Any]:
    """What a size is learned with, but for the callback that looks at the pairs."""
    entries = yaml.safe_load(HYPERPARAMS.read_text())
    if size == LARGEST:
        entry = yaml.safe_load((ROOT / "benchmarks" / "growth.yml").read_text())
    else:
        entry = entries[f"gym_gridworld/GridWorld{size}x{size}-v0" if size in SIZES else ENV_ID]
    return {**entry, "callback": []}


def all_runs() -> list[dict[str, Any]]:
    """Every run: size, settings and seed."""
    sizes = [5, *SIZES, LARGEST]
    return [{"size": size, "seed": seed, "settings": settings_of(size)} for seed in SEEDS for size in reversed(sizes)]


def train(run: dict[str, Any]) -> dict[str, Any]:
    """Train, and look at all checkpoints: steps, seconds of learning and the share of optimal pairs."""
    from gym_gridworld.optimality import AllPairs
    from gym_gridworld.sb3.runs import load_run

    settings, size = run["settings"], run["size"]
    env_id = f"gym_gridworld/GridWorld{size}x{size}-v0" if size in SIZES else ENV_ID
    with tempfile.TemporaryDirectory() as folder:
        conf_file = Path(folder) / "dqn.yml"
        conf_file.write_text(yaml.safe_dump({env_id: settings}))
        every = str(settings["n_timesteps"] // (CHECKPOINTS_OF_LARGEST if size == LARGEST else CHECKPOINTS))
        quiet = ("--eval-freq", "-1", "--log-interval", "-2")
        used = zoo_train(conf_file, Path(folder), run["seed"], "--save-freq", every, *quiet, env_id=env_id)
        run_folder = Path(folder) / "dqn" / f"{folder_name(env_id)}_1"
        checkpoints = sorted(run_folder.glob("rl_model_*_steps.zip"), key=_steps_of)
        headers = (path.open().readline() for path in run_folder.glob("*.monitor.csv"))
        start = min(json.loads(header.removeprefix("#"))["t_start"] for header in headers)
        pairs, curve = None, []
        for checkpoint in checkpoints:
            loaded = load_run(run_folder, checkpoint)
            pairs = AllPairs(loaded.env) if pairs is None else pairs
            seconds = round(checkpoint.stat().st_mtime - start, 1)
            curve.append((_steps_of(checkpoint), seconds, pairs.fraction(loaded.model)))
        return {**run, "pairs": 0 if pairs is None else len(pairs), "curve": curve, "megabytes": round(used.megabytes)}


def _steps_of(checkpoint: Path) -> int:
    return int(checkpoint.stem.split("_")[-2])


def says(run: dict[str, Any]) -> str:
    """What a run came to."""
    steps, seconds, optimal = run["curve"][-1]
    return f"{run['size']}x{run['size']}, seed {run['seed']}: {optimal:.4%} after {steps:,} steps, {seconds:.0f} s"


def main() -> None:
    """Run the command line."""
    from plots import plot_growth

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2, help="runs side by side; 0 only reports")
    parser.add_argument("--seeds", type=int, nargs="+", choices=SEEDS, default=list(SEEDS))
    options = parser.parse_args()
    runs = Runs("growth.json", all_runs(), train, says)
    result, failed = runs.complete(options.jobs, lambda run: run["seed"] in options.seeds)
    if result["runs"]:
        print(tables.growth(result))
        plot_growth(result["runs"], RESULTS / "growth.png")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
