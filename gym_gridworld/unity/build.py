"""A Unity build that runs: its start, what is exchanged with it, and its end, which is clean whatever happens."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.error import ClosedEnvironmentError
from numpy.typing import NDArray

from gym_gridworld.goal_env import Observation
from gym_gridworld.unity.errors import UnityError
from gym_gridworld.unity.ml_agents import (
    ActionTuple,
    EngineConfigurationChannel,
    UnityCommunicatorStoppedException,
    UnityException,
    UnityTimeOutException,
    UnityWorkerInUseException,
    validate_environment_path,
)
from gym_gridworld.unity.player import Player
from gym_gridworld.unity.settings import LAST_PORT, Settings
from gym_gridworld.unity.specs import find_behavior

# What ML-Agents raises: its own, and what its reading of a build's messages comes upon.
FAULTS = (UnityException, OSError, RuntimeError, ValueError)
# Ports to look at for one that is free.
WORKERS = 100

# ML-Agents' decision steps and terminal steps.
Steps = tuple[Any, Any]


class Build:
    """A running Unity build with agents of one behaviour. Whatever raises :class:`UnityError` has ended it.

    Args:
        settings: How to start it.
        agents: How many agents it must have.

    Attributes:
        first: The decision steps in which the agents' first episodes begin.

    Raises:
        UnityError: The build cannot be started, does not answer in time, or is not the one that is expected.
    """

    def __init__(self, settings: Settings, agents: int) -> None:
        self._settings = settings
        self._player: Player | None = None
        self._path = _find(settings.file_name)
        self._logs = Path(tempfile.mkdtemp(prefix="gym_gridworld-unity-"))
        self._forget_logs = weakref.finalize(self, shutil.rmtree, self._logs, ignore_errors=True)
        self._port: int | None = None
        with self.ended_by_faults():
            self._player = self._launch()
            # Only then it says what its agents are like.
            self._player.reset()
            self._behavior = find_behavior(self._player.behavior_specs)
            self.first = self.wait_for_decisions(self._steps())
            if len(self.first) != agents:
                raise UnityError(_other_number(agents, len(self.first)))

    def restart(self) -> Any:
        """Start every agent's episode anew: the decision steps in which they begin."""
        with self.ended_by_faults():
            self._running.reset()
            return self.wait_for_decisions(self._steps())

    def act(self, moves: NDArray[np.int32]) -> Steps:
        """Take an action each.

        Args:
            moves: int32 array of shape ``(n,)``: the scene's actions, in the order of the last decision steps.

        Returns:
            Decision steps and terminal steps; not both are empty.
        """
        with self.ended_by_faults():
            self._running.set_actions(self._behavior.name, ActionTuple(discrete=moves[:, None]))
            self._running.step()
            steps = self._steps()
        return steps if len(steps[0]) or len(steps[1]) else self.wait()

    def wait(self) -> Steps:
        """Let time pass until agents ask for an action, or end their episodes: decision steps and terminal steps."""
        deadline = time.monotonic() + self._settings.timeout_wait
        with self.ended_by_faults():
            while time.monotonic() < deadline:
                self._running.step()
                decisions, terminals = self._steps()
                if len(decisions) or len(terminals):
                    return decisions, terminals
            raise UnityTimeOutException

    def wait_for_decisions(self, steps: Steps | None = None) -> Any:
        """Let time pass until agents ask for an action: the decision steps.

        Args:
            steps: What there is already, of which the ends of episodes are of no interest.
        """
        decisions, _ = self.wait() if steps is None else steps
        while not len(decisions):
            decisions, _ = self.wait()
        return decisions

    def observe(self, steps: Any) -> Observation:
        """What agents see, as :meth:`gym_gridworld.unity.specs.Behavior.observations`."""
        with self.ended_by_faults():
            return self._behavior.observations(steps)

    def close(self) -> None:
        """End it. May be called again."""
        player, self._player = self._player, None
        if player is not None:
            player.close()
            self._forget_logs()

    @contextmanager
    def ended_by_faults(self) -> Iterator[None]:
        """Whatever is raised, be it by the user's Ctrl+C, ends the build: what it would say next has no listener."""
        try:
            yield
        except BaseException as error:
            player, self._player = self._player, None
            if player is not None:
                player._close(0)
            explained = self._explain(error) if isinstance(error, FAULTS) else ""
            if str(self._logs) in explained:
                self._forget_logs.detach()
            else:
                self._forget_logs()
            if explained:
                raise UnityError(explained) from error
            raise

    @property
    def _running(self) -> Player:
        if self._player is None:
            raise ClosedEnvironmentError(f"the Unity build {self._path} has been closed: make another environment")
        return self._player

    def _steps(self) -> Steps:
        steps: Steps = self._running.get_steps(self._behavior.name)
        return steps

    def _launch(self) -> Player:
        settings = self._settings
        given = settings.worker_id
        for worker_id in range(WORKERS) if given is None else [given]:
            self._port = settings.base_port + worker_id
            engine = EngineConfigurationChannel()
            engine.set_configuration_parameters(time_scale=float(settings.time_scale))
            try:
                return Player(
                    file_name=str(self._path),
                    worker_id=worker_id,
                    base_port=settings.base_port,
                    seed=settings.seed,
                    no_graphics=settings.no_graphics,
                    timeout_wait=settings.timeout_wait,
                    additional_args=list(settings.additional_args),
                    side_channels=[engine],
                    log_folder=str(self._logs),
                )
            except UnityWorkerInUseException:
                if given is not None or self._port == LAST_PORT:
                    raise
        raise UnityWorkerInUseException(WORKERS - 1)

    def _explain(self, error: BaseException) -> str:
        at = f"; its log is {self._log}"
        if isinstance(error, UnityWorkerInUseException):
            return (
                f"port {self._port} is in use, by another program or another environment: pass another worker_id or "
                f"base_port, or leave worker_id out"
            )
        if isinstance(error, UnityTimeOutException):
            seconds = self._settings.timeout_wait
            return f"{self._path} did not answer on port {self._port} within {seconds} s{at}"
        if isinstance(error, UnityCommunicatorStoppedException):
            return f"{self._path} closed its connection on port {self._port}{at}"
        # What a library says may have several lines.
        return f"{self._path}, on port {self._port}: {' '.join(str(error).split())}{at}"

    @property
    def _log(self) -> str:
        for option, value in pairwise(self._settings.additional_args):
            if option.lower() == "-logfile":
                return value
        return str(self._logs / f"Player-{(self._port or 0) - self._settings.base_port}.log")


def _find(file_name: str | Path) -> str:
    """The executable that ML-Agents would launch.

    Raises:
        UnityError: There is none, or it may not be executed.
    """
    # A name alone would be looked for among the system's programs.
    path: str | None = validate_environment_path(str(Path(file_name).expanduser().absolute()))
    if path is None:
        raise UnityError(f"no Unity build at {file_name}: file_name must be the path of its executable")
    if not os.access(path, os.X_OK):
        raise UnityError(f"the Unity build {path} may not be executed: give it the run bit, chmod +x {path}")
    return path


def _other_number(expected: int, got: int) -> str:
    if expected == 1:
        return (
            f"expected a scene of one agent, got {got}: make a vector environment of them, "
            f"gym.make_vec(..., num_envs={got})"
        )
    return f"num_envs must be the number of the scene's agents, which are {got}, got {expected}"
