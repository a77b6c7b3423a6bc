"""Many games with two kinds of goals in one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from gymnasium.vector.utils import create_empty_array
from numpy.typing import NDArray

from gym_gridworld.goal_env import SIGNALS, GoalGridWorldEnv, Observation
from gym_gridworld.goal_options import read_options
from gym_gridworld.goals import EX, GOAL_REWARD, STEP_REWARD, WRONG_REWARD, Placement
from gym_gridworld.native_vector_env import Cells, NativeVectorEnv, States
from gym_gridworld.vector_infos import Values

LOCATIONS: tuple[tuple[int | None, ...], str] = (
    (None, 2),
    "a list of (x, y) for all, or an integer array of shape ({}, n, 2)",
)

# What a cell is worth: a floor, a goal of the signalled kind, one of the other.
REWARDS = np.array([STEP_REWARD, GOAL_REWARD, WRONG_REWARD])
FLOOR, RIGHT, WRONG = range(3)


class GoalGridWorldVectorEnv(NativeVectorEnv):
    """Many games with two kinds of goals at once: :class:`gym_gridworld.GoalGridWorldEnv` ``num_envs`` times.

    What ``gym.make_vec`` makes. Given the same starts and actions, every observation, reward, flag and info is that of
    ``gym.vector.SyncVectorEnv`` around as many ``GoalGridWorldEnv``, to the last bit; its first starts are too, for the
    same seed. Observations, rewards and flags are new arrays in each step. Infos are computed when they are read.

    Args:
        num_envs: How many, at least 1.
        max_episode_steps: As for :class:`gym_gridworld.native_vector_env.NativeVectorEnv`, as the next two.
        autoreset_mode: What happens to an episode that has ended.
        copy: False: observations are the same arrays in each step, which the next one overwrites.
        **arguments: Those of ``GoalGridWorldEnv``: ``size``, ``n_plus``, ``n_ex``, ``allow_stay``, ``image_shape``,
            ``window_size``, and ``render_mode``, which is None, ``"rgb_array"`` or ``"ansi"``.

    Attributes:
        final_states: With ``SAME_STEP``: which environments' episodes were the last to end, and the cells of the
            agents, of the plus goals and of the ex goals and the signals that they ended in.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: An argument is out of range.

    Example:
        >>> import gymnasium as gym
        >>> import gym_gridworld
        >>> envs = gym.make_vec("gym_gridworld/GoalGridWorld-v0", num_envs=10)
        >>> observations, infos = envs.reset(seed=0)
        >>> observations["image"].shape, observations["goal"].shape, infos["action_mask"].shape
        ((10, 64, 84, 3), (10, 2), (10, 4))
    """

    scalar = GoalGridWorldEnv
    options = {  # noqa: RUF012
        "agent": ((2,), "two integers (x, y) for all, or an integer array of shape ({}, 2)"),
        "plus": LOCATIONS,
        "ex": LOCATIONS,
        "goal": ((), "a name for all, or an array of {} names"),
    }
    of_states = ("agent_cell", "plus_cells", "ex_cells", "goal", "placement")

    def _build(self) -> None:
        self.rules, self.camera = self.single.rules, self.single.camera
        self._action_names = self.rules.actions
        self._next_cell = self.rules.next_cell.ravel()
        self._masks = self.rules.action_masks.astype(np.int8)
        self._every = np.arange(self.num_envs)
        self._plus = np.zeros((self.num_envs, self.rules.n_plus), np.int64)
        self._ex = np.zeros((self.num_envs, self.rules.n_ex), np.int64)
        self._goals = np.zeros(self.num_envs, np.int64)
        self._worth = np.full((self.num_envs, self.rules.grid.n_cells), FLOOR, np.uint8)
        self._observed: Any = None
        if not self.copy:
            self._observed = create_empty_array(self.single_observation_space, self.num_envs)

    def _read_options(self, options: dict[str, Any]) -> dict[str, Any]:
        return read_options(self.rules, options)

    def _draw_start(self, random: np.random.Generator, **placed: Any) -> Placement:
        start: Placement = self.rules.draw_placement(random, **placed)
        return start

    def _draw(self, number: int) -> States:
        starts: States = self.rules.draw_placements(self.np_random, number)
        return starts

    def _begin(self, where: Cells, agents: Cells, *starts: Cells) -> None:
        agents[where], plus, ex, goals = starts
        # Infos may still have to look at those before.
        self._plus, self._ex, self._goals = self._plus.copy(), self._ex.copy(), self._goals.copy()
        self._plus[where], self._ex[where], self._goals[where] = plus, ex, goals
        self._worth[where] = FLOOR
        is_ex = (goals == EX)[:, None]
        self._worth[where[:, None], plus] = np.where(is_ex, WRONG, RIGHT)
        self._worth[where[:, None], ex] = np.where(is_ex, RIGHT, WRONG)

    def _move(self, moves: NDArray[np.integer]) -> Cells:
        agents: Cells = self._next_cell[self._agents * len(self._action_names) + moves]
        return agents

    def _judge(self, agents: Cells, begun: Cells) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        worth = self._worth[self._every, agents]
        rewards = REWARDS[worth]
        rewards[begun] = 0.0
        return rewards, worth != FLOOR

    def _snapshot(self, where: Cells | None = None) -> Callable[[], States]:
        states: States = (self._agents, self._plus, self._ex, self._goals)
        if where is not None:
            states = tuple(part[where] for part in states)
        return lambda: tuple(part.copy() for part in states)

    def _values(self, states: Callable[[], States]) -> Values:
        return {"distance": lambda: self._distances(*states()), "action_mask": lambda: self._masks[states()[0]]}

    def _values_of_step(self, rewards: NDArray[np.float64]) -> Values:
        # The caller may change the rewards before this is read.
        is_success = rewards == GOAL_REWARD
        return {"is_success": lambda: is_success}

    def _placed(self, index: int) -> GoalGridWorldEnv:
        agents, plus, ex, goals = self.states(np.array([index]))
        placement = Placement(int(agents[0]), tuple(plus[0].tolist()), tuple(ex[0].tolist()), int(goals[0]))
        single: GoalGridWorldEnv = self.single
        single.place(placement)
        return single

    def _observations(self) -> Observation:
        observations: Observation
        if self._observed is None:
            observations = self.single.observe_batch(*self.states())
        else:
            observations = self._observed
            self.camera.frames(self._agents, self._plus, self._ex, out=observations["image"])
            np.copyto(observations["goal"], SIGNALS[self._goals])
        return observations

    def _distances(self, agents: Cells, plus: Cells, ex: Cells, goals: Cells) -> NDArray[np.float64]:
        # Remembered by the cells of the goals, which are not many on a small grid.
        states = zip(agents.tolist(), map(tuple, plus.tolist()), map(tuple, ex.tolist()), goals.tolist(), strict=True)
        placements = [Placement(*state) for state in states]
        rows = [self.rules.distances(placement.signalled, placement.others) for placement in placements]
        return np.array([row[placement.agent] for row, placement in zip(rows, placements, strict=True)])
