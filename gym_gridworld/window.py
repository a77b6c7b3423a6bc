"""A window of its own for each environment that a person watches."""

from __future__ import annotations

import os
from typing import Any, ClassVar

import numpy as np
from gymnasium.error import DependencyNotInstalled, Error
from numpy.typing import NDArray


class WindowClosed(SystemExit):
    """The user closed the window of an environment in the ``human`` render mode.

    A ``SystemExit`` with code 0: a program that does not catch it ends at once and in order, without a traceback.
    """

    def __init__(self) -> None:
        super().__init__(0)


def open_screen(pygame: Any) -> None:
    """Start pygame's display.

    Raises:
        pygame.error: There is no screen.
    """
    pygame.display.init()
    # Without a screen, SDL draws where nobody sees it.
    if pygame.display.get_driver() == "offscreen" and "SDL_VIDEODRIVER" not in os.environ:
        pygame.display.quit()
        raise pygame.error("No available video device")


class Window:
    """A window on the screen, independent of any other window of the program.

    ``pygame.display`` knows one window a process, so that closing one environment would close another's; the windows of
    ``pygame._sdl2`` have no such bond, and both pygame builds have them.

    Args:
        title: The window's title.
        size: Width and height in pixels.

    Attributes:
        is_lost: Whether somebody's ``pygame.quit()``, such as that of Gymnasium's own environments, took it along.

    Raises:
        DependencyNotInstalled: pygame is not installed.
        Error: There is no screen.
    """

    _open: ClassVar[list[Window]] = []

    def __init__(self, title: str, size: tuple[int, int]) -> None:
        try:
            import pygame
            from pygame._sdl2 import video
        except ImportError as error:
            raise DependencyNotInstalled(
                'render_mode="human" needs pygame: pip install "gymnasium[classic-control]"'
            ) from error
        try:
            open_screen(pygame)
            self._window = video.Window(title, size)
            self._renderer = video.Renderer(self._window)
        except pygame.error as error:
            raise Error(
                f'render_mode="human" needs a screen ({error}); without one, use "rgb_array" or "ansi"'
            ) from error
        self._pygame, self._video = pygame, video
        self._clock = pygame.time.Clock()
        self._closed_by_user = False
        self.is_lost = False
        # Anew for each: pygame forgets it at every quit, also at one that came before this window.
        pygame.register_quit(self._lose_all)
        self._open.append(self)

    def show(self, frame: NDArray[np.uint8], fps: int) -> None:
        """Show a picture, waiting so that no more than ``fps`` of them are shown a second.

        Args:
            frame: uint8 array of shape ``(height, width, 3)``.
            fps: Pictures a second.

        Raises:
            WindowClosed: The user closed the window.
        """
        self.handle_events()
        surface = self._pygame.image.frombuffer(frame.tobytes(), frame.shape[1::-1], "RGB")
        self._video.Texture.from_surface(self._renderer, surface).draw()
        self._renderer.present()
        self._clock.tick(fps)

    def handle_events(self) -> None:
        """Keep the window alive, and find out whether the user closed it.

        Raises:
            WindowClosed: The user closed the window.
        """
        pygame = self._pygame
        # Key presses stay in the queue for the user's own loop; mouse motion would fill it in time.
        pygame.event.clear(pygame.MOUSEMOTION)
        for event in pygame.event.get((pygame.WINDOWCLOSE, pygame.QUIT)):
            # The queue is the program's: what it says of another environment's window is kept for that one.
            for window in self._open:
                if event.type == pygame.QUIT or window._window is event.window:
                    window._closed_by_user = True
        if self._closed_by_user:
            self.close()
            raise WindowClosed

    @classmethod
    def _lose_all(cls) -> None:
        for window in cls._open:
            window.is_lost = True
            # Freed later, they would destroy whichever window SDL has put at their address by then.
            del window._renderer, window._window
        cls._open.clear()

    def close(self) -> None:
        """Take the window off the screen. May be called again."""
        if self in self._open:
            self._open.remove(self)
            self._window.destroy()
