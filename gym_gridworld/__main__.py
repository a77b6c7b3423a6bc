"""``python -m gym_gridworld``: what the package can say about a trained agent."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line.

    Args:
        arguments: The command and its arguments; by default the command line's.

    Raises:
        SystemExit: For a mistake in the arguments: code 2, and one line that says what is wrong.
    """
    parser = argparse.ArgumentParser(prog="python -m gym_gridworld", description="Grid worlds, solved exactly.")
    commands = parser.add_subparsers(dest="command", required=True)
    optimality = commands.add_parser(
        "optimality",
        help="the share of all (agent, target) pairs in which a trained agent's greedy action is optimal",
    )
    optimality.add_argument("folder", type=Path, help="a run of the RL Zoo, e.g. logs/dqn/gym_gridworld-GridWorld-v0_1")
    options = parser.parse_args(arguments)
    try:
        _optimality(options.folder)
    except ModuleNotFoundError as error:
        parser.exit(2, f"{parser.prog}: error: {error.name} is missing: install gym_gridworld with its extra [train]\n")
    except (TypeError, ValueError) as error:
        parser.exit(2, f"{parser.prog}: error: {error}\n")


def _optimality(folder: Path) -> None:
    from gym_gridworld.optimality import AllPairs, percent
    from gym_gridworld.sb3.runs import load_run

    run = load_run(folder)
    pairs = AllPairs(run.env)
    share, total = pairs.fraction(run.model), len(pairs.optimal)
    print(f"Optimal: the greedy action in {round(share * total)} of {total} (agent, target) pairs, {percent(share)}%")
    print(f"Model:   {run.model_path}")
    folder = folder.resolve()
    exp_id = folder.name.rpartition("_")[2]
    if exp_id.isdigit():
        logs = os.path.relpath(folder.parents[1])
        play = [_python(), "-m", "gym_gridworld.zoo", "enjoy", "--algo", run.algo, "--env", run.env_id]
        print(f"Play:    {shlex.join([*play, '-f', logs, '--exp-id', exp_id, '-n', '200'])}")


def _python() -> str:
    """The interpreter as the user would type it from here."""
    here = Path(sys.executable)
    return os.path.relpath(here) if here.is_relative_to(Path.cwd()) else "python"


if __name__ == "__main__":
    main()
