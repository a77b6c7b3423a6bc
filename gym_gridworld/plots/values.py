"""The value map: what a model thinks of each cell and does there, beside what is true and optimal."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from gym_gridworld.layouts import SYMBOLS, Layout
from gym_gridworld.optimality import AllPairs, Evaluation
from gym_gridworld.plots import board
from gym_gridworld.report import Report


def value_map(pairs: AllPairs, evaluation: Evaluation, target: tuple[int, int] | None = None) -> Figure:
    """Draw the model's values and greedy actions for one target, beside the optimum.

    Left, the greatest Q-value in each cell as its colour, if the model has Q-values, and the greedy action as an arrow,
    marked where it is not optimal. Right, the true values and all optimal actions. Both have one colour scale.

    Args:
        pairs: All pairs of the environment.
        evaluation: What the model does in them, ``pairs.evaluate(model)``.
        target: The target's (x, y); by default :func:`worst_target`.

    Raises:
        ValueError: ``target`` is off the grid, no target of the layout, or cannot be reached.
    """
    layout = pairs.dynamics.layout
    target = worst_target(pairs, evaluation) if target is None else target
    column = target_column(layout, target)
    agents = pairs.agents[pairs.targets == layout.targets[column]]
    if not len(agents):
        raise ValueError(f"target must be a cell that can be reached from another, got {target}")

    true = np.full(layout.symbols.shape, math.nan)
    true[agents] = pairs.optimum.values[agents, column]
    own = np.full_like(true, math.nan)
    if evaluation.q_values is not None:
        own[agents] = pairs.on_cells(evaluation.q_values)[agents, column].max(axis=1)
    scale = _scale(own, true)

    panel_width, panel_height = board.panel_size(layout)
    stacked = layout.width >= 2 * layout.height
    rows, columns = (2, 1) if stacked else (1, 2)
    figure = Figure(
        figsize=(max(columns * (panel_width + 0.5) + 1.1, 6.4), rows * (panel_height + 0.6) + 0.9), layout="compressed"
    )
    left, right = figure.subplots(rows, columns, squeeze=False).flat
    board.draw_board(left, layout, own, scale)
    board.draw_board(right, layout, true, scale)
    for axes in (left, right):
        board.draw_target(axes, target)
    wrong = _draw_greedy(left, pairs, evaluation, agents, column)
    _draw_optimal(right, pairs, agents, column)
    left.set_title(f"Model: {len(agents) - wrong:,} of {len(agents):,} actions optimal", loc="left", fontsize=11)
    right.set_title("Optimum", loc="left", fontsize=11)
    board.add_colour_bar(figure, [left, right], scale, f"value (discount {evaluation.report.discount:g})")
    figure.suptitle(_title(evaluation.report, target), x=0.012, ha="left", fontsize=12, fontweight="bold")
    figure.legend(handles=_legend(layout), loc="outside lower left", ncols=5, frameon=False, fontsize=9)
    return figure


def worst_target(pairs: AllPairs, evaluation: Evaluation) -> tuple[int, int]:
    """The (x, y) of the target with the most greedy actions that are not optimal; of several, the most central one."""
    layout = pairs.dynamics.layout
    wrong = np.bincount(pairs.targets[~evaluation.optimal], minlength=pairs.dynamics.n_cells)
    reached = np.unique(pairs.targets)
    worst = reached[wrong[reached] == wrong[reached].max()]
    middle = np.array([layout.width - 1, layout.height - 1]) / 2
    off_centre = np.abs(pairs.dynamics.locations[worst] - middle).sum(axis=1)
    return layout.location(worst[off_centre.argmin()])


def target_column(layout: Layout, target: tuple[int, int]) -> int:
    """The number of a target among the layout's targets.

    Args:
        layout: The map.
        target: Its (x, y).

    Raises:
        ValueError: It is off the grid or no target of the layout.
    """
    x, y = target
    if not (0 <= x < layout.width and 0 <= y < layout.height):
        raise ValueError(
            f"target must lie on the grid, from (0, 0) to ({layout.width - 1}, {layout.height - 1}), got {(x, y)}"
        )
    cell = y * layout.width + x
    columns = np.flatnonzero(layout.targets == cell)
    if not len(columns):
        some = ", ".join(str(layout.location(possible)) for possible in layout.targets[:5])
        more = ", ..." if len(layout.targets) > 5 else ""
        thing = SYMBOLS[layout.symbols[cell]]
        raise ValueError(f"target must be where the layout has targets, at {some}{more}, got {(x, y)}, a {thing}")
    return int(columns[0])


def _draw_greedy(axes: Axes, pairs: AllPairs, evaluation: Evaluation, agents: NDArray[np.int64], column: int) -> int:
    """Draw the greedy actions, and say how many are not optimal."""
    actions = pairs.on_cells(evaluation.actions, fill=-1)[agents, column]
    optimal = pairs.on_cells(evaluation.optimal, fill=False)[agents, column]
    locations = pairs.dynamics.locations[agents]
    board.draw_arrows(axes, locations[optimal], actions[optimal], "optimal")
    board.draw_marks(axes, locations[~optimal], np.full(np.count_nonzero(~optimal), 0.38), gid="marks")
    board.draw_arrows(axes, locations[~optimal], actions[~optimal], "wrong")
    return int(np.count_nonzero(~optimal))


def _draw_optimal(axes: Axes, pairs: AllPairs, agents: NDArray[np.int64], column: int) -> None:
    optimal = pairs.on_cells(pairs.optimal, fill=False)[agents, column]
    alone = optimal.sum(axis=1) == 1
    for chosen, kind in ((alone, "optimal"), (~alone, "several")):
        rows, actions = np.nonzero(optimal & chosen[:, None])
        locations = pairs.dynamics.locations[agents[rows]]
        board.draw_arrows(axes, locations, actions, kind)


def _scale(own: NDArray[np.float64], true: NDArray[np.float64]) -> Normalize:
    values = np.concatenate([own, true])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return Normalize(low, high) if high > low else Normalize(low - 0.5, high + 0.5)


def _title(report: Report, target: tuple[int, int]) -> str:
    slip = f", slip {report.slip:g}" if report.slip else ""
    return f"{report.env_id}{slip}, target ({target[0]}, {target[1]})"


def _legend(layout: Layout) -> list[Line2D]:
    arrow = r"$\rightarrow$"
    return [
        Line2D([], [], linestyle="", marker=arrow, markersize=12, color=board.INK, label="optimal action"),
        Line2D([], [], linestyle="", marker="o", markersize=10, color=board.MARK, label="not optimal"),
        *board.legend_of(layout),
    ]
