"""What the maps share: a layout drawn as a board, y up, with values as colours and actions as arrows."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PatchCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle
from numpy.typing import NDArray

from gym_gridworld import rendering
from gym_gridworld.dynamics import MOVES
from gym_gridworld.layouts import PIT, SYMBOLS, WALL, Layout

Colour = tuple[float, float, float]


def _colour(bytes_: tuple[int, int, int]) -> Colour:
    red, green, blue = bytes_
    return red / 255, green / 255, blue / 255


INK, GAP, FLOOR, STONE, WHITE = map(
    _colour, (rendering.INK, rendering.GAP, rendering.FLOOR_COLOUR, rendering.STONE, rendering.WHITE)
)
TARGET_DISCS = [(radius, _colour(colour)) for radius, colour in rendering.TARGET_DISCS]
PIT_DISCS = [(radius, _colour(colour)) for radius, colour in rendering.PIT_DISCS]
MUTED = "#6b7280"
# Vermillion against blues: colour-blind people tell them apart.
MARK = "#d55e00"
# It ends where dark ink can still be read.
BLUES = LinearSegmentedColormap.from_list("board", ["#f4f7fb", "#c3daf0", "#8bb8e2", "#5692cf"])


def panel_size(layout: Layout) -> tuple[float, float]:
    """Inches that a board takes: cells as large as they can be, the longer side neither tiny nor huge."""
    longer = max(layout.width, layout.height)
    inches = min(max(0.62 * longer, 3.8), 7.4) / longer
    return inches * layout.width, inches * layout.height


def draw_board(axes: Axes, layout: Layout, values: NDArray[np.float64], scale: Normalize) -> None:
    """Draw a layout with a value in each cell as its colour.

    Args:
        axes: What to draw into.
        layout: The map.
        values: Of shape ``(cells,)``; NaN is drawn as plain floor.
        scale: The values of the lightest and the darkest colour.
    """
    shape = (layout.height, layout.width)
    edges = np.arange(layout.width + 1) - 0.5, np.arange(layout.height + 1) - 0.5
    style: dict[str, Any] = {"edgecolors": [GAP], "linewidth": 0.8 if max(shape) <= 16 else 0.4}
    walls = np.ma.masked_not_equal((layout.symbols == WALL).reshape(shape), True)
    axes.set_facecolor(FLOOR)
    axes.pcolormesh(*edges, np.ma.masked_invalid(values.reshape(shape)), cmap=BLUES, norm=scale, **style)
    axes.pcolormesh(*edges, walls, cmap=LinearSegmentedColormap.from_list("walls", [STONE, STONE]), **style)
    for cell in np.flatnonzero(layout.symbols == PIT):
        _draw_discs(axes, layout.location(int(cell)), PIT_DISCS)
    axes.set_aspect("equal")
    axes.set(xlim=edges[0][[0, -1]], ylim=edges[1][[0, -1]])
    axes.set_xticks(_ticks(layout.width))
    axes.set_yticks(_ticks(layout.height))
    axes.tick_params(length=0, labelsize=8, labelcolor=MUTED)
    axes.spines[:].set_color(GAP)


def add_colour_bar(figure: Figure, axes: Axes | list[Axes], scale: Normalize, label: str) -> None:
    """Put a slim colour bar to the right of one board or of several."""
    bar = figure.colorbar(ScalarMappable(scale, BLUES), ax=axes, aspect=32, pad=0.02)
    bar.set_label(label, size=9, color=MUTED)
    bar.ax.tick_params(length=0, labelsize=8, labelcolor=MUTED)
    bar.outline.set_visible(False)


def draw_target(axes: Axes, location: tuple[int, int]) -> None:
    """Draw the target, as the environment's own pictures have it."""
    _draw_discs(axes, location, TARGET_DISCS)


def draw_arrows(axes: Axes, locations: NDArray[np.int64], actions: NDArray[np.int64], kind: str) -> None:
    """Draw an arrow for each action.

    Args:
        axes: What to draw into.
        locations: The (x, y) of each: of shape ``(n, 2)``.
        actions: Of shape ``(n,)``.
        kind: ``"optimal"``; ``"several"``, from the middle of the cell outwards, so that several fit; or ``"wrong"``,
            to be drawn on a mark. The arrows can be found in the axes under this gid.
    """
    x, y = locations.T
    u, v = np.array(MOVES)[actions].T
    several = kind == "several"
    length, width = (0.42, 0.06) if several else (0.56, 0.075)
    # Half a width back, so that arrows that start together share a whole corner.
    back = width / 2 if several else 0.0
    axes.quiver(
        x - back * u,
        y - back * v,
        (length + back) * u,
        (length + back) * v,
        color=WHITE if kind == "wrong" else INK,
        pivot="tail" if several else "middle",
        angles="xy",
        scale_units="xy",
        scale=1,
        units="xy",
        width=width,
        headwidth=3.8,
        headlength=3.4,
        headaxislength=3.1,
        zorder=4,
        gid=kind,
    )


def draw_marks(axes: Axes, locations: NDArray[np.int64], radii: NDArray[np.float64], *, gid: str) -> None:
    """Draw discs in the colour of what is wrong, with a light rim.

    Args:
        axes: What to draw into.
        locations: The (x, y) of each: of shape ``(n, 2)``.
        radii: Of shape ``(n,)``, in cells.
        gid: The name under which the discs can be found in the axes.
    """
    discs = [Circle((float(x), float(y)), radius) for (x, y), radius in zip(locations, radii, strict=True)]
    axes.add_collection(
        PatchCollection(discs, facecolor=MARK, edgecolor=WHITE, linewidth=0.8, zorder=3.5, gid=gid), autolim=False
    )


def legend_of(layout: Layout) -> list[Line2D]:
    """The legend's entries of what lies on the board."""
    entries = [_disc_entry("target", TARGET_DISCS)]
    if (layout.symbols == WALL).any():
        entries.append(Line2D([], [], linestyle="", marker="s", markersize=9, color=STONE, label=SYMBOLS[WALL]))
    if (layout.symbols == PIT).any():
        entries.append(_disc_entry(SYMBOLS[PIT], PIT_DISCS))
    return entries


def _disc_entry(label: str, discs: list[tuple[float, Colour]]) -> Line2D:
    (_, outer), (_, inner), _ = discs
    return Line2D(
        [],
        [],
        linestyle="",
        marker="o",
        markersize=9,
        color=inner,
        markeredgecolor=outer,
        markeredgewidth=2,
        label=label,
    )


def _draw_discs(axes: Axes, location: tuple[int, int], discs: list[tuple[float, Colour]]) -> None:
    for radius, colour in discs:
        axes.add_patch(Circle(location, radius, facecolor=colour, linewidth=0, zorder=3))


def _ticks(cells: int) -> NDArray[np.int64]:
    return np.arange(0, cells, 1 if cells <= 16 else 5)
