"""The plots say what is so: arrows, colours and numbers are read back from the figures."""

import math

import gymnasium as gym
import numpy as np
import pytest
from conftest import ENV_ID
from matplotlib.colors import to_hex
from stable_baselines3 import DQN

from gym_gridworld import __main__ as cli
from gym_gridworld import plots
from gym_gridworld.layouts import read_layout
from gym_gridworld.optimality import AllPairs
from gym_gridworld.plots import board
from gym_gridworld.plots.regret import by_target
from gym_gridworld.plots.values import target_column, worst_target

FOLDER_NAME = "gym_gridworld-GridWorld-v0"


def playing(pairs, wrong=()):
    """What is done by an agent that is optimal but in ``wrong``: (agent cell, target cell, action)."""
    actions = pairs.optimal.argmax(axis=1)
    for agent, target, action in wrong:
        actions[(pairs.agents == agent) & (pairs.targets == target)] = action
    return pairs.evaluate(lambda _: actions)


def artists(figure, gid):
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def arrows(axes, kind):
    """The {((x, y), (u, v)), ...} of the arrows in a panel."""
    found = set()
    for quiver in artists(axes, kind):
        signs = np.sign(np.stack([quiver.U, quiver.V], axis=1)).astype(int)
        found |= set(zip(map(tuple, np.rint(quiver.XY).astype(int).tolist()), map(tuple, signs.tolist()), strict=True))
    return found


# Value maps


def test_wrong_arrows_are_marked_where_they_are(make):
    pairs = AllPairs(make(size=3), discount=0.9)
    # Target (2, 2): up at (0, 0) is as good as right; left at (1, 2) and down at (2, 1) are not.
    evaluation = playing(pairs, [(0, 8, 1), (7, 8, 2), (5, 8, 3)])
    figure = plots.value_map(pairs, evaluation, (2, 2))
    model, optimum = figure.axes[:2]
    assert arrows(model, "wrong") == {((1, 2), (-1, 0)), ((2, 1), (0, -1))}
    assert len(arrows(model, "optimal")) == 6
    assert ((0, 0), (0, 1)) in arrows(model, "optimal")
    (marks,) = artists(model, "marks")
    centres = {tuple(path.get_extents().get_points().mean(axis=0).round().astype(int)) for path in marks.get_paths()}
    assert centres == {(1, 2), (2, 1)}
    assert to_hex(marks.get_facecolor()[0]) == board.MARK
    assert {to_hex(quiver.get_facecolor()[0]) for quiver in artists(model, "wrong")} == {"#ffffff"}
    assert arrows(optimum, "wrong") == set()
    # Both ways in the four cells off the target's row and column, one in the others.
    assert len(arrows(optimum, "several")) == 8
    assert arrows(optimum, "optimal") == {
        ((0, 2), (1, 0)),
        ((1, 2), (1, 0)),
        ((2, 0), (0, 1)),
        ((2, 1), (0, 1)),
    }
    assert "6 of 8" in model.get_title(loc="left")


def test_colours_are_the_values_on_one_scale(make):
    env = make(size=3)
    pairs = AllPairs(env, discount=0.5)
    model = DQN("MultiInputPolicy", env, buffer_size=1, seed=0)
    evaluation = pairs.evaluate(model)
    figure = plots.value_map(pairs, evaluation, (0, 0))
    own, true = (axes.collections[0] for axes in figure.axes[:2])
    expected = [math.nan, *(0.5 ** (x + y - 1) for x, y in pairs.dynamics.locations[1:])]
    np.testing.assert_allclose(true.get_array().filled(math.nan).ravel(), expected)
    greatest = evaluation.q_values[pairs.targets == 0].max(axis=1)
    np.testing.assert_allclose(own.get_array().filled(math.nan).ravel()[1:], greatest)
    assert own.norm is true.norm
    assert own.norm.vmin == min(greatest.min(), 0.125)
    assert own.norm.vmax == max(greatest.max(), 1.0)


def test_without_q_values_there_are_arrows_only(make):
    pairs = AllPairs(make(size=3))
    figure = plots.value_map(pairs, playing(pairs))
    assert figure.axes[0].collections[0].get_array().mask.all()
    assert arrows(figure.axes[0], "wrong") == set()


def test_the_default_target_is_the_worst_else_the_middle(make):
    pairs = AllPairs(make(size=3))
    assert worst_target(pairs, playing(pairs)) == (1, 1)
    assert worst_target(pairs, playing(pairs, [(0, 2, 3), (1, 2, 3), (0, 8, 3)])) == (2, 0)


@pytest.mark.parametrize("arguments", [{"layout": "cliff"}, {"layout": "corridor"}, {"size": 4, "slip": 0.2}])
def test_rectangles_and_slip_can_be_drawn(arguments, tmp_path):
    pairs = AllPairs(gym.make(ENV_ID, disable_env_checker=True, **arguments), discount=0.9)
    evaluation = playing(pairs)
    for number, figure in enumerate((plots.value_map(pairs, evaluation), plots.regret_map(pairs, evaluation))):
        figure.savefig(tmp_path / f"{number}.png", dpi=30)
    assert (
        len(arrows(plots.value_map(pairs, evaluation).axes[0], "optimal")) == (pairs.targets == pairs.targets[0]).sum()
    )


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ((13, 0), r"from \(0, 0\) to \(12, 12\), got \(13, 0\)"),
        ((0, -1), r"got \(0, -1\)"),
        ((0, 0), r"got \(0, 0\), a wall"),
    ],
)
def test_what_is_no_target_is_refused(target, said):
    with pytest.raises(ValueError, match=said):
        target_column(read_layout("four_rooms"), target)


def test_only_targets_of_the_layout_are_targets():
    layout = read_layout("cliff")
    assert target_column(layout, (11, 0)) == 0
    with pytest.raises(ValueError, match=r"at \(11, 0\), got \(0, 0\), a start"):
        target_column(layout, (0, 0))
    with pytest.raises(ValueError, match="a pit"):
        target_column(layout, (1, 0))


def test_a_target_that_nobody_reaches_is_refused():
    pairs = AllPairs(gym.make(ENV_ID, layout=["T#T", "##.", "##A"]))
    with pytest.raises(ValueError, match=r"can be reached from another, got \(0, 2\)"):
        plots.value_map(pairs, playing(pairs), (0, 2))


# Regret maps


def test_regret_by_target(make):
    pairs = AllPairs(make(size=3))
    # To target (0, 0), the agents in (1, 0), which goes up, and (2, 0) take 2 steps more; to (2, 2), (0, 0) stays.
    evaluation = playing(pairs, [(1, 0, 1), (0, 8, 2)])
    regret, missed = by_target(pairs, evaluation)
    assert regret[0] == 4 / 8
    assert np.flatnonzero(regret).tolist() == [0]
    assert np.flatnonzero(missed).tolist() == [8]
    assert missed[8] == 1 / 8
    figure = plots.regret_map(pairs, evaluation)
    assert [(text.get_text(), text.get_position()) for text in artists(figure, "missed")] == [("12%", (2, 2))]
    assert [text.get_text() for text in artists(figure, "regret")] == ["0.50", *"0000000"]


def test_no_regret_is_said(make):
    pairs = AllPairs(make(size=3))
    figure = plots.regret_map(pairs, playing(pairs))
    assert figure.axes[0].get_title(loc="left") == "Every agent reaches every target: no regret anywhere"
    assert len(figure.axes) == 1
    assert [text.get_text() for text in artists(figure, "regret")] == ["0"] * 9
    assert artists(figure, "missed") == []


def test_nobody_arrives(make):
    pairs = AllPairs(make(size=2))
    wall = [int(np.flatnonzero(pairs.dynamics.next_cell[agent] == agent)[0]) for agent in pairs.agents]
    evaluation = pairs.evaluate(lambda _: np.array(wall))
    assert np.isnan(by_target(pairs, evaluation)[0]).all()
    texts = artists(plots.regret_map(pairs, evaluation), "missed")
    assert [text.get_text() for text in texts] == ["100%"] * 4


def test_on_large_grids_the_area_of_the_marks_is_the_share():
    pairs = AllPairs(gym.make(ENV_ID, layout="random:18:0.4:0"), chunk=100_000)
    target = pairs.targets[0]
    agents = pairs.agents[pairs.targets == target]
    bumps = []
    for agent in agents:
        stays = np.flatnonzero(pairs.dynamics.next_cell[agent] == agent)
        bumps += [(agent, target, stays[0])] if len(stays) else []
    evaluation = playing(pairs, bumps)
    (marks,) = artists(plots.regret_map(pairs, evaluation), "missed")
    (path,) = marks.get_paths()
    share = by_target(pairs, evaluation)[1][target]
    assert path.get_extents().width == pytest.approx(2 * 0.42 * share**0.5, rel=1e-3)


# The command line


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run's folder with an untrained agent for the cliff."""
    folder = tmp_path_factory.mktemp("logs") / f"{FOLDER_NAME}_1"
    settings = folder / FOLDER_NAME
    settings.mkdir(parents=True)
    (settings / "config.yml").write_text("{}")
    (settings / "args.yml").write_text(f"algo: dqn\nenv: {ENV_ID}\nenv_kwargs: {{layout: cliff}}\n")
    env = gym.make(ENV_ID, layout="cliff")
    DQN("MultiInputPolicy", env, buffer_size=1, seed=0).save(folder / FOLDER_NAME)
    return folder


@pytest.fixture
def here(tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["values"], f"{FOLDER_NAME}_1-values-11-0.png"),
        (["values", "--target", "11", "0", "-o", "map.svg"], "map.svg"),
        (["regret"], f"{FOLDER_NAME}_1-regret.png"),
    ],
)
def test_maps_from_the_command_line(trained, here, arguments, name, capsys):
    cli.main(["plot", arguments[0], str(trained), *arguments[1:]])
    assert capsys.readouterr().out == f"{name}\n"
    assert [path.name for path in here.iterdir()] == [name]
    head = (here / name).read_bytes()[:5]
    assert head == (b"<?xml" if name.endswith("svg") else b"\x89PNG\r")


def test_curves_from_the_command_line(write_run, here, capsys):
    runs = [str(write_run(number, [(1, 4)] * 9)) for number in range(2)]
    cli.main(["plot", "curves", *runs])
    assert capsys.readouterr().out == f"{FOLDER_NAME}-curves.png\n"
    assert [path.name for path in here.iterdir()] == [f"{FOLDER_NAME}-curves.png"]


def refused(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["plot", *arguments])
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["values", "nowhere"], "no trained agent in nowhere"),
        (["regret", "nowhere"], "no trained agent in nowhere"),
        (["curves", "nowhere"], "no trained agent in nowhere"),
        (["values", "FOLDER", "--target", "12", "0"], "from (0, 0) to (11, 3), got (12, 0)"),
        (["values", "FOLDER", "--target", "-1", "0"], "got (-1, 0)"),
        (["values", "FOLDER", "--target", "3", "0"], "got (3, 0), a pit"),
        (["values", "FOLDER", "--target", "3", "3"], "got (3, 3), a floor"),
        (["values", "FOLDER", "-o", "map.txt"], "one of .jpg, .pdf, .png, .svg, got map.txt"),
        (["regret", "FOLDER", "-o", "map"], "got map"),
        (["regret", "FOLDER", "-o", "missing/map.png"], "folder must exist, got missing"),
        (["curves", "FOLDER"], "*.monitor.csv are missing"),
    ],
)
def test_bad_input_is_answered_in_one_line(trained, here, arguments, said, capsys):
    arguments = [str(trained) if argument == "FOLDER" else argument for argument in arguments]
    assert said in refused(arguments, capsys)
    assert list(here.iterdir()) == []


def test_runs_of_several_environments_are_refused(write_run, here, capsys):
    one, other = write_run(0, [(1, 4)]), write_run(1, [(1, 4)], env_id="gym_gridworld/Maze-v0")
    error = refused(["curves", str(one), str(other)], capsys)
    assert f"of one environment, got {ENV_ID}, gym_gridworld/Maze-v0" in error
    larger = write_run(2, [(1, 4)], kwargs="{size: 6}")
    assert "{'size': 6}" in refused(["curves", str(one), str(larger)], capsys)
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (("0.monitor.csv", ""), "0.monitor.csv is not what"),
        (("0.monitor.csv", "#{}\nr,l,t\n"), "none has ended yet"),
        (("0.monitor.csv", "#{}\nr,t\n1,2\n"), "0.monitor.csv is not what"),
        (("0.monitor.csv", "#{}\nr,l,t\n1,many,2\n"), "0.monitor.csv is not what"),
        (("optimality.csv", "steps\n1\n"), "optimality.csv must have the columns"),
        (("optimality.csv", "environment_steps,actions\nten,0.5\n"), "optimality.csv must have the columns"),
        (("optimality.csv", "environment_steps,actions\n10\n"), "optimality.csv must have the columns"),
        (("optimality.csv", "environment_steps,actions\nnan,0.5\n"), "finite environment_steps"),
    ],
)
def test_broken_files_are_named(write_run, file, said, capsys):
    folder = write_run(0, [(1, 4)])
    name, text = file
    (folder / name).write_text(text)
    assert said in refused(["curves", str(folder)], capsys)


def test_a_picture_that_cannot_be_drawn_leaves_the_old_one(trained, here, monkeypatch, capsys):
    def broken(*_, **__):
        raise OSError("the disk is full")

    (here / "map.png").write_text("old")
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", broken)
    assert "the disk is full" in refused(["regret", str(trained), "-o", "map.png"], capsys)
    assert [(path.name, path.read_text()) for path in here.iterdir()] == [("map.png", "old")]
