"""Pictures of a grid world: ``draw`` is one pure function from the state to an RGB array."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.layouts import FLOOR, PIT, WALL, Layout

Image = NDArray[np.uint8]

GAP = (226, 221, 211)
FLOOR_COLOUR = (250, 248, 243)
RED = (222, 82, 70)
BLUE = (46, 108, 183)
WHITE = (255, 255, 255)
INK = (24, 42, 66)
STONE = (142, 134, 122)
EMBER = (232, 152, 74)
DARK = (96, 52, 44)
DEEP = (48, 28, 30)

# The radius, as a share of the cell, and the colour of each disc, the largest first.
TARGET_DISCS = ((0.43, RED), (0.30, WHITE), (0.17, RED))
PIT_DISCS = ((0.43, EMBER), (0.36, DARK), (0.24, DEEP))


class Tiles(NamedTuple):
    """The pictures of one cell: uint8 arrays of shape ``(pixels, pixels, 3)``, read-only."""

    floor: Image
    target: Image
    agent: Image
    agent_on_target: Image
    wall: Image
    pit: Image
    agent_in_pit: Image


def draw(layout: Layout, agent: int, target: int, window_size: int, board: Image | None = None) -> Image:
    """The picture of a state, seen from above, y up.

    Args:
        layout: The map.
        agent: Number of the agent's cell.
        target: Number of the target's cell.
        window_size: Pixels of the longer side, at least one a cell.
        board: What the agent and the target are drawn on, of the picture's shape; by default :func:`draw_board`.

    Returns:
        A new uint8 array of shape ``(window_size, window_size, 3)``, red, green, blue; of a layout that is not a
        square, the shorter side is in proportion.

    Example:
        >>> from gym_gridworld.layouts import open_layout, read_layout
        >>> draw(open_layout(5), agent=0, target=24, window_size=100).shape
        (100, 100, 3)
        >>> draw(read_layout("cliff"), agent=0, target=11, window_size=120).shape
        (40, 120, 3)
    """
    pixels, _ = cell_layout(layout, window_size)
    tiles = draw_tiles(pixels)
    frame = (draw_board(layout, window_size) if board is None else board).copy()
    on_agent = tiles.agent
    if agent == target:
        on_agent = tiles.agent_on_target
    elif layout.symbols[agent] == PIT:
        on_agent = tiles.agent_in_pit
    elif board is not None:
        on_agent = frozen(draw_agent(board[cell_slices(layout, agent, window_size)].astype(np.float64)))
    for cell, tile in ((target, tiles.target), (agent, on_agent)):
        frame[cell_slices(layout, cell, window_size)] = tile
    return frame


def draw_text(layout: Layout, agent: int, target: int) -> str:
    """The state as text: a line a row, the top row first, ``A`` the agent, ``T`` the target, ``*`` both.

    Example:
        >>> from gym_gridworld.layouts import read_layout
        >>> print(draw_text(read_layout(["...", ".#.", "..~"]), agent=0, target=5))
        . . .
        . # T
        A . ~
    """
    cells = [symbol if symbol in (WALL, PIT) else FLOOR for symbol in layout.symbols.tolist()]
    cells[target] = "T"
    cells[agent] = "*" if agent == target else "A"
    rows = (cells[y * layout.width : (y + 1) * layout.width] for y in reversed(range(layout.height)))
    return "\n".join(" ".join(row) for row in rows)


def cell_layout(layout: Layout, window_size: int) -> tuple[int, int]:
    """Pixels a side of each cell, all the same, and of the margin to the left of and above them."""
    cells = max(layout.width, layout.height)
    pixels = window_size // cells
    return pixels, (window_size - pixels * cells) // 2


def picture_size(layout: Layout, window_size: int) -> tuple[int, int]:
    """Width and height of the picture."""
    pixels, margin = cell_layout(layout, window_size)
    cells = max(layout.width, layout.height)
    width, height = (
        window_size if side == cells else pixels * side + 2 * margin for side in (layout.width, layout.height)
    )
    return width, height


def cell_slices(layout: Layout, cell: int, window_size: int) -> tuple[slice, slice]:
    """The rows and the columns of the picture that a cell takes."""
    pixels, margin = cell_layout(layout, window_size)
    x, y = layout.location(cell)
    top, left = margin + (layout.height - 1 - y) * pixels, margin + x * pixels
    return slice(top, top + pixels), slice(left, left + pixels)


@lru_cache(maxsize=16)
def draw_tiles(pixels: int) -> Tiles:
    """The tiles for cells of ``pixels`` a side, drawn once."""
    ground = np.full((pixels, pixels, 3), GAP, np.float64)
    floor, wall = (fill(ground, rounded_square(pixels), colour) for colour in (FLOOR_COLOUR, STONE))
    target = floor
    for radius, colour in TARGET_DISCS:
        target = fill(target, disc(pixels, radius), colour)
    pit = floor
    for radius, colour in PIT_DISCS:
        pit = fill(pit, disc(pixels, radius), colour)
    tiles = (floor, target, draw_agent(floor), draw_agent(target), wall, pit, draw_agent(pit))
    return Tiles(*map(frozen, tiles))


def draw_agent(tile: NDArray[np.float64]) -> NDArray[np.float64]:
    """The agent on a tile."""
    pixels = len(tile)
    tile = fill(tile, disc(pixels, 0.36), WHITE)
    tile = fill(tile, disc(pixels, 0.32), BLUE)
    for side in (-1, 1):
        tile = fill(tile, disc(pixels, 0.095, x=side * 0.125, y=0.06), WHITE)
        tile = fill(tile, disc(pixels, 0.05, x=side * 0.125, y=0.06), INK)
    return tile


@lru_cache(maxsize=16)
def draw_board(layout: Layout, window_size: int) -> Image:
    """The map alone, without the agent and the target: a read-only array of the shape that :func:`draw` returns."""
    width, height = picture_size(layout, window_size)
    tiles = draw_tiles(cell_layout(layout, window_size)[0])
    board = np.full((height, width, 3), GAP, np.uint8)
    tile_of = {WALL: tiles.wall, PIT: tiles.pit}
    for cell, symbol in enumerate(layout.symbols.tolist()):
        board[cell_slices(layout, cell, window_size)] = tile_of.get(symbol, tiles.floor)
    return frozen(board)


# Shapes are the shares of each pixel that they cover, from the signed distance to their edge: smooth at any size.


def axes(pixels: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x, of shape ``(1, pixels)``, and y, of shape ``(pixels, 1)``, of a cell's pixels: from -0.5 to 0.5, y up."""
    centres = (np.arange(pixels) + 0.5) / pixels - 0.5
    return centres[None, :], -centres[:, None]


def covered(distance: NDArray[np.float64], pixels: int) -> NDArray[np.float64]:
    """The share of each pixel that a shape covers; ``distance`` is that to its edge, in cells, negative inside."""
    return np.clip(0.5 - distance * pixels, 0.0, 1.0)


def disc(pixels: int, radius: float, x: float = 0.0, y: float = 0.0) -> NDArray[np.float64]:
    """The share of each pixel that a disc covers; the radius and the middle are in cells."""
    columns, rows = axes(pixels)
    return covered(np.hypot(columns - x, rows - y) - radius, pixels)


def rounded_square(pixels: int, corner: float = 0.10) -> NDArray[np.float64]:
    """The share of each pixel that a tile covers: the cell but for a gap around it."""
    half = 0.5 - min(max(0.02, 0.5 / pixels), 0.25)
    columns, rows = (np.abs(axis) - (half - corner) for axis in axes(pixels))
    outside = np.hypot(np.maximum(columns, 0.0), np.maximum(rows, 0.0))
    return covered(outside + np.minimum(np.maximum(columns, rows), 0.0) - corner, pixels)


def fill(tile: NDArray[np.float64], share: NDArray[np.float64], colour: tuple[int, int, int]) -> NDArray[np.float64]:
    """A tile with a shape on it, in one colour."""
    return tile + share[..., None] * (np.array(colour) - tile)


def frozen(image: NDArray[np.generic]) -> Image:
    """A picture of whole numbers that nobody can write to."""
    whole: Image = np.rint(image).astype(np.uint8)
    whole.flags.writeable = False
    return whole
