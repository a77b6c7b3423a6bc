"""Exact planning: the best that can be done in a grid world, and what a given policy does in it.

Everything here is about all targets at once. Arrays have the axes ``(cells, actions, targets)`` or ``(cells,
targets)``: the agent's cell, what it does, and the target. A horizon counts the steps that are left, as a time limit
does; infinity means that there is no limit.
"""

from gym_gridworld.planning.evaluation import evaluate
from gym_gridworld.planning.paths import distances, shortest_paths, steps_of, steps_to_ends
from gym_gridworld.planning.processes import DecisionProcess, Solution, check_range, decision_process, process_of
from gym_gridworld.planning.solving import backward_induction, solve

__all__ = [
    "DecisionProcess",
    "Solution",
    "backward_induction",
    "check_range",
    "decision_process",
    "distances",
    "evaluate",
    "process_of",
    "shortest_paths",
    "solve",
    "steps_of",
    "steps_to_ends",
]
