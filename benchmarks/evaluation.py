"""What the final model of a training reaches, in episodes that it was not trained in.

``python benchmarks/evaluation.py logs/dqn/LunarLander-v3_1``: the mean return.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import mean

from gym_gridworld.sb3.runs import Run, load_run

EPISODES = 100
# Trainings have small seeds, and give each of their environments the next one.
FIRST_SEED = 1_000_000


def returns_of(folder: Path, episodes: int = EPISODES) -> list[float]:
    """The returns of a run's final model, greedy and of discrete actions, in episodes of ``FIRST_SEED`` on."""
    run = load_run(folder)
    return [_return(run, FIRST_SEED + episode) for episode in range(episodes)]


def _return(run: Run, seed: int) -> float:
    observation, _ = run.env.reset(seed=seed)
    while True:
        action, _ = run.model.predict(observation, deterministic=True)
        observation, _, terminated, truncated, info = run.env.step(action.item())
        if terminated or truncated:
            # Of the monitor around the environment itself, whatever wrappers make of its rewards.
            return float(info["episode"]["r"])


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a run of the RL Zoo, of discrete actions")
    options = parser.parse_args()
    try:
        returns = returns_of(options.folder)
    except (TypeError, ValueError) as error:
        parser.error(str(error))
    print(f"{mean(returns):.1f}, mean of {len(returns)} episodes, from {min(returns):.1f} to {max(returns):.1f}")


if __name__ == "__main__":
    main()
