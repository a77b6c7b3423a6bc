"""The commands that list, play and watch, on SDL's dummy screen."""

import re
import subprocess
import sys
import time

import gymnasium as gym
import numpy as np
import pygame
import pytest
from conftest import ENV_ID, GOAL_ID

import gym_gridworld
from gym_gridworld import __main__ as cli
from gym_gridworld.commands import play as play_command
from gym_gridworld.commands.play import FPS, REPEAT_AFTER, REPEAT_EVERY, HeldKeys
from gym_gridworld.maps import NAMED
from gym_gridworld.optimality import AllPairs
from gym_gridworld.sb3 import runs
from gym_gridworld.window import Window
from gym_gridworld.wrappers import QValueOverlay

KEYS = {"right": pygame.K_RIGHT, "up": pygame.K_UP, "left": pygame.K_LEFT, "down": pygame.K_DOWN}


def test_list_has_every_id_and_every_layout(capsys):
    cli.main(["list"])
    table = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines() if line}
    assert set(gym_gridworld.ENVIRONMENTS) | set(NAMED) <= set(table)
    assert table[ENV_ID] == ["5x5", "25", "600", "100", "steps"]
    assert table["gym_gridworld/GoalGridWorld-v0"] == ["5x5", "25", "27,600", "100", "steps"]
    assert table["gym_gridworld/CliffGrid-v0"] == ["12x4", "38", "37", "100", "steps"]
    assert table["gym_gridworld/UnityGridWorld-v0"] == ["the", "build's"]


@pytest.mark.parametrize("layout", [*NAMED, "..T.#.T\n.A..#A."])
def test_the_pairs_that_are_listed_are_those_that_are_looked_at(make, layout):
    from gym_gridworld.commands.list import _figures

    env = make(layout=layout, disable_env_checker=True)
    assert _figures(env.unwrapped.layout)[2] == f"{len(AllPairs(env)):,}"


def test_list_is_light():
    program = (
        "import sys; from gym_gridworld.__main__ import main; main(['list'])\n"
        "assert not {'torch', 'stable_baselines3', 'pygame', 'matplotlib'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


class Player:
    """Posts one event after the other, one a frame, in the place of the clock that paces them; at the end, Escape."""

    def __init__(self, *events):
        self.waiting = list(events)

    def tick(self, fps):
        assert fps == FPS
        pygame.event.post(self.waiting.pop(0) if self.waiting else key(pygame.K_ESCAPE))


def key(code, down=True):
    return pygame.event.Event(pygame.KEYDOWN if down else pygame.KEYUP, key=code)


def presses(*names):
    return [key(KEYS[name], down) for name in names for down in (True, False)]


@pytest.fixture
def played(monkeypatch, capsys):
    """Play with some events; the lines that are printed, and the environments that were played in."""
    monkeypatch.setattr(play_command, "PAUSE", 0.0)
    made, gym_make = [], gym.make

    def make(env_id, **arguments):
        made.append(gym_make(env_id, **arguments))
        return made[-1]

    monkeypatch.setattr(gym, "make", make)

    def run(arguments, *events):
        monkeypatch.setattr(pygame.time, "Clock", lambda: Player(*events))
        cli.main(["play", *arguments])
        assert not pygame.display.get_init()
        return capsys.readouterr().out.splitlines()[1:], made[-1].unwrapped

    return run


def test_the_shortest_way(played):
    lines, _ = played(["--layout", "corridor"], *presses(*["right"] * 14))
    assert lines == ["Target reached in 14 steps, the least possible."]


def test_a_longer_way_and_a_pit(played):
    lines, _ = played(["gym_gridworld/CliffGrid-v0"], *presses("up", "down", "up", *["right"] * 11, "down", "right"))
    assert lines == [
        "Target reached in 15 steps; the least possible is 13.",
        "Fell into a pit after 1 step; the target could be reached in 13.",
    ]


def test_each_arrow_moves_as_it_points(played, tmp_path):
    path = tmp_path / "map.txt"
    path.write_text("T....\n.....\n..A..\n.....\n.....\n", encoding="utf-8")
    for name, location in (("right", (3, 2)), ("up", (2, 3)), ("left", (1, 2)), ("down", (2, 1))):
        lines, env = played(["--layout", str(path)], *presses(name))
        assert lines == []
        assert env.layout.location(env.agent_cell) == location


def test_nothing_moves_without_a_key(played):
    lines, env = played(["--layout", "corridor"], *[key(pygame.K_a)] * 30)
    assert lines == []
    assert env.agent_cell == env.layout.starts[0]


def test_time_is_up(played):
    lines, _ = played(["--layout", "corridor"], *presses(*["left"] * 100))
    assert lines == ["Time is up after 100 steps; the target could be reached in 14."]


def test_goals(played):
    lines, env = played([GOAL_ID, "--size", "2"], *presses(*["right", "up", "left", "down"] * 8))
    assert len(lines) > 3
    assert all(re.match(r"(Goal reached in|Touched the wrong goal after) \d steps?[,;] the ", line) for line in lines)
    assert env.rules.size == 2


def test_closing_the_window_ends(played):
    lines, _ = played(["--layout", "corridor"], pygame.event.Event(pygame.QUIT), *presses(*["right"] * 14))
    assert lines == []


@pytest.mark.parametrize(
    ("arguments", "size", "slip"),
    [([], 5, 0.0), (["--size", "8"], 8, 0.0), (["--size", "600"], 600, 0.0), (["--slip", "0.5"], 5, 0.5)],
)
def test_what_is_passed_on(played, arguments, size, slip):
    _, env = played(arguments)
    assert (env.layout.width, env.slip) == (size, slip)


@pytest.fixture
def held(make):
    env = HeldKeys(make(layout="corridor", disable_env_checker=True))
    env.reset()

    def moves(actions):
        return [env.step(action)[0]["agent"].tolist()[0] for action in actions]

    return moves


def test_a_key_press_is_one_step_however_long_a_frame_it_lasts(held):
    assert held([1, 1, 1, 0, 1, 1, 0, 0]) == [1, 1, 1, 1, 2, 2, 2, 2]


def test_a_key_that_stays_down_goes_on_after_a_while(held):
    places = held([1] * (REPEAT_AFTER + 2 * REPEAT_EVERY + 1))
    assert np.flatnonzero(np.diff([0, *places])).tolist() == [
        0,
        REPEAT_AFTER,
        REPEAT_AFTER + REPEAT_EVERY,
        REPEAT_AFTER + 2 * REPEAT_EVERY,
    ]


def test_the_newer_of_two_keys_counts(held):
    # Right, then left while right is still down, then right alone again, which is not new.
    assert held([1, 5, 5, 1, 1, 0, 1]) == [1, 0, 0, 0, 0, 0, 1]


def test_a_key_from_the_last_episode_does_not_move_the_next(make, monkeypatch):
    monkeypatch.setattr(play_command, "PAUSE", 0.05)
    env = HeldKeys(make(layout="A.T", disable_env_checker=True))
    env.reset()
    assert env.step(1)[2] is False
    env.step(0)
    assert env.step(1)[2] is True
    start = time.monotonic()
    env.reset()
    assert time.monotonic() - start >= 0.05  # the end is to be seen
    for _ in range(3 * REPEAT_AFTER):
        assert env.step(1)[0]["agent"].tolist() == [0, 0]
    assert (env.steps, env.least) == (0, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["play", "gym_gridworld/GridWord-v0"], "Did you mean: `GridWorld`?"),
        (["play", "FourRooms-v0"], "python -m gym_gridworld list"),
        (["play", "four_rooms"], "A layout: --layout four_rooms"),
        (["play", "no_such_module:GridWorld-v0"], "No module named 'no_such_module'"),
        (["play", "CartPole-v1"], "play is for the ids of gym_gridworld, got CartPole-v1"),
        (["play", "--layout", "four_room"], "did you mean 'four_rooms'?"),
        (["play", "--size", "1"], "size must be at least 2, got 1"),
        (["play", "--slip", "2"], "slip must be a number from 0 to 1, got 2.0"),
        (["watch", "nowhere"], "no trained agent in nowhere"),
        (["watch", "nowhere", "-n", "0"], "steps must be at least 1, got 0"),
    ],
)
def test_a_mistake_is_one_line_and_code_2(arguments, message, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


@pytest.mark.parametrize("driver", ["raises", "offscreen"])
def test_no_screen(monkeypatch, capsys, driver):
    if driver == "raises":

        def init():
            raise pygame.error("No available video device")

        monkeypatch.setattr(pygame.display, "init", init)
    else:
        monkeypatch.delenv("SDL_VIDEODRIVER")
        monkeypatch.setattr(pygame.display, "init", lambda: None)
        monkeypatch.setattr(pygame.display, "get_driver", lambda: "offscreen")
    with pytest.raises(SystemExit) as ended:
        cli.main(["play"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith("error: play needs a screen (No available video device)\n")


@pytest.mark.parametrize("q_values", [False, True])
@pytest.mark.usefixtures("asked_fps")
def test_watch(make, monkeypatch, q_values):
    env = make(render_mode="human", layout="corridor", disable_env_checker=True)
    boards, asked = [], []

    class Model:
        def __call__(self, observations):
            return np.tile([1.0, 0.0, 0.0, 0.0], (len(observations["agent"]), 1))

        def predict(self, observation, deterministic):
            assert deterministic
            return self({"agent": [observation["agent"]]}).argmax(axis=1)[0], None

    def load_run(folder, render_mode):
        asked.append((str(folder), render_mode))
        return runs.Run(folder, "dqn", ENV_ID, Model(), env)

    monkeypatch.setattr(runs, "load_run", load_run)
    monkeypatch.setattr(Window, "show", lambda self, frame, fps: boards.append(env.unwrapped.board_for))
    cli.main(["watch", "a/folder", "-n", "20", *["--q-values"] * q_values])
    assert asked == [("a/folder", "human")]
    assert len(boards) == 1 + 20 + 1  # the second episode starts after 14 steps
    assert env.unwrapped.agent_cell == env.unwrapped.layout.starts[0] + 6
    assert all((board is not None) == q_values for board in boards)
    assert not q_values or isinstance(boards[0].__self__, QValueOverlay)
    assert env.unwrapped._window is None
