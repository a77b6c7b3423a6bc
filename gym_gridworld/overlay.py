"""Q-values as a picture: a board whose floor shows what each action is worth there, to draw a state on."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.dynamics import MOVES
from gym_gridworld.layouts import Layout
from gym_gridworld.rendering import INK, Image, axes, cell_layout, cell_slices, covered, draw_board, rounded_square

# No return lies outside: one colour means one value, whatever the target. Lightness falls evenly to both ends, which
# are still lighter than INK.
LOWEST, HIGHEST = -1.0, 1.0
STOPS = (
    (186, 98, 28),
    (214, 150, 84),
    (233, 195, 146),
    (247, 244, 236),
    (172, 217, 197),
    (104, 184, 167),
    (20, 138, 129),
)
SMALL, MEDIUM = 24, 48


def colours(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """The colours of values: brown for -1, through pale for 0, to green for 1; beyond, as at the end.

    Args:
        values: Of any shape.

    Returns:
        float64 array of shape ``(*values.shape, 3)``: red, green, blue, from 0 to 255.

    Example:
        >>> colours(np.array([-1.0, 0.0, 1.0, 7.0])).astype(int).tolist()
        [[186, 98, 28], [247, 244, 236], [20, 138, 129], [20, 138, 129]]
    """
    at = np.linspace(LOWEST, HIGHEST, len(STOPS))
    return np.stack([np.interp(values, at, channel) for channel in np.array(STOPS).T], axis=-1)


def draw_q_values(layout: Layout, q_values: NDArray[np.floating], window_size: int) -> Image:
    """The map, each cell of its floor in four triangles coloured by the value of the action that leads there.

    The triangle of the greedy action carries a dark arrowhead; of actions that are worth the same, each does.

    Args:
        layout: The map.
        q_values: Float array of shape ``(cells, 4)``: right, up, left, down; NaN where nothing is to be shown.
        window_size: Pixels of the longer side, at least one a cell.

    Returns:
        A read-only uint8 array of the shape that :func:`gym_gridworld.rendering.draw` returns, as its ``board``.

    Example:
        >>> from gym_gridworld.layouts import open_layout
        >>> draw_q_values(open_layout(2), np.array([[0.5, 0.0, 0.0, -0.5]] * 4), window_size=64).shape
        (64, 64, 3)
    """
    pixels, _ = cell_layout(layout, window_size)
    triangles, arrows = _shapes(pixels)
    board = draw_board(layout, window_size).copy()
    cells = np.flatnonzero(np.isfinite(q_values).all(axis=1))
    fills = colours(q_values[cells])
    is_greedy = q_values[cells] == q_values[cells].max(axis=1, keepdims=True)
    uncovered = (1.0 - triangles.sum(axis=0))[..., None]
    for cell, fill, greedy in zip(cells.tolist(), fills, is_greedy, strict=True):
        place = cell_slices(layout, cell, window_size)
        tile = uncovered * board[place] + np.einsum("aij,ac->ijc", triangles, fill)
        arrow = arrows[greedy].max(axis=0)[..., None]
        board[place] = np.rint(tile + arrow * (np.array(INK) - tile))
    board.flags.writeable = False
    return board


@lru_cache(maxsize=16)
def _shapes(pixels: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The triangles and the arrowheads of the four actions: the shares of each pixel, ``(4, pixels, pixels)`` each."""
    x, y = axes(pixels)
    towards = [dx * x + dy * y for dx, dy in MOVES]
    across = [np.abs(dy * x + dx * y) for dx, dy in MOVES]
    seam = 0.0 if pixels < MEDIUM else 0.010
    triangles = np.stack([covered((a - t) / np.sqrt(2.0) + seam, pixels) for t, a in zip(towards, across, strict=True)])
    # Where all four meet, they must not cover a pixel more than once.
    triangles *= rounded_square(pixels) / np.maximum(triangles.sum(axis=0), 1.0)
    # Near the edge, where the agent does not hide them; larger in small cells, to be seen at all.
    if pixels < SMALL:
        base, tip, half_width = 0.28, 0.46, 0.17
    elif pixels < MEDIUM:
        base, tip, half_width = 0.33, 0.46, 0.14
    else:
        base, tip, half_width = 0.365, 0.455, 0.10
    slope = half_width / (tip - base)
    arrows = np.stack(
        [
            covered(np.maximum(base - t, (a + slope * (t - tip)) / np.hypot(1.0, slope)), pixels)
            for t, a in zip(towards, across, strict=True)
        ]
    )
    return triangles, arrows
