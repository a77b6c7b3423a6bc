"""Put a trained agent into ``agents/``, as the zoo lays it out: ``python benchmarks/ship.py logs/dqn/ID_1``.

Without what only a training needs. ``agents/manifest.json`` says what it is, how it was trained and what it reaches.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from statistics import mean
from typing import Any

import yaml
from common import ROOT, measured_on
from evaluation import FIRST_SEED, returns_of
from stable_baselines3.common.base_class import BaseAlgorithm

from gym_gridworld.models import discount_of
from gym_gridworld.optimality import all_states
from gym_gridworld.registration import ENVIRONMENTS, folder_name
from gym_gridworld.sb3.manifest import MANIFEST, checksum
from gym_gridworld.sb3.runs import Run, load_hyperparams, load_run, load_settings

AGENTS = ROOT / "agents"
# What a training goes on from. A learning rate that falls would drag the code of its function along.
OF_TRAINING = (
    "_last_obs",
    "_last_original_obs",
    "_last_episode_starts",
    "ep_info_buffer",
    "ep_success_buffer",
    "tensorboard_log",
    # Found anew when the model is loaded; a saved one is taken for somebody else's, with a warning.
    "replay_buffer_class",
)


def strip(model: BaseAlgorithm) -> None:
    """Take away what is not needed to play."""
    model.learning_rate = 0.0
    model._setup_lr_schedule()
    model.policy.optimizer.state.clear()


def score_of(run: Run) -> dict[str, Any]:
    """What the final model reaches: over all states of a grid world, or in the episodes of an evaluation."""
    if run.env_id in ENVIRONMENTS:
        return dict(all_states(run.env, discount_of(run.model)).evaluate(run.model).report.figures)
    returns = returns_of(run.folder)
    return {"mean_return": round(mean(returns), 3), "episodes": len(returns), "first_seed": FIRST_SEED}


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
    hyperparams, _ = load_hyperparams(options.folder, settings)
    for key in ("normalize", "normalize_kwargs"):
        hyperparams.pop(key, None)  # Of rewards, or the run could not have been loaded: nothing to play with.
    (target / name / "config.yml").write_text(yaml.safe_dump(hyperparams))
    strip(run.model)
    path = target / f"{name}.zip"
    run.model.save(path, exclude=OF_TRAINING)
    score = score_of(run)
    command = f"python -m rl_zoo3.train --algo {run.algo} --env {run.env_id}"
    if run.env_id in ENVIRONMENTS:
        command += " --gym-packages gym_gridworld"
    entry = {
        "command": f"{command} --conf-file hyperparams/{run.algo}.yml --seed {settings['seed']} --num-threads 1",
        "seed": settings["seed"],
        # As Stable-Baselines3 counts: an action that is held for several steps is one.
        "timesteps": run.model.num_timesteps,
        "score": score,
        "sha256": checksum(path),
        "trained_with": measured_on()["packages"],
    }
    manifest: dict[str, Any] = {}
    if (AGENTS / MANIFEST).exists():
        manifest = json.loads((AGENTS / MANIFEST).read_text())
    manifest[path.relative_to(AGENTS).as_posix()] = entry
    (AGENTS / MANIFEST).write_text(json.dumps(dict(sorted(manifest.items())), indent=2) + "\n")
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    print(score)


if __name__ == "__main__":
    main()
