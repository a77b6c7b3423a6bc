"""Callbacks for Stable-Baselines3: how far from optimal the agent is, while it learns."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import gymnasium as gym
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv, VecEnvWrapper, VecMonitor, VecTransposeImage

from gym_gridworld.models import discount_of
from gym_gridworld.optimality import all_states
from gym_gridworld.sb3.curves import OPTIMALITY
from gym_gridworld.sb3.twins import without_monitor
from gym_gridworld.sb3.vec_env import GridWorldVecEnv
from gym_gridworld.validation import check_at_least


class OptimalityCallback(BaseCallback):
    """Log how far from optimal the agent is, again and again, over every state.

    Records ``optimality/actions``, ``optimality/success``, ``optimality/mean_regret`` and ``optimality/q_error``, the
    figures of :class:`gym_gridworld.optimality.Report`, with the model's logger; of a GoalGridWorld, those of
    :class:`gym_gridworld.goal_report.GoalReport`. Where the training writes monitor files, they also go to
    ``optimality.csv`` beside those.

    It looks at an environment of its own and draws no random number: the training goes on as without it, bit by bit.
    The first check comes after ``frequency`` steps, the last when the training ends.

    In the zoo's YAML::

        callback:
          - gym_gridworld.sb3.callbacks.OptimalityCallback:
              frequency: 5000

    Args:
        frequency: Environment steps between checks, over all environments together; a check waits for the end of a
            rollout.
        patience: Stop the training once the agent was optimal in every state in this many checks in a row. None: never.

    Raises:
        TypeError: ``frequency`` or ``patience`` is not an integer.
        ValueError: One of them is below 1.
    """

    def __init__(self, frequency: int = 10_000, patience: int | None = None) -> None:
        super().__init__()
        self.frequency = check_at_least("frequency", frequency, 1)
        self.patience = None if patience is None else check_at_least("patience", patience, 1)
        self._in_a_row = 0

    def _on_training_start(self) -> None:
        self._states = all_states(_another_env(self.training_env), discount_of(self.model))
        self._path = _beside_monitor_files(self.training_env)
        if self._path is not None and self.num_timesteps == 0:
            self._path.unlink(missing_ok=True)
        self._next_check = self.num_timesteps + self.frequency
        self._last_check: int | None = None
        self._in_a_row = 0

    def _on_rollout_start(self) -> None:
        # Here the gradient steps of the rollout before are done: what is checked is what stays if the training stops.
        if self.num_timesteps >= self._next_check:
            self._next_check += self.frequency
            self._check()

    def _on_step(self) -> bool:
        return self.patience is None or self._in_a_row < self.patience

    def _on_training_end(self) -> None:
        # The zoo ends its first callback twice.
        if self._last_check != self.num_timesteps:
            self._check()

    def _check(self) -> None:
        report = self._states.evaluate(self.model).report
        self._last_check = self.num_timesteps
        self._in_a_row = self._in_a_row + 1 if report.actions == 1.0 else 0
        figures = report.figures
        for name, value in figures.items():
            if value is not None:
                self.logger.record(f"optimality/{name}", value)
        # As EvalCallback has it: what is recorded here belongs to this very step.
        self.logger.record("time/total_timesteps", self.num_timesteps, exclude="tensorboard")
        self.logger.dump(self.num_timesteps)
        if self._path is not None:
            _append(self._path, {"environment_steps": self.num_timesteps, **figures})


def _another_env(vec_env: VecEnv) -> gym.Env[Any, Any]:
    """An environment like those of the training, but for the monitor."""
    while isinstance(vec_env, VecEnvWrapper):
        if not isinstance(vec_env, (VecMonitor, VecTransposeImage)):
            raise TypeError(
                f"optimality is not known behind {type(vec_env).__name__}, which changes what the model sees"
            )
        vec_env = vec_env.venv
    spec = vec_env.get_attr("spec", indices=0)[0]
    if spec is None:
        raise TypeError("optimality needs an environment made by gym.make, and this one has no spec")
    spec = without_monitor(spec)
    spec.kwargs["render_mode"] = None
    return gym.make(spec)


def _beside_monitor_files(vec_env: VecEnv) -> Path | None:
    """Where the training's monitor writes, there the figures go too; None where it writes nothing."""
    vec_env = vec_env.unwrapped
    # The environments of a SubprocVecEnv are out of reach.
    if not isinstance(vec_env, (DummyVecEnv, GridWorldVecEnv)) or not vec_env.env_is_wrapped(Monitor, indices=0)[0]:
        return None
    writer = vec_env.get_attr("results_writer", indices=0)[0]
    return None if writer is None else Path(writer.file_handler.name).parent / OPTIMALITY


def _append(path: Path, row: dict[str, Any]) -> None:
    is_new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(row))
        if is_new:
            writer.writeheader()
        writer.writerow(row)
