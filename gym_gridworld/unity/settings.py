"""How to start a Unity build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gym_gridworld.validation import check_at_least, check_flag, check_number

# ML-Agents' own.
BASE_PORT = 5005
LAST_PORT = 2**16 - 1
# As the published tutorial has it.
TIME_SCALE = 12.0
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Settings:
    """How to start a Unity build, checked.

    Attributes:
        file_name: The build: an executable file, with or without the ending that Unity gives it.
        worker_id: The build listens to port ``base_port + worker_id``; None for the first from 0 on that is free.
        base_port: At least 1.
        seed: What the build starts its random numbers from.
        time_scale: How many times faster than real time the build plays.
        no_graphics: Whether the build runs without a screen. In Unity, cameras see nothing then.
        timeout_wait: Seconds to wait for an answer of the build, at least 1.
        additional_args: More arguments for the build's command line.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: An argument is out of range.
    """

    file_name: str | Path
    worker_id: int | None = None
    base_port: int = BASE_PORT
    seed: int = 0
    time_scale: float = TIME_SCALE
    no_graphics: bool = False
    timeout_wait: int = 60
    additional_args: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.file_name, (str, Path)):
            raise TypeError(f"file_name must be the path of a Unity build, got {self.file_name!r}")
        port = check_at_least("base_port", self.base_port, 1)
        if self.worker_id is not None:
            port += check_at_least("worker_id", self.worker_id, 0)
        if port > LAST_PORT:
            raise ValueError(f"base_port and worker_id must be at most {LAST_PORT} together, got {port}")
        if check_at_least("seed", self.seed, 0) > LARGEST_SEED:
            raise ValueError(f"seed must be at most {LARGEST_SEED}, got {self.seed}")
        if check_number("time_scale", self.time_scale) <= 0.0:
            raise ValueError(f"time_scale must be above 0, got {self.time_scale}")
        check_flag("no_graphics", self.no_graphics)
        check_at_least("timeout_wait", self.timeout_wait, 1)
        if isinstance(self.additional_args, str) or not all(isinstance(one, str) for one in self.additional_args):
            raise TypeError(f"additional_args must be a list of strings, got {self.additional_args!r}")
