"""Gymnasium's classic-control and Box2D tasks, learned with the zoo's own command: DQN of ``hyperparams/dqn.yml``.

``python benchmarks/learning.py``: every task with all of its seeds; stopped, it goes on where it was, and loses no more
than the runs that were under way. What the zoo writes stays in ``--logs``.
``python benchmarks/learning.py --jobs 0``: the tables and the plots of what has run so far.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import learning_tables
import numpy as np
import rl_zoo3
import yaml
from common import RESULTS, ROOT, measured_on
from evaluation import returns_of
from learning_plots import plot_curves, plot_returns, plot_wall_time
from learning_tables import OURS
from resume import RunFiles
from zoo_command import HYPERPARAMS, zoo_train

from gym_gridworld.registration import folder_name

TASKS: dict[str, dict[str, Any]]
COMPARED: dict[str, dict[str, Any]]
TASKS, COMPARED = yaml.safe_load((Path(__file__).parent / "learning.yml").read_text()).values()
WAYS: dict[str, dict[str, Any]] = {
    OURS: {"algo": "dqn", "file": HYPERPARAMS.name, "tasks": {task: of["seeds"] for task, of in TASKS.items()}},
    **COMPARED,
}
LOGS = ROOT / "logs" / "learning"
POINTS = 50


def all_runs() -> list[dict[str, Any]]:
    """Every run: task, whose settings, the settings and a seed. First one seed of each task, then the next."""
    runs = []
    for way, of_way in WAYS.items():
        entries = yaml.safe_load(conf_file(of_way).read_text())
        runs += [
            {"task": task, "way": way, "algo": of_way["algo"], "seed": seed, "settings": entries[task]}
            for task, seeds in of_way["tasks"].items()
            for seed in range(seeds)
        ]
    return sorted(runs, key=lambda run: run["seed"])


def conf_file(of_way: dict[str, Any]) -> Path:
    """Where settings are."""
    if "file" in of_way:
        return ROOT / "hyperparams" / of_way["file"]
    return Path(rl_zoo3.__file__).parent / "hyperparams" / f"{of_way['algo']}.yml"


def name_of(run: dict[str, Any]) -> str:
    """The name of a run's file and of its folder."""
    words = [run["task"], run["way"], str(run["seed"])]
    return "-".join(word.replace("'", "").replace(" ", "_") for word in words)


def says(run: dict[str, Any]) -> str:
    """What a run came to."""
    mean, seconds = np.mean(run["returns"]), run["learning_seconds"]
    return f"{run['task']}, {run['way']}, seed {run['seed']}: {mean:.1f} after {seconds:.0f} s"


def train(run: dict[str, Any], logs: Path, jobs: int) -> dict[str, Any]:
    """Train, unless that has been done, and look at what the final model reaches."""
    from stable_baselines3.common.monitor import load_results

    logs = logs / name_of(run)
    folder, used = trained(run, logs), None
    if folder is None:
        conf = conf_file(WAYS[run["way"]])
        quiet = ("--eval-freq", "-1", "--log-interval", "-2")
        used = zoo_train(
            conf, logs, run["seed"], *quiet, env_id=run["task"], algo=run["algo"], watch=lambda: report(run, logs)
        )
        folder = newest(run, logs)
    from gym_gridworld.sb3.runs import load_run

    model: Any = load_run(folder).model
    episodes = load_results(str(folder))
    return {
        **run,
        "measured_on": measured_on(),
        "side_by_side": jobs,
        "decisions": model.num_timesteps,
        # Where actions are held, an action is several steps of the environment.
        "environment_steps": max(model.num_timesteps, int(episodes["l"].sum())),
        "gradient_steps": model._n_updates,
        "learning_seconds": round(float(episodes["t"].max()), 1),
        "whole_command_seconds": used and round(used.seconds, 1),
        "megabytes": used and round(used.megabytes),
        "curve": curve(episodes["l"].to_numpy(), episodes["r"].to_numpy(), episodes["t"].to_numpy()),
        "returns": [round(one, 3) for one in returns_of(folder)],
    }


def report(run: dict[str, Any], logs: Path) -> None:
    """Say how far a training is."""
    from stable_baselines3.common.monitor import LoadMonitorResultsError, load_results

    name = f"{run['task']}, {run['way']}, seed {run['seed']}"
    try:
        episodes = load_results(str(newest(run, logs)))
        last = f"the last 100 of {len(episodes):,} episodes: {episodes['r'].tail(100).mean():.1f}"
        text = f"about {episodes['l'].sum():,} steps, {last}"
    except (LoadMonitorResultsError, ValueError):
        text = "begins"
    print(f"  {name}: {text}", file=sys.stderr, flush=True)


def newest(run: dict[str, Any], logs: Path) -> Path:
    """The folder of the last training in a folder of logs."""
    return max((logs / run["algo"]).glob(f"{folder_name(run['task'])}_*"), key=lambda path: path.stat().st_mtime)


def trained(run: dict[str, Any], logs: Path) -> Path | None:
    """The folder of a training with these settings that has gone to its end; None if there is none."""
    from gym_gridworld.sb3.runs import load_hyperparams, load_run, load_settings

    for folder in (logs / run["algo"]).glob(f"{folder_name(run['task'])}_*"):
        try:
            settings = load_settings(folder)
            hyperparams, _ = load_hyperparams(folder, settings)
            # Interrupted, the zoo saves a model too.
            whole = load_run(folder).model.num_timesteps >= run["settings"]["n_timesteps"]
        except ValueError:
            continue
        # The zoo's "normalize_kwargs" is the very dict under "normalize", to which it has added the discount.
        hyperparams.pop("normalize_kwargs", {}).pop("gamma", None)
        if whole and settings["seed"] == run["seed"] and hyperparams == {"normalize": False, **run["settings"]}:
            return folder
    return None


def curve(lengths: Any, returns: Any, seconds: Any) -> list[list[float]]:
    """Of evenly spaced moments: environment steps, seconds, and the mean return of the episodes since the last one."""
    steps = np.cumsum(lengths)
    parts = np.array_split(np.arange(len(steps)), min(POINTS, len(steps)))
    return [
        [int(steps[part[-1]]), round(float(seconds[part[-1]]), 1), round(float(returns[part].mean()), 2)]
        for part in parts
    ]


def run_files(logs: Path = LOGS, jobs: int = 0) -> RunFiles:
    """The runs with the files of their results."""
    return RunFiles("learning", all_runs(), lambda run: train(run, logs, jobs), says, name_of)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2, help="runs side by side; 0 only reports")
    parser.add_argument("--tasks", nargs="+", default=[], help="ids, or parts of them; by default all")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--seeds", type=int, nargs="+", help="by default those of each task")
    parser.add_argument("--logs", type=Path, default=LOGS, help="a folder for what the zoo writes")
    options = parser.parse_args()
    for part in options.tasks:
        if not any(part in task for task in TASKS):
            parser.error(f"no task is called {part}: there are {', '.join(TASKS)}")

    def chosen(run: dict[str, Any]) -> bool:
        return (
            (not options.tasks or any(part in run["task"] for part in options.tasks))
            and run["way"] in options.ways
            and (options.seeds is None or run["seed"] in options.seeds)
        )

    result, failed = run_files(options.logs, options.jobs).complete(options.jobs, chosen)
    if result["runs"]:
        plot_curves(result["runs"], TASKS, RESULTS / "learning_curves.png")
        plot_returns(result["runs"], TASKS, RESULTS / "learning_returns.png")
        print(learning_tables.learning(result["runs"], TASKS))
    if any(run["way"] != OURS for run in result["runs"]):
        plot_wall_time(result["runs"], RESULTS / "learning_wall_time.png")
        print(learning_tables.compared(result["runs"]))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
