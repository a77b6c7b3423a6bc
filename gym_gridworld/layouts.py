"""Maps: what lies where on a grid world, from text."""

from __future__ import annotations

import difflib
import os
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.maps import NAMED
from gym_gridworld.random_maps import PREFIX, random_rows

WALL, FLOOR, AGENT, TARGET, PIT = "#.AT~"
LONGEST_NAME = 200
SYMBOLS = {WALL: "wall", FLOOR: "floor", AGENT: "start of the agent", TARGET: "target", PIT: "pit"}


@dataclass(frozen=True)
class Layout:
    """A rectangular map.

    Cells are numbered row by row from the bottom left: cell ``y * width + x`` lies at ``(x, y)``, with y up.

    Attributes:
        rows: The rows of the map, the top one first, in the symbols ``#`` wall, ``.`` floor, ``A`` floor where the
            agent may start, ``T`` floor where the target may lie, ``~`` pit. Without an ``A``, the agent may start on
            any floor; without a ``T``, the target may lie on any.

    Raises:
        ValueError: The map is empty or ragged, has an unknown symbol, or no way from a start to a target.

    Example:
        >>> layout = Layout(("..T", "A#~"))
        >>> layout.width, layout.height, layout.starts.tolist(), layout.targets.tolist()
        (3, 2, [0], [5])
    """

    rows: tuple[str, ...]

    def __post_init__(self) -> None:
        if isinstance(self.rows, str) or not all(isinstance(row, str) for row in self.rows):
            raise TypeError(f"the rows of a layout must be strings, got {self.rows!r}")
        object.__setattr__(self, "rows", tuple(self.rows))
        _check_symbols(self.rows)
        _check_reachable(self)

    @property
    def width(self) -> int:
        """Cells from left to right."""
        return len(self.rows[0])

    @property
    def height(self) -> int:
        """Cells from bottom to top."""
        return len(self.rows)

    @cached_property
    def symbols(self) -> NDArray[np.str_]:
        """The symbol of each cell: an array of shape ``(cells,)``."""
        return np.array([symbol for row in reversed(self.rows) for symbol in row])

    @cached_property
    def regions(self) -> NDArray[np.int64]:
        """int64 array of shape ``(cells,)``: the same number for floor that hangs together, -1 for walls and pits."""
        regions = np.where(np.isin(self.symbols, [WALL, PIT]), -1, -2)
        number = 0
        for first in range(len(regions)):
            if regions[first] != -2:
                continue
            regions[first] = number
            unvisited = [first]
            while unvisited:
                for cell in self._neighbours(unvisited.pop()):
                    if regions[cell] == -2:
                        regions[cell] = number
                        unvisited.append(cell)
            number += 1
        return regions

    @cached_property
    def is_pit(self) -> NDArray[np.bool_]:
        """Bool array of shape ``(cells,)``: where an episode ends badly."""
        return np.equal(self.symbols, PIT)

    @cached_property
    def targets(self) -> NDArray[np.int64]:
        """The cells in which the target may lie, in ascending order."""
        return self._marked(TARGET)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """The cells in which the agent may start, in ascending order: there is a target to be reached from each."""
        targets_in = np.bincount(self.regions[self.targets], minlength=1 + self.regions.max())
        starts = self._marked(AGENT)
        # A start may be a target too, only not at the same time.
        others = targets_in[self.regions[starts]] - np.isin(starts, self.targets)
        return starts[others > 0]

    def location(self, cell: int) -> tuple[int, int]:
        """The (x, y) of a cell."""
        y, x = divmod(int(cell), self.width)
        return x, y

    def __reduce__(self) -> tuple[type[Layout], tuple[tuple[str, ...]]]:
        return Layout, (self.rows,)

    def _marked(self, symbol: str) -> NDArray[np.int64]:
        marked = np.flatnonzero(self.symbols == symbol)
        return marked if len(marked) else np.flatnonzero(self.regions >= 0)

    def _neighbours(self, cell: int) -> list[int]:
        x, y = self.location(cell)
        return [
            neighbour
            for inside, neighbour in (
                (x + 1 < self.width, cell + 1),
                (y + 1 < self.height, cell + self.width),
                (x > 0, cell - 1),
                (y > 0, cell - self.width),
            )
            if inside
        ]


def open_layout(size: int) -> Layout:
    """An open square of ``size`` cells a side."""
    return Layout((FLOOR * size,) * size)


def read_layout(layout: Any) -> Layout:
    """The map that a ``layout`` argument means.

    Args:
        layout: A :class:`Layout`; the name of a map; ``"random:<size>:<wall density>:<seed>"``; a map as text of
            several lines or as a list of rows; or the path of a text file that holds one.

    Raises:
        TypeError: ``layout`` is none of these.
        ValueError: There is no map of that name, no such file, or something is wrong with the map.

    Example:
        >>> read_layout("cliff").rows[-1]
        'A~~~~~~~~~~T'
        >>> read_layout(["..T", "A#~"]) == read_layout('''
        ...     ..T
        ...     A#~
        ... ''')
        True
    """
    if isinstance(layout, Layout):
        return layout
    if isinstance(layout, os.PathLike):
        return _read_file(Path(layout))
    if isinstance(layout, str):
        return _read_text(layout)
    if isinstance(layout, Sequence) and all(isinstance(row, str) for row in layout):
        return Layout(tuple(layout))
    allowed = "a name, a map as text, a list of rows or a path"
    raise TypeError(f"layout must be {allowed}, got {layout!r} of type {type(layout).__name__}")


def _read_text(layout: str) -> Layout:
    if layout in NAMED:
        return Layout(NAMED[layout])
    if layout.casefold().startswith(PREFIX.rstrip(":")):
        return Layout(random_rows(layout))
    if "\n" in layout or not layout.strip() or set(layout) <= set(SYMBOLS):
        return Layout(_rows(layout))
    if os.sep in layout or Path(layout).suffix or (len(layout) < LONGEST_NAME and Path(layout).is_file()):
        return _read_file(Path(layout))
    names = [*NAMED, f"{PREFIX}<size>:<wall density>:<seed>"]
    nearest = difflib.get_close_matches(layout, NAMED, n=1, cutoff=0.4)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    raise ValueError(f"there is no layout named {layout!r}: the names are {', '.join(names)}{hint}")


def _rows(text: str) -> tuple[str, ...]:
    """The rows of a map as text, without what is blank around it."""
    lines = [line.rstrip() for line in text.splitlines()]
    return tuple(textwrap.dedent("\n".join(lines)).strip("\n").splitlines())


def _read_file(path: Path) -> Layout:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"the layout file {path} cannot be read: {error}") from error
    try:
        return Layout(_rows(text))
    except ValueError as error:
        raise ValueError(f"the layout file {path}: {error}") from error


def _check_symbols(rows: tuple[str, ...]) -> None:
    if not rows or not rows[0]:
        raise ValueError("a layout must have at least one row of at least one symbol, got an empty map")
    for number, row in enumerate(rows, 1):
        for column, symbol in enumerate(row, 1):
            if symbol not in SYMBOLS:
                allowed = ", ".join(f"{known} ({name})" for known, name in SYMBOLS.items())
                raise ValueError(
                    f"unknown symbol {symbol!r} in row {number}, column {column} of the layout: allowed are {allowed}"
                )
        if len(row) != len(rows[0]):
            raise ValueError(
                f"the rows of a layout must be of one length: row 1 has {len(rows[0])} symbols, "
                f"row {number} has {len(row)}"
            )


def _check_reachable(layout: Layout) -> None:
    if layout.regions.max() < 0:
        raise ValueError("a layout must have floor, got walls and pits only")
    if not len(layout.starts):
        raise ValueError("a layout must have a target that can be reached from a start, got none in this one")
    cut_off = np.setdiff1d(np.flatnonzero(layout.symbols == AGENT), layout.starts)
    if len(cut_off):
        x, y = layout.location(cut_off[0])
        raise ValueError(
            f"every 'A' of a layout must have a target that can be reached from it: the one in row "
            f"{layout.height - y}, column {x + 1} has none"
        )
