"""A callback for the zoo's YAML: how many pairs are optimal, again and again during the training."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import gymnasium as gym
from rl_zoo3.utils import get_wrapper_class
from stable_baselines3.common.callbacks import BaseCallback

from gym_gridworld.optimality import AllPairs


class Curve(BaseCallback):
    """Write ``[environment steps, seconds of learning, share of optimal pairs]`` of ``points`` moments to a JSON file.

    The seconds leave out what this callback takes. It looks at an environment of its own, and draws no random number.
    """

    def __init__(
        self, path: str, points: int, env_id: str, env_kwargs: dict[str, Any], hyperparams: dict[str, Any]
    ) -> None:
        super().__init__()
        self.path, self.points = Path(path), points
        env = gym.make(env_id, **env_kwargs)
        wrap = get_wrapper_class(hyperparams)
        self.pairs = AllPairs(wrap(env) if wrap else env)
        self.curve: list[tuple[int, float, float]] = []

    def _on_training_start(self) -> None:
        self.start = time.perf_counter()

    def _on_step(self) -> bool:
        if self.num_timesteps >= (len(self.curve) + 1) * self.locals["total_timesteps"] / self.points:
            self._check()
        return True

    def _on_training_end(self) -> None:
        # The zoo ends its first callback once more; after the last gradient step the model may have changed.
        if self.curve:
            self.curve.pop()
        self._check()
        self.path.write_text(json.dumps(self.curve))

    def _check(self) -> None:
        now = time.perf_counter()
        self.curve.append((self.num_timesteps, round(now - self.start, 3), self.pairs.fraction(self.model)))
        self.start += time.perf_counter() - now
