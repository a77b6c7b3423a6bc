"""The camera: where everything is in its pictures, that one knows it by its shape, and one picture against many."""

import copy
import itertools
import pickle

import numpy as np
import pytest

from gym_gridworld.camera import FLOOR_COLOUR, GAP, GREEN, LEAST_PIXELS, camera, draw_tiles
from gym_gridworld.rendering import BLUE, RED

SHAPES = [(64, 84), (84, 64), (25, 25), (101, 57)]


def centre(image, colour):
    """Mean (row, column) of the pixels nearest to a colour."""
    distance = np.abs(image.astype(int) - colour).sum(axis=2)
    return tuple(np.argwhere(distance == distance.min()).mean(axis=0))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [2, 3, 5])
def test_square_cells_in_the_middle_y_up(size, shape):
    pixels = min(shape) // size
    rows, columns = ((side - pixels * size) / 2 for side in shape)
    above = camera(size, shape)
    for cell in range(size * size):
        others = [other for other in range(size * size) if other != cell]
        y, x = divmod(cell, size)
        expected = (rows + (size - 1 - y + 0.5) * pixels - 0.5, columns + (x + 0.5) * pixels - 0.5)
        for frame, colour in (
            (above.frame(others[0], (cell,), ()), GREEN),
            (above.frame(others[0], (), (cell,)), RED),
            (above.frame(cell, (), (others[0],)), BLUE),
        ):
            assert (frame.shape, frame.dtype) == ((*shape, 3), np.uint8)
            # The margins of an odd number of pixels differ by one; the agent's eyes are above its middle.
            assert centre(frame, colour) == pytest.approx(expected, abs=0.51 + 0.12 * pixels * (colour == BLUE))


def test_around_the_grid_there_is_nothing():
    frame = camera(5, (64, 84)).frame(0, (12,), (24,))
    outside = np.ones((64, 84), bool)
    outside[2:62, 12:72] = False
    assert (frame[outside] == GAP).all()
    assert (frame[~outside] == FLOOR_COLOUR).all(axis=1).any()


@pytest.mark.parametrize("pixels", [*range(LEAST_PIXELS, 17), 40, 100])
def test_everything_is_told_apart_by_its_shape(pixels):
    floor, *others = draw_tiles(pixels).astype(int)
    shapes = []
    for tile in others:
        difference = np.abs(tile - floor).sum(axis=2)
        shapes.append(difference / difference.max())
    for one, other in itertools.combinations(shapes, 2):
        assert np.abs(one - other).mean() > 0.07
    for one, other in itertools.combinations(shapes[:3], 2):
        assert np.abs(one - other).mean() > 0.15


@pytest.mark.parametrize("pixels", [7, 12, 40])
def test_their_colours(pixels):
    _, plus, ex, agent, on_plus, on_ex = draw_tiles(pixels)
    for tile, colour in ((plus, GREEN), (ex, RED), (agent, BLUE), (on_plus, BLUE), (on_ex, BLUE)):
        assert (tile == colour).all(axis=2).any()


@pytest.mark.parametrize(("n_plus", "n_ex"), [(1, 1), (2, 1), (0, 2), (3, 0)])
def test_every_state_looks_different_and_many_at_once_look_as_each_by_itself(n_plus, n_ex):
    states = [
        (agent, plus, ex)
        for agent in range(9)
        for plus in itertools.combinations(range(9), n_plus)
        for ex in itertools.combinations([cell for cell in range(9) if cell not in plus], n_ex)
    ]
    above = camera(3, (20, 18))
    one_by_one = np.array([above.frame(*state) for state in states])
    agents, plus, ex = (np.array(column, np.int64) for column in zip(*states, strict=True))
    np.testing.assert_array_equal(above.frames(agents, plus, ex), one_by_one, strict=True)
    assert len({frame.tobytes() for frame in one_by_one}) == len(states)


def test_a_picture_is_the_callers():
    above = camera(4, (40, 40))
    first = above.frame(0, (1,), (2,))
    kept = first.copy()
    first[:] = 0
    above.frames(np.array([0]), np.array([[1]]), np.array([[2]]))[:] = 0
    np.testing.assert_array_equal(above.frame(0, (1,), (2,)), kept)
    with pytest.raises(ValueError, match="read-only"):
        draw_tiles(10)[:] = 0


@pytest.mark.parametrize("channel", [0, 3, 1])
def test_in_other_channels_it_is_the_same_picture(channel):
    shifted = camera(5, (64, 84), channel, 6).frame(3, (4,), (20,))
    assert shifted.shape == (64, 84, 6)
    shown = slice(channel, channel + 3)
    np.testing.assert_array_equal(shifted[..., shown], camera(5, (64, 84)).frame(3, (4,), (20,)))
    assert not np.delete(shifted, shown, axis=2).any()


def test_one_camera_serves_every_environment():
    above = camera(5, (64, 84))
    assert camera(5, (64, 84), 0, 3) is above
    assert copy.deepcopy(above) is above
    assert pickle.loads(pickle.dumps(above)) is above
