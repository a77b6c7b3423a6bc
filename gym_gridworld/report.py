"""How far from optimal an agent is, in figures."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol


class AnyReport(Protocol):
    """What every report has, whatever the environment: it prints as a table, too."""

    @property
    def actions(self) -> float:
        """The share of the states in which the greedy action is optimal."""

    @property
    def headline(self) -> str:
        """That share in words."""

    @property
    def figures(self) -> dict[str, float | None]:
        """The figures to follow while an agent learns; ``actions`` is one of them."""

    def to_json(self) -> str:
        """A JSON object."""


@dataclass(frozen=True)
class Report:
    """How far from optimal an agent is.

    Attributes:
        env_id: The id of the environment.
        layout: Its size in cells, width before height, after the name of its layout where that has one.
        pairs: Number of (agent, target) pairs: the agent on any floor from which the target can be reached.
        slip: Of the environment.
        horizon: Steps in which the agent must arrive; infinity for no limit.
        discount: Of the values; with slip, of what is called optimal too.
        actions: The share of the pairs in which the greedy action is optimal.
        success: The share of the pairs in which the greedy policy arrives; with slip, its mean probability.
        mean_regret: Steps more than the optimum until it arrives, the mean over the pairs in which it does, each pair
            by the expected steps of the episodes that arrive; NaN if it never does.
        max_regret: The same, the greatest.
        mean_return_regret: How much less it gains than the optimum, in discounted return, the mean over all pairs.
        q_error: The mean absolute error of its Q-values, over all pairs and actions; None for a model without.
        max_q_error: The same, the greatest.
    """

    env_id: str
    layout: str
    pairs: int
    slip: float
    horizon: float
    discount: float
    actions: float
    success: float
    mean_regret: float
    max_regret: float
    mean_return_regret: float
    q_error: float | None
    max_q_error: float | None

    def __str__(self) -> str:
        about = f"{self.env_id}, {self.layout}, {self.pairs:,} (agent, target) pairs, {time_limit(self.horizon)}"
        about += f", discount {self.discount:g}"
        if self.slip:
            about += f", slip {self.slip:g}"
        # Whoever slips and takes risks may arrive the sooner, when it arrives.
        steps = "steps more than the optimum" + (", arriving" if self.slip else "")
        regret = (f"{self.mean_regret:.4g}", f"at most {self.max_regret:.4g}")
        rows = [
            ("greedy action optimal", f"{percent(self.actions)}%", f"{round(self.actions * self.pairs):,} of them"),
            ("target reached", f"{percent(self.success)}%", ""),
            (steps, *(regret if math.isfinite(self.mean_regret) else ("-", "it never arrives"))),
            ("return less than the optimum", f"{self.mean_return_regret:.4g}", ""),
        ]
        if self.q_error is not None:
            rows.append(("error of the Q-values", f"{self.q_error:.4g}", f"at most {self.max_q_error:.4g}"))
        return table(about, rows)

    @property
    def headline(self) -> str:
        """The share of optimal actions in words."""
        return headline(self.actions, self.pairs, "(agent, target) pairs")

    @property
    def figures(self) -> dict[str, float | None]:
        """The figures to follow while an agent learns."""
        return {name: getattr(self, name) for name in ("actions", "success", "mean_regret", "q_error")}

    def to_json(self) -> str:
        """A JSON object; what is infinite or not a number is null."""
        return to_json(self)


def table(about: str, rows: Iterable[tuple[str, str, str]]) -> str:
    """A report: what it is about, and a line for each figure, the figure, and what more there is to say of it."""
    return "\n".join([about, *(f"  {what:<37}{value:>10}  {more}".rstrip() for what, value, more in rows)])


def time_limit(horizon: float) -> str:
    """A horizon in words."""
    return "no time limit" if horizon == math.inf else f"time limit {horizon:g} steps"


def headline(share: float, number: int, states: str) -> str:
    """A share of optimal actions in words.

    Example:
        >>> headline(0.5, 600, "(agent, target) pairs")
        'the greedy action in 300 of 600 (agent, target) pairs, 50.00%'
    """
    return f"the greedy action in {round(share * number)} of {number} {states}, {percent(share)}%"


def to_json(report: Any) -> str:
    """The fields of a dataclass as a JSON object; what is infinite or not a number is null."""
    fields = dataclasses.asdict(report).items()
    return json.dumps({k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in fields})


def percent(share: float) -> str:
    """A share in percent, rounded down, so that 100 is said of nothing less.

    Example:
        >>> percent(1.0), percent(159_599 / 159_600)
        ('100.00', '99.99')
    """
    return f"{math.floor(10_000 * share + 1e-6) / 100:.2f}"
