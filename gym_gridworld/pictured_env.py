"""What the environments share: their pictures, in every render mode, and the window of their own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import gymnasium as gym
import numpy as np
from gymnasium.core import ActType, ObsType
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

if TYPE_CHECKING:
    from gym_gridworld.window import Window

WINDOW_SIZE = 512


class PicturedEnv(gym.Env[ObsType, ActType], ABC):
    """Base of the environments. One of them says what its pictures look like, this shows them.

    Attributes:
        title: Of the window.
        agent_cell: Number of the agent's cell, -1 before the first ``reset``.
        window_size: Pixels of the picture's longer side.
    """

    metadata = {"render_modes": ["human", "rgb_array", "ansi"], "render_fps": 4}  # noqa: RUF012 (as Gymnasium has it)

    title: ClassVar[str]
    agent_cell: int
    window_size: int
    _window: Window | None = None
    _not_copied: ClassVar[tuple[str, ...]] = ("_window",)

    def render(self) -> NDArray[np.uint8] | str | None:
        """The picture of the current state in the form that ``render_mode`` says.

        Returns:
            ``"rgb_array"``: a new uint8 array of shape ``(height, width, 3)``, of which the longer side has
            ``window_size`` pixels. ``"ansi"``: a string of a line a row. ``"human"``, whose window follows ``reset``
            and ``step`` by itself, and None: None.

        Raises:
            gymnasium.error.ResetNeeded: There was no ``reset`` yet.
        """
        if self.render_mode is None:
            gym.logger.warn('render() shows nothing without a render_mode, e.g. render_mode="rgb_array"')
            return None
        if self.agent_cell < 0:
            raise ResetNeeded("there is nothing to show yet: call reset() before render()")
        if self.render_mode == "human":
            if self._window is None or self._window.is_lost:
                self._show()
            else:
                self._window.handle_events()
            return None
        return self._text() if self.render_mode == "ansi" else self._picture()

    def close(self) -> None:
        """Close this environment's window, if it has one. May be called again."""
        window, self._window = self._window, None
        if window is not None:
            window.close()

    @abstractmethod
    def _picture(self) -> NDArray[np.uint8]:
        """The picture of the current state, a new array."""

    @abstractmethod
    def _text(self) -> str:
        """The current state as text."""

    def _show(self) -> None:
        from gym_gridworld.window import Window

        picture = self._picture()
        if self._window is None or self._window.is_lost:
            height, width, _ = picture.shape
            self._window = Window(self.title, (width, height))
        self._window.show(picture, self.metadata["render_fps"])

    def _read_tables(self) -> None:
        """Find the tables that all environments of a kind share."""

    def __getstate__(self) -> dict[str, Any]:
        # A window belongs to one environment in one process; the tables to all: a copy finds its own.
        return {**self.__dict__, **dict.fromkeys(self._not_copied)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._read_tables()
