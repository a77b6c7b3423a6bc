"""Figures of trained agents, for Matplotlib: value maps, regret maps, failures and learning curves."""

from gym_gridworld.plots.curves import learning_curves
from gym_gridworld.plots.failures import failure_map
from gym_gridworld.plots.regret import regret_map
from gym_gridworld.plots.values import value_map

__all__ = ["failure_map", "learning_curves", "regret_map", "value_map"]
