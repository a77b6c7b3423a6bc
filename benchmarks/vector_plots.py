"""The plots of many environments at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import vectors
from anatomy import LIMIT, WHOLE

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

OURS, GREY = "#2e6cb7", "#8a8a8a"
# What the others are called at the ends of their lines.
OTHERS = {
    vectors.SYNC: ("GridWorld in SyncVectorEnv", "#c77d2e"),
    vectors.ASYNC: ("GridWorld in AsyncVectorEnv", "#d9a86c"),
    "CartPole-v1, its own vector": ("CartPole, its own vector", "#4a9a5b"),
    vectors.ENVPOOL: ("FrozenLake in EnvPool", "#de5246"),
    "gymnax FourRooms, jitted": ("FourRooms in gymnax, jitted", "#7b5aa6"),
    "Navix Empty-5x5, jitted": ("Empty-5x5 in Navix, jitted", "#b07cc6"),
    "FrozenLake-v1, SyncVectorEnv": ("FrozenLake in SyncVectorEnv", "#9a9a9a"),
    "MiniGrid-Empty-5x5-v0, SyncVectorEnv": ("MiniGrid in SyncVectorEnv", "#9a9a9a"),
}


def plot_vectors(result: dict[str, Any], path: Path) -> None:
    """Steps a second over the number of environments, of all contestants, each at its best."""
    figure, axis = plt.subplots(figsize=(9.6, 6.4), layout="constrained")
    rows = result["vector"]
    limit = _curve(rows, vectors.COPIES)
    axis.plot(*limit, ":", color=GREY)
    sizes = {size: _curve(rows, vectors.NATIVE, size=size, cores=1) for size in vectors.SIZES}
    for size, curve in sizes.items():
        axis.plot(*curve, color=OURS, linewidth=2.4 if size == vectors.SIZES[0] else 0.8, alpha=1 if size == 5 else 0.5)
    labels = [(*limit, "np.copyto of the same bytes", GREY), (*sizes[5], "GridWorld, its own vector", OURS)]
    if len(vectors.CORES) > 1:
        every = _curve(rows, vectors.NATIVE, size=5, cores=len(vectors.CORES))
        axis.plot(*every, "--", color=OURS, linewidth=1.4)
        labels.append((*every, f"GridWorld, on {len(vectors.CORES)} cores", OURS))
    for contestant, (name, colour) in OTHERS.items():
        curve = _curve(rows, contestant)
        if curve[0]:
            axis.plot(*curve, color=colour, linewidth=1.6, marker="o", markersize=2.5)
            labels.append((*curve, name, colour))
    alone = result["steps_per_second"]["GridWorld, no wrappers"]
    axis.axhline(alone, color=OURS, linewidth=0.8, linestyle=(0, (1, 2)))
    labels.append(([vectors.LARGE[-1]], [alone], "one GridWorld, in no vector", OURS))
    axis.set(xscale="log", yscale="log", xlim=(0.8, None), xlabel="environments", ylabel="steps a second, all together")
    axis.set_xticks(vectors.LARGE, [f"{number:,}" for number in vectors.LARGE])
    axis.set_yticks([10**power for power in range(4, 10)], ["10,000", "100,000", "1M", "10M", "100M", "1,000M"])
    axis.minorticks_off()
    axis.grid(color="#ececec")
    axis.spines[["top", "right"]].set_visible(False)
    _label_ends(axis, labels)
    others = ", ".join(map(str, vectors.SIZES[1:]))
    axis.set_title(
        f"5x5 cells, the thin lines with {others} a side; one core, but where it says more", fontsize=9.5, loc="left"
    )
    figure.savefig(path, dpi=130)
    plt.close(figure)


def plot_anatomy(rows: list[dict[str, Any]], path: Path) -> None:
    """The operations of a step, one after another, above the whole step and the copy limit."""
    names = [row["operation"] for row in rows]
    times = np.array([row["microseconds"] for row in rows])
    parts = len(rows) - 2
    starts = np.append(np.cumsum(times[:parts]) - times[:parts], [0, 0])
    colours = [{WHOLE: OURS, LIMIT: GREY}.get(name, "#9db9dd") for name in names]
    figure, axis = plt.subplots(figsize=(8.4, 4.6), layout="constrained")
    axis.barh(names, times, left=starts, color=colours)
    for index, (start, time) in enumerate(zip(starts, times, strict=True)):
        axis.text(start + time + 0.6, index, f"{time:.1f}", va="center", fontsize=8.5)
    axis.axhline(parts - 0.5, color="#cfcfcf", linewidth=0.8)
    axis.invert_yaxis()
    axis.set_xlabel(f"microseconds, {vectors.MANY:,} environments")
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x", color="#ececec")
    axis.set_axisbelow(True)
    axis.spines[["top", "right", "left"]].set_visible(False)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def _curve(
    rows: list[dict[str, Any]], contestant: str, size: int | None = None, cores: int | None = None
) -> tuple[list[int], list[float]]:
    """Environments and steps a second, the best where there are several rows of as many."""
    best: dict[int, float] = {}
    for row in rows:
        of_row = row["arguments"]
        if row["contestant"] == contestant and size in (None, of_row.get("size")) and cores in (None, row["cores"]):
            together = of_row["num_envs"] * row["processes"]
            best[together] = max(best.get(together, 0.0), row["steps_per_second"])
    return sorted(best), [best[number] for number in sorted(best)]


def _label_ends(axis: plt.Axes, labels: list[tuple[list[int], list[float], str, str]]) -> None:
    """Names right of the ends of the lines, moved apart where they would touch."""
    right, apart = max(numbers[-1] for numbers, *_ in labels), 0.045
    low, high = np.log10(axis.get_ylim())
    height = -np.inf
    for numbers, rates, name, colour in sorted(labels, key=lambda label: label[1][-1]):
        at = (np.log10(rates[-1]) - low) / (high - low)
        height = max(at, height + apart)
        axis.annotate(
            name,
            (numbers[-1], rates[-1]),
            (1.02, height),
            textcoords="axes fraction",
            color=colour,
            fontsize=9,
            va="center",
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "alpha": 0.35,
                "linewidth": 0.7,
                "shrinkA": 0,
                "shrinkB": 2,
            },
        )
    axis.set_xlim(right=right * 1.3)
