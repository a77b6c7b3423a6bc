"""Pictures of GoalGridWorld for people: their form, the goal that they show, text, and the window."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import GOAL_ID

from gym_gridworld.camera import GREEN, camera
from gym_gridworld.goal_rendering import draw, draw_text, least_window_size
from gym_gridworld.goals import EX, PLUS, Placement
from gym_gridworld.rendering import RED, WHITE
from gym_gridworld.window import Window

PLACED = {"agent": (0, 0), "plus": [(2, 1)], "ex": [(1, 3)], "goal": "plus"}


@pytest.mark.parametrize("size", [2, 5, 12])
@pytest.mark.parametrize("window_size", [78, 200, 512])
def test_rgb_array_form(make, size, window_size):
    env = make(GOAL_ID, render_mode="rgb_array", size=size, window_size=window_size, image_shape=(64, 84))
    env.reset(seed=0)
    image = env.render()
    assert (image.shape[0], image.shape[2], image.dtype) == (window_size, 3, np.uint8)
    assert image.shape[1] <= window_size
    image[:] = 0
    assert env.render().any()


def test_window_size_is_512_unless_said(make):
    env = make(GOAL_ID, render_mode="rgb_array")
    env.reset()
    assert env.render().shape == (512, 426, 3)


@pytest.mark.parametrize("size", range(2, 41))
def test_even_the_least_window_tells_everything_apart(size):
    window_size = least_window_size(size)
    placement = Placement(0, (1,), (2,), PLUS)
    picture = draw(size, placement, window_size)
    side = picture.shape[1] - 2 * max(1, window_size // 64)
    assert side // size >= 5


def test_it_is_the_cameras_picture_in_a_frame_that_shows_the_goal():
    for goal, colour in ((PLUS, GREEN), (EX, RED)):
        picture = draw(5, Placement(0, (7,), (18,), goal), 512)
        np.testing.assert_array_equal(picture[94:504, 8:418], camera(5, (410, 410)).frame(0, (7,), (18,)))
        frame = picture.copy()
        frame[94:504, 8:418] = colour
        others = frame[(frame != colour).any(axis=2)]
        assert len(others) > 1000
        assert (others == WHITE).all(axis=1).mean() > 0.8
        (rows, columns) = np.nonzero((frame == WHITE).all(axis=2))
        assert (rows.mean(), columns.mean()) == pytest.approx((46.5, 212.5), abs=1)
    plus, ex = ((draw(5, Placement(0, (7,), (18,), g), 512) == WHITE).all(axis=2)[:94] for g in (PLUS, EX))
    # By its shape, not by its colour alone.
    assert (plus != ex).sum() > 500


def test_text():
    assert draw_text(3, Placement(1, (6,), (5, 8), PLUS)) == "goal: +\n+ . x\n. . x\n. A ."
    assert draw_text(2, Placement(3, (3,), (0,), PLUS)) == "goal: +\n. *\nx ."
    assert draw_text(2, Placement(3, (3,), (0,), EX)) == "goal: x\n. !\nx ."


def test_ansi_follows_the_agent_up(make):
    env = make(GOAL_ID, render_mode="ansi", size=4)
    env.reset(options={**PLACED, "goal": "ex"})
    assert env.render() == "goal: x\n. x . .\n. . . .\n. . + .\nA . . ."
    env.step(1)
    assert env.render() == "goal: x\n. x . .\n. . . .\nA . + .\n. . . ."


def test_rendering_does_not_disturb_the_game(make):
    plain, drawn = make(GOAL_ID), make(GOAL_ID, render_mode="rgb_array")
    for env in (plain, drawn):
        env.reset(seed=4)
    for action in (0, 1, 2, 3, 1, 1, 0):
        drawn.render()
        one, other = plain.step(action), drawn.step(action)
        assert one[1:4] == other[1:4]
        np.testing.assert_array_equal(one[0]["image"], other[0]["image"])
        if one[2]:
            break


def test_the_window_shows_what_is_drawn(make, monkeypatch, asked_fps):
    shown = []
    show = Window.show
    monkeypatch.setattr(Window, "show", lambda self, frame, fps: (shown.append(frame), show(self, frame, fps)))
    human, picture = make(GOAL_ID, render_mode="human"), make(GOAL_ID, render_mode="rgb_array")
    for env in (human, picture):
        env.reset(options=PLACED)
    assert (shown[-1] == picture.render()).all()
    human.step(1)
    picture.step(1)
    assert (shown[-1] == picture.render()).all()
    assert human.unwrapped._window._window.size == (426, 512)
    assert asked_fps == [4, 4]


@pytest.mark.parametrize("mode", ["rgb_array", "ansi"])
def test_no_display_no_window_no_pygame(mode):
    program = (
        "import sys, gymnasium as gym\n"
        f"env = gym.make('gym_gridworld:{GOAL_ID}', render_mode={mode!r})\n"
        "env.reset(); env.render(); env.step(0); env.render(); env.close()\n"
        "assert 'pygame' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
