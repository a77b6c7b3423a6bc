"""Reset options of the game with two kinds of goals: from what people write to cells, and back."""

from __future__ import annotations

from typing import Any

from gym_gridworld.goals import KINDS, GoalRules, Placement
from gym_gridworld.validation import check_choice, check_location, check_locations, check_options


def read_options(rules: GoalRules, options: dict[str, Any] | None) -> dict[str, Any]:
    """What reset options place, as cells: arguments of :meth:`gym_gridworld.goals.GoalRules.draw_placement`.

    Args:
        rules: Of the game.
        options: ``"agent"``: an ``(x, y)``. ``"plus"`` and ``"ex"``: a list of ``(x, y)``, at most as many as there are
            goals of the kind. ``"goal"``: ``"plus"`` or ``"ex"``.

    Raises:
        TypeError: An option is not a location, or not a list of them.
        ValueError: An option is unknown, off the grid, on the cell of another, more than there are goals, or a signal
            without a goal of its kind.

    Example:
        >>> from gym_gridworld.goals import goal_rules
        >>> rules = goal_rules(size=5, n_plus=1, n_ex=1, allow_stay=False)
        >>> read_options(rules, {"agent": (1, 0), "plus": [(2, 1)], "goal": "ex"})
        {'agent': 1, 'plus': (7,), 'goal': 1}
    """
    given = check_options(options, ("agent", *KINDS, "goal"))
    last, most = (rules.size - 1, rules.size - 1), dict(zip(KINDS, (rules.n_plus, rules.n_ex), strict=True))
    placed: dict[str, Any] = {}
    taken: set[int] = set()
    for name, value in given.items():
        if name == "goal":
            check_choice("reset option 'goal'", value, [KINDS[kind] for kind in rules.signals])
            placed[name] = KINDS.index(value)
            continue
        one = name == "agent"
        locations = [check_location(name, value, last)] if one else check_locations(name, value, last, most[name])
        cells = tuple(rules.grid.cell_at(*location) for location in locations)
        for cell in cells:
            if cell in taken:
                location = rules.grid.layout.location(cell)
                raise ValueError(f"reset options must place everything on a cell of its own, got {location} twice")
            taken.add(cell)
        placed[name] = cells[0] if one else cells
    return placed


def make_options(rules: GoalRules, placement: Placement) -> dict[str, Any]:
    """The reset options that lead to a state."""
    location = rules.grid.layout.location
    goals = {"plus": [*map(location, placement.plus)], "ex": [*map(location, placement.ex)]}
    return {"agent": location(placement.agent), **goals, "goal": KINDS[placement.goal]}
