"""``optimality FOLDER``: how far from optimal a trained agent is."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path

HELP = "how far from optimal a trained agent is, in all states: (agent, target) pairs, or placements"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("folder", type=Path, help="a run of the RL Zoo, e.g. logs/dqn/gym_gridworld-GridWorld-v0_1")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, and nothing else")


def run(options: argparse.Namespace) -> None:
    """Print the table, where the model lies, and the command that shows it playing."""
    from gym_gridworld.optimality import evaluate
    from gym_gridworld.sb3.runs import load_run

    trained = load_run(options.folder)
    report = evaluate(trained.model, trained.env)
    if options.json:
        print(report.to_json())
        return
    print(report)
    print()
    print(f"Optimal: {report.headline}")
    print(f"Model:   {trained.model_path}")
    folder = options.folder.resolve()
    exp_id = folder.name.rpartition("_")[2]
    # The zoo finds a run by its number, in a folder of the algorithm.
    if exp_id.isdigit() and folder.parent.name == trained.algo:
        logs = os.path.relpath(folder.parents[1])
        play = [_python(), "-m", "gym_gridworld.zoo", "enjoy", "--algo", trained.algo, "--env", trained.env_id]
        print(f"Play:    {shlex.join([*play, '-f', logs, '--exp-id', exp_id, '-n', '200'])}")


def _python() -> str:
    """The interpreter as the user would type it from here."""
    here = Path(sys.executable)
    return os.path.relpath(here) if here.is_relative_to(Path.cwd()) else "python"
