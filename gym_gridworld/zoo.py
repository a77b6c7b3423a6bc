"""``python -m gym_gridworld.zoo MODULE ARGUMENTS``: the RL Zoo's own module, with this package's ids registered.

Two things stand between the zoo and an id like ``gym_gridworld/GridWorld-v0``: not all of its modules take
``--gym-packages``, and its plots look for folders that carry the id itself, while its training writes a dash for the
slash. This imports the package, translates the id for the plots, and hands over.
"""

from __future__ import annotations

import argparse
import runpy
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

PROGRAM = "python -m gym_gridworld.zoo"
MODULES = ("train", "enjoy", "record_video", "plots.plot_train", "plots.all_plots", "plots.plot_from_file", "benchmark")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a module of the zoo.

    Args:
        arguments: The module's name, without ``rl_zoo3.``, and its arguments; by default the command line's.

    Raises:
        SystemExit: Without a module of that name or an environment of that id, and where something goes wrong with a
            Unity build (code 2, and one line that says so), and when the module ends with one.
    """
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Run a module of the RL Zoo with the gym_gridworld environments registered.",
        epilog="All other arguments are the module's own: MODULE --help lists them.",
        allow_abbrev=False,
    )
    parser.add_argument("module", metavar="MODULE", choices=MODULES, help=", ".join(MODULES))
    own, rest = parser.parse_known_args(sys.argv[1:2] if arguments is None else arguments[:1])
    rest = list(sys.argv[2:] if arguments is None else arguments[1:])
    try:
        _import_packages()
        rest = translate_ids(rest, for_folders=own.module.startswith("plots."))
    except (ImportError, ValueError) as error:
        parser.exit(2, f"{parser.prog}: error: {error}\n")
    sys.argv = [f"rl_zoo3.{own.module}", *rest]
    with warnings.catch_warnings():
        # rl_zoo3 imports its own plots, which runpy remarks on.
        warnings.filterwarnings("ignore", "'rl_zoo3", RuntimeWarning)
        try:
            runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        except KeyboardInterrupt:
            sys.exit(130)
        except _unity_errors() as error:
            parser.exit(2, f"{parser.prog}: error: {error}\n")


def translate_ids(arguments: Sequence[str], *, for_folders: bool) -> list[str]:
    """The arguments with the ids after ``--env`` as the zoo wants them.

    Ids without a slash are passed on as they are. ``package:id`` becomes the id.

    Args:
        arguments: Arguments of a module of the zoo.
        for_folders: Whether the module looks for folders of that name, in which the slash is a dash.

    Raises:
        ValueError: An id with a slash is not registered, or no folder has the name.

    Example:
        >>> translate_ids(["--env", "gym_gridworld:gym_gridworld/GridWorld-v0", "-n", "5"], for_folders=False)
        ['-n', '5', '--env', 'gym_gridworld/GridWorld-v0']
    """
    parser = argparse.ArgumentParser(prog=PROGRAM, usage="%(prog)s MODULE ...", add_help=False, allow_abbrev=False)
    parser.add_argument("-e", "--env", nargs="+")
    known, rest = parser.parse_known_args(arguments)
    if not known.env:
        return rest
    ids = [env_id.split(":")[-1] for env_id in known.env]
    # Packages named here are imported by the zoo itself, later.
    if not any(argument.startswith("--gym-packages") for argument in rest):
        _check_ids(ids)
    if for_folders:
        from gym_gridworld.registration import folder_name

        ids = [folder_name(env_id) for env_id in ids]
        _check_folders(ids, rest)
    return [*rest, "--env", *ids]


def _check_folders(names: Sequence[str], arguments: Sequence[str]) -> None:
    """The zoo's plots say nothing where they find nothing: they draw an empty plot, or print ``0.0 +/- 0.0``."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-f", "--exp-folder", "--exp-folders", nargs="+", default=[])
    parser.add_argument("-a", "--algo", "--algos", nargs="+", default=[])
    known, _ = parser.parse_known_args(arguments)
    folders = [Path(folder, algo.lower()) for folder in known.exp_folder for algo in known.algo]
    for name in names:
        if folders and not any(path for folder in folders for path in folder.glob(f"*{name}*")):
            raise ValueError(f"no folder named like {name} in {', '.join(map(str, folders))}")


def _import_packages() -> None:
    import gym_gridworld  # noqa: F401

    try:
        import rl_zoo3.import_envs  # noqa: F401
    except ModuleNotFoundError as error:
        raise ImportError(f"{error.name} is missing: install gym_gridworld with its extra [train]") from error


def _unity_errors() -> tuple[type[Exception], ...]:
    from gymnasium.error import DependencyNotInstalled

    from gym_gridworld.unity import UnityError

    return UnityError, DependencyNotInstalled


def _check_ids(ids: Sequence[str]) -> None:
    import gymnasium as gym

    try:
        for env_id in ids:
            if "/" in env_id:
                gym.spec(env_id)
    except gym.error.Error as error:
        raise ValueError(str(error)) from error


if __name__ == "__main__":
    main()
