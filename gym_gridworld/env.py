"""GridWorld: walk to the target."""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

from gym_gridworld.dynamics import ACTIONS, dynamics_of
from gym_gridworld.layouts import Layout, open_layout, read_layout
from gym_gridworld.pictured_env import WINDOW_SIZE, PicturedEnv
from gym_gridworld.validation import (
    check_action,
    check_at_least,
    check_choice,
    check_location,
    check_options,
    check_share,
)

Observation = dict[str, NDArray[np.int64]]
Action = int | np.int64

N_ACTIONS = len(ACTIONS)
DEFAULT_SIZE = 5


class GridWorldEnv(PicturedEnv[Observation, Action]):
    """A grid with an agent and a target. The episode ends when the agent reaches the target.

    **Observation**: ``Dict(agent=Box(0, size - 1, (2,), int64), target=Box(0, size - 1, (2,), int64))``, each the
    location ``(x, y)``: x to the right, y up, ``(0, 0)`` the bottom-left cell. The arrays are fresh on every call. On a
    layout that is not a square, each axis has its own bound; of a layout of a single row or column, Gymnasium's checker
    warns.

    **Actions**: ``Discrete(4)``: 0 right (+x), 1 up (+y), 2 left (-x), 3 down (-y). A move off the grid or into a wall
    leaves the agent where it is. Python integers, NumPy integers and 0-d integer arrays are actions.

    **Reward**: 1.0 on reaching the target, -1.0 on falling into a pit, else 0.0.

    **Start**: the agent uniformly anywhere, then the target uniformly on the other cells; on a layout, each where the
    layout has it, and the target where the agent can reach it.
    ``reset(options={"agent": (x, y), "target": (x, y)})`` places either or both.

    **Episode end**: terminates on the target and in pits. ``gym.make`` adds the time limit of the registered id.

    **Info**: ``info["distance"]`` is the exact number of steps to the target, a float; infinite in a pit.

    After the end of an episode ``step`` raises ``gymnasium.error.ResetNeeded``, as before the first ``reset``. Bad
    input of any kind leaves the state as it was.

    Args:
        size: Cells a side of an open square, at least 2. A layout has its own size.
        render_mode: None, ``"human"`` (a window), ``"rgb_array"`` (a uint8 array of shape
            ``(window_size, window_size, 3)``) or ``"ansi"`` (a string, the agent ``A``, the target ``T``, both ``*``).
        window_size: Pixels of the picture's longer side, at least a pixel a cell where one is drawn.
        layout: A map, as :func:`gym_gridworld.layouts.read_layout` takes it: a name such as ``"four_rooms"``,
            ``"random:<size>:<wall density>:<seed>"``, text, a list of rows, or a path. None for an open square.
        slip: The probability that the agent moves to the left or to the right of the action's direction instead, to
            either side as likely.

    Attributes:
        board_for: What pictures are drawn on, given the target's cell: a function that returns an image like
            :func:`gym_gridworld.rendering.draw_board`. None for the plain board. A copy has none.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: An argument is out of range.

    Example:
        >>> import gymnasium as gym
        >>> import gym_gridworld
        >>> env = gym.make("gym_gridworld/GridWorld-v0", render_mode="ansi")
        >>> observation, info = env.reset(options={"agent": (0, 0), "target": (2, 1)})
        >>> print(env.render())
        . . . . .
        . . . . .
        . . . . .
        . . T . .
        A . . . .
        >>> for action in (0, 0, 1):
        ...     observation, reward, terminated, truncated, info = env.step(action)
        >>> observation["agent"].tolist(), reward, terminated, info
        ([2, 1], 1.0, True, {'distance': 0.0})
    """

    title = "GridWorld"
    # A board belongs to one environment, as a window does.
    _not_copied = ("_window", "board_for", "_next_cell", "_pits", "_locations", "_distances")

    def __init__(
        self,
        size: int = DEFAULT_SIZE,
        render_mode: str | None = None,
        window_size: int = WINDOW_SIZE,
        layout: Any = None,
        slip: float = 0.0,
    ) -> None:
        self.layout = self._choose_layout(check_at_least("size", size, 2), layout)
        self.slip = check_share("slip", slip)
        check_choice("render_mode", render_mode, [None, *self.metadata["render_modes"]])
        self.render_mode = render_mode
        draws = render_mode in ("human", "rgb_array")
        longer_side = max(self.layout.width, self.layout.height)
        self.window_size = check_at_least("window_size", window_size, longer_side if draws else 1)

        self.dynamics = dynamics_of(self.layout)
        last = np.array([self.layout.width - 1, self.layout.height - 1])
        self.observation_space = spaces.Dict(
            {name: spaces.Box(np.zeros_like(last), last, dtype=np.int64) for name in ("agent", "target")}
        )  # type: ignore[assignment]
        self.action_space = spaces.Discrete(N_ACTIONS)

        self.agent_cell = self.target_cell = -1
        self._needs_reset = True
        self.board_for: Callable[[int], NDArray[np.uint8]] | None = None
        self._read_tables()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start an episode.

        Args:
            seed: A non-negative integer starts the random numbers anew; None goes on with them.
            options: ``"agent"`` and ``"target"``, each an ``(x, y)`` on the grid, to place either or both.

        Returns:
            The first observation and info.

        Raises:
            TypeError: An option is not a pair of integers.
            ValueError: An option is unknown, off the grid or not a place for it, or there is no way from the agent to
                the target.
            gymnasium.error.Error: ``seed`` is negative or not an integer.
        """
        agent, target = self.placed(options)
        super().reset(seed=seed)
        self.agent_cell, self.target_cell = self.dynamics.draw_start(self.np_random, agent, target)
        self._distances = self.dynamics.distance_row(self.target_cell)
        self._needs_reset = False
        if self.render_mode == "human":
            self._show()
        return self._observation(), {"distance": self._distances[self.agent_cell]}

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Move the agent one cell.

        Args:
            action: 0 right, 1 up, 2 left, 3 down.

        Returns:
            The observation, the reward, whether the episode ended, False (nothing here truncates) and info.

        Raises:
            gymnasium.error.InvalidAction: ``action`` is not one of the four.
            gymnasium.error.ResetNeeded: No episode is under way.
        """
        if self._needs_reset:
            raise ResetNeeded("no episode is under way: call reset() before step()")
        # The quick way for what people type, and for what action spaces sample and models predict.
        if type(action) is np.int64:
            action = index(action)
        if type(action) is not int or not 0 <= action < N_ACTIONS:
            action = check_action(action, ACTIONS)
        if self.slip:
            action = self._slipped(action)
        cell = self.agent_cell = self._next_cell[self.agent_cell][action]
        reward = 1.0 if cell == self.target_cell else -1.0 if cell in self._pits else 0.0
        terminated = self._needs_reset = reward != 0.0
        if self.render_mode == "human":
            self._show()
        # As _observation(), written out: a call would cost as much as a copy.
        locations = self._locations
        observation = {"agent": locations[cell].copy(), "target": locations[self.target_cell].copy()}
        return observation, reward, terminated, False, {"distance": self._distances[cell]}

    def _observation(self) -> Observation:
        return {
            "agent": self._locations[self.agent_cell].copy(),
            "target": self._locations[self.target_cell].copy(),
        }

    @staticmethod
    def _choose_layout(size: int, layout: Any) -> Layout:
        if layout is None:
            return open_layout(size)
        if size != DEFAULT_SIZE:
            raise ValueError(f"size is that of an open square, and a layout has its own: got size {size} and a layout")
        return read_layout(layout)

    def placed(self, options: dict[str, Any] | None) -> tuple[int | None, int | None]:
        """The cells of the agent and the target in which reset options place them; None for one that they do not.

        Raises:
            TypeError: An option is not a pair of integers.
            ValueError: An option is unknown, off the grid or not a place for it, or there is no way from the agent to
                the target.
        """
        last = (self.layout.width - 1, self.layout.height - 1)
        placed = {
            name: self.dynamics.cell_at(*check_location(name, value, last))
            for name, value in check_options(options, ("agent", "target")).items()
        }
        agent, target = placed.get("agent"), placed.get("target")
        if agent is not None and agent == target:
            location = self.layout.location(agent)
            raise ValueError(f"reset options 'agent' and 'target' must be different cells, got {location} for both")
        self.dynamics.check_placed(agent, target)
        return agent, target

    def observe_batch(self, agents: NDArray[np.int64], targets: NDArray[np.int64]) -> Observation:
        """The observations of many states at once.

        Args:
            agents: int64 array of shape ``(n,)``: the agents' cells.
            targets: int64 array of shape ``(n,)``: the targets' cells.

        Returns:
            ``agent`` and ``target``, each of shape ``(n, 2)``.
        """
        locations = self.dynamics.locations
        return {"agent": locations[agents], "target": locations[targets]}

    def reset_options(self, agent: int, target: int) -> dict[str, Any]:
        """The reset options that lead to a state, given as the cells of the agent and the target."""
        return {"agent": self.layout.location(agent), "target": self.layout.location(target)}

    def _slipped(self, action: int) -> int:
        drawn = self.np_random.random()
        if drawn >= self.slip:
            return action
        return (action + (1 if drawn < self.slip / 2 else -1)) % N_ACTIONS

    def _picture(self) -> NDArray[np.uint8]:
        from gym_gridworld.rendering import draw

        board = None if self.board_for is None else self.board_for(self.target_cell)
        return draw(self.layout, self.agent_cell, self.target_cell, self.window_size, board)

    def _text(self) -> str:
        from gym_gridworld.rendering import draw_text

        return draw_text(self.layout, self.agent_cell, self.target_cell)

    def _read_tables(self) -> None:
        self._next_cell = self.dynamics.next_cell_rows
        self._pits = self.dynamics.pits
        self._locations = self.dynamics.location_rows
        self._distances = [] if self.target_cell < 0 else self.dynamics.distance_row(self.target_cell)
