"""Pictures of a grid world: ``draw`` is one pure function from the state to an RGB array."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

GAP = (226, 221, 211)
FLOOR = (250, 248, 243)
RED = (222, 82, 70)
BLUE = (46, 108, 183)
WHITE = (255, 255, 255)
INK = (24, 42, 66)


class Tiles(NamedTuple):
    """The pictures of one cell: uint8 arrays of shape ``(pixels, pixels, 3)``, read-only."""

    floor: Image
    target: Image
    agent: Image
    agent_on_target: Image


def draw(size: int, agent: int, target: int, window_size: int) -> Image:
    """The picture of a state, seen from above, y up.

    Args:
        size: Cells a side.
        agent: Number of the agent's cell.
        target: Number of the target's cell.
        window_size: Pixels a side, at least ``size``.

    Returns:
        A new uint8 array of shape ``(window_size, window_size, 3)``, red, green, blue.

    Example:
        >>> draw(5, agent=0, target=24, window_size=100).shape
        (100, 100, 3)
    """
    pixels, margin = cell_layout(size, window_size)
    tiles = draw_tiles(pixels)
    frame = _board(size, window_size).copy()
    for cell, tile in ((target, tiles.target), (agent, tiles.agent if agent != target else tiles.agent_on_target)):
        row, column = size - 1 - cell // size, cell % size
        top, left = margin + row * pixels, margin + column * pixels
        frame[top : top + pixels, left : left + pixels] = tile
    return frame


def draw_text(size: int, agent: int, target: int) -> str:
    """The state as text: ``size`` lines, the top row first, ``A`` the agent, ``T`` the target, ``*`` both.

    Example:
        >>> print(draw_text(3, agent=0, target=5))
        . . .
        . . T
        A . .
    """
    cells = ["."] * (size * size)
    cells[target] = "T"
    cells[agent] = "*" if agent == target else "A"
    return "\n".join(" ".join(cells[row * size : (row + 1) * size]) for row in reversed(range(size)))


def cell_layout(size: int, window_size: int) -> tuple[int, int]:
    """Pixels a side of each cell, all the same, and of the margin to the left of and above them."""
    pixels = window_size // size
    return pixels, (window_size - pixels * size) // 2


@lru_cache(maxsize=16)
def draw_tiles(pixels: int) -> Tiles:
    """The tiles for cells of ``pixels`` a side, drawn once."""
    floor = _fill(np.full((pixels, pixels, 3), GAP, np.float64), _rounded_square(pixels), FLOOR)
    target = floor
    for radius, colour in ((0.43, RED), (0.30, WHITE), (0.17, RED)):
        target = _fill(target, _disc(pixels, radius), colour)
    return Tiles(*(_frozen(tile) for tile in (floor, target, _draw_agent(floor), _draw_agent(target))))


def _draw_agent(tile: NDArray[np.float64]) -> NDArray[np.float64]:
    pixels = len(tile)
    tile = _fill(tile, _disc(pixels, 0.36), WHITE)
    tile = _fill(tile, _disc(pixels, 0.32), BLUE)
    for side in (-1, 1):
        tile = _fill(tile, _disc(pixels, 0.095, x=side * 0.125, y=0.06), WHITE)
        tile = _fill(tile, _disc(pixels, 0.05, x=side * 0.125, y=0.06), INK)
    return tile


@lru_cache(maxsize=16)
def _board(size: int, window_size: int) -> Image:
    pixels, margin = cell_layout(size, window_size)
    board = np.full((window_size, window_size, 3), GAP, np.uint8)
    inner = slice(margin, margin + size * pixels)
    board[inner, inner] = np.tile(draw_tiles(pixels).floor, (size, size, 1))
    return _frozen(board)


# Shapes are the shares of each pixel that they cover, from the signed distance to their edge: smooth at any size.


def _axes(pixels: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    centres = (np.arange(pixels) + 0.5) / pixels - 0.5
    return centres[None, :], -centres[:, None]


def _covered(distance: NDArray[np.float64], pixels: int) -> NDArray[np.float64]:
    return np.clip(0.5 - distance * pixels, 0.0, 1.0)


def _disc(pixels: int, radius: float, x: float = 0.0, y: float = 0.0) -> NDArray[np.float64]:
    columns, rows = _axes(pixels)
    return _covered(np.hypot(columns - x, rows - y) - radius, pixels)


def _rounded_square(pixels: int, corner: float = 0.10) -> NDArray[np.float64]:
    half = 0.5 - min(max(0.02, 0.5 / pixels), 0.25)
    columns, rows = (np.abs(axis) - (half - corner) for axis in _axes(pixels))
    outside = np.hypot(np.maximum(columns, 0.0), np.maximum(rows, 0.0))
    return _covered(outside + np.minimum(np.maximum(columns, rows), 0.0) - corner, pixels)


def _fill(tile: NDArray[np.float64], covered: NDArray[np.float64], colour: tuple[int, int, int]) -> NDArray[np.float64]:
    return tile + covered[..., None] * (np.array(colour) - tile)


def _frozen(image: NDArray[np.generic]) -> Image:
    frozen: Image = np.rint(image).astype(np.uint8)
    frozen.flags.writeable = False
    return frozen
