"""What every exact evaluation shares: all states of an environment, and what a model does in them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, Protocol

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from gym_gridworld.models import Model, check_spaces, greedy_actions, has_q_values, takes_the_greatest
from gym_gridworld.report import AnyReport


class AnyEvaluation(Protocol):
    """What every evaluation has."""

    @property
    def report(self) -> AnyReport:
        """The figures."""


class AllStates(ABC):
    """Base: every state of an environment in which there is something to decide.

    Attributes:
        env: The environment, with its wrappers.
        optimal: bool array of shape ``(states, actions)``: whether the action is optimal.
    """

    env: gym.Env[Any, Any]
    optimal: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.optimal)

    @abstractmethod
    def batches(self) -> Iterable[Any]:
        """The observations of all states, as the wrapped environment gives them, in batches."""

    @abstractmethod
    def evaluate(self, model: Model) -> AnyEvaluation:
        """What a model does in every state, and how far from optimal that is."""

    def fraction(self, model: Model) -> float:
        """The share of the states in which the model's greedy action is optimal, from 0.0 to 1.0.

        Raises:
            TypeError: ``model`` is no model.
            ValueError: The model is for other spaces, or does not give one action for each observation.
        """
        return float(self.is_optimal(self.greedy_actions(model)).mean())

    def is_optimal(self, actions: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether an action in each state is optimal: a bool array of shape ``(states,)``."""
        is_optimal: NDArray[np.bool_] = self.optimal[np.arange(len(self)), actions]
        return is_optimal

    def greedy_actions(self, model: Model) -> NDArray[np.int64]:
        """The model's greedy action in every state: an int64 array of shape ``(states,)``.

        Raises:
            TypeError: ``model`` is no model.
            ValueError: The model is for other spaces, or does not give one action for each observation.
        """
        check_spaces(model, self.env)
        return np.concatenate([greedy_actions(model, batch, self._n_actions) for batch in self.batches()])

    def q_values(self, model: Model) -> NDArray[np.float64] | None:
        """The model's Q-values in every state: a float64 array of shape ``(states, actions)``; None without any."""
        if not has_q_values(model):
            return None
        from gym_gridworld.sb3.q_values import q_values

        return np.concatenate([q_values(model, batch) for batch in self.batches()]).astype(np.float64)

    def decisions(self, model: Model) -> tuple[NDArray[np.int64], NDArray[np.float64] | None]:
        """The greedy actions and the Q-values.

        Raises:
            TypeError: ``model`` is no model.
            ValueError: The model is for other spaces, or does not give one action for each observation.
        """
        if not takes_the_greatest(model):
            return self.greedy_actions(model), self.q_values(model)
        # One pass through the network, not two: with images, it takes most of the time.
        check_spaces(model, self.env)
        q_values = self.q_values(model)
        assert q_values is not None  # noqa: S101 (it has them)
        return q_values.argmax(axis=1), q_values

    @property
    def _n_actions(self) -> int:
        return int(self.optimal.shape[1])
