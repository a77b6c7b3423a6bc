"""Processes in which contestants are measured: one for each library, and for each number of cores it may use."""

from __future__ import annotations

import math
import multiprocessing
import os
import time
import warnings
from collections.abc import Iterable, Iterator
from itertools import cycle
from typing import Any

import numpy as np
from contestants import MAKERS, Contestant

WINDOWS = 2**16


class Absent(Exception):  # noqa: N818 (nothing went wrong)
    """A contestant's library is not installed."""


class Worker:
    """A process that makes contestants, keeps them, and measures one at a time.

    Args:
        cores: The cores that it may use.
    """

    def __init__(self, cores: Iterable[int]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, set(cores)))
        self._process.start()

    def ask(self, maker: str, arguments: dict[str, Any], seconds: float) -> None:
        """Start to measure; the first time, make the contestant and warm it up."""
        self._pipe.send((maker, arguments, seconds))

    def answer(self) -> float:
        """Steps a second.

        Raises:
            Absent: The contestant's library is not installed.
        """
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return float(answer)

    def close(self) -> None:
        """End the process."""
        self._pipe.send(None)
        self._process.join()


def steps_per_second(contestant: Contestant, batches: Iterator[np.ndarray], seconds: float) -> float:
    """Steps a second, all environments together: what comes out is read, and lives on until the next is there."""
    calls, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        kept = contestant.call(next(batches))
        kept[1].flat[-1].item()
        calls += 1
    return calls * math.prod(contestant.shape) / elapsed


def drawn(contestant: Contestant) -> Iterator[np.ndarray]:
    """The actions of every contestant: the same numbers, times how many actions it has.

    Batches are windows of one long array: so many that no environment walks in circles would not fit into memory.
    """
    *steps, num_envs = contestant.shape
    random = np.random.default_rng(0)
    actions = (random.random(num_envs + WINDOWS) * contestant.n_actions).astype(np.int64)
    windows = [actions[first : first + num_envs] for first in random.integers(WINDOWS, size=WINDOWS // 16)]
    if steps:
        windows = [np.stack(windows[first : first + steps[0]]) for first in range(0, 8 * steps[0], steps[0])]
    return cycle(windows)


def _serve(pipe: Any, cores: set[int]) -> None:
    warnings.simplefilter("ignore")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)
    made: dict[str, tuple[Contestant, Iterator[np.ndarray]]] = {}
    while (asked := pipe.recv()) is not None:
        maker, arguments, seconds = asked
        key = repr(asked[:2])
        try:
            if key not in made:
                contestant = MAKERS[maker](**arguments)
                made[key] = contestant, drawn(contestant)
                steps_per_second(*made[key], seconds)
            pipe.send(steps_per_second(*made[key], seconds))
        except ImportError as error:
            pipe.send(Absent(str(error)))
