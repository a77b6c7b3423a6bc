"""Many grid worlds in one: each step is a few array operations, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from gym_gridworld.dynamics import ACTIONS
from gym_gridworld.env import N_ACTIONS, GridWorldEnv
from gym_gridworld.infos import LazyInfos, in_place, objects_in_place
from gym_gridworld.pair_distances import PairDistances
from gym_gridworld.starts import StartSampler
from gym_gridworld.validation import (
    as_integer,
    check_actions,
    check_at_least,
    check_choice,
    check_flag,
    check_options,
    check_reset_mask,
    check_seeds,
)

Cells = NDArray[np.int64]
Observations = dict[str, NDArray[np.int64]]
Steps = tuple[Observations, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]

NEVER = np.iinfo(np.int64).max


class GridWorldVectorEnv(VectorEnv[Observations, NDArray[np.int64], NDArray[Any]]):
    """Many grid worlds at once: :class:`gym_gridworld.GridWorldEnv` ``num_envs`` times, all moved by the same table.

    What ``gym.make_vec`` makes. Given the same starts and actions, every observation, reward, flag and info is that of
    ``gym.vector.SyncVectorEnv`` around as many ``GridWorldEnv``, to the last bit; its first starts are too, for the
    same seed. Observations, rewards and flags are new arrays in each step. Infos are computed when they are read.

    Args:
        num_envs: How many, at least 1.
        max_episode_steps: Steps after which an episode is truncated; None for never. ``gym.make_vec`` passes the id's.
        autoreset_mode: What happens to an episode that has ended, a ``gymnasium.vector.AutoresetMode`` or its value.
            ``NEXT_STEP``: the next step starts another, whatever the action. ``SAME_STEP``: the same step does, and
            ``infos["final_obs"]`` and ``infos["final_info"]`` hold what there was last. ``DISABLED``: nothing, until
            ``reset(options={"reset_mask": mask})``, before which no step is taken.
        copy: False: observations are the same arrays in each step, which the next one overwrites.
        **arguments: Those of ``GridWorldEnv``: ``size``, ``layout``, ``slip``, ``window_size``, and ``render_mode``,
            which is None, ``"rgb_array"`` or ``"ansi"``.

    Attributes:
        final_cells: With ``SAME_STEP``: which environments' episodes were the last to end, and the cells of the agents
            and targets that they ended in: three int64 arrays of one shape.

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

    metadata = {  # noqa: RUF012 (as Gymnasium has it)
        "render_modes": ["rgb_array", "ansi"],
        "render_fps": GridWorldEnv.metadata["render_fps"],
        "autoreset_mode": AutoresetMode.NEXT_STEP,
    }

    def __init__(
        self,
        num_envs: int = 1,
        *,
        max_episode_steps: int | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        copy: bool = True,
        **arguments: Any,
    ) -> None:
        self.num_envs = check_at_least("num_envs", num_envs, 1)
        if max_episode_steps is not None:
            max_episode_steps = check_at_least("max_episode_steps", max_episode_steps, 1)
        self.max_episode_steps = max_episode_steps
        self.autoreset_mode = _mode(autoreset_mode)
        self.metadata = {**self.metadata, "autoreset_mode": self.autoreset_mode}
        check_flag("copy", copy)
        self.copy = copy
        check_choice("render_mode", arguments.get("render_mode"), [None, *self.metadata["render_modes"]])
        # Checks its arguments, and knows what follows from them.
        self._single = GridWorldEnv(**arguments)
        self.render_mode, self.window_size = self._single.render_mode, self._single.window_size
        self.layout, self.slip, self.dynamics = self._single.layout, self._single.slip, self._single.dynamics
        self.single_observation_space = self._single.observation_space
        self.single_action_space = self._single.action_space
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)

        self._sampler = StartSampler(self.dynamics)
        self._distances = PairDistances(self.dynamics)
        # A state is the first of the four entries that its cell has in the table: adding the action finds the next one.
        self._next_state = N_ACTIONS * self.dynamics.next_cell.ravel()
        pairs = self.dynamics.locations.astype(np.int64).view(np.complex128).ravel()
        # Each location as one number of 16 bytes, which NumPy moves faster than two of 8.
        self._locations = np.repeat(pairs, N_ACTIONS)
        self._is_pit = np.repeat(self.layout.is_pit, N_ACTIONS) if self.layout.is_pit.any() else None

        self._needs_reset = True
        self._agents = self._targets = np.zeros(self.num_envs, np.int64)
        self._target_locations = np.zeros(self.num_envs, np.complex128)
        # In steps of all environments together, so that none needs a counter of its own.
        self._now = 0
        self._deadlines = np.full(self.num_envs, NEVER)
        self._ended = np.zeros(0, np.int64)
        self._entries = np.zeros(self.num_envs, np.int64)
        self._observed = np.zeros((2, 0 if copy else self.num_envs), np.complex128)

    @property
    def agent_cells(self) -> Cells:
        """int64 array of shape ``(num_envs,)``: where the agents are."""
        return _cells(self._agents)

    @property
    def target_cells(self) -> Cells:
        """int64 array of shape ``(num_envs,)``: where the targets are."""
        return _cells(self._targets)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observations, dict[str, Any]]:
        """Start an episode everywhere, or where ``options["reset_mask"]`` says.

        Args:
            seed: An integer is that of the first environment, the next have the next ones; or one for each, or None.
                The first starts are drawn from these as in ``GridWorldEnv``, all that is drawn later from one generator
                that starts from all of them.
            options: ``"agent"`` and ``"target"``, each an ``(x, y)`` for all, or an integer array of shape ``(num_envs,
                2)``, to place either or both. ``"reset_mask"``, a bool array of shape ``(num_envs,)``: where to reset.

        Returns:
            The observations of all, and infos.

        Raises:
            TypeError: An option or a seed has the wrong type.
            ValueError: An option is unknown or out of range, or there are more or fewer seeds than environments.
            gymnasium.error.Error: A seed is negative.
            gymnasium.error.ResetNeeded: A mask, before there was a reset of all.
        """
        given = dict(check_options(options, ("agent", "target", "reset_mask")))
        # A copy: the caller may go on with the array before the infos are read.
        mask = check_reset_mask(given.pop("reset_mask"), self.num_envs).copy() if "reset_mask" in given else None
        if self._needs_reset and not (mask is None or mask.all()):
            raise ResetNeeded("there is nothing yet beside the mask: call reset() without a reset_mask first")
        where = np.arange(self.num_envs) if mask is None else np.flatnonzero(mask)
        seeds = check_seeds(seed, self.num_envs)
        generator, starts = self._draw_starts(where, seeds, given)
        if generator is not None:
            self._np_random = generator
            self._np_random_seed = -1 if isinstance(seed, (Sequence, np.ndarray)) else as_integer(seed)
        self._agents = self._agents.copy()
        self._begin(where, self._agents, *starts)
        still_ended = np.zeros(self.num_envs, np.bool_)
        still_ended[self._ended] = True
        still_ended[where] = False
        self._ended = np.flatnonzero(still_ended)
        self._needs_reset = False
        return self._observations(), self._infos(mask)

    def step(self, actions: NDArray[np.int64]) -> Steps:
        """Move every agent one cell.

        Args:
            actions: Integer array of shape ``(num_envs,)``: 0 right, 1 up, 2 left, 3 down.

        Returns:
            Observations, rewards (float64), terminations and truncations (bool), each of shape ``(num_envs, ...)``, and
            infos.

        Raises:
            gymnasium.error.InvalidAction: ``actions`` is no such array; the state is as it was.
            gymnasium.error.ResetNeeded: There was no reset yet, or an episode that has ended waits for one.
        """
        if self._needs_reset:
            raise ResetNeeded("no episode is under way: call reset() before step()")
        mode = self.autoreset_mode
        if mode is AutoresetMode.DISABLED and len(self._ended):
            raise ResetNeeded(
                f"the episode of environment {self._ended[0]} has ended: call reset() with a reset_mask before step()"
            )
        moves: NDArray[np.integer] = check_actions(actions, self.num_envs, ACTIONS)
        if self.slip:
            moves = self._slipped(moves)
        # What is taken is in range; of the modes, "wrap" is the quickest, and "raise" would fill an `out` twice.
        agents = self._next_state.take(np.add(self._agents, moves, out=self._entries), mode="wrap")
        self._now += 1
        if mode is AutoresetMode.NEXT_STEP and len(self._ended):
            self._begin(self._ended, agents, *self._sampler.draw(self.np_random, len(self._ended)))
        terminations = agents == self._targets
        outcomes = terminations.view(np.int8)
        if self._is_pit is not None:
            falls = self._is_pit.take(agents, mode="wrap")
            outcomes = outcomes - falls.view(np.int8)
            terminations |= falls
        rewards = outcomes.astype(np.float64)
        truncations = self._deadlines == self._now
        self._agents = agents
        ended = self._ended = (terminations | truncations).nonzero()[0]
        if mode is AutoresetMode.SAME_STEP and len(ended):
            final = agents[ended], self._targets[ended]
            self._begin(ended, agents, *self._sampler.draw(self.np_random, len(ended)))
            return self._observations(), rewards, terminations, truncations, self._infos(None, final)
        return self._observations(), rewards, terminations, truncations, self._infos(None)

    def render(self) -> tuple[Any, ...] | None:
        """The picture of every environment, in the form that ``render_mode`` says.

        Returns:
            A tuple of what ``GridWorldEnv.render`` returns; None without a render mode.

        Raises:
            gymnasium.error.ResetNeeded: There was no ``reset`` yet.
        """
        if self.render_mode is None:
            gym.logger.warn('render() shows nothing without a render_mode, e.g. render_mode="rgb_array"')
            return None
        if self._needs_reset:
            raise ResetNeeded("there is nothing to show yet: call reset() before render()")
        from gym_gridworld import rendering

        states = zip(self.agent_cells.tolist(), self.target_cells.tolist(), strict=True)
        if self.render_mode == "ansi":
            return tuple(rendering.draw_text(self.layout, agent, target) for agent, target in states)
        return tuple(rendering.draw(self.layout, agent, target, self.window_size) for agent, target in states)

    def _draw_starts(
        self, where: Cells, seeds: list[int | None] | None, given: dict[str, Any]
    ) -> tuple[np.random.Generator | None, tuple[Cells, Cells]]:
        """The starts of some environments, and the generator of all that follows if there are seeds."""
        if seeds is None and not given:
            return None, self._sampler.draw(self.np_random, len(where))
        rows = {name: _rows(name, value, self.num_envs) for name, value in given.items()}
        placed = [self._single.placed({name: row[i] for name, row in rows.items()}) for i in where.tolist()]
        generator, own = None, [None] * self.num_envs if seeds is None else [_generator(seed) for seed in seeds]
        if seeds is not None and any(seed is not None for seed in seeds):
            entropy = [np.random.SeedSequence().generate_state(1)[0] if seed is None else seed for seed in seeds]
            # With a key, they repeat none of the generators of the first starts. A generator keeps what it starts from:
            # a few words do.
            words = np.random.SeedSequence(entropy, spawn_key=(0,)).generate_state(8)
            generator = np.random.default_rng(words)
        later = generator or self.np_random
        starts = [
            self.dynamics.draw_start(own[i] or later, agent, target)
            for i, (agent, target) in zip(where.tolist(), placed, strict=True)
        ]
        agents, targets = np.array(starts, np.int64).T
        return generator, (agents, targets)

    def _begin(self, where: Cells, states: Cells, agents: Cells, targets: Cells) -> None:
        """Start episodes: in ``states``, which nobody else has, and in what is remembered of targets and deadlines."""
        states[where] = agents * N_ACTIONS
        goals = targets * N_ACTIONS
        # Infos may still have to look at the targets before.
        self._targets = self._targets.copy()
        self._targets[where] = goals
        self._target_locations[where] = self._locations[goals]
        if self.max_episode_steps is not None:
            self._deadlines[where] = min(self._now + self.max_episode_steps, NEVER)

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

    def _infos(self, mask: NDArray[np.bool_] | None, final: tuple[Cells, Cells] | None = None) -> dict[str, Any]:
        """What there is to say of the present states, where ``mask`` is set, and of those that ended just before."""
        agents, targets, number = self._agents, self._targets, self.num_envs

        def distance() -> NDArray[np.float64]:
            distances = self._distances(_cells(agents), _cells(targets))
            return distances if mask is None else np.where(mask, distances, 0.0)

        compute = {
            "distance": distance,
            "_distance": lambda: np.ones(number, np.bool_) if mask is None else mask.copy(),
        }
        if final is not None:
            compute |= self._final(final)
        return LazyInfos(compute)

    def _final(self, final: tuple[Cells, Cells]) -> dict[str, Callable[[], Any]]:
        """What the episodes that have just ended showed last."""
        number, ended = self.num_envs, self._ended
        agents, targets = (_cells(states) for states in final)
        self.final_cells = ended, agents, targets
        locations = self.dynamics.locations

        def observations() -> list[Observations]:
            pairs = zip(locations[agents], locations[targets], strict=True)
            return [{"agent": agent, "target": target} for agent, target in pairs]

        def mask() -> NDArray[np.bool_]:
            return in_place(number, ended, np.ones(len(ended), np.bool_))

        def infos() -> dict[str, Any]:
            return {"distance": in_place(number, ended, self._distances(agents, targets)), "_distance": mask()}

        return {
            "final_obs": lambda: objects_in_place(number, ended, observations()),
            "_final_obs": mask,
            "final_info": infos,
            "_final_info": mask,
        }


def _mode(mode: AutoresetMode | str) -> AutoresetMode:
    try:
        return AutoresetMode(mode)
    except ValueError:
        allowed = ", ".join(f"{known} ({known.value!r})" for known in AutoresetMode)
        raise ValueError(f"autoreset_mode must be one of {allowed}, got {mode!r}") from None


def _cells(states: Cells) -> Cells:
    # A shift is twice as quick as a division.
    cells: Cells = states >> N_ACTIONS.bit_length() - 1
    return cells


def _rows(name: str, value: Any, number: int) -> list[Any]:
    """A reset option for each environment: their own, or one for all."""
    if not isinstance(value, np.ndarray) or value.ndim < 2:
        return [value] * number
    if value.shape != (number, 2):
        raise ValueError(
            f"reset option {name!r} must be two integers (x, y) for all, or an integer array of shape ({number}, 2), "
            f"got shape {value.shape}"
        )
    return list(value)


def _generator(seed: int | None) -> np.random.Generator | None:
    return None if seed is None else seeding.np_random(seed)[0]
