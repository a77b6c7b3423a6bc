"""The camera above the grid: pictures put together from tiles that are drawn once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.goals import EX, PLUS
from gym_gridworld.layouts import open_layout
from gym_gridworld.rendering import (
    RED,
    Image,
    axes,
    covered,
    draw_agent,
    fill,
    frozen,
    rounded_square,
)

GREEN = (64, 190, 112)
# Dark, so that little but what matters is bright: a convolutional network learns from it in a fraction of the time that
# it takes where everything is.
GAP = (0, 0, 0)
FLOOR_COLOUR = (26, 28, 36)
COLOURS = (GREEN, RED)

# With fewer pixels a cell, a plus is no longer told from an ex.
LEAST_PIXELS = 5

# The numbers of the tiles: what lies in a cell, and 3 more if the agent is there too.
FLOOR, ON_FLOOR = 0, 3
GOALS = (1, 2)

Cells = NDArray[np.int64]


class Camera:
    """The camera above a grid of agent, plus goals and ex goals. :func:`camera` makes it.

    Args:
        size: Cells a side of the grid.
        image_shape: Rows and columns of the picture. Cells are as large as they can be, and in its middle.
        channel: The first of the three channels, red, green and blue, that show the picture; the others are 0.
        channels: How many there are.

    Example:
        >>> above = camera(size=5, image_shape=(64, 84))
        >>> above.frame(agent=0, plus=(7,), ex=(18,)).shape
        (64, 84, 3)
        >>> above.frames(np.array([0, 1]), np.array([[7], [7]]), np.array([[18], [19]])).shape
        (2, 64, 84, 3)
    """

    def __init__(self, size: int, image_shape: tuple[int, int], channel: int = 0, channels: int = 3) -> None:
        self._arguments = size, image_shape, channel, channels
        self._size, self._channels = size, channels
        height, width = image_shape
        self.pixels = min(height, width) // size
        side = self.pixels * size
        top, left = (height - side) // 2, (width - side) // 2
        self._grid = slice(top, top + side), slice(left, left + side)
        location = open_layout(size).location
        self._places = [
            (slice(row, row + self.pixels), slice(column, column + self.pixels))
            for x, y in map(location, range(size * size))
            for row, column in [(top + (size - 1 - y) * self.pixels, left + x * self.pixels)]
        ]
        shown = slice(channel, channel + 3)
        self._all_tiles = np.zeros((6, self.pixels, self.pixels, channels), np.uint8)
        self._all_tiles[..., shown] = draw_tiles(self.pixels)
        self._tiles = list(self._all_tiles)
        self._background = np.zeros((height, width, channels), np.uint8)
        self._background[..., shown] = GAP
        for place in self._places:
            self._background[place] = self._tiles[FLOOR]

    def frame(self, agent: int, plus: Collection[int], ex: Collection[int]) -> Image:
        """The picture of one state.

        Args:
            agent: Number of the agent's cell.
            plus: Numbers of the cells of the plus goals.
            ex: Numbers of the cells of the ex goals.

        Returns:
            A new uint8 array of shape ``(*image_shape, channels)``.
        """
        tiles, places = self._tiles, self._places
        frame = self._background.copy()
        here = FLOOR
        for goals, tile in ((plus, GOALS[PLUS]), (ex, GOALS[EX])):
            for cell in goals:
                frame[places[cell]] = tiles[tile]
                if cell == agent:
                    here = tile
        frame[places[agent]] = tiles[ON_FLOOR + here]
        return frame

    def frames(self, agents: Cells, plus: Cells, ex: Cells, out: Image | None = None) -> Image:
        """The pictures of ``n`` states.

        Args:
            agents: int64 array of shape ``(n,)``.
            plus: int64 array of shape ``(n, n_plus)``.
            ex: int64 array of shape ``(n, n_ex)``.
            out: Where to put them; None for a new array.

        Returns:
            A uint8 array of shape ``(n, *image_shape, channels)``: each as :meth:`frame` draws it.
        """
        number, size, pixels = len(agents), self._size, self.pixels
        frames = np.empty((number, *self._background.shape), np.uint8) if out is None else out
        frames[:] = self._background
        rows, columns = self._grid
        # The same memory, cell by cell: the rows of cells from the top, as those of the picture.
        of_cells = (
            frames[:, rows, columns].reshape(number, size, pixels, size, pixels, self._channels).swapaxes(2, 3)[:, ::-1]
        )
        every, here = np.arange(number), np.zeros(number, np.int64)
        for goals, tile in ((plus, GOALS[PLUS]), (ex, GOALS[EX])):
            for cells in goals.T:
                of_cells[every, cells // size, cells % size] = self._all_tiles[tile]
                here[cells == agents] = tile
        of_cells[every, agents // size, agents % size] = self._all_tiles[ON_FLOOR + here]
        return frames

    def __reduce__(self) -> tuple[Callable[..., Camera], tuple[Any, ...]]:
        # A copy is the same object, and a pickle holds how to draw the tiles, not the tiles.
        return camera, self._arguments


def camera(size: int, image_shape: tuple[int, int], channel: int = 0, channels: int = 3) -> Camera:
    """The camera above a grid; the same object for the same arguments."""
    return _camera(size, image_shape, channel, channels)


# Apart, so that a default counts as the same argument.
_camera = lru_cache(maxsize=32)(Camera)


@lru_cache(maxsize=32)
def draw_tiles(pixels: int) -> Image:
    """The tiles for cells of ``pixels`` a side: a read-only array of shape ``(6, pixels, pixels, 3)``.

    Floor, plus and ex, and then the same three with the agent there.
    """
    ground = np.full((pixels, pixels, 3), GAP, np.float64)
    square = rounded_square(pixels)
    floor = fill(ground, square, FLOOR_COLOUR)
    plus = fill(floor, draw_plus(pixels, 0.40, 0.10), GREEN)
    ex = fill(floor, draw_ex(pixels, 0.46, 0.10), RED)
    # Larger, to be seen around the agent.
    on_plus = fill(floor, draw_plus(pixels, 0.50, 0.18) * square, GREEN)
    on_ex = fill(floor, draw_ex(pixels, 0.66, 0.18) * square, RED)
    return frozen(np.stack([floor, plus, ex, *map(draw_agent, (floor, on_plus, on_ex))]))


def draw_plus(pixels: int, arm: float, half_width: float) -> NDArray[np.float64]:
    """The share of each pixel that a plus covers; its measures are in cells."""
    columns, rows = map(np.abs, axes(pixels))
    return _draw_arms(columns, rows, arm, half_width, pixels)


def draw_ex(pixels: int, arm: float, half_width: float) -> NDArray[np.float64]:
    """The share of each pixel that an ex covers, a plus that lies on its side."""
    columns, rows = axes(pixels)
    rising, falling = np.abs(columns + rows) / np.sqrt(2.0), np.abs(columns - rows) / np.sqrt(2.0)
    return _draw_arms(rising, falling, arm, half_width, pixels)


def _draw_arms(
    along: NDArray[np.float64], across: NDArray[np.float64], arm: float, half_width: float, pixels: int
) -> NDArray[np.float64]:
    bars = (np.maximum(one - arm, other - half_width) for one, other in ((along, across), (across, along)))
    return covered(np.minimum(*bars), pixels)
