"""Every environment that ``hyperparams/dqn.yml`` has settings for, learned with the zoo's own command.

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
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import tables
import yaml
from common import RESULTS, measured_on, read_json, write_json
from learning import HYPERPARAMS, zoo_train

from gym_gridworld.registration import folder_name

SEEDS = range(5)


def all_runs(seeds: range | list[int]) -> list[dict[str, Any]]:
    """Every run: environment, settings and seed."""
    entries = yaml.safe_load(HYPERPARAMS.read_text())
    return [{"env_id": env_id, "seed": seed, "settings": entries[env_id]} for seed in seeds for env_id in entries]


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
            "processor": measured_on()["processor"],
        }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2, help="runs side by side; 0 only reports")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--env", nargs="+", default=[], help="ids, or parts of them; by default all")
    options = parser.parse_args()

    result = read_json("agents.json") if (RESULTS / "agents.json").exists() else {"runs": []}
    wanted = all_runs(options.seeds)
    # Runs of other settings than today's do not count.
    settings = {run["env_id"]: run["settings"] for run in wanted}
    done = result["runs"] = [run for run in result["runs"] if settings.get(run["env_id"]) == run["settings"]]
    have = {(run["env_id"], run["seed"]) for run in done}
    missing = [run for run in wanted if (run["env_id"], run["seed"]) not in have]
    missing = [run for run in missing if not options.env or any(part in run["env_id"] for part in options.env)]
    failed = 0
    with ThreadPoolExecutor(max(options.jobs, 1)) as pool:
        futures = {pool.submit(train, run): run for run in missing} if options.jobs else {}
        try:
            for number, future in enumerate(as_completed(futures), 1):
                run = futures[future]
                name = f"{number}/{len(missing)}: {run['env_id']}, seed {run['seed']}"
                if error := future.exception():
                    failed += 1
                    print(f"{name}: {error}", file=sys.stderr, flush=True)
                    continue
                done.append(future.result())
                done.sort(key=lambda run: (list(settings).index(run["env_id"]), run["seed"]))
                processors = " and ".join(sorted({run["processor"] for run in done}))
                result["measured_on"] = {**measured_on(), "processor": processors}
                write_json("agents.json", result)
                last = future.result()
                print(f"{name}: {last['report']['actions']:.4%} in {last['learning_seconds']:.0f} s", flush=True)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    if done:
        print(tables.agents(result))
    if failed:
        sys.exit(f"{failed} of {len(missing)} runs failed; run this again to try them again")


if __name__ == "__main__":
    main()
