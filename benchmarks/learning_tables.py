"""What ``learning.py`` found, as Markdown tables."""

from __future__ import annotations

from statistics import mean, median
from typing import Any

import numpy as np
from rliable import library, metrics
from tables import table

OURS = "ours"
BOOTSTRAPS = 2000


def of(runs: list[dict[str, Any]], task: str, way: str = OURS) -> list[dict[str, Any]]:
    """The runs of one task with one kind of settings."""
    return [run for run in runs if (run["task"], run["way"]) == (task, way)]


def interquartile_mean(values: list[float]) -> tuple[float, float, float]:
    """The interquartile mean over seeds, and the ends of its 95% bootstrap confidence interval."""
    scores = {"": np.array(values, float)[:, None]}
    # It draws from NumPy's global generator, whatever random state it is given.
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002
    try:
        estimates, intervals = library.get_interval_estimates(
            scores, lambda of_seeds: np.array([metrics.aggregate_iqm(of_seeds)]), reps=BOOTSTRAPS
        )
    finally:
        np.random.set_state(state)  # noqa: NPY002
    return float(estimates[""][0]), float(intervals[""][0, 0]), float(intervals[""][1, 0])


def learning(runs: list[dict[str, Any]], tasks: dict[str, dict[str, Any]]) -> str:
    """A row for each task with our settings, every seed in it."""
    rows = []
    for task, of_task in tasks.items():
        done = of(runs, task)
        if not done:
            continue
        published = ", ".join(f"{name}: {value:g}" for name, value in of_task["published"].items())
        rows.append([f"`{task}`", of_task["how"], *_figures(done), f"{of_task['aim']:g}", published, *_cost(done)])
    header = ["task", "how DQN reaches it", *FIGURES, "aim", "published, one run each", *COST]
    return table(header, rows)


def compared(runs: list[dict[str, Any]]) -> str:
    """Our settings beside those of others, on the tasks of those."""
    others = list(dict.fromkeys((run["task"], run["way"]) for run in runs if run["way"] != OURS))
    rows = []
    for task in dict.fromkeys(task for task, _ in others):
        for way in [OURS, *(way for of_task, way in others if of_task == task)]:
            done = of(runs, task, way)
            if done:
                rows.append([f"`{task}`", way, *_figures(done), *_cost(done)])
    return table(["task", "settings", *FIGURES, *COST], rows)


FIGURES = ["mean return, seed by seed", "mean", "interquartile mean, 95% interval"]
COST = ["environment steps", "gradient steps", "learning, median"]


def _figures(done: list[dict[str, Any]]) -> list[str]:
    means = [mean(run["returns"]) for run in done]
    interval = ""
    if len(means) > 1:
        middle, low, high = interquartile_mean(means)
        interval = f"{middle:.1f} ({low:.1f} to {high:.1f})"
    return [", ".join(f"{value:.1f}" for value in means), f"**{mean(means):.1f}**", interval]


def _cost(done: list[dict[str, Any]]) -> list[str]:
    return [
        f"{median(run['environment_steps'] for run in done):,.0f}",
        f"{median(run['gradient_steps'] for run in done):,.0f}",
        f"{median(run['learning_seconds'] for run in done) / 60:.1f} min",
    ]
