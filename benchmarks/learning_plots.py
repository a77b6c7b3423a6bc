"""What ``learning.py`` found, as plots."""

from __future__ import annotations

from pathlib import Path
from statistics import mean
from typing import Any

import matplotlib as mpl
from learning_tables import OURS, interquartile_mean, of

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

BLUE, GREY, ORANGE = "#2e6cb7", "#8a8a8a", "#c77d2e"
COLUMNS = 4


def plot_curves(runs: list[dict[str, Any]], tasks: dict[str, dict[str, Any]], path: Path) -> None:
    """Return of the training's episodes over environment steps: a panel a task, a thin line a seed, mean and range."""
    shown = [task for task in tasks if of(runs, task)]
    figure, axes = _panels(len(shown), 2.7)
    for axis, task in zip(axes.flat, shown, strict=False):
        curves = [np.array(run["curve"]).T for run in of(runs, task)]
        # One that was stopped sooner stays what it was.
        end = max(steps[-1] for steps, _, _ in curves)
        grid = np.linspace(max(steps[0] for steps, _, _ in curves), end, 200)
        lines = np.array([np.interp(grid, steps, returns) for steps, _, returns in curves])
        axis.fill_between(grid / 1000, lines.min(axis=0), lines.max(axis=0), color=BLUE, alpha=0.18, linewidth=0)
        axis.plot(grid / 1000, lines.T, color=BLUE, alpha=0.35, linewidth=0.8)
        axis.plot(grid / 1000, lines.mean(axis=0), color=BLUE, linewidth=1.8)
        axis.axhline(tasks[task]["aim"], color=ORANGE, linewidth=1.0, linestyle="--")
        axis.set_title(task, fontsize=10)
        _clean(axis)
    for axis in axes[-1]:
        axis.set_xlabel("environment steps (thousands)")
    for axis in axes[:, 0]:
        axis.set_ylabel("return")
    figure.legend(
        handles=[
            plt.Line2D([], [], color=BLUE, linewidth=1.8, label="mean over seeds, exploration included"),
            plt.Line2D([], [], color=BLUE, alpha=0.4, linewidth=0.8, label="each seed, and their range"),
            plt.Line2D([], [], color=ORANGE, linestyle="--", linewidth=1.0, label="aim for the final models"),
        ],
        loc="outside lower center",
        ncols=3,
        frameon=False,
    )
    figure.savefig(path, dpi=130)
    plt.close(figure)


def plot_returns(runs: list[dict[str, Any]], tasks: dict[str, dict[str, Any]], path: Path) -> None:
    """What the final models reach: a panel a task, a dot a seed, published figures as lines."""
    shown = [task for task in tasks if of(runs, task)]
    figure, axes = _panels(len(shown), 2.5)
    for axis, task in zip(axes.flat, shown, strict=False):
        means = [mean(run["returns"]) for run in of(runs, task)]
        if len(means) > 1:
            _, low, high = interquartile_mean(means)
            axis.fill_between([-0.4, 0.4], low, high, color=BLUE, alpha=0.2, linewidth=0)
        axis.scatter(
            np.linspace(-0.25, 0.25, len(means)) if len(means) > 1 else [0.0], means, color=BLUE, s=22, zorder=3
        )
        axis.plot([-0.45, 0.5], [tasks[task]["aim"]] * 2, color=ORANGE, linewidth=1.0, linestyle="--")
        levels = [*tasks[task]["published"].values(), *means, tasks[task]["aim"]]
        heights = _apart(tasks[task]["published"], 0.085 * (max(levels) - min(levels) or 1.0))
        for name, value in tasks[task]["published"].items():
            axis.plot([-0.45, 0.5], [value, value], color=GREY, linewidth=0.9)
            axis.annotate(name, (0.5, value), (0.56, heights[name]), fontsize=7, color="#555555", va="center")
        axis.set_xlim(-0.5, 1.6)
        axis.set_xticks([])
        axis.set_title(task, fontsize=10)
        _clean(axis)
    for axis in axes[:, 0]:
        axis.set_ylabel("mean return of 100 episodes")
    figure.legend(
        handles=[
            plt.Line2D([], [], color=BLUE, marker="o", linestyle="", markersize=5, label="DQN here, a dot a seed"),
            plt.Rectangle((0, 0), 1, 1, color=BLUE, alpha=0.2, label="interquartile mean, 95% interval"),
            plt.Line2D([], [], color=ORANGE, linestyle="--", linewidth=1.0, label="aim for the mean"),
            plt.Line2D([], [], color=GREY, linewidth=0.9, label="published, one run each"),
        ],
        loc="outside lower center",
        ncols=4,
        frameon=False,
    )
    figure.savefig(path, dpi=130)
    plt.close(figure)


def plot_wall_time(runs: list[dict[str, Any]], path: Path) -> None:
    """Return over seconds of learning, ours beside those of others: a panel a task, a line a seed."""
    tasks = list(dict.fromkeys(run["task"] for run in runs if run["way"] != OURS))
    ways = [OURS, *dict.fromkeys(run["way"] for run in runs if run["way"] != OURS)]
    colours = dict(zip(ways, (BLUE, ORANGE, "#4a9a5b", "#de5246", GREY), strict=False))
    figure, axes = plt.subplots(1, len(tasks), figsize=(4.8 * len(tasks), 3.6), squeeze=False, layout="constrained")
    for axis, task in zip(axes.flat, tasks, strict=True):
        for way, colour in colours.items():
            for run in of(runs, task, way):
                _, seconds, returns = np.array(run["curve"]).T
                axis.plot(seconds / 60, returns, color=colour, linewidth=1.0, alpha=0.75)
        axis.set_title(task, fontsize=10)
        axis.set_xlabel("minutes of learning")
        _clean(axis)
    axes[0, 0].set_ylabel("return of the training's episodes")
    handles = [plt.Line2D([], [], color=colour, label=way) for way, colour in colours.items()]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def _panels(number: int, height: float) -> tuple[Any, Any]:
    """A figure of so many panels, in rows of ``COLUMNS``; where there is none, nothing is drawn."""
    rows = -(-number // COLUMNS)
    figure, axes = plt.subplots(
        rows, COLUMNS, figsize=(3.4 * COLUMNS, height * rows), squeeze=False, layout="constrained"
    )
    for axis in axes.flat[number:]:
        axis.axis("off")
    return figure, axes


def _apart(values: dict[str, float], least: float) -> dict[str, float]:
    """Where to write what stands at these heights, so that no two words lie on each other."""
    heights: dict[str, float] = {}
    for name, value in sorted(values.items(), key=lambda item: item[1]):
        below = max(heights.values(), default=-np.inf)
        heights[name] = max(value, below + least)
    return heights


def _clean(axis: Any) -> None:
    axis.grid(color="#ececec")
    axis.set_axisbelow(True)
    axis.spines[["top", "right"]].set_visible(False)
