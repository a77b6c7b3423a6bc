"""How far from optimal an agent is in the game with two kinds of goals, in figures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from gym_gridworld.report import headline, percent, table, time_limit, to_json

SHOWN = 3


@dataclass(frozen=True)
class GoalReport:
    """How far from optimal an agent is, over every placement and goal signal, each as likely as any other.

    Attributes:
        env_id: The id of the environment.
        layout: Its size in cells, and how many goals of each kind there are.
        placements: How many placements there are, goals of a kind not told apart and each signal counted by itself.
        horizon: Steps in which the agent must arrive; infinity for no limit.
        discount: Of the Q-values; all returns are without a discount.
        actions: The share of the placements in which the greedy action is optimal.
        success: The share in which the greedy policy reaches a goal of the signalled kind.
        wrong_goal: The share in which it touches a goal of the other kind.
        mean_return: The mean return of the greedy policy.
        optimal_return: The mean return of the optimum.
        mean_regret: Steps more than the optimum until it arrives, the mean over the placements in which it does; NaN if
            it never does.
        max_regret: The same, the greatest.
        q_error: The mean absolute error of its Q-values, over all placements and actions; None for a model without.
        max_q_error: The same, the greatest.
        failures: The placements from which it does not arrive, each as the reset options that lead there.
    """

    env_id: str
    layout: str
    placements: int
    horizon: float
    discount: float
    actions: float
    success: float
    wrong_goal: float
    mean_return: float
    optimal_return: float
    mean_regret: float
    max_regret: float
    q_error: float | None
    max_q_error: float | None
    failures: tuple[dict[str, Any], ...]

    @property
    def return_share(self) -> float:
        """The mean return as a share of the optimum's; NaN where the optimum is not above 0."""
        return self.mean_return / self.optimal_return if self.optimal_return > 0 else math.nan

    def __str__(self) -> str:
        about = f"{self.env_id}, {self.layout}, {self.placements:,} placements, {time_limit(self.horizon)}"
        about += f", discount {self.discount:g}"
        optimum = f"the optimum, {self.optimal_return:.4f}"
        share = f"{percent(self.return_share)}% of {optimum}" if self.return_share >= 0 else f"far from {optimum}"
        # Rounded up, so that 0 is said of nothing more.
        wrong = f"{math.ceil(10_000 * self.wrong_goal - 1e-6) / 100:.2f}%"
        regret = (f"{self.mean_regret:.4g}", f"at most {self.max_regret:.4g}")
        rows = [
            ("greedy action optimal", f"{percent(self.actions)}%", self._number(self.actions)),
            ("signalled goal reached", f"{percent(self.success)}%", self._number(self.success)),
            ("other goal touched", wrong, self._number(self.wrong_goal)),
            ("mean return", f"{self.mean_return:.4f}", share),
            (
                "steps more than the optimum",
                *(regret if math.isfinite(self.mean_regret) else ("-", "it never arrives")),
            ),
        ]
        if self.q_error is not None:
            rows.append(("error of the Q-values", f"{self.q_error:.4g}", f"at most {self.max_q_error:.4g}"))
        examples = [f"  fails from {_in_words(options)}" for options in self.failures[:SHOWN]]
        if len(self.failures) > SHOWN:
            examples.append(f"  and from {len(self.failures) - SHOWN:,} more")
        return "\n".join([table(about, rows), *examples])

    @property
    def headline(self) -> str:
        """The share of optimal actions in words."""
        return headline(self.actions, self.placements, "placements")

    @property
    def figures(self) -> dict[str, float | None]:
        """The figures to follow while an agent learns."""
        names = ("actions", "success", "wrong_goal", "mean_return", "mean_regret", "q_error")
        return {name: getattr(self, name) for name in names}

    def to_json(self) -> str:
        """A JSON object; what is infinite or not a number is null."""
        return to_json(self)

    def _number(self, share: float) -> str:
        return f"{round(share * self.placements):,} of them"


def _in_words(options: dict[str, Any]) -> str:
    """The reset options of a placement.

    >>> _in_words({"agent": (0, 1), "plus": [(2, 2), (3, 3)], "ex": [], "goal": "plus"})
    'agent (0, 1), plus (2, 2) (3, 3), goal plus'
    """
    goals = [f"{kind} {' '.join(map(str, options[kind]))}" for kind in ("plus", "ex") if options[kind]]
    return ", ".join([f"agent {options['agent']}", *goals, f"goal {options['goal']}"])
