"""UnityGridWorld: a Unity build with one agent, in the place of GoalGridWorld."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gymnasium as gym
import numpy as np
from gymnasium.error import DependencyNotInstalled, ResetNeeded
from numpy.typing import NDArray

from gym_gridworld.dynamics import ACTIONS
from gym_gridworld.env import Action
from gym_gridworld.goal_env import Observation
from gym_gridworld.unity.settings import BASE_PORT, TIME_SCALE, Settings
from gym_gridworld.unity.specs import MOVES, action_masks, as_float, native_spaces
from gym_gridworld.validation import check_action, check_choice

if TYPE_CHECKING:
    from gym_gridworld.unity.build import Build


class UnityGridWorldEnv(gym.Env[Observation, Action]):
    """A build of Unity's ML-Agents with one agent, behind the spaces of :class:`gym_gridworld.GoalGridWorldEnv`.

    Needs the extra ``unity``. The build must have one behaviour: an image of (64, 84, 3), a goal signal of 2 and one
    discrete branch of 5, none, up, down, left and right, as the GridWorld example scene has it.

    **Observation**, **actions**: those of ``GoalGridWorld-v0``, whether images come as PNG or as numbers.

    **Reward**: the build's.

    **Start**: the build's. The seed of ``reset`` does not reach it, the argument ``seed`` does; there are no options.

    **Episode end**: terminates where the build says so; where it interrupts an episode, at its agent's Max Step,
    truncates. The registered id has no other time limit.

    **Info**: ``info["action_mask"]``, an int8 array, is 0 for what the build masks; none comes with the last step of an
    episode. ``info["is_success"]``, in each step, is whether the episode has terminated with a reward above 0.

    What goes wrong with the build raises :class:`gym_gridworld.unity.UnityError`, after which its process has ended and
    its port is free.

    Args:
        file_name: The build: an executable file, with or without the ending that Unity gives it.
        worker_id: The build listens to port ``base_port + worker_id``; None for the first from 0 on that is free.
        base_port: At least 1.
        seed: What the build starts its random numbers from.
        time_scale: How many times faster than real time the build plays; 1 for watching.
        no_graphics: Whether the build runs without a screen. In Unity, cameras see nothing then.
        timeout_wait: Seconds to wait for an answer of the build, at least 1.
        additional_args: More arguments for the build's command line.
        render_mode: None, ``"human"`` (the build's own window) or ``"rgb_array"`` (what the camera has seen last).

    Attributes:
        observed: The last observation; None before the first ``reset``.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: An argument is out of range.
        gymnasium.error.DependencyNotInstalled: The extra is not installed.
        UnityError: The build cannot be started, does not answer in time, or is not the one that is expected.
    """

    metadata = {"render_modes": ["human", "rgb_array"], "render_fps": 4}  # noqa: RUF012 (as Gymnasium has it)

    def __init__(  # noqa: PLR0913 (each is one thing that one may want otherwise)
        self,
        file_name: str | Path,
        *,
        worker_id: int | None = None,
        base_port: int = BASE_PORT,
        seed: int = 0,
        time_scale: float = TIME_SCALE,
        no_graphics: bool = False,
        timeout_wait: int = 60,
        additional_args: Sequence[str] = (),
        render_mode: str | None = None,
    ) -> None:
        check_choice("render_mode", render_mode, [None, *self.metadata["render_modes"]])
        settings = Settings(
            file_name, worker_id, base_port, seed, time_scale, no_graphics, timeout_wait, additional_args
        )
        self.render_mode = render_mode
        self.observation_space, self.action_space = native_spaces()  # type: ignore[assignment]
        self._build = open_build(settings, agents=1)
        # Where the next episode begins, if the build has said so already.
        self._start: Any = self._build.first
        self._needs_reset = True
        self.observed: Observation | None = None
        self._mask: NDArray[np.int8] | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start an episode.

        Args:
            seed: For the spaces only.
            options: None, or empty.

        Returns:
            The first observation and info.

        Raises:
            ValueError: There are options.
            gymnasium.error.ClosedEnvironmentError: The environment has been closed.
            UnityError: Something went wrong with the build.
        """
        check_no_options(options)
        super().reset(seed=seed)
        if not self._needs_reset:
            start = self._build.restart()
        elif self._start is None:
            start = self._build.wait_for_decisions()
        else:
            start = self._start
        self._start, self._needs_reset = None, False
        return self._observed(start), self._masked(start)

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Move the agent.

        Args:
            action: 0 right, 1 up, 2 left, 3 down.

        Returns:
            The observation, the reward, whether the episode ended, whether it was interrupted, and info.

        Raises:
            gymnasium.error.InvalidAction: ``action`` is none of these.
            gymnasium.error.ResetNeeded: No episode is under way.
            gymnasium.error.ClosedEnvironmentError: The environment has been closed.
            UnityError: Something went wrong with the build.
        """
        if self._needs_reset:
            raise ResetNeeded("no episode is under way: call reset() before step()")
        move = MOVES[check_action(action, ACTIONS)]
        decisions, terminals = self._build.act(np.array([move]))
        if not len(terminals):
            reward = as_float(decisions.reward[0])
            return self._observed(decisions), reward, False, False, self._masked(decisions) | {"is_success": False}
        self._needs_reset, self._mask = True, None
        self._start = decisions if len(decisions) else None
        reward, interrupted = as_float(terminals.reward[0]), bool(terminals.interrupted[0])
        is_success = not interrupted and reward > 0.0
        return self._observed(terminals), reward, not interrupted, interrupted, {"is_success": is_success}

    def render(self) -> NDArray[np.uint8] | None:
        """What the camera has seen last, of shape ``(64, 84, 3)``, with ``"rgb_array"``; else None.

        Raises:
            gymnasium.error.ResetNeeded: There was no ``reset`` yet.
        """
        if self.render_mode is None:
            gym.logger.warn('render() shows nothing without a render_mode, e.g. render_mode="rgb_array"')
        if self.render_mode != "rgb_array":
            return None
        if self.observed is None:
            raise ResetNeeded("there is nothing to show yet: call reset() before render()")
        return self.observed["image"].copy()

    def action_masks(self) -> NDArray[np.bool_]:
        """Which actions the build does not mask, as sb3-contrib's ``MaskablePPO`` asks for it.

        Returns:
            A new bool array of shape ``(4,)``.

        Raises:
            gymnasium.error.ResetNeeded: No episode is under way.
        """
        if self._mask is None:
            raise ResetNeeded("there is nothing to mask: call reset() before action_masks()")
        return self._mask.astype(np.bool_)

    def close(self) -> None:
        """End the build. May be called again."""
        self._start = None
        self._build.close()

    def _observed(self, steps: Any) -> Observation:
        self.observed = {name: part[0] for name, part in self._build.observe(steps).items()}
        return dict(self.observed)

    def _masked(self, decisions: Any) -> dict[str, Any]:
        self._mask = action_masks(decisions)[0]
        return {"action_mask": self._mask.copy()}


def open_build(settings: Settings, agents: int) -> Build:
    """Start a build.

    Raises:
        gymnasium.error.DependencyNotInstalled: The extra is not installed.
        UnityError: The build cannot be started, does not answer in time, or is not the one that is expected.
    """
    try:
        from gym_gridworld.unity.build import Build
    except ModuleNotFoundError as error:
        raise DependencyNotInstalled(
            f"{error.name} is missing: install gym_gridworld with its extra [unity]"
        ) from error
    except TypeError as error:
        # What protobuf says to messages that were generated before it had its present form.
        raise DependencyNotInstalled(
            "ML-Agents needs protobuf<3.21, and another is installed: install gym_gridworld with its extra [unity], "
            "in an environment of its own if something else there needs a newer one"
        ) from error
    return Build(settings, agents)


def check_no_options(options: Any) -> None:
    """Refuse reset options.

    Raises:
        ValueError: There are some.
    """
    if options:
        raise ValueError(f"a Unity build starts as it likes and takes no reset options, got {options!r}")
