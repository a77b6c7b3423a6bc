"""``play [ID]``: play with the arrow keys, and see how many steps more than the least it took."""

from __future__ import annotations

import argparse
import math
import os
import time
import warnings
from typing import Any

import gymnasium as gym
from gymnasium import spaces
from gymnasium.error import Error, UnregisteredEnv

from gym_gridworld.env import GridWorldEnv
from gym_gridworld.goal_env import GoalGridWorldEnv
from gym_gridworld.maps import NAMED
from gym_gridworld.pictured_env import WINDOW_SIZE
from gym_gridworld.random_maps import PREFIX

HELP = "play with the arrow keys"
KEYS = "Arrow keys: one step each, or hold one down. Escape: end."

# What one walks to, and what else ends an episode.
WORDS: dict[type, tuple[str, str]] = {
    GridWorldEnv: ("Target", "Fell into a pit"),
    GoalGridWorldEnv: ("Goal", "Touched the wrong goal"),
}

FPS = 60
REPEAT_AFTER, REPEAT_EVERY = FPS // 3, FPS // 8
PAUSE = 0.7


class HeldKeys(gym.Wrapper[Any, Any, Any, Any]):
    """An environment of which the actions are the keys that are held down: one step a key press.

    Gymnasium's ``play`` acts once a frame for as long as a key is down, in whatever combination. Here, only what was
    not held in the frame before moves the agent, and a key that stays down does so again after a while.

    Action ``n`` of ``Discrete(16)`` holds the key of action ``a`` if bit ``a`` of ``n`` is set. Where nothing moves,
    ``step`` returns what it did the last time.

    Args:
        env: A GridWorld or a GoalGridWorld.

    Attributes:
        steps: Steps taken in this episode.
        least: The least in which the target can be reached; infinity if it cannot.
    """

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        super().__init__(env)
        self.action_space = spaces.Discrete(16)
        self.steps, self.least = 0, 0.0
        self._held = 0
        self._frames = 0
        self._moving: int | None = None
        self._has_ended = False
        self._state: tuple[Any, dict[str, Any]] = (None, {})

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Start an episode, a moment after the end of the one before."""
        if self._has_ended:
            time.sleep(PAUSE)
        self._has_ended = False
        self._state = self.env.reset(seed=seed, options=options)
        self.steps, self.least = 0, self._state[1]["distance"]
        self._moving = None
        return self._state

    def step(self, action: int) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Move by the key that is new, or by the one that stays down, or not at all."""
        move = self._move(action)
        if move is None:
            return self._state[0], 0.0, False, False, self._state[1]
        self.steps += 1
        observation, reward, terminated, truncated, info = self.env.step(move)
        self._state = observation, info
        self._has_ended = terminated or truncated
        return observation, reward, terminated, truncated, info

    def _move(self, held: int) -> int | None:
        pressed, self._held = held & ~self._held, held
        if pressed:
            self._moving, self._frames = pressed.bit_length() - 1, 0
            return self._moving
        if self._moving is None or not held >> self._moving & 1:
            self._moving = None
            return None
        self._frames += 1
        late = self._frames - REPEAT_AFTER
        return self._moving if late >= 0 and late % REPEAT_EVERY == 0 else None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("id", nargs="?", default="gym_gridworld/GridWorld-v0", help="default: %(default)s")
    parser.add_argument("--layout", help="a layout's name, random:<size>:<wall density>:<seed>, or a file")
    parser.add_argument("--size", type=int, help="cells a side of an open square")
    parser.add_argument("--slip", type=float, help="the probability of moving to the side instead")


def run(options: argparse.Namespace) -> None:
    """Play until Escape, or until the window is closed."""
    env = _make(options)
    game = HeldKeys(env)
    words = WORDS[type(env.unwrapped)]

    def report(*transition: Any) -> None:
        _, _, _, reward, terminated, truncated, _ = transition
        if terminated or truncated:
            print(_summary(words, game.steps, game.least, reward), flush=True)

    play = _gymnasium_play(f"GridWorld: {options.layout or options.id}")
    print(KEYS, flush=True)
    try:
        play(game, fps=FPS, callback=report, keys_to_action=_keys_to_action(), noop=0)
    finally:
        env.close()


def _make(options: argparse.Namespace) -> gym.Env[Any, Any]:
    given = {name: getattr(options, name) for name in ("layout", "size", "slip")}
    given = {name: value for name, value in given.items() if value is not None}
    if (options.size or 0) > WINDOW_SIZE:
        given["window_size"] = options.size
    try:
        env = gym.make(options.id, render_mode="rgb_array", disable_env_checker=True, **given)
    except (UnregisteredEnv, ModuleNotFoundError) as error:
        is_layout = options.id in NAMED or options.id.startswith(PREFIX)
        hint = f"A layout: --layout {options.id}" if is_layout else "The ids: python -m gym_gridworld list"
        raise ValueError(f"{error} ({hint})") from error
    if type(env.unwrapped) not in WORDS:
        raise TypeError(f"play is for the ids of gym_gridworld, got {options.id}")
    return env


def _gymnasium_play(title: str) -> Any:
    """Gymnasium's ``play``, with the screen that it needs."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    with warnings.catch_warnings():
        # It would plot too, for which it misses a Matplotlib with a screen.
        warnings.simplefilter("ignore")
        from gymnasium.utils.play import play
    import pygame

    from gym_gridworld.window import open_screen

    try:
        open_screen(pygame)
    except pygame.error as error:
        raise Error(f"play needs a screen ({error})") from error
    pygame.display.set_caption(title)
    return play


def _keys_to_action() -> dict[tuple[int, ...], int]:
    import pygame

    keys = (pygame.K_RIGHT, pygame.K_UP, pygame.K_LEFT, pygame.K_DOWN)
    return {tuple(key for bit, key in enumerate(keys) if held >> bit & 1): held for held in range(1, 16)}


def _summary(words: tuple[str, str], steps: int, least: float, reward: float) -> str:
    """What is said of an episode.

    >>> grid_world = WORDS[GridWorldEnv]
    >>> _summary(grid_world, steps=9, least=7.0, reward=1.0)
    'Target reached in 9 steps; the least possible is 7.'
    >>> _summary(grid_world, steps=1, least=1.0, reward=1.0)
    'Target reached in 1 step, the least possible.'
    >>> _summary(grid_world, steps=3, least=13.0, reward=-1.0)
    'Fell into a pit after 3 steps; the target could be reached in 13.'
    >>> _summary(WORDS[GoalGridWorldEnv], steps=100, least=math.inf, reward=-0.01)
    'Time is up after 100 steps; the goal could not be reached.'
    """
    name, fall = words
    taken = f"{steps} step{'' if steps == 1 else 's'}"
    if reward == 1.0:
        return f"{name} reached in {taken}" + (
            ", the least possible." if steps == least else f"; the least possible is {least:g}."
        )
    end = fall if reward == -1.0 else "Time is up"
    possible = f"could be reached in {least:g}" if least < math.inf else "could not be reached"
    return f"{end} after {taken}; the {name.lower()} {possible}."
