"""The placements from which an agent fails, each as a picture with the way that it goes."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gym_gridworld.goal_optimality import AllPlacements, GoalEvaluation
from gym_gridworld.goal_rendering import draw, location_in
from gym_gridworld.goals import KINDS, Placement
from gym_gridworld.plots import board
from gym_gridworld.report import percent

# The most pictures, and the most in a row.
SHOWN, COLUMNS = 12, 6
PIXELS = 360


def failure_map(placements: AllPlacements, evaluation: GoalEvaluation) -> Figure:
    """Draw placements from which the greedy policy does not arrive, up to twelve from all over, and where it goes.

    The frame of each picture is that of the signalled goal. The line is the way of the agent, until it ends or comes
    back to where it was.

    Args:
        placements: All placements of the environment.
        evaluation: What the model does in them, ``placements.evaluate(model)``.
    """
    report = evaluation.report
    failing = np.flatnonzero(~evaluation.reached)
    shown = failing[np.linspace(0, len(failing) - 1, min(SHOWN, len(failing))).round().astype(int)]
    rows = math.ceil(len(shown) / COLUMNS)
    figure = Figure(figsize=(max(1.75 * min(COLUMNS, len(shown)), 6.2), 2.3 * rows + 0.8), layout="compressed")
    for position, placement in enumerate(shown.tolist(), 1):
        axes = figure.add_subplot(rows, min(COLUMNS, len(shown)), position)
        _draw_failure(axes, placements, evaluation, placement)
    reached = f"The signalled goal is reached from {percent(report.success)}% of {len(placements):,} placements"
    some = f", not from these {len(shown)}" if len(shown) else ""
    more = f" and {len(failing) - len(shown):,} more" if len(failing) > len(shown) else ""
    figure.suptitle(f"{report.env_id}, {report.layout}", x=0.012, ha="left", fontsize=12, fontweight="bold")
    figure.supxlabel(reached + some + more, x=0.012, ha="left", fontsize=9, color=board.MUTED)
    return figure


def _draw_failure(axes: Axes, placements: AllPlacements, evaluation: GoalEvaluation, number: int) -> None:
    size = placements.rules.size
    agent, goal = int(placements.agents[number]), int(placements.goals[number])
    state = Placement(agent, tuple(placements.plus[number].tolist()), tuple(placements.ex[number].tolist()), goal)
    axes.axis("off")
    axes.imshow(draw(size, state, PIXELS), interpolation="antialiased")
    way = placements.way(evaluation.actions, number)
    x, y = np.array([location_in(size, PIXELS, cell) for cell in way]).T
    axes.plot(x, y, color="white", linewidth=2.0, solid_capstyle="round", gid="way")
    axes.plot(x[-1], y[-1], marker="o", markersize=4.5, color=board.MARK, markeredgecolor="white", gid="end")
    axes.set_title(_what_happens(evaluation, number, goal, len(way) - 1), fontsize=8, color=board.MUTED)


def _what_happens(evaluation: GoalEvaluation, number: int, goal: int, steps: int) -> str:
    if evaluation.touched[number]:
        return f"{KINDS[1 - goal]} after {steps} step{'' if steps == 1 else 's'}"
    return "never arrives"
