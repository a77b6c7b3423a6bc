"""``plot values|regret|failures|curves FOLDER``: pictures of trained agents and of their training."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HELP = "pictures of trained agents and of their training"

DPI = 130
FORMATS = (".jpg", ".pdf", ".png", ".svg")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="{values,regret,failures,curves}")
    values = kinds.add_parser("values", help="its values and actions for one target, beside the optimum")
    regret = kinds.add_parser("regret", help="how far from optimal it is, by target")
    failures = kinds.add_parser("failures", help="of a GoalGridWorld: where it does not arrive, and where it goes")
    curves = kinds.add_parser("curves", help="return, length and optimality during the training, of several runs")
    run_help = "a run of the RL Zoo, e.g. logs/dqn/gym_gridworld-GridWorld-v0_1"
    for kind in (values, regret, failures):
        kind.add_argument("folder", type=Path, help=run_help)
    curves.add_argument("folders", type=Path, nargs="+", metavar="folder", help=run_help)
    values.add_argument(
        "--target", type=int, nargs=2, metavar=("X", "Y"), help="by default the one with the most wrong actions"
    )
    for kind in (values, regret, failures, curves):
        kind.add_argument("-o", "--output", type=Path, metavar="FILE", help="the picture, by default a .png here")


def run(options: argparse.Namespace) -> None:
    """Draw the picture, and print where it lies."""
    # Before the work, so that it is not in vain.
    if options.output is not None:
        _check_output(options.output)
    figure, name = _draw_curves(options) if options.kind == "curves" else _draw_map(options)
    path = options.output or Path(f"{name}.png")
    _save(figure, path)
    print(path)


def _draw_map(options: argparse.Namespace) -> tuple[Figure, str]:
    from gym_gridworld import plots
    from gym_gridworld.models import discount_of
    from gym_gridworld.optimality import AllPairs, AllPlacements
    from gym_gridworld.plots.values import target_column, worst_target
    from gym_gridworld.sb3.runs import load_run

    trained = load_run(options.folder)
    name = f"{options.folder.resolve().name}-{options.kind}"
    if options.kind == "failures":
        placements = AllPlacements(trained.env, discount_of(trained.model))
        return plots.failure_map(placements, placements.evaluate(trained.model)), name
    target = getattr(options, "target", None)
    if target is not None:
        target_column(trained.env.unwrapped.layout, target)  # type: ignore[attr-defined]
    pairs = AllPairs(trained.env, discount_of(trained.model))
    evaluation = pairs.evaluate(trained.model)
    if options.kind == "regret":
        return plots.regret_map(pairs, evaluation), name
    x, y = worst_target(pairs, evaluation) if target is None else target
    return plots.value_map(pairs, evaluation, (x, y)), f"{name}-{x}-{y}"


def _draw_curves(options: argparse.Namespace) -> tuple[Figure, str]:
    from gym_gridworld import plots
    from gym_gridworld.registration import folder_name
    from gym_gridworld.sb3.curves import load_histories

    histories = load_histories(options.folders)
    return plots.learning_curves(histories), f"{folder_name(histories[0].env_id)}-curves"


def _check_output(path: Path) -> None:
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f"the output must end in one of {', '.join(FORMATS)}, got {path}")
    if not path.parent.is_dir():
        raise ValueError(f"the output's folder must exist, got {path.parent}")
    if path.is_dir():
        raise ValueError(f"the output must be a file, got the folder {path}")


def _save(figure: Figure, path: Path) -> None:
    """Write to a file beside it first, so that there is never half a picture."""
    with tempfile.TemporaryDirectory(prefix=".plot-", dir=path.parent) as folder:
        whole = Path(folder) / path.name
        figure.savefig(whole, dpi=DPI, bbox_inches="tight", pad_inches=0.15)
        whole.replace(path)
