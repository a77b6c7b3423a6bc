"""How long exact planning takes, and in how much memory: ``python benchmarks/planning.py``.

Each row is a process of its own: distances and optimal actions of all (agent, target) pairs of open grids, and the
values of all targets of four_rooms with and without slip; and the report of a DQN behind the Dict observation. Seconds
are the least of five runs, without the first imports; memory is the most that the whole process held.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import tables
from common import RESULTS, measured_on, write_json

SIZES = (5, 8, 10, 16, 20, 32, 48, 64)
SLIP, DISCOUNT = 0.1, 0.95


def open_grid_plan(size: int) -> int:
    """Distances and optimal actions of every pair; the number of pairs."""
    from gym_gridworld import planning
    from gym_gridworld.dynamics import open_grid

    dynamics = open_grid(size)
    distances = planning.distances(dynamics)
    nearer = distances[dynamics.next_cell] == distances[:, None] - 1.0
    return int((nearer.any(axis=1) & (distances > 0)).sum())


def four_rooms_values(slip: float) -> int:
    """Optimal values and Q-values of every target; the number of pairs."""
    import numpy as np

    from gym_gridworld import planning
    from gym_gridworld.dynamics import dynamics_of
    from gym_gridworld.layouts import read_layout

    dynamics = dynamics_of(read_layout("four_rooms"))
    if slip:
        solution = planning.solve(planning.decision_process(dynamics, slip=slip), DISCOUNT)
    else:
        solution = planning.shortest_paths(dynamics, DISCOUNT)
    return int(np.count_nonzero(solution.values))


def report_of_a_dqn() -> int:
    """Everything that is said of a model in all pairs of 10x10, the building of the pairs included."""
    import gymnasium as gym
    from stable_baselines3 import DQN

    import gym_gridworld  # noqa: F401
    from gym_gridworld.optimality import evaluate

    env = gym.make("gym_gridworld/GridWorld10x10-v0")
    model = DQN("MultiInputPolicy", env, buffer_size=1, policy_kwargs={"net_arch": [256, 256]}, device="cpu")
    return evaluate(model, env).pairs


CASES: dict[str, Callable[[], int]] = {
    **{f"{size}x{size}": lambda size=size: open_grid_plan(size) for size in SIZES},
    "four_rooms": lambda: four_rooms_values(0.0),
    f"four_rooms, slip {SLIP}": lambda: four_rooms_values(SLIP),
    "10x10, report of a DQN": report_of_a_dqn,
}


def measure(name: str) -> dict[str, Any]:
    """One case, in this process."""
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        pairs = CASES[name]()
        seconds.append(time.perf_counter() - start)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"case": name, "pairs": pairs, "seconds": min(seconds), "megabytes": round(megabytes)}


def main() -> None:
    """Run the command line."""
    if sys.argv[1:]:
        print(json.dumps(measure(sys.argv[1])))
        return
    from plots import plot_planning

    rows = []
    for name in CASES:
        printed = subprocess.run([sys.executable, __file__, name], check=True, capture_output=True, text=True).stdout
        rows.append(json.loads(printed))
        print(rows[-1], file=sys.stderr, flush=True)
    result = {"measured_on": measured_on(), "rows": rows}
    write_json("planning.json", result)
    plot_planning(rows[: len(SIZES)], RESULTS / "planning.png")
    print(tables.planning(result))


if __name__ == "__main__":
    main()
