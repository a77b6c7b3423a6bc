"""What the tests of the Unity adapter share: an executable file, as a build is one, that runs ``unity_peer``."""

import os
import socket
import sys
from pathlib import Path

ENV_ID = "gym_gridworld/UnityGridWorld-v0"
PEER = Path(__file__).with_name("unity_peer.py")

# In each process of pytest-xdist other ports.
BASE_PORT = 20_000 + 500 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])


def write_build(folder, *arguments, launch="exec", name="GridWorld"):
    """An executable that plays, with arguments of the peer."""
    path = folder / f"{name}.x86_64"
    words = " ".join(f"'{word}'" for word in (sys.executable, PEER, *arguments))
    path.write_text(f'#!/bin/sh\n{launch} {words} "$@"\n')
    path.chmod(0o755)
    return path


def is_free(port):
    """Whether nobody listens."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("localhost", port))
        except OSError:
            return False
    return True


def is_running(pid):
    """Whether there is a process of this number, a zombie included."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def said(log):
    """What the peer has written into its log, by the first word of a line: the rest of the last such line."""
    return dict(line.partition(" ")[::2] for line in log.read_text().splitlines())
