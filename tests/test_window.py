"""The human mode, on SDL's dummy screen: its pace, its windows, and a user who closes one."""

import copy
import pickle
import subprocess
import sys
import time

import pygame
import pytest
from gymnasium.error import DependencyNotInstalled, Error

import gym_gridworld.window
from gym_gridworld.window import Window, WindowClosed


@pytest.fixture(autouse=True)
def no_waiting(asked_fps):
    yield asked_fps
    if pygame.display.get_init():
        pygame.event.clear()


def close_by_hand(env):
    pygame.event.post(pygame.event.Event(pygame.WINDOWCLOSE, window=env.unwrapped._window._window))


def is_open(env):
    return env.unwrapped._window in Window._open


def test_one_picture_a_step_at_render_fps(make, asked_fps):
    env = make(render_mode="human")
    env.reset(options={"agent": (0, 0), "target": (4, 4)})
    for action in (0, 1, 0):
        env.step(action)
        assert env.render() is None  # as enjoy does after each step; must not halve the speed
    assert asked_fps == [4] * 4


def test_render_fps_paces_the_real_clock(monkeypatch, make):
    monkeypatch.undo()
    env = make(render_mode="human")
    env.unwrapped.metadata = {**env.unwrapped.metadata, "render_fps": 20}
    env.reset(options={"agent": (0, 0), "target": (4, 4)})
    start = time.monotonic()
    for _ in range(6):
        env.step(2)
    # Never faster than asked; how much slower is the machine's business.
    assert time.monotonic() - start > 6 / 20 - 0.05


def test_the_window_shows_what_draw_draws(make, monkeypatch):
    shown = []
    monkeypatch.setattr(Window, "show", lambda self, frame, fps: shown.append(frame))
    human, picture = make(render_mode="human"), make(render_mode="rgb_array")
    for env in (human, picture):
        env.reset(seed=1)
    assert (shown[-1] == picture.render()).all()
    human.step(1)
    picture.step(1)
    assert (shown[-1] == picture.render()).all()


@pytest.mark.parametrize("where", ["step", "render", "reset"])
def test_closing_the_window_ends_the_program(make, where):
    env = make(render_mode="human")
    env.reset(seed=0)
    close_by_hand(env)
    with pytest.raises(SystemExit) as closed:
        {"step": lambda: env.step(0), "render": env.render, "reset": env.reset}[where]()
    assert isinstance(closed.value, WindowClosed)
    assert closed.value.code == 0
    assert not is_open(env)
    env.close()


def test_a_program_whose_window_is_closed_ends_with_0_and_without_a_traceback():
    program = (
        "import gymnasium as gym, gym_gridworld, pygame\n"
        "env = gym.make('gym_gridworld/GridWorld-v0', render_mode='human')\n"
        "env.reset(seed=0)\n"
        "pygame.event.post(pygame.event.Event(pygame.QUIT))\n"
        "while True:\n"
        "    env.step(2)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_one_close_leaves_the_other_window_alone(make):
    one, other = make(render_mode="human"), make(render_mode="human", size=8, window_size=200)
    one.reset()
    other.reset(options={"agent": (0, 0), "target": (7, 7)})
    one.close()
    one.close()
    assert not is_open(one)
    assert is_open(other)
    other.step(2)
    other.render()


def test_closing_one_window_by_hand_leaves_the_other_alone(make):
    one, other = make(render_mode="human"), make(render_mode="human")
    one.reset(seed=0)
    other.reset(options={"agent": (0, 0), "target": (4, 4)})
    close_by_hand(one)
    other.step(2)  # reads the event, which is not for it
    assert is_open(other)
    with pytest.raises(WindowClosed):
        one.step(0)
    other.step(2)


def test_events_of_a_window_that_is_gone_are_nobodys(make):
    one, other = make(render_mode="human"), make(render_mode="human")
    one.reset()
    other.reset(options={"agent": (0, 0), "target": (4, 4)})
    close_by_hand(one)
    one.close()
    other.step(2)
    assert is_open(other)


def test_key_presses_are_left_to_the_user(make):
    env = make(render_mode="human")
    env.reset(options={"agent": (0, 0), "target": (4, 4)})
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_UP))
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION))
    env.step(2)
    waiting = {event.type for event in pygame.event.get()}
    assert pygame.KEYDOWN in waiting
    assert pygame.MOUSEMOTION not in waiting


def test_a_closed_environment_can_be_shown_again(make):
    env = make(render_mode="human")
    env.reset(seed=0)
    env.close()
    assert env.unwrapped.render() is None
    assert is_open(env)


@pytest.mark.parametrize("where", ["step", "render", "reset"])
def test_pygame_ended_by_another_environment(make, where):
    env, cart_pole = make(render_mode="human"), make("CartPole-v1", render_mode="human")
    env.reset(options={"agent": (0, 0), "target": (4, 4)})
    lost = env.unwrapped._window
    cart_pole.reset()
    cart_pole.close()  # which ends pygame, and our window with it
    # Freed when the new window is there, they would destroy it if SDL had put it at the same address.
    assert vars(lost).keys().isdisjoint({"_window", "_renderer"})
    {"step": lambda: env.step(2), "render": env.render, "reset": env.reset}[where]()
    assert is_open(env)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))], ids=["copy", "pickle"])
def test_a_copy_opens_a_window_of_its_own(make, copied):
    env = make(render_mode="human")
    env.reset(options={"agent": (0, 0), "target": (4, 4)})
    twin = copied(env)
    assert twin.unwrapped._window is None
    twin.step(2)
    twin.close()
    assert is_open(env)
    env.step(2)


def test_without_a_screen_the_error_says_what_to_do(make, monkeypatch):
    def no_screen():
        raise pygame.error("No available video device")

    monkeypatch.setattr(pygame.display, "init", no_screen)
    env = make(render_mode="human")
    with pytest.raises(Error, match=r"needs a screen \(No available video device\).*rgb_array"):
        env.reset()


def test_without_pygame_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygame", None)
    with pytest.raises(DependencyNotInstalled, match=r"pip install .gymnasium\[classic-control\]."):
        gym_gridworld.window.Window("GridWorld", 100)
