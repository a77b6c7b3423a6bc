"""The RL Zoo's run folders: the trained agent and the environment it was trained in."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium as gym
import yaml
from rl_zoo3.utils import ALGOS, create_test_env, get_saved_hyperparams
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.vec_env import DummyVecEnv

from gym_gridworld.registration import folder_name
from gym_gridworld.sb3.manifest import check_manifest

NATIVE = "gym_gridworld.sb3.native"
OFF_POLICY = ("dqn", "qrdqn", "ddpg", "td3", "sac", "tqc")


@dataclass(frozen=True)
class Run:
    """A run of the zoo's training.

    Loading a run unpickles what it saved, as the zoo's own ``enjoy`` does: load only runs that you trust.

    Attributes:
        folder: The run's folder, e.g. ``logs/dqn/gym_gridworld-GridWorld-v0_1``.
        algo: The zoo's name of the algorithm.
        env_id: The id of the environment.
        model: The final model.
        env: One environment, wrapped as for the training.
    """

    folder: Path
    algo: str
    env_id: str
    model: BaseAlgorithm
    env: gym.Env[Any, Any]

    @property
    def model_path(self) -> Path:
        """The file of the final model."""
        return self.folder / f"{folder_name(self.env_id)}.zip"


def load_run(folder: str | Path, model_path: str | Path | None = None, render_mode: str | None = None) -> Run:
    """Load a run of the zoo's training.

    Args:
        folder: The run's folder, e.g. ``logs/dqn/gym_gridworld-GridWorld-v0_1``.
        model_path: A checkpoint of the run; by default the final model.
        render_mode: Of the environment.

    Returns:
        The run.

    Raises:
        TypeError: The training wrapped all its environments in one, as ``VecNormalize`` does, unless for rewards alone.
        ValueError: There is no trained agent in the folder, or its model cannot be read, or is not what a manifest of
            agents says.
    """
    folder = Path(folder)
    settings = load_settings(folder)
    algo, env_id = settings["algo"], settings["env"]
    name = folder_name(env_id)
    path = Path(model_path) if model_path is not None else folder / f"{name}.zip"
    if not path.is_file():
        raise ValueError(f"no trained agent in {folder}: {path.name} is missing; was the training interrupted?")

    if algo not in ALGOS:
        raise ValueError(
            f"{folder} was trained with {algo!r}, which the RL Zoo does not know: it has {', '.join(ALGOS)}"
        )
    hyperparams, stats_path = load_hyperparams(folder, settings)
    env_kwargs = {**merge_env_kwargs(hyperparams, settings), "render_mode": render_mode}
    hyperparams.pop("env_kwargs", None)
    if hyperparams.get("vec_env_wrapper") == NATIVE:
        # One environment that one can look into, instead of the same in a vector.
        del hyperparams["vec_env_wrapper"]
    if not hyperparams.get("normalize_kwargs", {}).get("norm_obs", True):
        # Of rewards alone: those of the environment are what counts here.
        hyperparams["normalize"] = False
    try:
        vec_env = create_test_env(
            env_id, stats_path=stats_path, should_render=False, hyperparams=hyperparams, env_kwargs=env_kwargs
        )
    except (AttributeError, ImportError) as error:
        raise ValueError(f"the environment that {folder} was trained in cannot be made: {error}") from error
    # Nothing is stored here, so that the training's buffer need not be allocated again. And as if none had been chosen:
    # Stable-Baselines3 takes its own of n-step returns for somebody else's, and warns.
    buffer: dict[str, Any] = {"buffer_size": 1, "replay_buffer_class": None} if algo in OFF_POLICY else {}
    check_manifest(path)
    try:
        _check_whole(path)
        model = ALGOS[algo].load(path, device="cpu", **buffer)
    except (zipfile.BadZipFile, KeyError, RuntimeError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as a {algo} model: {error}") from error
    if not isinstance(vec_env, DummyVecEnv):
        raise TypeError(f"{folder} was trained behind {type(vec_env).__name__}, which is not supported here")
    return Run(folder, algo, env_id, model, vec_env.envs[0])


def load_hyperparams(folder: Path, settings: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The hyperparameters that the zoo's training saved, and where it saved what it normalised by, if it did.

    Raises:
        ValueError: They are missing, or not what the zoo writes.
    """
    name = folder_name(settings["env"])
    path = folder / name / "config.yml"
    if not path.is_file():
        raise ValueError(f"no trained agent in {folder}: {name}/config.yml is missing")
    try:
        hyperparams, stats_path = get_saved_hyperparams(str(folder / name))
        return dict(hyperparams), stats_path
    except (AttributeError, TypeError, ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{path} is not what the RL Zoo writes: {error}") from error


def _check_whole(path: Path) -> None:
    """Stable-Baselines3 writes straight to the final path: a training killed in the middle leaves half a file."""
    with zipfile.ZipFile(path) as archive:
        # The model's parts are archives too, and the end of one may pass for the end of the whole.
        if "data" not in archive.namelist():
            raise zipfile.BadZipFile("the file is cut off")


def load_settings(folder: Path) -> dict[str, Any]:
    """The arguments of the zoo's training, ``algo``, ``env`` and ``env_kwargs`` among them.

    Raises:
        ValueError: The folder was not written by the zoo's training.
    """
    files = list(folder.glob("*/args.yml"))
    if len(files) != 1:
        raise ValueError(
            f"no trained agent in {folder}: expected a folder that the RL Zoo's training wrote, "
            f"such as logs/dqn/gym_gridworld-GridWorld-v0_1"
        )
    # The zoo writes an OrderedDict with its Python tag; the values are plain, and no other tag is read.
    try:
        settings: dict[str, Any] = yaml.load(files[0].read_text(encoding="utf-8"), Loader=_SettingsLoader)  # noqa: S506
    except (TypeError, ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{files[0]} is not what the RL Zoo writes: {error}") from error
    if not isinstance(settings, dict) or not {"algo", "env", "env_kwargs"} <= set(settings):
        raise ValueError(f"{files[0]} is not what the RL Zoo writes: it must hold algo, env and env_kwargs")
    return settings


def merge_env_kwargs(hyperparams: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """What the environment was made with, from the hyperparameters and the command line."""
    return {**(hyperparams.get("env_kwargs") or {}), **(settings["env_kwargs"] or {})}


class _SettingsLoader(yaml.SafeLoader):
    pass


def _ordered_dict(loader: yaml.SafeLoader, node: yaml.SequenceNode) -> dict[str, Any]:
    return dict(loader.construct_sequence(node, deep=True)[0])


_SettingsLoader.add_constructor("tag:yaml.org,2002:python/object/apply:collections.OrderedDict", _ordered_dict)
