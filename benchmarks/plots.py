"""The benchmarks' plots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

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
    figure, axis = plt.subplots(figsize=(8, 4.6), layout="constrained")
    bars = axis.barh(
        names,
        thousands,
        color=["#2e6cb7" if name.startswith(("GridWorld", "FourRooms")) else "#b9b9b9" for name in names],
    )
    axis.bar_label(bars, [f"{value:,.0f}" for value in thousands], padding=4)
    axis.set_xlim(right=thousands.max() * 1.1)
    axis.set_xlabel("thousand steps a second, one core")
    axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=130)
    plt.close(figure)


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
