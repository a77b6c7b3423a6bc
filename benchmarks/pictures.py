"""The pictures of agents that are still learning: ``python benchmarks/pictures.py``.

Three short trainings on FourRooms-v0, too short to be optimal, so that there is something to see; then the commands of
the package draw what they learned.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from common import RESULTS, measured_on, write_json
from PIL import Image
from zoo_command import HYPERPARAMS, zoo_train

from gym_gridworld.registration import folder_name
from gym_gridworld.sb3.runs import load_run
from gym_gridworld.wrappers import QValueOverlay

ENV_ID = "gym_gridworld/FourRooms-v0"
STEPS = 100_000
SEEDS = (0, 1, 2)


def main() -> None:
    """Train, draw, and write down what was drawn."""
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        for seed in SEEDS:
            arguments = ("-n", str(STEPS), "--eval-freq", "-1", "--log-interval", "-2")
            zoo_train(HYPERPARAMS, logs, seed, *arguments, env_id=ENV_ID)
        runs = [str(logs / "dqn" / f"{folder_name(ENV_ID)}_{number}") for number in range(1, len(SEEDS) + 1)]
        gym_gridworld("plot", "values", runs[0], "-o", str(RESULTS / "values.png"))
        gym_gridworld("plot", "regret", runs[0], "-o", str(RESULTS / "regret.png"))
        gym_gridworld("plot", "curves", *runs, "-o", str(RESULTS / "curves.png"))
        draw_overlay(runs[0], RESULTS / "overlay.png")
        reports = [json.loads(gym_gridworld("optimality", run, "--json")) for run in runs]
        table = gym_gridworld("optimality", runs[0]).split("\n\n")[0]
    result = {
        "measured_on": measured_on(),
        "steps": STEPS,
        "pictured_seed": SEEDS[0],
        "table": table,
        "reports": [{"seed": seed, **report} for seed, report in zip(SEEDS, reports, strict=True)],
    }
    write_json("pictures.json", result)
    print(table)


def draw_overlay(run_folder: str, path: Path) -> None:
    """The agent on its way from corner to corner, over its Q-values."""
    run = load_run(run_folder, render_mode="rgb_array")
    env = QValueOverlay(run.env, run.model)
    observation, _ = env.reset(options={"agent": (1, 1), "target": (11, 9)})
    for _ in range(4):
        action, _ = run.model.predict(observation, deterministic=True)
        observation, *_ = env.step(int(action))
    Image.fromarray(env.render()).save(path)


def gym_gridworld(*arguments: str) -> str:
    """Run a command of the package, and return what it printed."""
    command = [sys.executable, "-m", "gym_gridworld", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
