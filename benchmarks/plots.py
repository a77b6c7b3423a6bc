"""The benchmarks' plots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import tables

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator

# The first is drawn wide, underneath: it may coincide with the second.
INPUTS = {
    "Dict": ("#cfcfcf", 4.0),
    "FlattenObservation": ("#c77d2e", 1.0),
    "ScaledCoordinates": ("#de5246", 1.0),
    "one-hot axis": ("#2e6cb7", 1.0),
    "one-hot cell": ("#4a9a5b", 1.0),
}


def plot_inputs(runs: list[dict[str, Any]], path: Path) -> None:
    """Share of optimal pairs over environment steps: a panel a size, a line a seed, defaults dotted."""
    sizes = sorted({run["size"] for run in runs})
    figure, axes = plt.subplots(1, len(sizes), figsize=(4.6 * len(sizes), 4.2), sharey=True, layout="constrained")
    for axis, size in zip(np.atleast_1d(axes), sizes, strict=True):
        for name, (colour, width) in INPUTS.items():
            for kind, style in (("tuned", "-"), ("defaults", ":")):
                of_line = [run for run in runs if (run["size"], run["input"], run["kind"]) == (size, name, kind)]
                for run in of_line:
                    steps, _, optimal = np.array(run["curve"]).T
                    axis.plot(steps / 1000, 100 * optimal, style, color=colour, linewidth=width, alpha=0.8)
        axis.set_title(f"{size}x{size}")
        axis.set_xlabel("environment steps (thousands)")
        axis.grid(color="#e5e5e5")
        axis.spines[["top", "right"]].set_visible(False)
    np.atleast_1d(axes)[0].set_ylabel("(agent, target) pairs optimal (%)")
    handles = [
        plt.Line2D([], [], color=colour, linewidth=max(width, 1.5), label=name)
        for name, (colour, width) in INPUTS.items()
    ]
    handles += [
        plt.Line2D([], [], color="#333333", label="our settings"),
        plt.Line2D([], [], color="#333333", linestyle=":", label="SB3's default settings"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def plot_throughput(steps_per_second: dict[str, float], path: Path) -> None:
    """Steps a second, ours in colour."""
    names = list(steps_per_second)[::-1]
    thousands = np.array([steps_per_second[name] for name in names]) / 1000
    figure, axis = plt.subplots(figsize=(8, 5.6), layout="constrained")
    bars = axis.barh(
        names,
        thousands,
        color=["#2e6cb7" if _is_ours(name) else "#b9b9b9" for name in names],
    )
    axis.bar_label(bars, [f"{value:,.0f}" for value in thousands], padding=4)
    axis.set_xlim(right=thousands.max() * 1.1)
    axis.set_xlabel("thousand steps a second, one core")
    axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def _is_ours(name: str) -> bool:
    return name.startswith(("GridWorld", "FourRooms", "GoalGridWorld")) and "pygame" not in name


def plot_planning(rows: list[dict[str, Any]], path: Path) -> None:
    """Seconds and memory of planning over the number of pairs, of open grids."""
    pairs = [row["pairs"] for row in rows]
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for axis, key, label in zip(axes, ("seconds", "megabytes"), ("seconds", "memory of the process (MB)"), strict=True):
        axis.loglog(pairs, [row[key] for row in rows], "o-", color="#2e6cb7")
        axis.set_xlabel("(agent, target) pairs")
        axis.set_ylabel(label)
        axis.grid(color="#e5e5e5")
        axis.spines[["top", "right"]].set_visible(False)
        axis.margins(0.12)
    for row in rows:
        axes[0].annotate(
            row["case"], (row["pairs"], row["seconds"]), (-6, 4), textcoords="offset points", ha="right", fontsize=8
        )
    figure.savefig(path, dpi=130)
    plt.close(figure)


def plot_growth(runs: list[dict[str, Any]], path: Path) -> None:
    """Steps and seconds to the optimum, and memory, over the side of the grid: a dot a seed, a line through medians."""
    figure, axes = plt.subplots(1, 3, figsize=(12, 4), layout="constrained")
    labels = ("environment steps (thousands)", "seconds of learning", "memory of the process (MB)")
    moments = {
        (f"{share:.0%} of the pairs optimal" if share < 1 else "every pair optimal", colour, shift): [
            (run["size"], tables.first_reached(run, share)) for run in runs
        ]
        for share, colour, shift in ((tables.NEARLY, "#9db9dd", 0.97), (tables.WHOLLY, "#2e6cb7", 1.03))
    }
    for (label, colour, shift), reached in moments.items():
        for panel, scale in ((0, 1000), (1, 1)):
            points = [(size, moment[panel] / scale) for size, moment in reached if moment is not None]
            _dots(axes[panel], points, colour, label, shift)
    _dots(axes[2], [(run["size"], run["megabytes"]) for run in runs], "#2e6cb7", None, 1.0)
    sizes = sorted({run["size"] for run in runs})
    for axis, label in zip(axes, labels, strict=True):
        axis.set(xscale="log", xlabel="cells a side", ylabel=label)
        if axis is axes[-1]:
            axis.set_ylim(bottom=0)
        else:
            axis.set_yscale("log")
            axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_xticks(sizes, [str(size) for size in sizes])
        axis.minorticks_off()
        axis.yaxis.set_major_formatter("{x:,.0f}")
        axis.grid(color="#e5e5e5")
        axis.spines[["top", "right"]].set_visible(False)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def _dots(axis: plt.Axes, points: list[tuple[int, float]], colour: str, label: str | None, shift: float) -> None:
    sizes = sorted({size for size, _ in points})
    medians = [np.median([value for size, value in points if size == side]) for side in sizes]
    axis.plot(shift * np.array(sizes), medians, color=colour, linewidth=1.2)
    at, values = np.array(points).T
    axis.plot(shift * at, values, "o", color=colour, markersize=4, label=label)


def plot_native(runs: list[dict[str, Any]], path: Path) -> None:
    """Share of optimal pairs over steps and over seconds, a line a seed, native environments in colour."""
    figure, axes = plt.subplots(1, 2, figsize=(9.5, 3.8), sharey=True, layout="constrained")
    for kind, colour in (("DummyVecEnv", "#9a9a9a"), ("native", "#2e6cb7")):
        for number, run in enumerate(run for run in runs if run["kind"] == kind):
            steps, seconds, optimal = np.array(run["curve"]).T
            label = kind if number == 0 else None
            axes[0].plot(steps / 1000, 100 * optimal, color=colour, linewidth=1.1, label=label)
            axes[1].plot(seconds, 100 * optimal, color=colour, linewidth=1.1)
    axes[0].set_xlabel("environment steps (thousands)")
    axes[1].set_xlabel("seconds of learning")
    axes[0].set_ylabel("(agent, target) pairs optimal (%)")
    for axis in axes:
        axis.grid(color="#e5e5e5")
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].legend(frameon=False, loc="lower right")
    figure.savefig(path, dpi=130)
    plt.close(figure)


def plot_goals(runs: list[dict[str, Any]], path: Path) -> None:
    """Failures over environment steps, a line for each seed, a colour for each way."""
    figure, axis = plt.subplots(figsize=(8, 4.2), layout="constrained")
    ways = dict.fromkeys(run["way"] for run in runs)
    colours = dict(zip(ways, ("#2e6cb7", "#7b5aa6", "#4a9a5b", "#c77d2e"), strict=False))
    for way, colour in colours.items():
        of_way = [run for run in runs if run["way"] == way]
        for run in of_way:
            steps, success = np.array(run["curve"]).T
            axis.semilogy(
                steps / 1000, 100 * (1 - success), "o-", color=colour, markersize=3.5, linewidth=1.3, alpha=0.8
            )
        seeds = f"{len(of_way)} seed{'' if len(of_way) == 1 else 's'}"
        axis.plot([], [], "o-", color=colour, markersize=3.5, label=f"{way}, {seeds}")
    axis.axhline(0.5, color="#8a8a8a", linestyle=":", linewidth=1)
    axis.text(0, 0.5, " what was aimed at", color="#6a6a6a", fontsize=8, va="bottom")
    axis.set_xlabel("environment steps (thousands)")
    axis.set_ylabel("placements in which the agent\ndoes not arrive (%)")
    axis.set_xlim(left=0)
    axis.set_ylim(top=100)
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axis.grid(color="#e5e5e5")
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(frameon=False)
    figure.savefig(path, dpi=130)
    plt.close(figure)
