"""UnityGridWorld with many agents: a Unity build with a scene of several, as one vector environment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from gym_gridworld.dynamics import ACTIONS
from gym_gridworld.goal_env import Observation
from gym_gridworld.unity.env import check_no_options, open_build
from gym_gridworld.unity.errors import UnityError
from gym_gridworld.unity.settings import Settings
from gym_gridworld.unity.specs import MOVES, action_masks, as_float, native_spaces
from gym_gridworld.validation import check_actions, check_at_least, check_seeds

if TYPE_CHECKING:
    from gym_gridworld.unity.build import Build

Steps = tuple[Observation, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]


class UnityGridWorldVectorEnv(VectorEnv[Observation, NDArray[np.int64], NDArray[Any]]):
    """A Unity build with several agents of one behaviour: :class:`UnityGridWorldEnv` for each of them.

    What ``gym.make_vec`` makes. Unity begins an agent's next episode by itself: the autoreset mode is ``SAME_STEP``,
    and ``infos["final_obs"]`` and ``infos["final_info"]`` hold what there was last.

    Args:
        num_envs: How many agents the scene has.
        **arguments: Those of ``UnityGridWorldEnv``, but for ``render_mode``.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: An argument is out of range.
        gymnasium.error.DependencyNotInstalled: The extra is not installed.
        UnityError: The build cannot be started, does not answer in time, or is not the one that is expected.
    """

    metadata = {"render_modes": [], "autoreset_mode": AutoresetMode.SAME_STEP}  # noqa: RUF012 (as Gymnasium has it)

    _build: Build | None = None

    def __init__(self, num_envs: int = 1, **arguments: Any) -> None:
        self.num_envs = check_at_least("num_envs", num_envs, 1)
        settings = Settings(**arguments)
        self.single_observation_space, self.single_action_space = native_spaces()
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self._build = open_build(settings, agents=self.num_envs)
        # Where the next episodes begin, if the build has said so already.
        self._start: Any = self._build.first
        self._needs_reset = True
        # The environment of each agent, and the agents' rows in the build's last decision steps, by environment.
        self._seats: dict[int, int] = {}
        self._rows = np.arange(self.num_envs)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start an episode everywhere.

        Args:
            seed: Not looked at but for its type: it does not reach the build.
            options: None, or empty.

        Returns:
            The first observations and infos.

        Raises:
            ValueError: There are options.
            gymnasium.error.ClosedEnvironmentError: The environment has been closed.
            UnityError: Something went wrong with the build.
        """
        check_no_options(options)
        check_seeds(seed, self.num_envs)
        start = self._running.restart() if self._start is None else self._start
        self._start, self._needs_reset = None, False
        self._seats = {}
        self._seat(start)
        return self._observed(start), self._masked(start)

    def step(self, actions: NDArray[np.int64]) -> Steps:
        """Move every agent.

        Args:
            actions: Integer array of shape ``(num_envs,)``: for each agent 0 right, 1 up, 2 left, 3 down.

        Returns:
            Observations, rewards (float64), terminations and truncations (bool), each of shape ``(num_envs, ...)``, and
            infos.

        Raises:
            gymnasium.error.InvalidAction: ``actions`` is no such array.
            gymnasium.error.ResetNeeded: There was no reset yet.
            gymnasium.error.ClosedEnvironmentError: The environment has been closed.
            UnityError: Something went wrong with the build.
        """
        if self._needs_reset:
            raise ResetNeeded("no episode is under way: call reset() before step()")
        moves = np.empty(self.num_envs, np.int32)
        moves[self._rows] = MOVES[check_actions(actions, self.num_envs, ACTIONS)]
        decisions, terminals = self._running.act(moves)
        lasts = [terminals]
        while not len(decisions):
            decisions, terminals = self._running.wait()
            lasts.append(terminals)
        rewards = np.zeros(self.num_envs)
        terminations, truncations = np.zeros((2, self.num_envs), np.bool_)
        infos: dict[str, Any] = {}
        for terminals in lasts:
            finals = self._running.observe(terminals)
            for row, agent in enumerate(terminals.agent_id.tolist()):
                index = self._leave(agent)
                rewards[index], truncations[index] = as_float(terminals.reward[row]), terminals.interrupted[row]
                terminations[index] = not truncations[index]
                final = {name: part[row] for name, part in finals.items()}
                said = {"is_success": bool(terminations[index] and rewards[index] > 0.0)}
                infos = self._add_info(infos, {"final_obs": final, "final_info": said}, index)
        self._seat(decisions)
        for index in np.flatnonzero(~(terminations | truncations)).tolist():
            rewards[index] = as_float(decisions.reward[self._rows[index]])
            infos = self._add_info(infos, {"is_success": False}, index)
        return self._observed(decisions), rewards, terminations, truncations, infos | self._masked(decisions)

    def close_extras(self, **kwargs: Any) -> None:  # noqa: ARG002
        """End the build."""
        if self._build is not None:
            self._start = None
            self._build.close()

    @property
    def _running(self) -> Build:
        assert self._build is not None  # noqa: S101 (only its constructor is without)
        return self._build

    def _leave(self, agent: int) -> int:
        """The environment of an agent whose episode has ended. Unity gives it another number in the next one."""
        if agent not in self._seats:
            self._refuse(f"agent {agent} ended an episode without having been asked for an action in it")
        return self._seats.pop(agent)

    def _seat(self, decisions: Any) -> None:
        """Give agents that ask for the first time the environments that are free, in their order."""
        agents = decisions.agent_id.tolist()
        taken = set(self._seats.values())
        free = [index for index in range(self.num_envs) if index not in taken]
        new = [agent for agent in agents if agent not in self._seats]
        if len(new) != len(free) or len(agents) != self.num_envs:
            self._refuse(f"expected all of {self.num_envs} agents to ask for an action at once, got {len(agents)}")
        self._seats.update(zip(new, free, strict=True))
        for row, agent in enumerate(agents):
            self._rows[self._seats[agent]] = row

    def _refuse(self, what: str) -> NoReturn:
        with self._running.ended_by_faults():
            raise UnityError(what)

    def _observed(self, decisions: Any) -> Observation:
        return {name: part[self._rows] for name, part in self._running.observe(decisions).items()}

    def _masked(self, decisions: Any) -> dict[str, Any]:
        return {"action_mask": action_masks(decisions)[self._rows], "_action_mask": np.ones(self.num_envs, np.bool_)}
