"""GoalGridWorld: see the grid, and walk to the kind of goal that is asked for."""

from __future__ import annotations

from operator import index
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

from gym_gridworld.camera import LEAST_PIXELS, camera
from gym_gridworld.env import DEFAULT_SIZE, Action
from gym_gridworld.goal_options import make_options, read_options
from gym_gridworld.goals import GOAL_REWARD, KINDS, STEP_REWARD, WRONG_REWARD, Placement, goal_rules
from gym_gridworld.pictured_env import WINDOW_SIZE, PicturedEnv
from gym_gridworld.validation import (
    check_action,
    check_at_least,
    check_choice,
    check_flag,
    check_shape,
)

Observation = dict[str, NDArray[Any]]
Cells = NDArray[np.int64]

IMAGE_SHAPE = (64, 84)
SIGNALS = np.eye(len(KINDS), dtype=np.float32)


class GoalGridWorldEnv(PicturedEnv[Observation, Action]):
    """A grid with an agent, plus goals and ex goals, seen from above, and a signal that says which kind to reach.

    The GridWorld example of Unity ML-Agents, without Unity.

    **Observation**: ``Dict(image=Box(0, 255, (64, 84, 3), uint8), goal=Box(0, 1, (2,), float32))``. The image is a
    camera's: square cells in its middle, the agent a blue disc, plus goals a green +, ex goals a red x. The goal is
    one-hot, plus first. The arrays are fresh on every call.

    **Actions**: ``Discrete(4)``: 0 right (+x), 1 up (+y), 2 left (-x), 3 down (-y); with ``allow_stay``,
    ``Discrete(5)``: 4 stay. A move off the grid leaves the agent where it is. Python integers, NumPy integers and 0-d
    integer arrays are actions.

    **Reward**: 1.0 on a goal of the signalled kind, -1.0 on one of the other, else -0.01.

    **Start**: everything uniformly on distinct cells, and the signal uniform among the kinds of which there is a goal.
    ``reset(options=...)`` places any of them: ``"agent": (x, y)``; ``"plus"`` and ``"ex"``, each a list of ``(x, y)``,
    as many as there are goals of the kind, or fewer, and the others are drawn; ``"goal": "plus"`` or ``"goal": "ex"``.

    **Episode end**: terminates on any goal. ``gym.make`` adds the time limit of the registered id.

    **Info**: ``info["distance"]`` is the exact number of steps to a goal of the signalled kind without touching one of
    the other, a float; infinite where there is no such way, and on a goal of the other kind.
    ``info["action_mask"]``, an int8 array as ``action_space.sample`` takes it, is 0 for moves off the grid.
    ``info["is_success"]``, in each step, is whether the agent is on a goal of the signalled kind: where a time limit
    ends an episode, it is False.

    After the end of an episode ``step`` raises ``gymnasium.error.ResetNeeded``, as before the first ``reset``. Bad
    input of any kind leaves the state as it was.

    Args:
        size: Cells a side, at least 2.
        n_plus: Number of plus goals, at least 0.
        n_ex: Number of ex goals, at least 0. There must be a goal, and a cell for everything.
        allow_stay: Whether there is a fifth action, stay.
        image_shape: Rows and columns of the observed image, at least five pixels a cell.
        render_mode: None, ``"human"`` (a window), ``"rgb_array"`` (a uint8 array of ``window_size`` rows: the grid in a
            frame that shows the signalled goal) or ``"ansi"`` (a string, the agent ``A``, the goals ``+`` and ``x``).
        window_size: Rows of the picture, at least six a cell of ``size + 1`` where one is drawn.

    Attributes:
        rules: Where things may lie, and where moves lead.
        agent_cell: Number of the agent's cell.
        plus_cells: Numbers of the cells of the plus goals.
        ex_cells: Numbers of the cells of the ex goals.
        goal: The signalled kind: 0 plus, 1 ex.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: An argument is out of range.

    Example:
        >>> import gymnasium as gym
        >>> import gym_gridworld
        >>> env = gym.make("gym_gridworld/GoalGridWorld-v0", render_mode="ansi")
        >>> options = {"agent": (0, 0), "plus": [(2, 1)], "ex": [(1, 3)], "goal": "plus"}
        >>> observation, info = env.reset(options=options)
        >>> observation["image"].shape, observation["goal"].tolist(), info["distance"]
        ((64, 84, 3), [1.0, 0.0], 3.0)
        >>> print(env.render())
        goal: +
        . . . . .
        . x . . .
        . . . . .
        . . + . .
        A . . . .
        >>> for action in (0, 0, 1):
        ...     observation, reward, terminated, truncated, info = env.step(action)
        >>> reward, terminated, info["is_success"]
        (1.0, True, True)
    """

    title = "GoalGridWorld"
    _not_copied = ("_window", "_next_cell", "_masks", "_distances")

    def __init__(  # noqa: PLR0913 (each is one thing that one may want otherwise)
        self,
        size: int = DEFAULT_SIZE,
        n_plus: int = 1,
        n_ex: int = 1,
        *,
        allow_stay: bool = False,
        image_shape: tuple[int, int] = IMAGE_SHAPE,
        render_mode: str | None = None,
        window_size: int = WINDOW_SIZE,
    ) -> None:
        size = check_at_least("size", size, 2)
        n_plus, n_ex = check_at_least("n_plus", n_plus, 0), check_at_least("n_ex", n_ex, 0)
        if not 1 <= n_plus + n_ex < size * size:
            raise ValueError(
                f"n_plus and n_ex must be 1 to {size * size - 1} together, so that there is a goal and {size}x{size} "
                f"cells hold all of them and the agent, got {n_plus} and {n_ex}"
            )
        check_flag("allow_stay", allow_stay)
        self.image_shape = check_shape("image_shape", image_shape, LEAST_PIXELS * size)
        check_choice("render_mode", render_mode, [None, *self.metadata["render_modes"]])
        self.render_mode = render_mode
        self.window_size = check_at_least("window_size", window_size, _least_window_size(size, render_mode))

        self.rules = goal_rules(size, n_plus, n_ex, allow_stay)
        self.camera = camera(size, self.image_shape)
        image = spaces.Box(0, 255, (*self.image_shape, 3), np.uint8)
        goal = spaces.Box(0.0, 1.0, (len(KINDS),), np.float32)
        self.observation_space = spaces.Dict({"image": image, "goal": goal})  # type: ignore[assignment]
        self.action_space = spaces.Discrete(len(self.rules.actions))

        self.place(Placement(-1, (), (), 0))
        self._needs_reset = True

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start an episode.

        Args:
            seed: A non-negative integer starts the random numbers anew; None goes on with them.
            options: What to place: ``"agent"``, ``"plus"``, ``"ex"`` and ``"goal"``, as the class says.

        Returns:
            The first observation and info.

        Raises:
            TypeError: An option is not a location, or not a list of them.
            ValueError: An option is unknown, off the grid, on the cell of another, more than there are goals, or a
                signal without a goal of its kind.
            gymnasium.error.Error: ``seed`` is negative or not an integer.
        """
        placed = read_options(self.rules, options)
        super().reset(seed=seed)
        self.place(self.rules.draw_placement(self.np_random, **placed))
        self._needs_reset = False
        if self.render_mode == "human":
            self._show()
        return self._observation(), self._info()

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Move the agent one cell.

        Args:
            action: 0 right, 1 up, 2 left, 3 down; with ``allow_stay``, 4 stay.

        Returns:
            The observation, the reward, whether the episode ended, False (nothing here truncates) and info.

        Raises:
            gymnasium.error.InvalidAction: ``action`` is none of these.
            gymnasium.error.ResetNeeded: No episode is under way.
        """
        if self._needs_reset:
            raise ResetNeeded("no episode is under way: call reset() before step()")
        following = self._next_cell[self.agent_cell]
        # The quick way for what people type, and for what action spaces sample and models predict.
        if type(action) is np.int64:
            action = index(action)
        if type(action) is not int or not 0 <= action < len(following):
            action = check_action(action, self.rules.actions)
        cell = self.agent_cell = following[action]
        terminated = self._needs_reset = cell in self._rewards
        reward = self._rewards[cell] if terminated else STEP_REWARD
        if self.render_mode == "human":
            self._show()
        info = self._info()
        info["is_success"] = reward == GOAL_REWARD
        return self._observation(), reward, terminated, False, info

    def action_masks(self) -> NDArray[np.bool_]:
        """Which actions are no moves off the grid, as sb3-contrib's ``MaskablePPO`` asks for it.

        Returns:
            A new bool array of shape ``(actions,)``.

        Raises:
            gymnasium.error.ResetNeeded: There was no ``reset`` yet.
        """
        if self.agent_cell < 0:
            raise ResetNeeded("there is nothing to mask yet: call reset() before action_masks()")
        masks: NDArray[np.bool_] = self.rules.action_masks[self.agent_cell].copy()
        return masks

    def observe_batch(self, agents: Cells, plus: Cells, ex: Cells, goals: Cells) -> Observation:
        """The observations of many states at once.

        Args:
            agents: int64 array of shape ``(n,)``: the agents' cells.
            plus: int64 array of shape ``(n, n_plus)``: the cells of the plus goals.
            ex: int64 array of shape ``(n, n_ex)``: the cells of the ex goals.
            goals: int64 array of shape ``(n,)``: the signalled kinds.

        Returns:
            ``image``, of shape ``(n, *image_shape, 3)``, and ``goal``, of shape ``(n, 2)``.
        """
        return {"image": self.camera.frames(agents, plus, ex), "goal": SIGNALS[goals]}

    def reset_options(self, agent: int, plus: Cells, ex: Cells, goal: int) -> dict[str, Any]:
        """The reset options that lead to a state, given as one of :meth:`observe_batch`."""
        return make_options(self.rules, Placement(agent, tuple(plus), tuple(ex), goal))

    @property
    def placement(self) -> Placement:
        """Where everything lies, and the signalled kind."""
        return Placement(self.agent_cell, self.plus_cells, self.ex_cells, self.goal)

    def place(self, placement: Placement) -> None:
        """Put everything somewhere, in the middle of an episode too. What ``reset`` checks is not looked at."""
        self.agent_cell, self.plus_cells, self.ex_cells, self.goal = placement
        self._rewards = dict.fromkeys(placement.signalled, GOAL_REWARD)
        self._rewards |= dict.fromkeys(placement.others, WRONG_REWARD)
        self._read_tables()

    def _observation(self) -> Observation:
        image = self.camera.frame(self.agent_cell, self.plus_cells, self.ex_cells)
        return {"image": image, "goal": SIGNALS[self.goal].copy()}

    def _info(self) -> dict[str, Any]:
        return {"distance": self._distances[self.agent_cell], "action_mask": self._masks[self.agent_cell].copy()}

    def _picture(self) -> NDArray[np.uint8]:
        from gym_gridworld.goal_rendering import draw

        return draw(self.rules.size, self.placement, self.window_size)

    def _text(self) -> str:
        from gym_gridworld.goal_rendering import draw_text

        return draw_text(self.rules.size, self.placement)

    def _read_tables(self) -> None:
        self._next_cell = self.rules.next_cell_rows
        self._masks = self.rules.mask_rows
        self._distances = self.rules.distances(self.placement.signalled, self.placement.others)


def _least_window_size(size: int, render_mode: str | None) -> int:
    if render_mode not in ("human", "rgb_array"):
        return 1
    from gym_gridworld.goal_rendering import least_window_size

    return least_window_size(size)
