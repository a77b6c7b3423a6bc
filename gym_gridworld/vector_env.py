"""Many grid worlds in one: each step is a few array operations, however many there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.dynamics import ACTIONS
from gym_gridworld.env import N_ACTIONS, GridWorldEnv
from gym_gridworld.native_vector_env import Cells, NativeVectorEnv, States
from gym_gridworld.pair_distances import PairDistances
from gym_gridworld.starts import StartSampler
from gym_gridworld.vector_infos import Values

Observations = dict[str, NDArray[np.int64]]

LOCATIONS: tuple[tuple[int | None, ...], str] = (
    (2,),
    "two integers (x, y) for all, or an integer array of shape ({}, 2)",
)


class GridWorldVectorEnv(NativeVectorEnv):
    """Many grid worlds at once: :class:`gym_gridworld.GridWorldEnv` ``num_envs`` times, all moved by the same table.

    What ``gym.make_vec`` makes. Given the same starts and actions, every observation, reward, flag and info is that of
    ``gym.vector.SyncVectorEnv`` around as many ``GridWorldEnv``, to the last bit; its first starts are too, for the
    same seed. Observations, rewards and flags are new arrays in each step. Infos are computed when they are read.

    Args:
        num_envs: How many, at least 1.
        max_episode_steps: As for :class:`gym_gridworld.native_vector_env.NativeVectorEnv`, as the next two.
        autoreset_mode: What happens to an episode that has ended.
        copy: False: observations are the same arrays in each step, which the next one overwrites.
        **arguments: Those of ``GridWorldEnv``: ``size``, ``layout``, ``slip``, ``window_size``, and ``render_mode``,
            which is None, ``"rgb_array"`` or ``"ansi"``.

    Attributes:
        final_states: With ``SAME_STEP``: which environments' episodes were the last to end, and the cells of the agents
            and targets that they ended in.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: An argument is out of range.

    Example:
        >>> import gymnasium as gym
        >>> import gym_gridworld
        >>> envs = gym.make_vec("gym_gridworld/GridWorld-v0", num_envs=1000)
        >>> observations, infos = envs.reset(seed=0)
        >>> observations["agent"].shape, infos["distance"].shape
        ((1000, 2), (1000,))
        >>> observations, rewards, terminations, truncations, infos = envs.step(envs.action_space.sample())
        >>> rewards.dtype, bool((terminations == (rewards == 1.0)).all())
        (dtype('float64'), True)
    """

    scalar = GridWorldEnv
    options = dict.fromkeys(("agent", "target"), LOCATIONS)
    of_states = ("agent_cell", "target_cell")
    _action_names = ACTIONS

    def _build(self) -> None:
        single = self.single
        self.layout, self.slip, self.dynamics = single.layout, single.slip, single.dynamics
        self._sampler = StartSampler(self.dynamics)
        self._distances = PairDistances(self.dynamics)
        # A state is the first of the four entries that its cell has in the table: adding the action finds the next one.
        self._next_state = N_ACTIONS * self.dynamics.next_cell.ravel()
        pairs = self.dynamics.locations.astype(np.int64).view(np.complex128).ravel()
        # Each location as one number of 16 bytes, which NumPy moves faster than two of 8.
        self._locations = np.repeat(pairs, N_ACTIONS)
        self._is_pit = np.repeat(self.layout.is_pit, N_ACTIONS) if self.layout.is_pit.any() else None
        self._targets = np.zeros(self.num_envs, np.int64)
        self._target_locations = np.zeros(self.num_envs, np.complex128)
        self._entries = np.zeros(self.num_envs, np.int64)
        self._observed = np.zeros((2, 0 if self.copy else self.num_envs), np.complex128)

    @property
    def agent_cells(self) -> Cells:
        """int64 array of shape ``(num_envs,)``: where the agents are."""
        return _cells(self._agents)

    @property
    def target_cells(self) -> Cells:
        """int64 array of shape ``(num_envs,)``: where the targets are."""
        return _cells(self._targets)

    def _read_options(self, options: dict[str, Any]) -> dict[str, Any]:
        agent, target = self.single.placed(options)
        return {"agent": agent, "target": target}

    def _draw_start(self, random: np.random.Generator, **placed: Any) -> tuple[int, int]:
        start: tuple[int, int] = self.dynamics.draw_start(random, **placed)
        return start

    def _draw(self, number: int) -> States:
        return self._sampler.draw(self.np_random, number)

    def _begin(self, where: Cells, agents: Cells, *starts: Cells) -> None:
        states, goals = (cells * N_ACTIONS for cells in starts)
        agents[where] = states
        # Infos may still have to look at the targets before.
        self._targets = self._targets.copy()
        self._targets[where] = goals
        self._target_locations[where] = self._locations[goals]

    def _move(self, moves: NDArray[np.integer]) -> Cells:
        if self.slip:
            moves = self._slipped(moves)
        # What is taken is in range; of the modes, "wrap" is the quickest, and "raise" would fill an `out` twice.
        agents: Cells = self._next_state.take(np.add(self._agents, moves, out=self._entries), mode="wrap")
        return agents

    def _judge(self, agents: Cells, begun: Cells) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:  # noqa: ARG002
        # What has just begun is neither on its target nor in a pit.
        terminations = agents == self._targets
        outcomes = terminations.view(np.int8)
        if self._is_pit is not None:
            falls = self._is_pit.take(agents, mode="wrap")
            outcomes = outcomes - falls.view(np.int8)
            terminations |= falls
        return outcomes.astype(np.float64), terminations

    def _slipped(self, moves: NDArray[np.integer]) -> NDArray[np.int8]:
        drawn = self.np_random.random(self.num_envs)
        # 1 below half the probability, then -1, then 0. Of small numbers, the processor adds many at a time.
        slipped = moves.astype(np.int8)
        slipped += 2 * (drawn < self.slip / 2).view(np.int8) - (drawn < self.slip)
        slipped &= N_ACTIONS - 1
        return slipped

    def _observations(self) -> Observations:
        # One array for both: of two, memory would go back to the system in each step, and be asked for in the next.
        agent, target = np.empty((2, self.num_envs), np.complex128) if self.copy else self._observed
        self._locations.take(self._agents, mode="wrap", out=agent)
        np.copyto(target, self._target_locations)
        return {"agent": agent.view(np.int64).reshape(-1, 2), "target": target.view(np.int64).reshape(-1, 2)}

    def _snapshot(self, where: Cells | None = None) -> Callable[[], States]:
        agents, targets = self._agents, self._targets
        if where is not None:
            agents, targets = agents[where], targets[where]
        return lambda: (_cells(agents), _cells(targets))

    def _values(self, states: Callable[[], States]) -> Values:
        return {"distance": lambda: self._distances(*states())}

    def _placed(self, index: int) -> GridWorldEnv:
        single: GridWorldEnv = self.single
        single.agent_cell, single.target_cell = (int(cells[0]) for cells in self.states(np.array([index])))
        return single


def _cells(states: Cells) -> Cells:
    # A shift is twice as quick as a division.
    cells: Cells = states >> N_ACTIONS.bit_length() - 1
    return cells
