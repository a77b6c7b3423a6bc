"""What a training of the RL Zoo wrote down while it went on: its episodes, and how far from optimal it was."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from numpy.typing import NDArray
from stable_baselines3.common.monitor import get_monitor_files

from gym_gridworld.env import GridWorldEnv
from gym_gridworld.goal_env import GoalGridWorldEnv
from gym_gridworld.goal_optimality import AllPlacements
from gym_gridworld.models import DISCOUNT
from gym_gridworld.observing import time_limit
from gym_gridworld.sb3.runs import load_hyperparams, load_settings, merge_env_kwargs
from gym_gridworld.starts import mean_optimal_length

OPTIMALITY = "optimality.csv"


@dataclass(frozen=True, eq=False)
class History:
    """How a training went.

    Attributes:
        folder: The run's folder, e.g. ``logs/dqn/gym_gridworld-GridWorld-v0_1``.
        algo: The zoo's name of the algorithm.
        env_id: The id of the environment.
        env_kwargs: What the environment was made with.
        discount: Of the training.
        steps: int64 array of shape ``(episodes,)``: environment steps at the start of each episode, of all environments
            of the training together. By its end, an episode would be counted the later the longer it takes, and the
            first to end would all be short ones.
        returns: float64 array of the same shape: what each episode gained.
        lengths: int64 array of the same shape: the steps of each.
        optimality: float64 array of shape ``(evaluations, 2)``: environment steps, and the share of the pairs in which
            the greedy action was optimal; empty if the training did not write it down.
    """

    folder: Path
    algo: str
    env_id: str
    env_kwargs: dict[str, Any]
    discount: float
    steps: NDArray[np.int64]
    returns: NDArray[np.float64]
    lengths: NDArray[np.int64]
    optimality: NDArray[np.float64]


def load_histories(folders: Sequence[str | Path]) -> list[History]:
    """Read the trainings in some folders, of one environment.

    Args:
        folders: The runs' folders, e.g. ``logs/dqn/gym_gridworld-GridWorld-v0_1``.

    Raises:
        ValueError: A folder was not written by the RL Zoo's training, has no episode yet, or cannot be read; or the
            runs are of several environments.
    """
    histories = [load_history(folder) for folder in folders]
    if not histories:
        raise ValueError("folders must hold at least one run, got none")
    ids = sorted({history.env_id for history in histories})
    if len(ids) > 1:
        raise ValueError(f"the runs must be of one environment, got {', '.join(ids)}")
    made_with = sorted({repr(history.env_kwargs) for history in histories})
    if len(made_with) > 1:
        raise ValueError(f"the runs must be of one environment, got {ids[0]} made with {' and with '.join(made_with)}")
    return histories


def load_history(folder: str | Path) -> History:
    """Read how the training in a folder went. It may still be going on.

    Args:
        folder: The run's folder, e.g. ``logs/dqn/gym_gridworld-GridWorld-v0_1``.

    Raises:
        ValueError: The folder was not written by the RL Zoo's training, has no episode yet, or cannot be read.
    """
    folder = Path(folder)
    settings = load_settings(folder)
    hyperparams, _ = load_hyperparams(folder, settings)
    steps, returns, lengths = _read_episodes(folder)
    return History(
        folder,
        settings["algo"],
        settings["env"],
        merge_env_kwargs(hyperparams, settings),
        hyperparams.get("gamma", DISCOUNT),
        steps,
        returns,
        lengths,
        _read_optimality(folder / OPTIMALITY),
    )


def optimal_length(history: History) -> float:
    """The mean length of an optimal episode in the environment of a training: what its episodes could come down to.

    Raises:
        TypeError: It is another environment than a GridWorld or a GoalGridWorld.
        ValueError: The environment cannot be made.
    """
    try:
        env = gym.make(history.env_id, disable_env_checker=True, **history.env_kwargs)
    except gym.error.Error as error:
        raise ValueError(f"{history.folder} was trained in {history.env_id}, which cannot be made: {error}") from error
    grid_world = env.unwrapped
    if isinstance(grid_world, GoalGridWorldEnv):
        return AllPlacements(env).optimal_length
    if not isinstance(grid_world, GridWorldEnv):
        raise TypeError(
            f"optimality is known for a GridWorldEnv and a GoalGridWorldEnv, {history.folder} was trained in "
            f"{history.env_id}"
        )
    return mean_optimal_length(grid_world.dynamics, grid_world.slip, history.discount, time_limit(env))


def _read_episodes(folder: Path) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Environment steps at the start, return and length of each episode, in the order in which they started."""
    paths = sorted(get_monitor_files(str(folder)))
    if not paths:
        raise ValueError(f"no episodes in {folder}: its files *.monitor.csv are missing")
    steps, returns, lengths, ends = [], [], [], []
    for path in paths:
        try:
            episodes = pd.read_csv(path, comment="#", usecols=["r", "l"], dtype={"r": float, "l": int})
        except (UnicodeDecodeError, ValueError) as error:
            raise ValueError(f"{path} is not what Stable-Baselines3's Monitor writes: {error}") from error
        # All environments of a training step together: each of its steps is one in every other, too, whether the
        # episodes there have ended or not.
        length = episodes["l"].to_numpy(np.int64)
        steps.append(len(paths) * (np.cumsum(length) - length))
        returns.append(episodes["r"].to_numpy(np.float64))
        lengths.append(length)
        ends.append(len(paths) * int(length.sum()))
    started = np.concatenate(steps)
    if not len(started):
        raise ValueError(f"no episodes in {folder}: none has ended yet")
    # From here on some episode has not ended, and those that have are the short ones.
    complete = started < min(ends)
    order = np.argsort(started, kind="stable")
    order = order[complete[order]] if complete.any() else order
    return started[order], np.concatenate(returns)[order], np.concatenate(lengths)[order]


def _read_optimality(path: Path) -> NDArray[np.float64]:
    if not path.is_file():
        return np.empty((0, 2))
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [(float(row["environment_steps"]), float(row["actions"])) for row in csv.DictReader(file)]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} must have the columns environment_steps and actions, all numbers: {error}") from error
    if any(not math.isfinite(steps) for steps, _ in rows):
        raise ValueError(f"{path} must have finite environment_steps")
    return np.array(sorted(rows)).reshape(-1, 2)
