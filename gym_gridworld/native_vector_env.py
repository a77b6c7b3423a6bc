"""What the native vector environments share: whose episode ends, what starts another, and what is said of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from gym_gridworld.infos import LazyInfos, objects_in_place, one_by_one
from gym_gridworld.pictured_env import PicturedEnv
from gym_gridworld.validation import (
    as_integer,
    check_actions,
    check_at_least,
    check_choice,
    check_flag,
    check_options,
    check_reset_mask,
    check_rows,
    check_seeds,
)
from gym_gridworld.vector_infos import Values, infos_of, mask_of, values_at

Cells = NDArray[np.int64]
# The states of some environments, or the starts of some episodes: an array for each part, a row for each environment.
States = tuple[Cells, ...]
Steps = tuple[Any, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]

NEVER = np.iinfo(np.int64).max
NONE = np.zeros(0, np.int64)


class NativeVectorEnv(VectorEnv[Any, NDArray[np.int64], NDArray[Any]], ABC):
    """Base of the vector environments. One of them says how states are kept, moved, judged and shown.

    Args:
        num_envs: How many, at least 1.
        max_episode_steps: Steps after which an episode is truncated; None for never. ``gym.make_vec`` passes the id's.
        autoreset_mode: What happens to an episode that has ended, a ``gymnasium.vector.AutoresetMode`` or its value.
            ``NEXT_STEP``: the next step starts another, whatever the action. ``SAME_STEP``: the same step does, and
            ``infos["final_obs"]`` and ``infos["final_info"]`` hold what there was last. ``DISABLED``: nothing, until
            ``reset(options={"reset_mask": mask})``, before which no step is taken.
        copy: False: observations are the same arrays in each step, which the next one overwrites.
        **arguments: Those of the scalar environment; ``render_mode`` is None, ``"rgb_array"`` or ``"ansi"``.

    Attributes:
        single: A scalar environment with the same arguments.
        final_states: With ``SAME_STEP``: which environments' episodes were the last to end, an int64 array, and the
            states that they ended in, as :meth:`states` has them.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: An argument is out of range.
    """

    metadata = {  # noqa: RUF012 (as Gymnasium has it)
        "render_modes": ["rgb_array", "ansi"],
        "render_fps": PicturedEnv.metadata["render_fps"],
        "autoreset_mode": AutoresetMode.NEXT_STEP,
    }

    scalar: ClassVar[type[PicturedEnv[Any, Any]]]
    # The scalar environment's reset options: each as an array of which shape, None for any length, and in words what is
    # allowed.
    options: ClassVar[dict[str, tuple[tuple[int | None, ...], str]]]
    # Of the scalar environment's attributes: those that differ from one environment to the next.
    of_states: ClassVar[tuple[str, ...]]

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
        self.single: Any = self.scalar(**arguments)
        self.render_mode, self.window_size = self.single.render_mode, self.single.window_size
        self.single_observation_space = self.single.observation_space
        self.single_action_space = self.single.action_space
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)

        self._needs_reset = True
        self._agents = np.zeros(self.num_envs, np.int64)
        # In steps of all environments together, so that none needs a counter of its own.
        self._now = 0
        self._deadlines = np.full(self.num_envs, NEVER)
        self._ended = NONE
        self._build()

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode everywhere, or where ``options["reset_mask"]`` says.

        Args:
            seed: An integer is that of the first environment, the next have the next ones; or one for each, or None.
                The first starts are drawn from these as by the scalar environments, all that is drawn later from one
                generator that starts from all of them.
            options: Those of the scalar environment, each one for all, or an array that holds one for each.
                ``"reset_mask"``, a bool array of shape ``(num_envs,)``: where to reset.

        Returns:
            The observations of all, and infos.

        Raises:
            TypeError: An option or a seed has the wrong type.
            ValueError: An option is unknown or out of range, or there are more or fewer seeds than environments.
            gymnasium.error.Error: A seed is negative.
            gymnasium.error.ResetNeeded: A mask, before there was a reset of all.
        """
        given = dict(check_options(options, (*self.options, "reset_mask")))
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
        self._start(where, self._agents, starts)
        still_ended = np.zeros(self.num_envs, np.bool_)
        still_ended[self._ended] = True
        still_ended[where] = False
        self._ended = np.flatnonzero(still_ended)
        self._needs_reset = False
        return self._observations(), LazyInfos(self._said(None if mask is None else where))

    def step(self, actions: NDArray[np.int64]) -> Steps:
        """Move every agent one cell.

        Args:
            actions: Integer array of shape ``(num_envs,)``: for each environment what the scalar one takes.

        Returns:
            Observations, rewards (float64), terminations and truncations (bool), each of shape ``(num_envs, ...)``, and
            infos.

        Raises:
            gymnasium.error.InvalidAction: ``actions`` is no such array; the state is as it was.
            gymnasium.error.ResetNeeded: There was no reset yet, or an episode that has ended waits for one.
        """
        if self._needs_reset:
            raise ResetNeeded("no episode is under way: call reset() before step()")
        mode, begun = self.autoreset_mode, self._ended
        if mode is AutoresetMode.DISABLED and len(begun):
            raise ResetNeeded(
                f"the episode of environment {begun[0]} has ended: call reset() with a reset_mask before step()"
            )
        agents = self._move(check_actions(actions, self.num_envs, self._action_names))
        self._now += 1
        if len(begun) and mode is AutoresetMode.NEXT_STEP:
            self._start(begun, agents, self._draw(len(begun)))
        else:
            begun = NONE
        rewards, terminations = self._judge(agents, begun)
        truncations = self._deadlines == self._now
        self._agents = agents
        ended = self._ended = (terminations | truncations).nonzero()[0]
        if len(ended) and mode is AutoresetMode.SAME_STEP:
            final = self._final(ended, rewards)
            self._start(ended, agents, self._draw(len(ended)))
            infos = self._said() | self._said_of_step(rewards, ended) | final
        else:
            infos = self._said() | self._said_of_step(rewards, begun)
        return self._observations(), rewards, terminations, truncations, LazyInfos(infos)

    def render(self) -> tuple[Any, ...] | None:
        """The picture of every environment, in the form that ``render_mode`` says.

        Returns:
            A tuple of what the scalar environment's ``render`` returns; None without a render mode.

        Raises:
            gymnasium.error.ResetNeeded: There was no ``reset`` yet.
        """
        if self.render_mode is None:
            gym.logger.warn('render() shows nothing without a render_mode, e.g. render_mode="rgb_array"')
            return None
        if self._needs_reset:
            raise ResetNeeded("there is nothing to show yet: call reset() before render()")
        return tuple(self._placed(index).render() for index in range(self.num_envs))

    def states(self, where: Cells | None = None) -> States:
        """The states of all environments, or of some.

        Args:
            where: Their numbers; None for all.

        Returns:
            int64 arrays with a row for each environment: what the scalar environment's ``observe_batch`` takes.
        """
        return self._snapshot(where)()

    def reset_options(self, index: int) -> dict[str, Any]:
        """The reset options that lead to the state of one environment."""
        state = (part[0] for part in self.states(np.array([index])))
        options: dict[str, Any] = self.single.reset_options(*state)
        return options

    def attribute(self, name: str, index: int) -> Any:
        """What the scalar environment has as an attribute, one of ``of_states``, in the state of one of these."""
        return getattr(self._placed(index), name)

    # What one of them has to say.

    _action_names: tuple[str, ...]

    @abstractmethod
    def _build(self) -> None:
        """Make the tables, and the arrays of the states."""

    @abstractmethod
    def _read_options(self, options: dict[str, Any]) -> dict[str, Any]:
        """Check the reset options of one environment: arguments of :meth:`_draw_start`."""

    @abstractmethod
    def _draw_start(self, random: np.random.Generator, **placed: Any) -> tuple[Any, ...]:
        """One start, as the scalar environment draws it."""

    @abstractmethod
    def _draw(self, number: int) -> States:
        """Many starts."""

    @abstractmethod
    def _begin(self, where: Cells, agents: Cells, *starts: Cells) -> None:
        """Start episodes: in ``agents``, which nobody else has, and in what is remembered beside."""

    @abstractmethod
    def _move(self, moves: NDArray[np.integer]) -> Cells:
        """The agents after a move, a new array."""

    @abstractmethod
    def _judge(self, agents: Cells, begun: Cells) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Rewards and terminations; neither for those that have only just begun."""

    @abstractmethod
    def _snapshot(self, where: Cells | None = None) -> Callable[[], States]:
        """What returns the present states of all environments, or of some, whenever it is called."""

    @abstractmethod
    def _values(self, states: Callable[[], States]) -> Values:
        """What infos say of states."""

    def _values_of_step(self, rewards: NDArray[np.float64]) -> Values:  # noqa: ARG002
        """What they say besides of a step that led there."""
        return {}

    @abstractmethod
    def _placed(self, index: int) -> Any:
        """The scalar environment, in the state of one of these."""

    @abstractmethod
    def _observations(self) -> Any:
        """The observations of all."""

    # What they have in common.

    def _start(self, where: Cells, agents: Cells, starts: States) -> None:
        self._begin(where, agents, *starts)
        if self.max_episode_steps is not None:
            self._deadlines[where] = min(self._now + self.max_episode_steps, NEVER)

    def _draw_starts(
        self, where: Cells, seeds: list[int | None] | None, given: dict[str, Any]
    ) -> tuple[np.random.Generator | None, States]:
        """The starts of some environments, and the generator of all that follows if there are seeds."""
        if seeds is None and not given:
            return None, self._draw(len(where))
        rows = {name: check_rows(name, value, self.num_envs, *self.options[name]) for name, value in given.items()}
        placed = [self._read_options({name: row[i] for name, row in rows.items()}) for i in where.tolist()]
        generator, own = None, [None] * self.num_envs if seeds is None else [_generator(seed) for seed in seeds]
        if seeds is not None and any(seed is not None for seed in seeds):
            entropy = [np.random.SeedSequence().generate_state(1)[0] if seed is None else seed for seed in seeds]
            # With a key, they repeat none of the generators of the first starts. A generator keeps what it starts from:
            # a few words do.
            words = np.random.SeedSequence(entropy, spawn_key=(0,)).generate_state(8)
            generator = np.random.default_rng(words)
        later = generator or self.np_random
        starts = [self._draw_start(own[i] or later, **of_one) for i, of_one in zip(where.tolist(), placed, strict=True)]
        return generator, tuple(np.array(part, np.int64) for part in zip(*starts, strict=True))

    def _said(self, where: Cells | None = None) -> Values:
        """Infos of the present states of all environments, or of some."""
        return infos_of(self._values(self._snapshot(where)), self.num_envs, where)

    def _said_of_step(self, rewards: NDArray[np.float64], begun: Cells) -> Values:
        """Infos of a step, but of the environments in which another episode has begun."""
        values = self._values_of_step(rewards)
        if not values or len(begun) == self.num_envs:
            return {}
        if not len(begun):
            return infos_of(values, self.num_envs)
        others = np.ones(self.num_envs, np.bool_)
        others[begun] = False
        where = others.nonzero()[0]
        return infos_of(values_at(where, values), self.num_envs, where)

    def _final(self, ended: Cells, rewards: NDArray[np.float64]) -> dict[str, Callable[[], Any]]:
        """What the episodes that have just ended showed last."""
        number, states = self.num_envs, self._snapshot(ended)
        values = self._values(states) | values_at(ended, self._values_of_step(rewards))
        self.final_states = ended, states()
        infos = infos_of(values, number, ended)

        def observations() -> NDArray[np.object_]:
            return objects_in_place(number, ended, one_by_one(self.single.observe_batch(*states())))

        def info() -> dict[str, Any]:
            return {name: compute() for name, compute in infos.items()}

        mask = mask_of(number, ended)
        return {"final_obs": observations, "_final_obs": mask, "final_info": info, "_final_info": mask}


def _mode(mode: AutoresetMode | str) -> AutoresetMode:
    try:
        return AutoresetMode(mode)
    except ValueError:
        allowed = ", ".join(f"{known} ({known.value!r})" for known in AutoresetMode)
        raise ValueError(f"autoreset_mode must be one of {allowed}, got {mode!r}") from None


def _generator(seed: int | None) -> np.random.Generator | None:
    return None if seed is None else seeding.np_random(seed)[0]
