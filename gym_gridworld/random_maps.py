"""Random maps that can always be solved, the same for the same text on every machine."""

from __future__ import annotations

import random
from functools import lru_cache

PREFIX = "random:"


@lru_cache(maxsize=64)
def random_rows(text: str) -> tuple[str, ...]:
    """The rows of ``"random:<size>:<wall density>:<seed>"``: a square in which all floor hangs together.

    Args:
        text: ``size`` cells a side, at least 2; the share of them that are walls, from 0 to below 1, rounded down to
            whole cells; and the seed, a non-negative integer.

    Raises:
        ValueError: ``text`` is of another form, or leaves fewer than two cells of floor.

    Example:
        >>> for row in random_rows("random:6:0.3:7"):
        ...     print(" ".join(row))
        . . . # # .
        # # . . . .
        . . . # . .
        . . # . . .
        # . # . # .
        . . . # . .
    """
    size, n_walls, seed = _parse(text)
    # Of all that Python's generator can do, random() alone is promised to be the same in every version.
    generator = random.Random(seed)  # noqa: S311
    floor = set(range(size * size))
    while n_walls:
        # A wall may become possible once others stand, and some cell of a map in one piece can always be filled.
        for cell in sorted(sorted(floor), key=lambda _: generator.random()):
            if not n_walls:
                break
            if _hangs_together(floor - {cell}, size):
                floor.remove(cell)
                n_walls -= 1
    return tuple("".join(".#"[y * size + x not in floor] for x in range(size)) for y in reversed(range(size)))


def _parse(text: str) -> tuple[int, int, int]:
    form = f"{PREFIX}<size>:<wall density>:<seed>"
    parts = text.split(":")[1:]
    if not text.startswith(PREFIX):
        raise ValueError(f"a random layout is written {form}, got {text!r}")
    try:
        size, density, seed = int(parts[0]), float(parts[1]), int(parts[2])
    except (IndexError, ValueError):
        raise ValueError(f"a random layout is written {form}, got {text!r}") from None
    if len(parts) != 3 or size < 2 or not 0.0 <= density < 1.0 or seed < 0:
        raise ValueError(
            f"a random layout is written {form}, with a size of at least 2, a wall density from 0 to below 1 and a "
            f"non-negative seed, got {text!r}"
        )
    n_walls = int(density * size * size)
    if size * size - n_walls < 2:
        raise ValueError(f"a layout needs two cells of floor: {text!r} leaves {size * size - n_walls}")
    return size, n_walls, seed


def _hangs_together(floor: set[int], size: int) -> bool:
    unvisited = [next(iter(floor))]
    visited = set(unvisited)
    while unvisited:
        cell = unvisited.pop()
        beside = [cell + side for side in (-1, 1) if (cell + side) // size == cell // size]
        for neighbour in (*beside, cell - size, cell + size):
            if neighbour in floor and neighbour not in visited:
                visited.add(neighbour)
                unvisited.append(neighbour)
    return len(visited) == len(floor)
