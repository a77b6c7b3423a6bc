"""Put a trained agent into ``agents/``, as the zoo lays it out: ``python benchmarks/ship.py logs/dqn/ID_1``.

Without what only a training needs. ``agents/manifest.json`` says what it is, how it was trained and what it reaches.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from common import ROOT, measured_on
from stable_baselines3.common.base_class import BaseAlgorithm

from gym_gridworld.models import discount_of
from gym_gridworld.optimality import all_states
from gym_gridworld.registration import folder_name
from gym_gridworld.sb3.manifest import MANIFEST, checksum
from gym_gridworld.sb3.runs import load_run, load_settings

AGENTS = ROOT / "agents"
# What a training goes on from. A learning rate that falls would drag the code of its function along.
OF_TRAINING = (
    "_last_obs",
    "_last_original_obs",
    "_last_episode_starts",
    "ep_info_buffer",
    "ep_success_buffer",
    "tensorboard_log",
)


def strip(model: BaseAlgorithm) -> None:
    """Take away what is not needed to play."""
    model.learning_rate = 0.0
    model._setup_lr_schedule()
    model.policy.optimizer.state.clear()


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a run of the RL Zoo")
    options = parser.parse_args()
    run, settings = load_run(options.folder), load_settings(options.folder)
    name = folder_name(run.env_id)
    target = AGENTS / run.algo / f"{name}_1"
    shutil.rmtree(target, ignore_errors=True)
    (target / name).mkdir(parents=True)
    # Of its arguments, those that say what it is; the others name places on a machine.
    kept = {key: settings[key] for key in ("algo", "env", "env_kwargs", "seed")}
    (target / name / "args.yml").write_text(json.dumps(kept) + "\n")
    shutil.copy(options.folder / name / "config.yml", target / name / "config.yml")
    strip(run.model)
    path = target / f"{name}.zip"
    run.model.save(path, exclude=OF_TRAINING)
    report = all_states(run.env, discount_of(run.model)).evaluate(run.model).report
    command = f"python -m rl_zoo3.train --algo {run.algo} --env {run.env_id} --gym-packages gym_gridworld"
    entry = {
        "command": f"{command} --conf-file hyperparams/{run.algo}.yml --seed {settings['seed']} --num-threads 1",
        "seed": settings["seed"],
        "environment_steps": run.model.num_timesteps,
        "score": report.figures,
        "sha256": checksum(path),
        "trained_with": measured_on()["packages"],
    }
    manifest: dict[str, Any] = {}
    if (AGENTS / MANIFEST).exists():
        manifest = json.loads((AGENTS / MANIFEST).read_text())
    manifest[path.relative_to(AGENTS).as_posix()] = entry
    (AGENTS / MANIFEST).write_text(json.dumps(dict(sorted(manifest.items())), indent=2) + "\n")
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    print(report)


if __name__ == "__main__":
    main()
