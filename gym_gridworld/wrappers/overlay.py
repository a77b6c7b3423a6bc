"""A wrapper that shows what a model thinks while it plays."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from gym_gridworld.env import N_ACTIONS, GridWorldEnv
from gym_gridworld.models import check_spaces, has_q_values
from gym_gridworld.observing import observe


class QValueOverlay(gym.Wrapper[Any, Any, Any, Any]):
    """Pictures that show a model's Q-values for the current target, in every cell.

    Every floor cell is divided into four triangles, each in the colour of the action that leads there: brown for -1,
    pale for 0, green for 1. The greedy action has a dark arrowhead. The agent and the target are drawn over it, walls
    and pits as usual.

    The episode is not touched: what the model observes elsewhere is found out in a copy of ``env``. The Q-values of a
    target are computed once, when its first picture is drawn, and kept: for a model that has learnt since, make another
    overlay.

    Args:
        env: A GridWorld with the wrappers that the model was trained with, in the render mode ``"rgb_array"`` or
            ``"human"``. This wrapper goes outside of them, and any that record pictures outside of this one.
        model: A DQN of Stable-Baselines3, a QR-DQN of sb3-contrib, or a function from a batch of ``n`` observations to
            Q-values of shape ``(n, 4)``.

    Raises:
        TypeError: ``env`` is another environment, or the model has no Q-values.
        ValueError: The model is for other spaces; when a picture is drawn: its Q-values have another shape, or are not
            finite.

    Example:
        >>> import gymnasium as gym
        >>> import gym_gridworld
        >>> def right(observations):
        ...     return np.tile([0.9, 0.5, 0.1, 0.5], (len(observations["agent"]), 1))
        >>> env = QValueOverlay(gym.make("gym_gridworld/GridWorld-v0", render_mode="rgb_array"), right)
        >>> observation, info = env.reset(seed=0)
        >>> env.render().shape
        (512, 512, 3)
    """

    def __init__(self, env: gym.Env[Any, Any], model: Any) -> None:
        super().__init__(env)
        if not isinstance(env.unwrapped, GridWorldEnv):
            raise TypeError(f"{type(self).__name__} wraps a GridWorldEnv, got {env}")
        self._q_values_of = _q_function(model)
        check_spaces(model, env)
        self._grid_world = env.unwrapped
        self._q_values: dict[int, NDArray[np.float64]] = {}
        self._board: tuple[int, NDArray[np.uint8]] | None = None
        self._grid_world.board_for = self._board_for

    def q_values(self, target: int) -> NDArray[np.float64]:
        """The model's Q-values in every cell for a target.

        Args:
            target: Number of the target's cell.

        Returns:
            A read-only float64 array of shape ``(cells, 4)``: right, up, left, down; NaN in the target, walls and pits,
            and where there is no way to the target.

        Raises:
            ValueError: The model gives Q-values of another shape, or not finite ones.
        """
        if target not in self._q_values:
            self._q_values[target] = self._compute(target)
        return self._q_values[target]

    def _compute(self, target: int) -> NDArray[np.float64]:
        # Of what it is now: a wrapper may have learnt something of its own, such as a scale.
        twin = copy.deepcopy(self.env)
        twin.unwrapped.render_mode = None
        dynamics = self._grid_world.dynamics
        distances = dynamics.distances_to(target)
        cells = np.flatnonzero((distances > 0) & (distances < math.inf))
        computed = np.asarray(self._q_values_of(observe(twin, cells, np.full_like(cells, target))))
        if computed.shape != (len(cells), N_ACTIONS):
            raise ValueError(
                f"expected Q-values of shape ({len(cells)}, {N_ACTIONS}) from the model, got {computed.shape}"
            )
        if not np.isfinite(computed).all():
            raise ValueError(f"expected finite Q-values from the model, got {computed[~np.isfinite(computed)][0]}")
        q_values = np.full((dynamics.n_cells, N_ACTIONS), math.nan)
        q_values[cells] = computed
        q_values.flags.writeable = False
        return q_values

    def _board_for(self, target: int) -> NDArray[np.uint8]:
        from gym_gridworld.overlay import draw_q_values

        if self._board is None or self._board[0] != target:
            env = self._grid_world
            self._board = target, draw_q_values(env.layout, self.q_values(target), env.window_size)
        return self._board[1]

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._grid_world.board_for = self._board_for


def _q_function(model: Any) -> Callable[[Any], Any]:
    if has_q_values(model):
        from gym_gridworld.sb3.q_values import q_values

        return partial(q_values, model)
    if callable(model):
        return model  # type: ignore[no-any-return]
    raise TypeError(
        f"{QValueOverlay.__name__} shows a DQN, a QR-DQN or a function that returns Q-values, got {model!r} of type "
        f"{type(model).__name__}"
    )
