"""``watch FOLDER``: a trained agent plays in a window, with its Q-values or without."""

from __future__ import annotations

import argparse
from pathlib import Path

from gym_gridworld.validation import check_at_least

HELP = "watch a trained agent play, with its Q-values if you like"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("folder", type=Path, help="a run of the RL Zoo, e.g. logs/dqn/gym_gridworld-GridWorld-v0_1")
    parser.add_argument(
        "--q-values", action="store_true", help="show what each action is worth in each cell: brown -1, pale 0, green 1"
    )
    parser.add_argument("-n", "--steps", type=int, default=200, help="how many steps it plays (default: %(default)s)")


def run(options: argparse.Namespace) -> None:
    """Play greedily, an episode after the other."""
    from gym_gridworld.sb3.runs import load_run
    from gym_gridworld.wrappers import QValueOverlay

    steps = check_at_least("steps", options.steps, 1)
    trained = load_run(options.folder, render_mode="human")
    env = QValueOverlay(trained.env, trained.model) if options.q_values else trained.env
    try:
        observation, _ = env.reset()
        for _ in range(steps):
            action, _ = trained.model.predict(observation, deterministic=True)
            observation, _, terminated, truncated, _ = env.step(action)
            if terminated or truncated:
                observation, _ = env.reset()
    finally:
        env.close()
