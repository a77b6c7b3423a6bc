"""``list``: the ids and the layouts that there are."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from gym_gridworld import ENVIRONMENTS, GridWorldEnv
from gym_gridworld.goals import GoalRules
from gym_gridworld.layouts import Layout, read_layout
from gym_gridworld.maps import NAMED
from gym_gridworld.random_maps import PREFIX
from gym_gridworld.registration import NATIVE, UNITY_GRID_WORLD, ids_of

HELP = "the environments and the layouts that there are"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command has none."""


def run(options: argparse.Namespace) -> None:  # noqa: ARG001
    """Print a table of the ids, and one of the layouts."""
    environments = [("id", "cells", "floor", "states", "time limit")]
    for env_id in ids_of(*NATIVE):
        env: Any = gym.make(env_id, disable_env_checker=True).unwrapped
        figures = _figures(env.layout) if isinstance(env, GridWorldEnv) else _goal_figures(env.rules)
        environments.append((env_id, *figures, f"{ENVIRONMENTS[env_id]['max_episode_steps']} steps"))
    environments += [(env_id, "", "", "", "the build's") for env_id in ids_of(UNITY_GRID_WORLD)]
    layouts = [("layout", "cells", "floor", "states")]
    layouts += [(name, *_figures(read_layout(name))) for name in NAMED]
    print(_table(environments))
    print()
    print(_table(layouts))
    print(f"{PREFIX}<size>:<wall density>:<seed>, text or a file")


def _figures(layout: Layout) -> tuple[str, str, str]:
    """Size, floor cells and (agent, target) pairs: the agent on any floor from which the target can be reached."""
    floor = np.bincount(layout.regions[layout.regions >= 0])
    pairs = floor[layout.regions[layout.targets]].sum() - len(layout.targets)
    return f"{layout.width}x{layout.height}", f"{floor.sum():,}", f"{pairs:,}"


def _goal_figures(rules: GoalRules) -> tuple[str, str, str]:
    """Size, floor cells and placements."""
    return f"{rules.size}x{rules.size}", f"{rules.size**2:,}", f"{rules.n_placements:,}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(_aligned(row, widths)) for row in rows)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    yield row[0].ljust(widths[0])
    yield from (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
