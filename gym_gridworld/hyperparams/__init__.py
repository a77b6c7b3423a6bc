"""The RL Zoo's hyperparameter files as modules: ``--conf-file gym_gridworld.hyperparams.dqn`` needs no clone."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def load(name: str) -> dict[str, dict[str, Any]]:
    """The hyperparameters of a file, by environment id.

    Args:
        name: Of the file, e.g. ``"dqn"``.

    Returns:
        Plain data, new on every call.
    """
    import yaml

    here = Path(__file__).parent
    # A wheel carries the files beside this module; in a clone they lie in the top folder.
    folders = (here, here.parents[1] / "hyperparams")
    path = next(path for folder in folders if (path := folder / f"{name}.yml").is_file())
    hyperparams: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return hyperparams
