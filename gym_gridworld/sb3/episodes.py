"""Callbacks for Stable-Baselines3 that go by episodes, as its ``Monitor`` counts them: a stop rule and a log line."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections import deque
from typing import Any

from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import VecEnv, VecMonitor, is_vecenv_wrapped

from gym_gridworld.validation import check_at_least, check_number


class EpisodeCallback(BaseCallback):
    """What looks at the episodes of all environments together, in the order of their ends.

    Where several end in the same step, that of the first environment comes first. Trained on with
    ``reset_num_timesteps=False``, the episodes go on; otherwise they begin anew.
    """

    def _on_training_start(self) -> None:
        _check_monitored(type(self).__name__, self.training_env)
        if self.num_timesteps == 0:
            self._forget()

    def _on_step(self) -> bool:
        episodes: list[dict[str, Any]] = [info["episode"] for info in self.locals["infos"] if "episode" in info]
        # Every one is looked at, those after one that stops the training too.
        goes_on = [self._on_episode(float(episode["r"]), int(episode["l"])) for episode in episodes]
        return all(goes_on)

    @abstractmethod
    def _forget(self) -> None:
        """Begin anew, without the episodes of another training."""

    @abstractmethod
    def _on_episode(self, gained: float, length: int) -> bool:
        """Look at an episode that has just ended, and say whether the training goes on."""


class StopOnMeanReturn(EpisodeCallback):
    """Stop the training as soon as the last episodes of the training itself are good enough.

    Not of evaluations, as Stable-Baselines3's ``StopTrainingOnRewardThreshold`` has it. Looks whenever an episode ends,
    and never before ``window`` of them have.

    In the zoo's YAML::

        callback:
          - gym_gridworld.sb3.episodes.StopOnMeanReturn:
              threshold: 200.0
              window: 100

    Args:
        threshold: The mean return that is enough.
        window: How many episodes the mean is of.

    Raises:
        TypeError: ``threshold`` is not a number, or ``window`` not an integer; when the training starts, the
            environments are without a ``Monitor``.
        ValueError: ``threshold`` is not finite, or ``window`` below 1.
    """

    def __init__(self, threshold: float, window: int = 100) -> None:
        super().__init__()
        self.threshold = check_number("threshold", threshold)
        self.window = check_at_least("window", window, 1)
        self._forget()

    def _forget(self) -> None:
        self._returns: deque[float] = deque(maxlen=self.window)

    def _on_step(self) -> bool:
        goes_on = super()._on_step()
        if not goes_on:
            print(
                f"the training stops after {self.num_timesteps} transitions: the mean return of the last {self.window} "
                f"episodes has reached {self.threshold:g}",
                flush=True,
            )
        return goes_on

    def _on_episode(self, gained: float, length: int) -> bool:  # noqa: ARG002
        self._returns.append(gained)
        # A mean that is not a number is not enough.
        return not (len(self._returns) == self.window and math.fsum(self._returns) / self.window >= self.threshold)


class EpisodeLog(EpisodeCallback):
    """Print a line every so many episodes, on those that ended since the line before.

    Score is their mean return, length their mean length. Epsilon is the exploration rate that the last action was drawn
    with (up to ``learning_starts``, all are random all the same), left out for algorithms without one. Transitions are
    the steps so far, of all environments together.

    In the zoo's YAML::

        callback:
          - gym_gridworld.sb3.episodes.EpisodeLog:
              frequency: 10

    Args:
        frequency: Episodes from one line to the next.

    Raises:
        TypeError: ``frequency`` is not an integer; when the training starts, the environments are without a
            ``Monitor``.
        ValueError: ``frequency`` is below 1.
    """

    def __init__(self, frequency: int = 10) -> None:
        super().__init__()
        self.frequency = check_at_least("frequency", frequency, 1)
        self._forget()

    def _forget(self) -> None:
        self._ended = 0
        self._unsaid: list[tuple[float, int]] = []

    def _on_episode(self, gained: float, length: int) -> bool:
        self._ended += 1
        self._unsaid.append((gained, length))
        if len(self._unsaid) == self.frequency:
            print(self._line(), flush=True)
            self._unsaid.clear()
        return True

    def _line(self) -> str:
        score, length = (math.fsum(figures) / self.frequency for figures in zip(*self._unsaid, strict=True))
        epsilon = getattr(self.model, "exploration_rate", None)
        parts = [f"episode {self._ended}", f"score {score:.2f}", f"length {length:.1f}"]
        parts += [] if epsilon is None else [f"epsilon {epsilon:.3f}"]
        return ", ".join([*parts, f"transitions {self.num_timesteps}"])


def _check_monitored(name: str, vec_env: VecEnv) -> None:
    """Without a monitor, no info would ever say that an episode has ended."""
    if not is_vecenv_wrapped(vec_env, VecMonitor) and not all(vec_env.env_is_wrapped(Monitor)):
        raise TypeError(
            f"{name} counts the episodes that a Monitor reports, and the environments have none: wrap each in "
            f"stable_baselines3.common.monitor.Monitor, or all of them in a VecMonitor"
        )
