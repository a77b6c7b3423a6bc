"""The overlay of Q-values: what is drawn where, that the episode is not touched, and which models have any."""

import copy
import pickle
import subprocess
import sys

import gymnasium as gym
import numpy as np
import pygame
import pytest
from conftest import WRAPPERS
from sb3_contrib import QRDQN
from stable_baselines3 import DQN, PPO

from gym_gridworld import planning
from gym_gridworld.layouts import open_layout, read_layout
from gym_gridworld.overlay import STOPS, colours, draw_q_values
from gym_gridworld.rendering import INK, cell_slices, draw, draw_board
from gym_gridworld.window import Window, WindowClosed
from gym_gridworld.wrappers import OneHotObservation, QValueOverlay, RelativePosition

MOVES = {0: (1, 0), 1: (0, 1), 2: (-1, 0), 3: (0, -1)}
GREEN, BROWN, PALE = STOPS[-1], STOPS[0], STOPS[len(STOPS) // 2]


def exact(env, discount=0.8):
    """The exact Q-values, as a model of Dict observations."""
    dynamics = env.unwrapped.dynamics
    q_values = planning.shortest_paths(dynamics, discount).q_values
    column = {target: number for number, target in enumerate(dynamics.layout.targets.tolist())}

    def model(observations):
        agents, targets = (observations[name] @ (1, dynamics.layout.width) for name in ("agent", "target"))
        return q_values[agents, :, [column[target] for target in targets.tolist()]]

    return model


def pixel(image, layout, cell, action, at=0.3):
    """The colour in the middle of an action's triangle: y is up, and row 0 on top."""
    rows, columns = cell_slices(layout, cell, 500)
    dx, dy = MOVES[action]
    pixels = rows.stop - rows.start
    return tuple(image[int(rows.start + pixels * (0.5 - at * dy)), int(columns.start + pixels * (0.5 + at * dx))])


@pytest.mark.parametrize("action", range(4))
def test_the_triangle_of_an_action_lies_where_it_leads(action):
    layout = open_layout(5)
    q_values = np.full((25, 4), np.nan)
    q_values[12] = -1.0
    q_values[12, action] = 1.0
    image = draw_q_values(layout, q_values, 500)
    assert pixel(image, layout, 12, action) == GREEN
    assert pixel(image, layout, 12, action, at=0.42) == INK
    for other in set(range(4)) - {action}:
        assert pixel(image, layout, 12, other) == BROWN
        assert pixel(image, layout, 12, other, at=0.42) == BROWN


@pytest.mark.parametrize("layout", ["maze", "cliff"])
def test_the_greedy_arrow_points_to_a_cell_nearer_to_the_target(make, layout):
    env = make(layout=layout)
    grid, dynamics, target = env.unwrapped.layout, env.unwrapped.dynamics, env.unwrapped.layout.targets[-1]
    q_values = QValueOverlay(env, exact(env)).q_values(target)
    image = draw_q_values(grid, q_values, 500)
    distances = dynamics.distances_to(target)
    for cell in np.flatnonzero(np.isfinite(q_values).all(axis=1)):
        marked = {a for a in range(4) if sum(map(int, pixel(image, grid, cell, a, at=0.39))) < 150}
        nearer = {a for a in range(4) if distances[dynamics.next_cell[cell, a]] < distances[cell]}
        assert marked == nearer


@pytest.mark.parametrize("action", range(4))
def test_a_changed_value_changes_its_triangle_and_nothing_else(action):
    layout = open_layout(3)
    q_values = np.tile([0.1, 0.2, 0.3, 0.4], (9, 1))
    q_values[4] = 0.0
    q_values[4, (action + 1) % 4] = 0.9
    before = draw_q_values(layout, q_values, 500)
    q_values[4, action] = 0.5
    changed = (before != draw_q_values(layout, q_values, 500)).any(axis=2)
    rows, columns = np.nonzero(changed)
    # From the middle of the cell, x to the right and y up.
    x, y = columns + 0.5 - 249, 249 - (rows + 0.5)
    assert len(x) > 0.2 * 166**2
    along, across = (x, y) if action % 2 == 0 else (y, x)
    assert (along * sum(MOVES[action]) > np.abs(across) - 1.5).all()
    assert np.abs(along).max() < 166 / 2


def test_colours_are_of_the_value_alone_and_end_at_the_ends():
    np.testing.assert_array_equal(colours(np.array([-9.0, 0.0, 9.0])), [BROWN, PALE, GREEN])
    lightness = colours(np.linspace(0.0, 1.0, 50)) @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(lightness) < 0).all()


@pytest.mark.parametrize("window_size", [13, 64, 500])
def test_what_is_nan_stays_as_the_map_has_it(window_size):
    layout = read_layout("four_rooms")
    np.testing.assert_array_equal(
        draw_q_values(layout, np.full((169, 4), np.nan), window_size), draw_board(layout, window_size)
    )
    q_values = np.where((layout.regions < 0)[:, None], np.nan, 0.5) * np.ones(4)
    image, board = draw_q_values(layout, q_values, window_size), draw_board(layout, window_size)
    for cell, region in enumerate(layout.regions.tolist()):
        place = cell_slices(layout, cell, window_size)
        assert (image[place] == board[place]).all() == (region < 0)


def test_agent_and_target_lie_on_top(make):
    env = make(render_mode="rgb_array", window_size=500)
    overlay = QValueOverlay(env, exact(env))
    overlay.reset(options={"agent": (1, 1), "target": (3, 3)})
    image, layout = overlay.render(), env.unwrapped.layout
    plain = draw(layout, 6, 18, 500)
    place = cell_slices(layout, 18, 500)
    np.testing.assert_array_equal(image[place], plain[place])
    place = cell_slices(layout, 6, 500)
    inside = (slice(25, 75), slice(25, 75))
    np.testing.assert_array_equal(image[place][inside], plain[place][inside])
    assert (image[place][50, 4:10] != plain[place][50, 4:10]).any()


@pytest.mark.parametrize("name", WRAPPERS)
@pytest.mark.parametrize("arguments", [{"slip": 0.3}, {"layout": "four_rooms"}], ids=["slip", "four_rooms"])
def test_the_episode_is_bitwise_the_same(make, name, arguments):
    wrapper, options = WRAPPERS[name]
    plain, wrapped = (wrapper(make(render_mode="rgb_array", **arguments), **options) for _ in range(2))
    shapes = []

    def model(observations):
        n = len(observations)
        shapes.append(n)
        return np.zeros((n, 4))

    overlay = QValueOverlay(wrapped, model)
    rng = np.random.default_rng(0)
    for env in (plain, overlay):
        env.reset(seed=5)
    for _ in range(60):
        overlay.render()
        action = int(rng.integers(4))
        expected, got = plain.step(action), overlay.step(action)
        assert expected[0].tobytes() == got[0].tobytes()
        assert expected[1:] == got[1:]
        assert plain.np_random.bit_generator.state == overlay.np_random.bit_generator.state
        if expected[2] or expected[3]:
            np.testing.assert_array_equal(plain.reset()[0], overlay.reset()[0])
    floor = (wrapped.unwrapped.layout.regions >= 0).sum()
    assert shapes
    assert set(shapes) == {floor - 1}


def test_the_model_sees_what_the_wrapped_environment_observes_in_each_cell(make):
    env = RelativePosition(make())
    q_values = QValueOverlay(env, lambda seen: np.concatenate([seen, seen], axis=1)).q_values(17)
    assert np.isnan(q_values[17]).all()
    for cell in set(range(25)) - {17}:
        expected = env.unwrapped.dynamics.locations[17] - env.unwrapped.dynamics.locations[cell]
        assert q_values[cell].tolist() == [*expected, *expected]


def test_values_are_computed_once_for_each_target_and_follow_it(make):
    asked = []
    env = make(render_mode="rgb_array")

    def model(observations):
        asked.append(observations["target"][0].tolist())
        return exact(env)(observations)

    overlay = QValueOverlay(env, model)
    pictures = []
    for target in ((3, 3), (0, 4), (3, 3)):
        overlay.reset(options={"agent": (1, 1), "target": target})
        pictures.append(overlay.render())
        overlay.step(0)
        overlay.render()
    assert asked == [[3, 3], [0, 4]]
    np.testing.assert_array_equal(pictures[0], pictures[2])
    layout = env.unwrapped.layout
    place = cell_slices(layout, 12, 512)
    assert (pictures[0][place] != pictures[1][place]).any()


@pytest.mark.parametrize("algorithm", [DQN, QRDQN])
def test_a_models_q_values(make, algorithm):
    env = OneHotObservation(make(size=3, render_mode="rgb_array"), "axis")
    model = algorithm("MlpPolicy", env, buffer_size=1, policy_kwargs={"net_arch": [8]}, seed=0)
    overlay = QValueOverlay(env, model)
    overlay.reset(seed=0)
    overlay.render()
    q_values = overlay.q_values(8)
    for cell in range(8):
        location = env.unwrapped.layout.location(cell)
        observation, _ = env.reset(options={"agent": location, "target": (2, 2)})
        assert model.predict(observation, deterministic=True)[0] == q_values[cell].argmax()


def test_the_window_shows_the_overlay(make, monkeypatch):
    shown = []
    monkeypatch.setattr(Window, "show", lambda self, frame, fps: shown.append(frame))
    human, picture = make(render_mode="human"), make(render_mode="rgb_array")
    envs = [QValueOverlay(env, exact(env)) for env in (human, picture)]
    for action in (None, 1, 2):
        for env in envs:
            env.reset(seed=1) if action is None else env.step(action)
        np.testing.assert_array_equal(shown[-1], picture.render())
    plain = draw(human.unwrapped.layout, human.unwrapped.agent_cell, human.unwrapped.target_cell, 512)
    assert (shown[-1] != plain).any()
    assert len(shown) == 3  # and the copies showed nothing


@pytest.mark.usefixtures("asked_fps")
def test_closing_the_window_ends_the_program(make):
    env = QValueOverlay(make(render_mode="human"), lambda seen: np.zeros((len(seen["agent"]), 4)))
    env.reset(seed=0)
    pygame.event.post(pygame.event.Event(pygame.WINDOWCLOSE, window=env.unwrapped._window._window))
    with pytest.raises(WindowClosed):
        env.step(0)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))], ids=["copy", "pickle"])
def test_a_copy_has_an_overlay_of_its_own(make, copied):
    env = QValueOverlay(make(render_mode="rgb_array"), right)
    env.reset(seed=0)
    twin = copied(env)
    np.testing.assert_array_equal(twin.render(), env.render())
    assert twin.unwrapped.board_for.__self__ is twin
    assert copied(env.env).unwrapped.board_for is None  # or it would take the model along
    env.step(0)
    twin.step(0)
    np.testing.assert_array_equal(twin.render(), env.render())


def right(observations):
    return np.tile([0.9, 0.5, 0.1, 0.5], (len(observations["agent"]), 1))


def test_another_environment():
    with (
        gym.make("CartPole-v1") as env,
        pytest.raises(TypeError, match=r"QValueOverlay wraps a GridWorldEnv, got .*CartPole"),
    ):
        QValueOverlay(env, right)


def test_a_model_without_q_values(make):
    env = OneHotObservation(make(size=2), "axis")
    with pytest.raises(TypeError, match=r"a DQN, a QR-DQN or a function .*, got .* of type PPO"):
        QValueOverlay(env, PPO("MlpPolicy", env, policy_kwargs={"net_arch": [4]}, device="cpu"))
    with pytest.raises(TypeError, match=r"got 3 of type int"):
        QValueOverlay(env, 3)


def test_a_model_for_other_observations(make):
    model = DQN("MlpPolicy", OneHotObservation(make(size=3), "axis"), buffer_size=1, policy_kwargs={"net_arch": [4]})
    with pytest.raises(ValueError, match="observation_space does not fit"):
        QValueOverlay(OneHotObservation(make(size=3), "cell"), model)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros((24, 3)), r"expected Q-values of shape \(24, 4\) from the model, got \(24, 3\)"),
        (np.zeros(24), r"expected Q-values of shape \(24, 4\) from the model, got \(24,\)"),
        (np.full((24, 4), np.inf), r"expected finite Q-values from the model, got inf"),
    ],
)
def test_q_values_of_another_form(make, values, message):
    env = QValueOverlay(make(render_mode="rgb_array"), lambda _: values)
    env.reset(seed=0)
    with pytest.raises(ValueError, match=message):
        env.render()


def test_the_overlay_of_a_function_needs_no_torch():
    program = (
        "import sys, gymnasium as gym, numpy as np, gym_gridworld.wrappers as wrappers\n"
        "env = gym.make('gym_gridworld/GridWorld-v0', render_mode='rgb_array')\n"
        "env = wrappers.QValueOverlay(env, lambda seen: np.zeros((24, 4)))\n"
        "env.reset(); env.render()\n"
        "assert not {'torch', 'pygame', 'matplotlib'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
