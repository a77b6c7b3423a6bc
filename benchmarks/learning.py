"""Learning benchmarks, through the zoo's own command.

``python benchmarks/learning.py main-job``: the README's command, with the seeds 0 to 9.
``python benchmarks/learning.py inputs``: the inputs of ``inputs.yml``, compared; stopped, it goes on where it was.
``python benchmarks/learning.py inputs --jobs 0``: the table and the plot of what has run so far.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import tables
import yaml
from common import RESULTS, ROOT, measured_on, write_json
from resume import Runs

from gym_gridworld.registration import folder_name

ENV_ID = "gym_gridworld/GridWorld-v0"
FOLDER = folder_name(ENV_ID)
HYPERPARAMS = ROOT / "hyperparams" / "dqn.yml"
POINTS = 25


class Used(NamedTuple):
    """What a whole command took, and the most memory that it held at a time."""

    seconds: float
    megabytes: float


def zoo_train(
    conf_file: Path, log_folder: Path, seed: int, *arguments: str, env_id: str = ENV_ID, algo: str = "dqn"
) -> Used:
    """Train with the zoo's command line on one thread."""
    command = [sys.executable, "-m", "rl_zoo3.train", "--algo", algo, "--env", env_id]
    command += ["--gym-packages", "gym_gridworld", "--conf-file", str(conf_file), "-f", str(log_folder)]
    command += ["--seed", str(seed), "--num-threads", "1", *arguments]
    search = os.pathsep.join(filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")]))
    with tempfile.TemporaryFile("w+") as printed:
        start = time.perf_counter()
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": search}
        process = subprocess.Popen(command, env=environment, stdout=printed, stderr=subprocess.STDOUT)
        kilobytes = 0
        while process.poll() is None:
            # wait4() would count what this process held when it started the other.
            kilobytes = max(kilobytes, _most_memory(process.pid))
            time.sleep(0.02)
        seconds = time.perf_counter() - start
        if process.returncode:
            printed.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed:\n{printed.read()[-3000:]}")
    return Used(seconds, kilobytes / 1024)


def _most_memory(pid: int) -> int:
    """The most kilobytes that a process has held so far; 0 where the system does not say."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    peaks = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")]
    return peaks[0] if peaks else 0


def main_job(seeds: list[int]) -> None:
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
            run_folder = logs / "dqn" / f"{FOLDER}_1"
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
    result = {"measured_on": measured_on(), "runs": runs}
    write_json("main_job.json", result)
    print(tables.main_job(result))


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


def inputs(jobs: int) -> None:
    """Run what is missing, ``jobs`` at a time, then print the table and draw the plot."""
    from plots import plot_inputs

    result, failed = Runs("inputs.json", all_runs(), train, says).complete(jobs)
    if result["runs"]:
        print(tables.inputs(result))
        plot_inputs(result["runs"], RESULTS / "inputs.png")
    sys.exit(failed > 0)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    job = commands.add_parser("main-job", help="the README's command, seed by seed")
    job.add_argument("--seeds", type=int, nargs="+", default=list(range(10)))
    compared = commands.add_parser("inputs", help="the inputs, compared")
    compared.add_argument("--jobs", type=int, default=2, help="runs side by side; 0 only reports")
    options = parser.parse_args()
    if options.command == "main-job":
        main_job(options.seeds)
    else:
        inputs(options.jobs)


if __name__ == "__main__":
    main()
