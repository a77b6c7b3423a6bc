"""SmallFrames: every pixel is the mean of its block, for any part of any picture."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.wrappers import FrameStackObservation, GrayscaleObservation
from hypothesis import given
from hypothesis import strategies as st
from stable_baselines3.common.preprocessing import is_image_space, is_image_space_channels_first

from gym_gridworld.wrappers import SmallFrames


class Pictures(gym.Env):
    """Random pictures."""

    action_space = gym.spaces.Discrete(2)

    def __init__(self, *shape):
        self.observation_space = gym.spaces.Box(0, 255, shape or (12, 9), np.uint8)
        self.picture = None

    def reset(self, *, seed=None, options=None):  # noqa: ARG002
        super().reset(seed=seed)
        self.picture = self.np_random.integers(256, size=self.observation_space.shape, dtype=np.uint8)
        return self.picture, {}

    def step(self, action):  # noqa: ARG002
        return self.reset()[0], 0.0, False, False, {}


@st.composite
def parts(draw, end, block):
    first = draw(st.integers(0, end - block))
    return [first, first + block * draw(st.integers(1, (end - first) // block))]


@given(
    st.data(),
    st.integers(1, 3),
    st.tuples(st.integers(3, 12), st.integers(3, 12)),
    st.sampled_from([(), (1,), (3,)]),
    st.integers(0, 100),
)
def test_every_pixel_is_the_mean_of_its_block(data, block, size, colours, seed):
    rows, columns = (data.draw(parts(end, block)) for end in size)
    inner = Pictures(*size, *colours)
    env = SmallFrames(inner, rows, columns, block)
    small, _ = env.reset(seed=seed)
    assert small in env.observation_space
    assert small.shape == ((rows[1] - rows[0]) // block, (columns[1] - columns[0]) // block, *colours)
    for row, column in np.ndindex(small.shape[:2]):
        top, left = rows[0] + row * block, columns[0] + column * block
        pixels = inner.picture[top : top + block, left : left + block].reshape(block * block, *colours)
        np.testing.assert_allclose(small[row, column], pixels.sum(axis=0) / block**2, atol=0.5)


def test_a_stack_of_them_is_an_image_to_stable_baselines3():
    stack = FrameStackObservation(SmallFrames(GrayscaleObservation(Pictures(84, 84, 3)), [0, 84], [0, 84], 2), 4)
    assert stack.observation_space.shape == (4, 42, 42)
    assert is_image_space(stack.observation_space)
    assert is_image_space_channels_first(stack.observation_space)


def test_its_spec_makes_it_again():
    env = SmallFrames(Pictures(), rows=[0, 8], columns=[1, 9], block=4)
    assert env._saved_kwargs == {"rows": [0, 8], "columns": [1, 9], "block": 4}


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"rows": [0, 13]}, ValueError, r"rows must be two integers from 0 to 12, .* got \[0, 13\]"),
        ({"rows": [4, 4]}, ValueError, "rows must"),
        ({"rows": [-1, 4]}, ValueError, "rows must"),
        ({"columns": [0, 5], "block": 2}, ValueError, r"columns must be .* a multiple of 2 apart, got \[0, 5\]"),
        ({"columns": [0]}, TypeError, "columns must"),
        ({"columns": 3}, TypeError, "columns must"),
        ({"columns": [0.0, 4.0]}, TypeError, "columns must"),
        ({"block": 0}, ValueError, "block must be at least 1, got 0"),
        ({"block": 1.0}, TypeError, "block must"),
    ],
)
def test_bad_arguments(arguments, error, said):
    with pytest.raises(error, match=said):
        SmallFrames(Pictures(), **{"rows": [0, 12], "columns": [0, 9], **arguments})


@pytest.mark.parametrize("env_id", ["CartPole-v1", "FrozenLake-v1"])
def test_environments_without_pictures_are_refused(env_id):
    with pytest.raises(TypeError, match="uint8 pictures, got"):
        SmallFrames(gym.make(env_id), [0, 1], [0, 1])
