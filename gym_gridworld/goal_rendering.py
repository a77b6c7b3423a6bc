"""Pictures of the game with two kinds of goals, for people: the camera's, larger, in a frame that shows the goal."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from gym_gridworld.camera import COLOURS, LEAST_PIXELS, camera, draw_ex, draw_plus
from gym_gridworld.goals import EX, PLUS, Placement
from gym_gridworld.rendering import WHITE, Image, fill, frozen

SYMBOLS = "+x"


def least_window_size(size: int) -> int:
    """The least number of pixels of the picture's longer side on which everything can be told apart."""
    return (LEAST_PIXELS + 1) * (size + 1)


def draw(size: int, placement: Placement, window_size: int) -> Image:
    """The picture of a state, seen from above, y up, in a frame of the colour and with the shape of the goal.

    Args:
        size: Cells a side of the grid.
        placement: Where everything lies, and the goal.
        window_size: Rows of the picture, at least :func:`least_window_size`.

    Returns:
        A new uint8 array of shape ``(window_size, width, 3)``, red, green, blue. The width is about that of the grid:
        the frame is thicker on top.

    Example:
        >>> draw(5, Placement(agent=0, plus=(7,), ex=(18,), goal=PLUS), window_size=512).shape
        (512, 426, 3)
    """
    agent, plus, ex, goal = placement
    edge, side = _measures(size, window_size)
    picture = _draw_frame(goal, window_size, side + 2 * edge, window_size - side - edge).copy()
    board = camera(size, (side, side)).frame(agent, plus, ex)
    picture[window_size - edge - side : window_size - edge, edge : edge + side] = board
    return picture


def location_in(size: int, window_size: int, cell: int) -> tuple[float, float]:
    """The column and the row, in pixels, of the middle of a cell in the picture that :func:`draw` returns."""
    edge, side = _measures(size, window_size)
    y, x = divmod(cell, size)
    pixels = side / size
    return edge + (x + 0.5) * pixels - 0.5, window_size - edge - (y + 0.5) * pixels - 0.5


def draw_text(size: int, placement: Placement) -> str:
    """The state as text: the goal, and then a line a row, the top row first.

    ``A`` is the agent, ``+`` a plus goal, ``x`` an ex goal; ``*`` the agent on a goal of the signalled kind, ``!`` on
    one of the other.

    Example:
        >>> print(draw_text(3, Placement(agent=0, plus=(4,), ex=(8,), goal=EX)))
        goal: x
        . . x
        . + .
        A . .
    """
    cells = ["."] * size**2
    for kind, goals in ((PLUS, placement.plus), (EX, placement.ex)):
        for cell in goals:
            cells[cell] = SYMBOLS[kind]
    here = cells[placement.agent]
    cells[placement.agent] = "A" if here == "." else "*" if here == SYMBOLS[placement.goal] else "!"
    rows = (cells[y * size : (y + 1) * size] for y in reversed(range(size)))
    return "\n".join([f"goal: {SYMBOLS[placement.goal]}", *map(" ".join, rows)])


def _measures(size: int, window_size: int) -> tuple[int, int]:
    """Pixels of the frame's edge, and of the grid's side."""
    edge = max(1, window_size // 64)
    return edge, (window_size - 2 * edge) // (size + 1) * size


@lru_cache(maxsize=16)
def _draw_frame(goal: int, height: int, width: int, header: int) -> Image:
    """A picture in the colour of a goal, its shape in white in the header."""
    picture = np.full((height, width, 3), COLOURS[goal], np.uint8)
    shape = (draw_plus, draw_ex)[goal](header, 0.30, 0.09)
    left = (width - header) // 2
    place = slice(0, header), slice(left, left + header)
    picture[place] = frozen(fill(picture[place].astype(np.float64), shape, WHITE))
    picture.flags.writeable = False
    return picture
