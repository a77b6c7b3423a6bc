"""GridWorld: walk to the target."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

from gym_gridworld.dynamics import ACTIONS, open_grid
from gym_gridworld.validation import check_action, check_at_least, check_choice, check_location, check_options

if TYPE_CHECKING:
    from gym_gridworld.window import Window

Observation = dict[str, NDArray[np.int64]]
Action = int | np.int64

N_ACTIONS = len(ACTIONS)


class GridWorldEnv(gym.Env[Observation, Action]):
    """A square grid with an agent and a target. The episode ends when the agent reaches the target.

    **Observation**: ``Dict(agent=Box(0, size - 1, (2,), int64), target=Box(0, size - 1, (2,), int64))``, each the
    location ``(x, y)``: x to the right, y up, ``(0, 0)`` the bottom-left cell. The arrays are fresh on every call.

    **Actions**: ``Discrete(4)``: 0 right (+x), 1 up (+y), 2 left (-x), 3 down (-y). A move off the grid leaves the
    agent where it is. Python integers, NumPy integers and 0-d integer arrays are actions.

    **Reward**: 1.0 on reaching the target, else 0.0.

    **Start**: the agent uniformly anywhere, then the target uniformly on the other cells.
    ``reset(options={"agent": (x, y), "target": (x, y)})`` places either or both.

    **Episode end**: terminates on the target. ``gym.make`` adds the time limit of the registered id.

    **Info**: ``info["distance"]`` is the exact number of steps to the target, a float.

    After the end of an episode ``step`` raises ``gymnasium.error.ResetNeeded``, as before the first ``reset``. Bad
    input of any kind leaves the state as it was.

    Args:
        size: Cells a side, at least 2.
        render_mode: None, ``"human"`` (a window), ``"rgb_array"`` (a uint8 array of shape
            ``(window_size, window_size, 3)``) or ``"ansi"`` (a string).
        window_size: Pixels a side of the picture, at least ``size`` where one is drawn.

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

    metadata = {"render_modes": ["human", "rgb_array", "ansi"], "render_fps": 4}  # noqa: RUF012 (as Gymnasium has it)

    def __init__(self, size: int = 5, render_mode: str | None = None, window_size: int = 512) -> None:
        self.size = check_at_least("size", size, 2)
        check_choice("render_mode", render_mode, [None, *self.metadata["render_modes"]])
        self.render_mode = render_mode
        draws = render_mode in ("human", "rgb_array")
        self.window_size = check_at_least("window_size", window_size, self.size if draws else 1)

        self.dynamics = open_grid(self.size)
        self.observation_space = spaces.Dict(
            {name: spaces.Box(0, self.size - 1, (2,), np.int64) for name in ("agent", "target")}
        )  # type: ignore[assignment]
        self.action_space = spaces.Discrete(N_ACTIONS)

        self.agent_cell = self.target_cell = -1
        self._needs_reset = True
        self._window: Window | None = None
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
            ValueError: An option is unknown or off the grid, or agent and target share a cell.
            gymnasium.error.Error: ``seed`` is negative or not an integer.
        """
        agent, target = self._placed(options)
        super().reset(seed=seed)
        if agent is None:
            agent = self._draw_cell(other_than=target)
        if target is None:
            target = self._draw_cell(other_than=agent)
        self.agent_cell, self.target_cell = agent, target
        self._distances = self.dynamics.distance_row(target)
        self._needs_reset = False
        if self.render_mode == "human":
            self._show()
        return self._observation(), {"distance": self._distances[agent]}

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Move the agent one cell.

        Args:
            action: 0 right, 1 up, 2 left, 3 down.

        Returns:
            The observation, the reward, whether the target was reached, False (nothing here truncates) and info.

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
        cell = self.agent_cell = self._next_cell[self.agent_cell][action]
        terminated = self._needs_reset = cell == self.target_cell
        if self.render_mode == "human":
            self._show()
        # As _observation(), written out: a call would cost as much as a copy.
        locations = self._locations
        observation = {"agent": locations[cell].copy(), "target": locations[self.target_cell].copy()}
        return observation, 1.0 if terminated else 0.0, terminated, False, {"distance": self._distances[cell]}

    def render(self) -> NDArray[np.uint8] | str | None:
        """The picture of the current state in the form that ``render_mode`` says.

        Returns:
            ``"rgb_array"``: a uint8 array of shape ``(window_size, window_size, 3)``. ``"ansi"``: a string of ``size``
            lines, the agent ``A``, the target ``T``, both ``*``. ``"human"``, whose window follows ``reset`` and
            ``step`` by itself, and None: None.

        Raises:
            gymnasium.error.ResetNeeded: There was no ``reset`` yet.
        """
        if self.render_mode is None:
            gym.logger.warn('render() shows nothing without a render_mode, e.g. render_mode="rgb_array"')
            return None
        if self.agent_cell < 0:
            raise ResetNeeded("there is nothing to show yet: call reset() before render()")
        if self.render_mode == "human":
            if self._window is None or self._window.is_lost:
                self._show()
            else:
                self._window.handle_events()
            return None
        from gym_gridworld import rendering

        if self.render_mode == "ansi":
            return rendering.draw_text(self.size, self.agent_cell, self.target_cell)
        return rendering.draw(self.size, self.agent_cell, self.target_cell, self.window_size)

    def close(self) -> None:
        """Close this environment's window, if it has one. May be called again."""
        window, self._window = self._window, None
        if window is not None:
            window.close()

    def _observation(self) -> Observation:
        return {
            "agent": self._locations[self.agent_cell].copy(),
            "target": self._locations[self.target_cell].copy(),
        }

    def _placed(self, options: dict[str, Any] | None) -> tuple[int | None, int | None]:
        placed = {
            name: self.dynamics.cell_at(*check_location(name, value, self.size))
            for name, value in check_options(options, ("agent", "target")).items()
        }
        agent, target = placed.get("agent"), placed.get("target")
        if agent is not None and agent == target:
            raise ValueError(
                f"reset options 'agent' and 'target' must be different cells, "
                f"got {tuple(self._locations[agent].tolist())} for both"
            )
        return agent, target

    def _draw_cell(self, other_than: int | None) -> int:
        if other_than is None:
            return int(self.np_random.integers(self.dynamics.n_cells))
        cell = int(self.np_random.integers(self.dynamics.n_cells - 1))
        return cell + (cell >= other_than)

    def _show(self) -> None:
        from gym_gridworld.rendering import draw
        from gym_gridworld.window import Window

        if self._window is None or self._window.is_lost:
            self._window = Window("GridWorld", self.window_size)
        frame = draw(self.size, self.agent_cell, self.target_cell, self.window_size)
        self._window.show(frame, self.metadata["render_fps"])

    def _read_tables(self) -> None:
        self._next_cell = self.dynamics.next_cell_rows
        self._locations = self.dynamics.location_rows
        self._distances = [] if self.target_cell < 0 else self.dynamics.distance_row(self.target_cell)

    def __getstate__(self) -> dict[str, Any]:
        # A window belongs to one environment in one process, the tables to all: a copy finds its own.
        shared = {"_window": None, "_next_cell": None, "_locations": None, "_distances": None}
        return {**self.__dict__, **shared}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._read_tables()
