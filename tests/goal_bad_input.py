"""Every kind of bad input to GoalGridWorld, as data, as in ``bad_input``."""

import gymnasium as gym
import numpy as np
from bad_input import main, resetting, stepping
from gymnasium.error import Error, InvalidAction, ResetNeeded

from gym_gridworld import GoalGridWorldEnv, GridWorldEnv
from gym_gridworld.wrappers import GoalChannels, OneHotObservation

PLACED = {"agent": (1, 1), "plus": [(3, 2)], "ex": [(0, 4)], "goal": "plus"}


def running():
    env = GoalGridWorldEnv()
    env.reset(seed=0, options=PLACED)
    return env


def ended():
    env = running()
    for action in (0, 0, 1):
        env.step(action)
    return env


def staying():
    env = GoalGridWorldEnv(allow_stay=True)
    env.reset(seed=0)
    return env


def fresh():
    return GoalGridWorldEnv(render_mode="ansi")


def only_plus():
    env = GoalGridWorldEnv(n_plus=2, n_ex=0)
    env.reset(seed=0)
    return env


def constructing(**arguments):
    return lambda _: GoalGridWorldEnv(**arguments)


TOGETHER = "n_plus and n_ex must be 1 to {} together"
IMAGE = "image_shape must be two integers (rows, columns), each at least 25, got"
WINDOW = "window_size must be"
ACTION = "action must be one of the integers 0 (right), 1 (up), 2 (left), 3 (down), got"
OPTION = "must be two integers (x, y), each from 0 to 4, got"
PLUS = "reset option 'plus' must be a list of (x, y), at most 1, got"
OWN_CELL = "everything on a cell of its own, got"

ROWS = {
    "size 1": (constructing(size=1), None, ValueError, ["size must be at least 2, got 1"]),
    "size '5'": (constructing(size="5"), None, TypeError, ["size must be an integer", "'5'"]),
    "n_plus -1": (constructing(n_plus=-1), None, ValueError, ["n_plus must be at least 0, got -1"]),
    "n_plus 1.0": (constructing(n_plus=1.0), None, TypeError, ["n_plus must be an integer", "1.0"]),
    "n_ex -2": (constructing(n_ex=-2), None, ValueError, ["n_ex must be at least 0, got -2"]),
    "n_ex True": (constructing(n_ex=True), None, TypeError, ["n_ex must be an integer", "True"]),
    "no goals": (constructing(n_plus=0, n_ex=0), None, ValueError, [TOGETHER.format(24), "got 0 and 0"]),
    "more things than cells": (
        constructing(size=2, n_plus=2, n_ex=2),
        None,
        ValueError,
        [TOGETHER.format(3), "2x2 cells", "got 2 and 2"],
    ),
    "allow_stay 1": (constructing(allow_stay=1), None, TypeError, ["allow_stay must be True or False, got 1"]),
    "image too small": (constructing(image_shape=(24, 84)), None, ValueError, [IMAGE, "(24, 84)"]),
    "image too small for its grid": (
        constructing(size=13),
        None,
        ValueError,
        ["each at least 65, got (64, 84)"],
    ),
    "image of one side": (constructing(image_shape=(64,)), None, ValueError, [IMAGE, "(64,)"]),
    "image with channels": (constructing(image_shape=(64, 84, 3)), None, ValueError, [IMAGE, "(64, 84, 3)"]),
    "image 64": (constructing(image_shape=64), None, TypeError, [IMAGE, "64"]),
    "image of floats": (constructing(image_shape=(64.0, 84)), None, TypeError, [IMAGE, "(64.0, 84)"]),
    "image text": (constructing(image_shape="64"), None, TypeError, [IMAGE, "'64'"]),
    "image None": (constructing(image_shape=None), None, TypeError, [IMAGE, "None"]),
    "render_mode unknown": (
        constructing(render_mode="rgb"),
        None,
        ValueError,
        ["render_mode", "'rgb'", "None, 'human', 'rgb_array', 'ansi'"],
    ),
    "window_size 0": (constructing(window_size=0), None, ValueError, [WINDOW, "at least 1", "0"]),
    "window_size too small to draw": (
        constructing(window_size=35, render_mode="rgb_array"),
        None,
        ValueError,
        [WINDOW, "at least 36", "35"],
    ),
    "window_size 99.0": (constructing(window_size=99.0), None, TypeError, [WINDOW, "integer", "99.0"]),
    "action -1": (stepping(-1), running, InvalidAction, [ACTION, "-1"]),
    "action 4": (stepping(4), running, InvalidAction, [ACTION, "4"]),
    "action 5, with stay": (stepping(5), staying, InvalidAction, ["3 (down), 4 (stay), got", "5"]),
    "action int64 4": (stepping(np.int64(4)), running, InvalidAction, [ACTION, "4"]),
    "action 1.0": (stepping(1.0), running, InvalidAction, [ACTION, "1.0"]),
    "action None": (stepping(None), running, InvalidAction, [ACTION, "None"]),
    "action True": (stepping(True), running, InvalidAction, [ACTION, "True"]),
    "action array of one": (stepping(np.array([0])), running, InvalidAction, [ACTION, "array([0])"]),
    "step before reset": (stepping(0), fresh, ResetNeeded, ["reset()", "step()"]),
    "render before reset": (lambda env: env.render(), fresh, ResetNeeded, ["reset()", "render()"]),
    "masks before reset": (lambda env: env.action_masks(), fresh, ResetNeeded, ["reset()", "action_masks()"]),
    "step after the end": (stepping(0), ended, ResetNeeded, ["reset()", "step()"]),
    "option unknown": (resetting(target=(0, 0)), running, ValueError, ["'agent', 'plus', 'ex', 'goal'", "'target'"]),
    "agent off the grid": (resetting(agent=(5, 0)), running, ValueError, ["'agent'", OPTION, "(5, 0)"]),
    "agent in a list": (resetting(agent=[(1, 0)]), running, TypeError, ["'agent'", OPTION, "[(1, 0)]"]),
    "plus not in a list": (resetting(plus=(1, 0)), running, TypeError, [PLUS, "(1, 0)"]),
    "plus a number": (resetting(plus=3), running, TypeError, [PLUS, "3"]),
    "plus None": (resetting(plus=None), running, TypeError, [PLUS, "None"]),
    "plus a set": (resetting(plus={(1, 0)}), running, TypeError, [PLUS, "{(1, 0)}"]),
    "plus text": (resetting(plus="12"), running, TypeError, [PLUS, "'12'"]),
    "plus array of one location": (resetting(plus=np.array([1, 0])), running, TypeError, [PLUS, "array([1, 0])"]),
    "plus off the grid": (resetting(plus=[(0, -1)]), running, ValueError, ["'plus'", OPTION, "(0, -1)"]),
    "plus of floats": (resetting(plus=[(0.0, 1.0)]), running, TypeError, ["'plus'", OPTION, "(0.0, 1.0)"]),
    "two for one plus": (resetting(plus=[(0, 1), (0, 2)]), running, ValueError, [PLUS, "[(0, 1), (0, 2)]"]),
    "an ex where there is none": (
        resetting(ex=[(0, 0)]),
        only_plus,
        ValueError,
        ["'ex' must be a list of (x, y), at most 0", "[(0, 0)]"],
    ),
    "plus on the agent": (resetting(agent=(2, 3), plus=[(2, 3)]), running, ValueError, [OWN_CELL, "(2, 3) twice"]),
    "ex on plus": (resetting(ex=[(2, 3)], plus=[[2, 3]]), running, ValueError, [OWN_CELL, "(2, 3) twice"]),
    "plus on plus": (resetting(plus=[(0, 1), (0, 1)]), only_plus, ValueError, [OWN_CELL, "(0, 1) twice"]),
    "goal unknown": (resetting(goal="cross"), running, ValueError, ["'goal' must be one of 'plus', 'ex', got 'cross'"]),
    "goal a number": (resetting(goal=0), running, ValueError, ["'goal' must be one of 'plus', 'ex', got 0"]),
    "goal None": (resetting(goal=None), running, ValueError, ["'goal' must be one of 'plus', 'ex', got None"]),
    "goal of no such kind": (resetting(goal="ex"), only_plus, ValueError, ["'goal' must be one of 'plus', got 'ex'"]),
    "options not a mapping": (
        lambda env: env.reset(seed=1, options=[(0, 0)]),
        running,
        TypeError,
        ["mapping", "'agent', 'plus', 'ex', 'goal'", "[(0, 0)]"],
    ),
    "seed negative": (resetting(seed=-1), running, Error, ["-1"]),
    "seed negative with options": (resetting(seed=-1, **PLACED), running, Error, ["-1"]),
    "GoalChannels elsewhere": (
        lambda _: GoalChannels(gym.make("CartPole-v1")),
        None,
        TypeError,
        ["GoalChannels wraps a GoalGridWorldEnv", "CartPole"],
    ),
    "GoalChannels of the other grid world": (
        lambda _: GoalChannels(GridWorldEnv()),
        None,
        TypeError,
        ["GoalChannels wraps a GoalGridWorldEnv", "GridWorldEnv"],
    ),
    "OneHotObservation of this one": (
        lambda _: OneHotObservation(GoalGridWorldEnv()),
        None,
        TypeError,
        ["OneHotObservation wraps a GridWorldEnv", "GoalGridWorldEnv"],
    ),
}


if __name__ == "__main__":
    main(ROWS)
