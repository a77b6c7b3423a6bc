"""Plots of GoalGridWorld: what they show is read back from the figures."""

import numpy as np
import pytest
from conftest import ENV_ID, GOAL_ID

from gym_gridworld import __main__ as cli
from gym_gridworld import plots
from gym_gridworld.goal_rendering import location_in
from gym_gridworld.optimality import AllPlacements
from gym_gridworld.sb3 import runs
from gym_gridworld.sb3.curves import load_histories, optimal_length


def playing(placements, wrong=None):
    """What is done by an agent that is optimal but in ``wrong``: {(agent, plus, ex, goal): action}."""
    actions = placements.optimal.argmax(axis=1)
    states = zip(placements.agents, placements.plus[:, 0], placements.ex[:, 0], placements.goals, strict=True)
    for number, state in enumerate(states):
        actions[number] = (wrong or {}).get(tuple(map(int, state)), actions[number])
    given = iter(np.split(actions, range(500, len(actions), 500)))
    return placements.evaluate(lambda _: next(given))


@pytest.fixture
def placements(make):
    return AllPlacements(make(GOAL_ID, size=3))


def artists(figure, gid):
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def test_each_failure_is_shown_with_its_way(placements):
    # From (0, 0) right, onto the ex instead of the plus; from (1, 2) up into the border, though the plus is below.
    evaluation = playing(placements, {(0, 8, 1, 0): 0, (7, 4, 2, 0): 1, (6, 4, 2, 0): 0, (8, 4, 2, 0): 2})
    failing = np.flatnonzero(~evaluation.reached)
    assert placements.way(evaluation.actions, failing[-1]) == [0, 1]
    figure = plots.failure_map(placements, evaluation)
    panels = figure.axes
    assert len(panels) == len(failing) == 4
    said = {}
    for panel in panels:
        (line,) = artists(panel, "way")
        said[tuple(map(tuple, line.get_xydata().tolist()))] = panel.get_title()
    expected = {
        (0, 1): "ex after 1 step",
        (7, 7): "never arrives",
        (6, 7, 7): "never arrives",
        (8, 7, 7): "never arrives",
    }
    assert said == {tuple(location_in(3, 360, cell) for cell in way): title for way, title in expected.items()}
    (note,) = [text.get_text() for text in figure.texts if "reached" in text.get_text()]
    assert note == "The signalled goal is reached from 99.60% of 1,008 placements, not from these 4"


def test_the_way_lies_on_the_cells_of_the_picture(placements):
    from gym_gridworld.goal_rendering import draw
    from gym_gridworld.goals import Placement
    from gym_gridworld.rendering import BLUE

    for cell in range(9):
        picture = draw(3, Placement(cell, ((cell + 1) % 9,), ((cell + 2) % 9,), 0), 360)
        rows, columns = np.nonzero((picture == BLUE).all(axis=2))
        assert (columns.mean(), rows.mean()) == pytest.approx(location_in(3, 360, cell), abs=9)
    assert len(placements) == 1008


def test_of_many_failures_some_are_shown(placements):
    evaluation = placements.evaluate(lambda observations: np.zeros(len(observations["goal"]), int))
    figure = plots.failure_map(placements, evaluation)
    assert len(figure.axes) == 12
    missed = (~evaluation.reached).sum()
    assert any(f"not from these 12 and {missed - 12:,} more" in text.get_text() for text in figure.texts)


def test_without_failures_there_is_nothing_to_show(placements):
    figure = plots.failure_map(placements, playing(placements))
    assert not figure.axes
    assert any("reached from 100.00% of 1,008 placements" in text.get_text() for text in figure.texts)


@pytest.fixture
def trained(make, monkeypatch):
    """What the commands load is an agent that always goes right, in the environment of some id."""

    def load(env_id):
        env = make(env_id, size=3, disable_env_checker=True)

        def right(observations):
            return np.zeros(len(next(iter(observations.values()))), int)

        monkeypatch.setattr(runs, "load_run", lambda folder: runs.Run(folder, "dqn", env_id, right, env))

    return load


def test_from_the_command_line(trained, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    trained(GOAL_ID)
    cli.main(["plot", "failures", "some_run"])
    assert capsys.readouterr().out == "some_run-failures.png\n"
    assert (tmp_path / "some_run-failures.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("kind", "env_id", "said"),
    [
        ("failures", ENV_ID, "placements are those of a GoalGridWorldEnv, got"),
        ("regret", GOAL_ID, "pairs are those of a GridWorldEnv, got"),
        ("values", GOAL_ID, "pairs are those of a GridWorldEnv, got"),
    ],
)
def test_plots_of_the_other_environment_are_refused_in_one_line(trained, kind, env_id, said, capsys):
    trained(env_id)
    with pytest.raises(SystemExit) as ended:
        cli.main(["plot", kind, "some_run"])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_learning_curves_know_the_optimum(write_run):
    histories = load_histories([write_run(number, [(0.9, 4)] * 9, env_id=GOAL_ID) for number in range(2)])
    assert optimal_length(histories[0]) == pytest.approx(AllPlacements(runs.gym.make(GOAL_ID)).optimal_length)
    figure = plots.learning_curves(histories)
    labels = [line.get_label() for line in figure.axes[1].lines]
    assert "optimum, 3.36" in labels
