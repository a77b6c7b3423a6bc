"""The rules of the game with two kinds of goals: where things lie, what they are worth and where moves lead."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gym_gridworld.dynamics import ACTIONS, Dynamics, open_grid

KINDS = ("plus", "ex")
PLUS, EX = range(2)

STEP_REWARD, GOAL_REWARD, WRONG_REWARD = -0.01, 1.0, -1.0


class Placement(NamedTuple):
    """Where everything lies, and which kind of goal is signalled.

    Attributes:
        agent: Number of the agent's cell.
        plus: Numbers of the cells of the plus goals.
        ex: Numbers of the cells of the ex goals.
        goal: The kind that is signalled, an index of ``KINDS``: 0 plus, 1 ex.
    """

    agent: int
    plus: tuple[int, ...]
    ex: tuple[int, ...]
    goal: int

    @property
    def signalled(self) -> tuple[int, ...]:
        """The cells of the goals of the signalled kind."""
        return self.ex if self.goal else self.plus

    @property
    def others(self) -> tuple[int, ...]:
        """The cells of the goals of the other kind."""
        return self.plus if self.goal else self.ex


@dataclass(frozen=True)
class GoalRules:
    """The rules on an open square grid. :func:`goal_rules` makes them.

    Attributes:
        size: Cells a side.
        n_plus: Number of plus goals.
        n_ex: Number of ex goals.
        allow_stay: Whether there is a fifth action, which leaves the agent where it is.

    Example:
        >>> rules = goal_rules(size=5, n_plus=1, n_ex=1, allow_stay=False)
        >>> rules.n_placements
        27600
        >>> rules.action_masks[0].tolist()  # right, up, left, down in the bottom left corner
        [True, True, False, False]
    """

    size: int
    n_plus: int
    n_ex: int
    allow_stay: bool

    @cached_property
    def grid(self) -> Dynamics:
        """The transition table of the moves."""
        return open_grid(self.size)

    @property
    def actions(self) -> tuple[str, ...]:
        """The names of the actions."""
        return (*ACTIONS, "stay") if self.allow_stay else ACTIONS

    @property
    def signals(self) -> tuple[int, ...]:
        """The kinds that may be signalled: those of which there is a goal."""
        return tuple(kind for kind, number in enumerate((self.n_plus, self.n_ex)) if number)

    @property
    def n_placements(self) -> int:
        """How many placements there are, goals of the same kind not told apart."""
        cells = self.size * self.size
        boards = math.comb(cells, self.n_plus) * math.comb(cells - self.n_plus, self.n_ex)
        return boards * (cells - self.n_plus - self.n_ex) * len(self.signals)

    @cached_property
    def next_cell(self) -> NDArray[np.int64]:
        """int64 array of shape ``(cells, actions)``: the cell that each action leads to. Read-only."""
        next_cell = self.grid.next_cell
        if self.allow_stay:
            next_cell = np.concatenate([next_cell, np.arange(len(next_cell))[:, None]], axis=1)
            next_cell.flags.writeable = False
        return next_cell

    @cached_property
    def action_masks(self) -> NDArray[np.bool_]:
        """Bool array of shape ``(cells, actions)``: whether an action is no move into the border. Read-only."""
        masks: NDArray[np.bool_] = self.next_cell != np.arange(len(self.next_cell))[:, None]
        masks[:, len(ACTIONS) :] = True
        masks.flags.writeable = False
        return masks

    # Lists index several times faster than arrays, one element at a time.

    @cached_property
    def next_cell_rows(self) -> list[list[int]]:
        """``next_cell`` as lists."""
        rows: list[list[int]] = self.next_cell.tolist()
        return rows

    @cached_property
    def mask_rows(self) -> list[NDArray[np.int8]]:
        """The rows of ``action_masks`` in the form that Gymnasium's spaces take: arrays of shape ``(actions,)``."""
        return list(self.action_masks.astype(np.int8))

    @cached_property
    def distances(self) -> Callable[[tuple[int, ...], tuple[int, ...]], list[float]]:
        """The steps from every cell to the nearest of some goals, entering none of some others; remembers the last."""
        return lru_cache(maxsize=max(1, 2**22 // self.grid.n_cells))(self.grid.search)

    def draw_placement(
        self,
        random: np.random.Generator,
        agent: int | None = None,
        plus: Collection[int] = (),
        ex: Collection[int] = (),
        goal: int | None = None,
    ) -> Placement:
        """Where an episode starts: uniformly anywhere on distinct cells, but for what is given.

        Args:
            random: Draws what is not given.
            agent: The agent's cell.
            plus: The cells of the first plus goals.
            ex: The cells of the first ex goals.
            goal: The signalled kind.
        """
        taken = {agent, *plus, *ex}
        free = [cell for cell in random.permutation(self.grid.n_cells).tolist() if cell not in taken]
        agent = free.pop() if agent is None else agent
        every_plus = (*plus, *(free.pop() for _ in range(self.n_plus - len(plus))))
        every_ex = (*ex, *(free.pop() for _ in range(self.n_ex - len(ex))))
        goal = self.signals[random.integers(len(self.signals))] if goal is None else goal
        return Placement(agent, every_plus, every_ex, goal)

    def draw_placements(
        self, random: np.random.Generator, number: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Many starts at once, each as likely as :meth:`draw_placement` draws it.

        Args:
            random: Draws them.
            number: How many.

        Returns:
            The agents' cells, of shape ``(number,)``, those of the plus goals and of the ex goals, of shape ``(number,
            n_plus)`` and ``(number, n_ex)``, and the signalled kinds, of shape ``(number,)``.
        """
        things = 1 + self.n_plus + self.n_ex
        *places, signal = random.random((things + 1, number))
        cells = np.empty((things, number), np.int64)
        for which, place in enumerate(places):
            # One of the cells that are left, and then past those that are taken, the first one first.
            cells[which] = place * (self.grid.n_cells - which)
            for taken in np.sort(cells[:which], axis=0):
                cells[which] += cells[which] >= taken
        plus, ex = cells[1 : 1 + self.n_plus].T, cells[1 + self.n_plus :].T
        return cells[0], plus, ex, np.array(self.signals)[(signal * len(self.signals)).astype(np.int64)]

    def __reduce__(self) -> tuple[Callable[..., GoalRules], tuple[Any, ...]]:
        # A copy is the same object, and a pickle holds how to make the tables, not the tables.
        return goal_rules, (self.size, self.n_plus, self.n_ex, self.allow_stay)


@lru_cache(maxsize=64)
def goal_rules(size: int, n_plus: int, n_ex: int, allow_stay: bool) -> GoalRules:
    """The rules of a grid; the same object for the same arguments."""
    return GoalRules(size, n_plus, n_ex, allow_stay)
