"""The regret map: how many steps too many an agent takes, and how often it never arrives, by target."""

from __future__ import annotations

import math

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from gym_gridworld.layouts import Layout
from gym_gridworld.optimality import AllPairs, Evaluation
from gym_gridworld.plots import board
from gym_gridworld.report import Report, percent

# Up to this many cells a side, numbers can be read in them.
READABLE = 16


def regret_map(pairs: AllPairs, evaluation: Evaluation) -> Figure:
    """Draw, in the cell of each target, the mean regret over all agents and the share that does not arrive.

    Args:
        pairs: All pairs of the environment.
        evaluation: What the model does in them, ``pairs.evaluate(model)``.
    """
    layout, report = pairs.dynamics.layout, evaluation.report
    regret, missed = by_target(pairs, evaluation)
    # With slip, arriving seldom but soon is a regret below 0.
    least, most = float(np.nanmin(regret, initial=0.0)), float(np.nanmax(regret, initial=0.0))
    has_regret = most > least
    scale = Normalize(least, most if has_regret else 1.0)

    width, height = board.panel_size(layout)
    figure = Figure(figsize=(max(width + 1.8, 5.8), height + 1.7), layout="compressed")
    axes = figure.subplots()
    board.draw_board(axes, layout, regret, scale)
    marked = np.flatnonzero(missed > 0)
    if max(layout.width, layout.height) <= READABLE:
        _write_numbers(axes, layout, regret, missed)
    else:
        radii = np.array([_radius(share) for share in missed[marked]])
        board.draw_marks(axes, pairs.dynamics.locations[marked], radii, gid="missed")
    if has_regret:
        board.add_colour_bar(figure, axes, scale, "mean steps more than the optimum")
    slip = f", slip {report.slip:g}" if report.slip else ""
    figure.suptitle(f"{report.env_id}{slip}", x=0.012, ha="left", fontsize=12, fontweight="bold")
    axes.set_title(_finding(has_regret, report, bool(len(marked))), loc="left", fontsize=10)
    figure.legend(handles=_legend(layout, missed), loc="outside lower left", ncols=4, frameon=False, fontsize=9)
    return figure


def by_target(pairs: AllPairs, evaluation: Evaluation) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The regret and the share of episodes that do not arrive, of each target.

    Args:
        pairs: All pairs of the environment.
        evaluation: What the model does in them.

    Returns:
        Two float64 arrays of shape ``(cells,)``: the mean regret over the agents that arrive, NaN where none does and
        where no target lies; and the share that does not arrive, 0 where no target lies.
    """
    cells = pairs.dynamics.n_cells
    arrives = np.isfinite(evaluation.regret)
    total = np.bincount(pairs.targets[arrives], evaluation.regret[arrives], cells)
    arriving, agents = (np.bincount(targets, minlength=cells) for targets in (pairs.targets[arrives], pairs.targets))
    missed = np.bincount(pairs.targets, 1.0 - evaluation.arrival, cells)
    with np.errstate(invalid="ignore"):
        regret, share = total / arriving, missed / agents
    # Rounding leaves a little, with slip: a hundred-thousandth is nothing to show.
    return np.where(np.abs(regret) < 1e-9, 0.0, regret), np.where(share > 1e-5, share, 0.0)


def _write_numbers(axes: Axes, layout: Layout, regret: NDArray[np.float64], missed: NDArray[np.float64]) -> None:
    size = 9 if max(layout.width, layout.height) <= 8 else 7
    halo = [patheffects.withStroke(linewidth=2, foreground="white")]
    for cell in np.flatnonzero(missed > 0):
        x, y = layout.location(int(cell))
        lowered = 0.2 if _is_written(regret[cell]) else 0.0
        axes.text(
            x,
            y - lowered,
            _share(missed[cell]),
            color=board.MARK,
            fontsize=size,
            fontweight="bold",
            ha="center",
            va="center",
            path_effects=halo,
            gid="missed",
        )
    for cell in np.flatnonzero(np.isfinite(regret)):
        if not regret[cell] and missed[cell] > 0:
            continue
        x, y = layout.location(int(cell))
        raised = 0.2 if missed[cell] > 0 else 0.0
        colour = board.INK if regret[cell] else board.MUTED
        axes.text(
            x, y + raised, _steps(regret[cell]), color=colour, fontsize=size, ha="center", va="center", gid="regret"
        )


def _steps(regret: float) -> str:
    if not regret:
        return "0"
    return "<0.01" if 0 < regret < 0.01 else f"{regret:.2f}"


def _is_written(regret: float) -> bool:
    return bool(regret) and not math.isnan(regret)


def _share(share: float) -> str:
    if share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1.0 - 1e-9 else f"{100 * share:.0f}%"


def _finding(has_regret: bool, report: Report, is_missed: bool) -> str:
    if is_missed:
        what = "episodes" if report.slip else "pairs"
        return f"{percent(report.success)}% of the {what} arrive" + ("" if has_regret else ", those without regret")
    return "Every agent reaches every target" + ("" if has_regret else ": no regret anywhere")


def _legend(layout: Layout, missed: NDArray[np.float64]) -> list[Line2D]:
    entries = [entry for entry in board.legend_of(layout) if entry.get_label() != "target"]
    if not missed.any():
        return entries
    if max(layout.width, layout.height) <= READABLE:
        number = Line2D([], [], linestyle="", marker=r"$\%$", markersize=9, color=board.MARK, label="do not arrive")
        return [number, *entries]
    inches = board.panel_size(layout)[0] / layout.width
    sizes = [
        Line2D(
            [],
            [],
            linestyle="",
            marker="o",
            markersize=2 * 72 * inches * _radius(share),
            color=board.MARK,
            markeredgecolor="white",
            label=f"{share:.0%}",
        )
        for share in (0.01, 0.5, 1.0)
    ]
    sizes[-1].set_label("100% do not arrive")
    return [*sizes, *entries]


def _radius(share: float) -> float:
    """In cells: the area is the share, but the least can still be seen."""
    return max(0.42 * math.sqrt(share), 0.1)
