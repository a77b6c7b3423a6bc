"""The inputs of ``inputs.yml``, compared: which is learned best?

``python benchmarks/inputs.py``: all of them; stopped, it goes on where it was.
``python benchmarks/inputs.py --jobs 0``: the table and the plot of what has run so far.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import tables
import yaml
from common import RESULTS
from resume import Runs
from zoo_command import ENV_ID, zoo_train

POINTS = 25


def all_runs() -> list[dict[str, Any]]:
    """Every run of the comparison: input, size, seed and settings."""
    data = yaml.safe_load((Path(__file__).parent / "inputs.yml").read_text())
    runs = []
    for kind, of_kind in data["seeds"].items():
        for size, of_size in data["sizes"].items():
            for seed, (name, of_input) in itertools.product(of_kind[size], data["inputs"].items()):
                settings = {"policy": "MlpPolicy", "n_timesteps": of_size["n_timesteps"], **of_input}
                if kind == "tuned":
                    together = data["together"].get(f"{name} {size}", {})
                    settings = {**data["settings"], **of_size, **of_input, **together}
                runs.append({"input": name, "size": size, "kind": kind, "seed": seed, "settings": settings})
    return runs


def train(run: dict[str, Any]) -> dict[str, Any]:
    """One run of the comparison, with its curve."""
    settings, env_kwargs = run["settings"], {"size": run["size"]}
    with tempfile.TemporaryDirectory() as folder:
        curve, conf_file = Path(folder) / "curve.json", Path(folder) / "dqn.yml"
        watch = {
            "path": str(curve),
            "points": POINTS,
            "env_id": ENV_ID,
            "env_kwargs": env_kwargs,
            "hyperparams": {key: settings[key] for key in ("env_wrapper",) if key in settings},
        }
        entry = {**settings, "env_kwargs": env_kwargs, "callback": [{"curve.Curve": watch}]}
        conf_file.write_text(yaml.safe_dump({ENV_ID: entry}))
        wall = zoo_train(conf_file, Path(folder), run["seed"], "--eval-freq", "-1", "--log-interval", "-2").seconds
        return {
            **run,
            "curve": json.loads(curve.read_text()),
            "whole_command_seconds": round(wall, 1),
        }


def says(run: dict[str, Any]) -> str:
    """What a run came to."""
    _, seconds, optimal = run["curve"][-1]
    name = f"{run['input']}, {run['size']}x{run['size']}, {run['kind']}, seed {run['seed']}"
    return f"{name}: {optimal:.2%} in {seconds:.0f} s of learning"


def main() -> None:
    """Run what is missing, then print the table and draw the plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2, help="runs side by side; 0 only reports")
    options = parser.parse_args()
    from plots import plot_inputs

    result, failed = Runs("inputs.json", all_runs(), train, says).complete(options.jobs)
    if result["runs"]:
        print(tables.inputs(result))
        plot_inputs(result["runs"], RESULTS / "inputs.png")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
