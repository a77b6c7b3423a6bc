"""Pictures: their form, that y is up, that drawing is pure, and that text needs no pixels."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_gridworld.layouts import open_layout
from gym_gridworld.rendering import BLUE, RED, cell_layout, draw, draw_text


def centre(image, colour):
    """Mean (row, column) of the pixels of a colour."""
    rows, columns = np.nonzero((image == colour).all(axis=2))
    return rows.mean(), columns.mean()


@pytest.mark.parametrize("size", [2, 5, 30])
@pytest.mark.parametrize("window_size", [64, 100, 512])
def test_rgb_array_form(make, size, window_size):
    env = make(render_mode="rgb_array", size=size, window_size=window_size)
    env.reset(seed=0)
    image = env.render()
    assert (image.shape, image.dtype) == ((window_size, window_size, 3), np.uint8)


def test_window_size_is_512_unless_said(make):
    env = make(render_mode="rgb_array")
    env.reset()
    assert env.render().shape == (512, 512, 3)


@pytest.mark.parametrize(("action", "rows", "columns"), [(0, 0, 1), (1, -1, 0), (2, 0, -1), (3, 1, 0)])
def test_the_agent_moves_on_the_screen_as_the_action_is_called(make, action, rows, columns):
    env = make(render_mode="rgb_array", size=5, window_size=500)
    env.reset(options={"agent": (2, 2), "target": (0, 0)})
    before = centre(env.render(), BLUE)
    env.step(action)
    after = centre(env.render(), BLUE)
    assert np.subtract(after, before) == pytest.approx((100 * rows, 100 * columns))


def test_the_origin_is_at_the_bottom_left(make):
    env = make(render_mode="rgb_array", size=5, window_size=500)
    env.reset(options={"agent": (0, 0), "target": (4, 4)})
    image = env.render()
    # The face is a little lighter above its middle, where the eyes are.
    assert centre(image, BLUE) == pytest.approx((449.5, 49.5), abs=10)
    assert centre(image, RED) == pytest.approx((49.5, 449.5))


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_only_the_two_cells_differ_from_another_picture(data):
    size = data.draw(st.integers(2, 12))
    window_size = data.draw(st.integers(size, 200))
    cells = st.integers(0, size * size - 1)
    agent, target, elsewhere = data.draw(cells), data.draw(cells), data.draw(cells)
    layout = open_layout(size)
    image, other = draw(layout, agent, target, window_size), draw(layout, elsewhere, target, window_size)
    assert image.shape == (window_size, window_size, 3)
    pixels, margin = cell_layout(layout, window_size)
    changed = np.argwhere((image != other).any(axis=2))
    rows, columns = (changed - margin).T // pixels
    assert set((size - 1 - rows) * size + columns) <= {agent, elsewhere}


def test_drawing_is_pure_and_what_it_returns_is_the_callers():
    first = draw(open_layout(5), 3, 17, 128)
    kept = first.copy()
    first[:] = 0
    np.testing.assert_array_equal(draw(open_layout(5), 3, 17, 128), kept)


def test_all_states_look_different():
    images = {draw(open_layout(3), agent, target, 60).tobytes() for agent in range(9) for target in range(9)}
    assert len(images) == 81


def test_text():
    assert draw_text(open_layout(3), agent=1, target=6) == "T . .\n. . .\n. A ."
    assert draw_text(open_layout(2), agent=3, target=3) == ". *\n. ."


def test_ansi_follows_the_agent_up(make):
    env = make(render_mode="ansi", size=3)
    env.reset(options={"agent": (0, 0), "target": (2, 2)})
    assert env.render() == ". . T\n. . .\nA . ."
    env.step(1)
    assert env.render() == ". . T\nA . .\n. . ."


def test_rendering_does_not_disturb_the_game(make):
    plain, drawn = make(), make(render_mode="rgb_array")
    for env in (plain, drawn):
        env.reset(seed=4)
    for action in (0, 1, 2, 3, 1, 1, 0):
        drawn.render()
        one, other = plain.step(action), drawn.step(action)
        assert str(one) == str(other)
        if one[2]:
            break


def test_render_without_a_mode_warns(make):
    env = make().unwrapped
    env.reset()
    with pytest.warns(UserWarning, match="render_mode"):
        assert env.render() is None


@pytest.mark.parametrize("mode", ["rgb_array", "ansi"])
def test_no_display_no_window_no_pygame(mode):
    program = (
        "import sys, gymnasium as gym\n"
        f"env = gym.make('gym_gridworld:gym_gridworld/GridWorld-v0', render_mode={mode!r})\n"
        "env.reset(); env.render(); env.step(0); env.render(); env.close()\n"
        "assert 'pygame' not in sys.modules\n"
    )
    # Nothing in the environment that could lead to a screen.
    subprocess.run([sys.executable, "-c", program], check=True, env={"DISPLAY": ":no-such-display"})
