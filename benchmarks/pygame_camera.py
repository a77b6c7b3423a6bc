"""GoalGridWorld with its picture drawn by pygame in each step, as most tutorials draw theirs: what to compare with."""

from __future__ import annotations

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

from typing import Any

import numpy as np
import pygame
from numpy.typing import NDArray

from gym_gridworld import GoalGridWorldEnv
from gym_gridworld.camera import FLOOR_COLOUR, GAP, GREEN
from gym_gridworld.goal_env import SIGNALS
from gym_gridworld.rendering import BLUE, INK, RED, WHITE

# pygame's shapes have jagged edges. Drawn so many times larger and then made smaller, they are as smooth as the
# camera's.
TIMES = 4


class DrawnWithPygame(GoalGridWorldEnv):
    """Observes the same, but for a grey level here and there.

    Args:
        times: How many times larger the picture is drawn.
        **arguments: Those of ``GoalGridWorldEnv``.
    """

    def __init__(self, times: int = TIMES, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.times = times

    def _observation(self) -> dict[str, Any]:
        return {"image": self.drawn(), "goal": SIGNALS[self.goal].copy()}

    def drawn(self) -> NDArray[np.uint8]:
        """The picture, a new array."""
        (height, width), size, times = self.image_shape, self.rules.size, self.times
        surface = pygame.Surface((width * times, height * times))
        surface.fill(GAP)
        side = self.camera.pixels * times
        left, top = (width * times - side * size) // 2, (height * times - side * size) // 2
        edge = max(1, round(0.5 * times))
        for row in range(size):
            for column in range(size):
                square = (left + column * side + edge, top + row * side + edge, side - 2 * edge, side - 2 * edge)
                pygame.draw.rect(surface, FLOOR_COLOUR, square, border_radius=round(0.1 * side))

        def middle(cell: int) -> tuple[float, float]:
            y, x = divmod(cell, size)
            return left + (x + 0.5) * side, top + (size - 0.5 - y) * side

        for cells, colour, cross in ((self.plus_cells, GREEN, PLUS_CORNERS), (self.ex_cells, RED, EX_CORNERS)):
            for cell in cells:
                for bar in cross:
                    pygame.draw.polygon(surface, colour, bar * side + middle(cell))
        x, y = middle(self.agent_cell)
        pygame.draw.circle(surface, WHITE, (x, y), 0.36 * side)
        pygame.draw.circle(surface, BLUE, (x, y), 0.32 * side)
        for eye in (x - 0.125 * side, x + 0.125 * side):
            pygame.draw.circle(surface, WHITE, (eye, y - 0.06 * side), 0.095 * side)
            pygame.draw.circle(surface, INK, (eye, y - 0.06 * side), 0.05 * side)
        if times > 1:
            surface = pygame.transform.smoothscale(surface, (width, height))
        return np.ascontiguousarray(pygame.surfarray.array3d(surface).swapaxes(0, 1))


def _corners(arm: float, turn: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The corners of the two bars of a cross, in cells from its middle."""
    signs = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    return [signs * bar @ turn for bar in ((arm, 0.10), (0.10, arm))]


PLUS_CORNERS = _corners(0.40, np.eye(2))
EX_CORNERS = _corners(0.46, np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2.0))
