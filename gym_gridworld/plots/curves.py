"""Learning curves: the mean over the seeds, how sure it is, and the optimum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, PercentFormatter
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]

from gym_gridworld.plots.board import GAP, INK, MUTED
from gym_gridworld.sb3.curves import History, optimal_length

BINS = 50
RESAMPLES = 2000
# Blue, vermillion, green, purple, orange: colour-blind people tell them apart.
COLOURS = ("#2e6cb7", "#d55e00", "#009e73", "#9c6ade", "#e69f00")

Curve = NDArray[np.float64]


def learning_curves(histories: Sequence[History]) -> Figure:
    """Draw episode return, episode length and optimality over the steps of several trainings in one environment.

    Each run is a thin line; the mean over the runs of an algorithm is a thick one, as far as all of them go, in a band
    of 95% confidence. The optimality is left out where no run wrote it down.

    Args:
        histories: The trainings, as :func:`gym_gridworld.sb3.curves.load_histories` reads them.

    Raises:
        TypeError: The environment is another than a GridWorld or a GoalGridWorld.
        ValueError: There are no trainings, or the environment cannot be made.
    """
    if not histories:
        raise ValueError("histories must hold at least one training, got none")
    by_algo: dict[str, list[History]] = {}
    for history in histories:
        by_algo.setdefault(history.algo, []).append(history)
    with_optimality = [history for history in histories if len(history.optimality)]
    panels = 3 if with_optimality else 2
    figure = Figure(figsize=(4.3 * panels, 3.9), layout="constrained")
    axes = figure.subplots(1, panels)

    grid = bin_edges(histories)
    middles = (grid[:-1] + grid[1:]) / 2
    for (algo, runs), colour in zip(by_algo.items(), COLOURS * len(by_algo), strict=False):
        label = f"{algo.upper()}, {len(runs)} {'run' if len(runs) == 1 else 'runs'}"
        for panel, name in zip(axes, ("returns", "lengths"), strict=False):
            _draw(panel, middles, binned(runs, name, grid), colour, label)
        evaluated = [run for run in runs if len(run.optimality)]
        if evaluated:
            _draw(axes[2], *evaluations(evaluated), colour, label)

    _style(axes[0], "episode return", "")
    low, high = axes[0].get_ylim()
    axes[0].set_ylim(min(low, 0.0), max(high, 1.05))
    _style(axes[1], "episode length", "steps")
    shortest = optimal_length(histories[0])
    if np.isfinite(shortest):
        axes[1].axhline(shortest, color=INK, linewidth=1.2, linestyle=(0, (5, 3)), label=f"optimum, {shortest:.2f}")
    axes[1].set_ylim(bottom=0)
    if with_optimality:
        some = "" if len(with_optimality) == len(histories) else f" ({len(with_optimality)} of {len(histories)} runs)"
        _style(axes[2], f"greedy action optimal{some}", "all states")
        axes[2].yaxis.set_major_formatter(PercentFormatter(1.0))
        axes[2].set_ylim(top=1.02)
    handles, _ = axes[1].get_legend_handles_labels()
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles), frameon=False, fontsize=9)
    figure.suptitle(_title(histories), x=0.012, ha="left", fontsize=12, fontweight="bold")
    return figure


def bin_edges(histories: Sequence[History]) -> Curve:
    """The common grid, up to the last episode of the longest training: an array of shape ``(bins + 1,)``, in steps."""
    # A few episodes in each, even of a short training.
    bins = max(1, min(BINS, min(len(history.steps) for history in histories) // 4))
    return np.linspace(0.0, max(1, *(history.steps[-1] for history in histories)), bins + 1)


def binned(histories: Sequence[History], name: str, edges: Curve) -> Curve:
    """The mean of something over the episodes that started in each bin.

    Args:
        histories: The trainings.
        name: ``"returns"`` or ``"lengths"``.
        edges: Of the bins, of shape ``(bins + 1,)``.

    Returns:
        Of shape ``(runs, bins)``: between bins in which episodes started, a straight line; NaN before and after them.
    """
    bins = len(edges) - 1
    middles = (edges[:-1] + edges[1:]) / 2
    rows = []
    for history in histories:
        index = np.clip(np.searchsorted(edges, history.steps, side="right") - 1, 0, bins - 1)
        count = np.bincount(index, minlength=bins)
        total = np.bincount(index, getattr(history, name), bins)
        filled = count > 0
        rows.append(np.interp(middles, middles[filled], total[filled] / count[filled], left=np.nan, right=np.nan))
    return np.array(rows)


def evaluations(histories: Sequence[History]) -> tuple[Curve, Curve]:
    """The optimality of several trainings at common steps: those at which any of them was evaluated.

    Returns:
        Environment steps of shape ``(evaluations,)``, and the share of the pairs in which the greedy action was
        optimal, of shape ``(runs, evaluations)``: NaN before and after a run's own evaluations.
    """
    steps = np.unique(np.concatenate([history.optimality[:, 0] for history in histories]))
    rows = [
        np.interp(steps, history.optimality[:, 0], history.optimality[:, 1], left=np.nan, right=np.nan)
        for history in histories
    ]
    return steps, np.array(rows)


def mean_and_band(curves: Curve) -> tuple[Curve, Curve, Curve]:
    """The mean over the runs, and its interval of 95% confidence by the bootstrap.

    Args:
        curves: Of shape ``(runs, points)``.

    Returns:
        The mean, the lower and the upper end, each of shape ``(points,)``: NaN where a run is missing; the ends are
        the mean where there is one run only.
    """
    mean = curves.mean(axis=0)
    low, high = mean.copy(), mean.copy()
    whole = np.isfinite(mean)
    if len(curves) > 1 and whole.any():
        interval = stats.bootstrap(
            (curves[:, whole],),
            np.mean,
            axis=0,
            vectorized=True,
            n_resamples=RESAMPLES,
            method="percentile",
            rng=np.random.default_rng(0),
        ).confidence_interval
        low[whole], high[whole] = interval.low, interval.high
    return mean, low, high


def _draw(axes: Axes, steps: Curve, curves: Curve, colour: str, label: str) -> None:
    mean, low, high = mean_and_band(curves)
    if len(curves) > 1:
        for curve in curves:
            axes.plot(steps, curve, color=colour, linewidth=0.7, alpha=0.45, gid="run")
        axes.fill_between(steps, low, high, color=colour, alpha=0.18, linewidth=0, gid="band")
    axes.plot(steps, mean, color=colour, linewidth=2.0, label=label, gid="mean")


def _style(axes: Axes, title: str, unit: str) -> None:
    axes.set_title(title, loc="left", fontsize=10)
    axes.set_xlabel("environment steps", fontsize=9, color=MUTED)
    axes.set_ylabel(unit, fontsize=9, color=MUTED)
    axes.xaxis.set_major_formatter(EngFormatter(sep=""))
    axes.locator_params(axis="x", nbins=6)
    axes.set_xlim(left=0)
    axes.grid(color=GAP, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=8, labelcolor=MUTED)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GAP)


def _title(histories: Sequence[History]) -> str:
    made_with = ", ".join(f"{name} {value}" for name, value in histories[0].env_kwargs.items())
    return histories[0].env_id + (f", {made_with}" if made_with else "")
