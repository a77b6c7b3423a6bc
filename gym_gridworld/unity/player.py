"""ML-Agents' environment, which this makes clean up after itself."""

from __future__ import annotations

import atexit
import os
import signal
import threading
import warnings
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from gym_gridworld.unity.ml_agents import UnityEnvironment

_open: WeakSet[Any] = WeakSet()


class Player(UnityEnvironment):  # type: ignore[misc]
    """``UnityEnvironment`` of ML-Agents 0.28.0, which leaves neither a process nor a port in use.

    Its own leaves both if a build dies before it connects, or cannot be executed, and does not wait for what it kills.
    And a program that ends without closing it would not end.

    Args:
        **arguments: Those of ``UnityEnvironment``.
    """

    _communicator: Any = None

    def __init__(self, **arguments: Any) -> None:
        _open.add(self)
        try:
            with warnings.catch_warnings():
                # By setuptools' distutils, on which it relies to compare versions of the protocol.
                warnings.filterwarnings("ignore", "distutils Version classes are deprecated", DeprecationWarning)
                super().__init__(**arguments)
        except BaseException:
            self._close(0)
            raise

    def _close(self, timeout: int | None = None) -> None:
        atexit.unregister(self._close)
        _open.discard(self)
        process, communicator = self._process, self._communicator
        if process is not None and timeout == 0:
            process.kill()
            timeout = None
        if communicator is not None:
            super()._close(timeout)
            communicator.server.stop(0).wait()
        if process is not None:
            # Whoever it has started too: a build may sit in a script that makes a screen for it.
            with suppress(AttributeError, ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _close_all() -> None:
    for player in list(_open):
        player._close(0)


# What is registered with atexit comes too late: before that, Python waits for the threads of the server, and they for
# what is sent next.
threading._register_atexit(_close_all)  # type: ignore[attr-defined]
